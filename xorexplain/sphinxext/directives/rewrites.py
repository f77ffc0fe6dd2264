"""Show what the optimizer did to a model's function, as a list or step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes

from xorexplain.render.reports.document import Code, Inlines, Reference, Table, inlines
from xorexplain.render.reports.step_rows import COLUMNS
from xorexplain.render.writers.plain import from_plain
from xorexplain.sphinxext.directives import options
from xorexplain.sphinxext.directives.base import ModelDirective
from xorexplain.sphinxext.directives.choice import Step, chosen
from xorexplain.sphinxext.directives.drawing import note_drawn
from xorexplain.sphinxext.domain import domain_of
from xorexplain.sphinxext.output.blocks import boxed
from xorexplain.sphinxext.output.document import Manner, blocks
from xorexplain.sphinxext.output.nodes import picture
from xorexplain.sphinxext.output.story import story_node
from xorexplain.sphinxext.recording.explore import player_entry
from xorexplain.sphinxext.recording.requests import Request
from xorexplain.sphinxext.recording.rewrites import rewrites_entry

if TYPE_CHECKING:
    from docutils.nodes import Node

    from xorexplain.sphinxext.recording.cache import Entry


class RewritesDirective(ModelDirective):
    """List the steps of the rewriting, or tell them one by one."""

    kind = "rewrites"
    option_spec: ClassVar[options.OptionSpec] = options.REWRITES
    recorded_options = ("target",)

    def show(self) -> list[Node]:
        """Return a table, or with `:steps:` a block for each step."""
        entry = self.entry(rewrites_entry)
        shown = chosen(entry["steps"], self.options)
        anchor = self.new_anchor()
        domain = domain_of(self.env)
        if "steps" not in self.options:
            for step in shown:
                domain.show("rewrite", step["rewrite"], anchor)
            rows = tuple(map(_row, shown))
            content = blocks([Table(COLUMNS, rows)], Manner())
        else:
            for step in shown:
                domain.show("rewrite", step["rewrite"], f"{anchor}-step-{step['number']}")
            manner = Manner(is_open="open" in self.options, prefix=anchor)
            content = [node for step in shown for node in _told(step, manner)]
            note_drawn(self, content)
        box = boxed(self, _counts(entry, shown), content, anchor)
        return [box, *self._player()] if "player" in self.options else [box]

    def _player(self) -> list[Node]:
        """Return the page in which the steps are played; other builders than HTML need none."""
        named = (name for name in ("target", *options.ASKED) if name in self.options)
        asked = {name: self.options[name] for name in named}
        request = Request("player", self.model(), self.engine_name(), asked)
        player = story_node(self.answered(request, player_entry), view="rewrites")
        player["is_extra"] = True
        player["ids"] = [self.new_anchor()]
        return [player]

    def extra(self) -> dict[str, Any]:
        """Return which steps are drawn; all are recorded."""
        if "pictures" not in self.options:
            return {}
        names = ("all", "phase", "only", "steps")
        return {"pictures": {name: self.chosen(name) for name in names if name in self.options}}


def _row(step: Step) -> tuple[Inlines, ...]:
    name = Reference("rewrite", step["rewrite"])
    number, nodes = inlines(str(step["number"])), inlines(str(step["nodes"]))
    return (number, (name,), nodes, (Code(step["summary"]),))


def _told(step: Step, manner: Manner) -> list[Node]:
    """Return a step that folds up, with the picture of what it changed where one was drawn."""
    content = blocks(from_plain(step["document"]).blocks, manner)
    if "picture" in step:
        entry = step["picture"]
        words = {"title": entry["title"], "alt": entry["words"], "tree": entry["tree"]}
        anchor = f"{manner.prefix}-{entry['anchor']}"
        drawn = picture(dot=entry["dot"], theme="both", anchor=anchor, **words)
        for node in content:
            assert isinstance(node, nodes.Element)
            node += drawn
    return content


def _counts(entry: Entry, shown: list[Step]) -> str:
    total = len(entry["steps"])
    said = f"{entry['before']} apply nodes before, {entry['after']} after {total} steps"
    return f"{said}, {len(shown)} of them shown." if len(shown) < total else f"{said}."
