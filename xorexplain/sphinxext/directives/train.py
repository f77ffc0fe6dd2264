"""Train the tutorial's network while the page is read, and show what it learned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from xorexplain.engines.names import TITLES
from xorexplain.render.reports.document import Column, Table, inlines, paragraph
from xorexplain.sphinxext.directives import options
from xorexplain.sphinxext.directives.drawing import DrawingDirective
from xorexplain.sphinxext.output.document import Manner, blocks
from xorexplain.sphinxext.recording.train import train_entry

if TYPE_CHECKING:
    from docutils.nodes import Node

    from xorexplain.sphinxext.recording.cache import Entry


class TrainDirective(DrawingDirective):
    """Show the curve of the cost and the table of predictions."""

    kind = "train"
    has_content = False
    option_spec: ClassVar[options.OptionSpec] = options.TRAIN
    recorded_options = ("steps", "hidden", "learning-rate", "seed")

    def extra(self) -> dict[str, Any]:
        """Return the theme of the curve."""
        return {"theme": self.look()["theme"]}

    def show(self) -> list[Node]:
        """Return curve, table and a line that says how it was made."""
        entry = self.entry(train_entry)
        anchor = self.new_anchor()
        rows = tuple(
            tuple(inlines(str(cell)) for cell in (*given, target, f"{output:.8f}"))
            for given, target, output in zip(
                entry["inputs"], entry["targets"], entry["outputs"], strict=True
            )
        )
        shown: list[Node] = []
        if "dot" in entry:
            curve = {**entry, "tree": _curve_text(entry)}
            shown.append(self.drawn(curve, anchor))
        return [*shown, *blocks([Table(_COLUMNS, rows), paragraph(_line(entry))], Manner())]


_COLUMNS = tuple(map(Column, ("x1", "x2", "target", "prediction")))


def _curve_text(entry: Entry) -> str:
    """Write the curve for builders that draw none: about ten of its points."""
    points = entry["costs"]
    every = max(1, len(points) // 10)
    kept = [*points[:-1:every], points[-1]]
    return "\n".join(["  step  cost", *(f"{step:6d}  {cost:.6f}" for step, cost in kept)])


def _line(entry: Entry) -> str:
    engine = f"{TITLES[entry['engine']]} {entry['version']}"
    settings = f"{entry['hidden']} hidden neurons, rate {entry['learning_rate']:g}"
    return (
        f"Cost {entry['cost']:.8f} after {entry['steps']} steps on {engine} "
        f"({settings}, seed {entry['seed']})."
    )
