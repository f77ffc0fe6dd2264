"""Put what a directive shows into a box or a block with its caption, name and classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.directives.code import container_wrapper

from xorexplain.errors import XorexplainError
from xorexplain.sphinxext.directives.base import ModelDirective, parsed
from xorexplain.sphinxext.output.document import literal_block

if TYPE_CHECKING:
    from docutils.nodes import Element, Node


def captioned_text(directive: ModelDirective, text: str) -> Element:
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


def boxed(directive: ModelDirective, words: str, content: Sequence[Node], anchor: str) -> Element:
    """Put content into a box with the caption, name and classes of a directive."""
    box = nodes.container("", classes=["xorexplain-box", *directive.options.get("class", [])])
    if "caption" in directive.options:
        text = directive.options["caption"]
        inline, messages = parsed(directive, text)
        box += [nodes.rubric(text, "", *inline), *messages]
    if words:
        box += nodes.paragraph(words, words, classes=["xorexplain-small"])
    box += content
    directive.set_source_info(box)
    directive.add_name(box)
    box["ids"].append(anchor)
    return box
