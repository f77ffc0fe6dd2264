"""Draw or print the random variables of a model: `--stage model`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from xorexplain.cli.building import built_model
from xorexplain.cli.output import write_out
from xorexplain.cli.printing import say, tell, write_json
from xorexplain.cli.progress import working
from xorexplain.cli.terminal import answer_width


def draw_model(options: Mapping[str, Any], format_: str, out: Path) -> None:
    """Draw a model into a file; `options` are those of `graph`."""
    from xorexplain.api.plates import described, rendered
    from xorexplain.render import Layout

    engine, model = built_model(options["model"], options["engine"])
    structure, title = described(model)
    layout = Layout(options["layout"], options["time_limit"], None, options["dpi"])
    with working("laying out the picture"):
        found = rendered(structure, title, format_, layout, options["theme"], options["direction"])
    tell(found.notes)
    write_out(out, found.data, f"{title} ({engine.title} {engine.version})")


def print_model(options: Mapping[str, Any], as_json: bool) -> None:
    """Print a model as text or as JSON; `options` are those of `print`."""
    from xorexplain.api.plates import described
    from xorexplain.render.pictures.plates import plates_text

    _, model = built_model(options["model"], options["engine"])
    structure, title = described(model)
    if as_json:
        write_json(structure)
    else:
        say(plates_text(structure, title, answer_width()), end="")
