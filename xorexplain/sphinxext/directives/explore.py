"""Show the page in which a model can be explored."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from docutils.parsers.rst import directives

from xorexplain.sphinxext.directives import options
from xorexplain.sphinxext.directives.base import ModelDirective
from xorexplain.sphinxext.output.frames import HEIGHT
from xorexplain.sphinxext.output.story import story_node
from xorexplain.sphinxext.recording.explore import story_entry

if TYPE_CHECKING:
    from docutils.nodes import Node

OPTIONS: options.OptionSpec = {
    **options.MODEL,
    "target": directives.unchanged_required,
    "train": options.whole_number,
    "no-compile": directives.flag,
    "height": options.positive_int,
    "name": directives.unchanged_required,
}


class ExploreDirective(ModelDirective):
    """Show the page in which a model can be explored."""

    kind = "explore"
    option_spec: ClassVar[options.OptionSpec] = OPTIONS
    recorded_options = ("target", "train", "no-compile")

    def show(self) -> list[Node]:
        """Return the frame."""
        entry = self.entry(story_entry)
        node = story_node(entry, self.options.get("height", HEIGHT))
        node["ids"] = [self.new_anchor()]
        self.set_source_info(node)
        self.add_name(node)
        return [node]
