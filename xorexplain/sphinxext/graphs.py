"""Draw and print the graph of a model."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from docutils import nodes
from sphinx.directives.code import container_wrapper

from xorexplain.errors import XorexplainError
from xorexplain.sphinxext import options, pictures
from xorexplain.sphinxext.base import ModelDirective, parsed
from xorexplain.sphinxext.blocks import literal_block
from xorexplain.sphinxext.domain import domain_of
from xorexplain.sphinxext.nodes import picture
from xorexplain.sphinxext.recording.graphs import graph_entry, print_entry

if TYPE_CHECKING:
    from typing import Any

    from docutils.nodes import Element, Node

    from xorexplain.sphinxext.cache import Entry


class DrawingDirective(ModelDirective):
    """Draw something as a picture, in a figure where it has a caption."""

    def look(self) -> dict[str, Any]:
        """Return the theme the DOT text is written in, and whether it explains itself."""
        theme = self.options.get("theme", "both")
        legend = "legend" in self.options or self.config.xorexplain_legend
        return {
            "theme": "light" if theme == "both" else theme,
            "legend": legend and "no-legend" not in self.options,
        }

    def drawn(self, entry: Entry, anchor: str) -> Element:
        """Return a recorded picture with the caption, name, place and classes asked for."""
        node = picture(
            dot=entry["dot"],
            title=entry["title"],
            alt=self.options.get("alt") or entry["words"],
            tree=entry["tree"].rstrip("\n"),
            theme=self.options.get("theme", "both"),
            classes=self.options.get("class", []),
            anchor=anchor,
        )
        self.set_source_info(node)
        note_drawn(self, [node])
        framed: Element = node
        if "caption" in self.options:
            inline, messages = parsed(self, self.options["caption"])
            caption = nodes.caption(self.options["caption"], "", *inline, *messages)
            self.set_source_info(caption)
            framed = nodes.figure("", node, caption)
            self.set_source_info(framed)
        if "align" in self.options:
            framed["align"] = self.options["align"]
        self.add_name(framed)
        framed["ids"].append(anchor)
        return framed


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


def note_drawn(directive: ModelDirective, content: Sequence[Node]) -> None:
    """Note that the page uses the pictures in some nodes, in whichever format they are drawn."""
    seconds = directive.config.xorexplain_layout_seconds
    for node in itertools.chain.from_iterable(part.findall(picture) for part in content):
        for format_ in pictures.FORMATS:
            words = (node["title"], node["alt"])
            key = pictures.key_for(node["dot"], format_, *words, seconds)
            domain_of(directive.env).use(key)


def note_shown(directive: ModelDirective, entry: Entry, anchor: str) -> None:
    """Let roles find the ops and nodes of a recorded graph.

    A picture with a name of its own also gives its nodes longer names: `picture.node`.
    """
    domain = domain_of(directive.env)
    for kind, part in entry["ops"].items():
        domain.show("op", kind, anchor, f"{anchor}-{part}")
    for name, part in entry["nodes"].items():
        if not name.isprintable():
            continue
        if name != part:
            domain.show("node", name, anchor, f"{anchor}-{part}")
        if "name" in directive.options:
            domain.show("node", f"{directive.options['name']}.{name}", anchor, f"{anchor}-{part}")


def text_block(directive: ModelDirective, text: str) -> Element:
    """Return text as it is, with the caption, name and classes of a directive."""
    block: Element = literal_block(text)
    block["classes"] += directive.options.get("class", [])
    directive.set_source_info(block)
    if "caption" in directive.options:
        try:
            block = container_wrapper(directive, block, directive.options["caption"])
        except ValueError as error:
            raise XorexplainError(f"the caption is no text: {error}") from error
    directive.add_name(block)
    return block


class PrintDirective(ModelDirective):
    """Print a stage of a model's graph as text."""

    kind = "print"
    option_spec: ClassVar[options.OptionSpec] = options.PRINT
    recorded_options = (*options.STAGE, *options.DETAIL, "style")

    def show(self) -> list[Node]:
        """Return the text."""
        return [text_block(self, self.entry(print_entry)["text"])]
