"""Draw a stage of a model's graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from xorexplain.sphinxext.directives import options
from xorexplain.sphinxext.directives.drawing import DrawingDirective, note_shown
from xorexplain.sphinxext.recording.graph import graph_entry

if TYPE_CHECKING:
    from docutils.nodes import Node


class GraphDirective(DrawingDirective):
    """Draw a stage of a model's graph."""

    kind = "graph"
    option_spec: ClassVar[options.OptionSpec] = options.GRAPH
    recorded_options = (*options.STAGE, *options.DETAIL, *options.PART, "direction")

    def extra(self) -> dict[str, Any]:
        """Return what is the project's to choose."""
        return self.look()

    def show(self) -> list[Node]:
        """Return the picture, and let roles find what is in it."""
        entry = self.entry(graph_entry)
        anchor = self.new_anchor()
        note_shown(self, entry, anchor)
        return [self.drawn(entry, anchor)]
