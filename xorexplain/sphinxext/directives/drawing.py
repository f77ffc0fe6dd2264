"""Do what directives have in common that draw: look, caption, place, and what roles can find."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING

from docutils import nodes

from xorexplain.sphinxext.directives.base import ModelDirective, parsed
from xorexplain.sphinxext.domain import domain_of
from xorexplain.sphinxext.output import pictures
from xorexplain.sphinxext.output.nodes import picture

if TYPE_CHECKING:
    from typing import Any

    from docutils.nodes import Element, Node

    from xorexplain.sphinxext.recording.cache import Entry


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
