"""Explore a model against another, or against itself with other settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xorexplain.cli.building import asked_settings, building
from xorexplain.cli.output import STDOUT, write_out
from xorexplain.cli.printing import print_document, tell, write_json
from xorexplain.cli.progress import working
from xorexplain.engines import choose
from xorexplain.engines.settings import Settings
from xorexplain.errors import XorexplainError
from xorexplain.errors.records import dataclass

if TYPE_CHECKING:
    from xorexplain.explorer.against import Told
    from xorexplain.render.layout.node_places import Placer


@dataclass(frozen=True)
class Making:
    """Hold what both sides are made with."""

    engine: str | None
    target: str | None
    data: Mapping[str, Any]
    train_steps: int
    compiles: bool

    def side(
        self, spec: str | None, name: str, settings: Settings, placer: Placer | None = None
    ) -> Told:
        """Make one side: of a model under some settings, or of a file that was written before."""
        from xorexplain.explorer.against import stored, told
        from xorexplain.explorer.bundle import PARTS
        from xorexplain.explorer.pairing import configured, read_record
        from xorexplain.render.reports.gather import load_subject

        if spec is not None and spec.endswith(".json"):
            return stored(read_record(Path(spec)), name, placer)
        parts = [part for part in PARTS if self.compiles or part != "compiled"]
        # What is asked of one side takes the place of what is asked of both.
        own = Settings() if settings.mode else asked_settings(self.engine)
        with configured(choose(self.engine), settings):
            with building():
                subject = load_subject(spec, self.engine, self.target, self.data, own)
            return told(subject, name, parts, self.train_steps, working, placer)


def explore_pair(
    out: Path,
    spec: str | None,
    words: Sequence[str],
    as_json: bool,
    making: Making,
    placer: Placer,
) -> None:
    """Write one page of both sides, and print how they are alike; or print all of it as JSON."""
    from xorexplain.explorer.against import against, pair_page
    from xorexplain.explorer.against_what import check_changeable, other_of
    from xorexplain.models.files.spec import STDIN, TUTORIAL
    from xorexplain.render.reports.comparison import comparison

    other = other_of(words)
    name = spec or TUTORIAL
    check_changeable(other.spec or name, other.settings)
    if spec == STDIN and other.spec is None:
        raise XorexplainError("stdin is read once: write the model into a file to build it twice")
    # The one that is named last is tried first: its name may be mistaken.
    right = making.side(other.spec or spec, other.named(name), other.settings, placer)
    left = making.side(spec, name, Settings())
    with working("comparing both"):
        found, pair = against(left, right)
    if as_json:
        write_json(pair)
        return
    with working("writing the page"):
        data = pair_page(pair, found)
    tell([note for side in (left, right) for note in side.story["notes"]])
    if out != STDOUT:
        print_document(comparison(found))
    write_out(out, data, f"{found.left.name} against {found.right.name}, {len(data) / 1e6:.1f} MB")
