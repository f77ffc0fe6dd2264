"""Print a stage of a model's graph as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from xorexplain.sphinxext.directives import options
from xorexplain.sphinxext.directives.base import ModelDirective
from xorexplain.sphinxext.output.blocks import captioned_text
from xorexplain.sphinxext.recording.graph import print_entry

if TYPE_CHECKING:
    from docutils.nodes import Node


class PrintDirective(ModelDirective):
    """Print a stage of a model's graph as text."""

    kind = "print"
    option_spec: ClassVar[options.OptionSpec] = options.PRINT
    recorded_options = (*options.STAGE, *options.DETAIL, "style")

    def show(self) -> list[Node]:
        """Return the text."""
        return [captioned_text(self, self.entry(print_entry)["text"])]
