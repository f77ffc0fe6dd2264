"""Write a dictionary of all ops or all rewrites into a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from docutils import nodes

from xorexplain.engines.names import ENGINES, TITLES
from xorexplain.errors import XorexplainError
from xorexplain.sphinxext.directives import options
from xorexplain.sphinxext.directives.base import ModelDirective
from xorexplain.sphinxext.domain.definitions import definition
from xorexplain.sphinxext.output.document import Manner, blocks
from xorexplain.sphinxext.recording import dictionary
from xorexplain.sphinxext.recording.requests import ModelSource, Request

if TYPE_CHECKING:
    from docutils.nodes import Node

_read = options.one_of("ops", "rewrites")


class DictionaryDirective(ModelDirective):
    """Define every op or every rewrite that something is known of."""

    kind = "dictionary"
    has_content = False
    required_arguments = 1
    option_spec: ClassVar[options.OptionSpec] = {}

    def show(self) -> list[Node]:
        """Return how many there are and the entries, under a heading for each group."""
        try:
            kind = _read(self.arguments[0])
        except ValueError as error:
            raise XorexplainError(str(error)) from error
        is_ops = kind == "ops"
        groups = dictionary.op_items() if is_ops else dictionary.rewrite_items()
        counts = dictionary.op_counts() if is_ops else self.coverage()
        shown: list[Node] = [nodes.paragraph(counts, counts)]
        for group, items in groups:
            if items:
                shown.append(nodes.rubric(group, group[:1].upper() + group[1:]))
            for item in items:
                content = blocks(item.blocks, Manner())
                shown += definition(self, kind[:-1], item.names, item.note, content)
        return shown

    def coverage(self) -> str:
        """Say how much of each engine is covered, for those that are here or were recorded."""
        from xorexplain.rewrites.laws import laws

        said = []
        for name in ENGINES:
            request = Request("coverage", ModelSource(), name)
            try:
                said.append(self.answered(request, dictionary.coverage_entry)["words"])
            except XorexplainError:
                title = TITLES[name]
                said.append(f"{len(laws(name))} names of rewrites of {title} have a reason here.")
        return " ".join(said)
