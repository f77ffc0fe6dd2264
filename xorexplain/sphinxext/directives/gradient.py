"""Explain the gradient of a model's cost node by node."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from xorexplain.render.writers.plain import from_plain
from xorexplain.sphinxext.directives import options
from xorexplain.sphinxext.directives.drawing import DrawingDirective
from xorexplain.sphinxext.output.blocks import boxed, captioned_text
from xorexplain.sphinxext.output.document import Manner, blocks
from xorexplain.sphinxext.recording.gradient import gradient_entry

if TYPE_CHECKING:
    from docutils.nodes import Node


class GradientDirective(DrawingDirective):
    """Tell the derivation step by step, as text or mathematics, or draw it."""

    kind = "gradient"
    option_spec: ClassVar[options.OptionSpec] = options.GRADIENT
    recorded_options = ("wrt", "order", "form")

    def extra(self) -> dict[str, Any]:
        """Return how a picture looks; other forms have no look."""
        return self.look() if self.options.get("form") == "picture" else {}

    def show(self) -> list[Node]:
        """Return the gradient in the form asked for."""
        entry = self.entry(gradient_entry)
        if "text" in entry:
            return [captioned_text(self, entry["text"])]
        anchor = self.new_anchor()
        if "dot" in entry:
            return [self.drawn(entry, anchor)]
        is_math = self.options.get("form") == "math"
        manner = Manner(is_math, "open" in self.options, anchor)
        content = blocks(from_plain(entry["document"]).blocks, manner)
        return [boxed(self, "", content, anchor)]
