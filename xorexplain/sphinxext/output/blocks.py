"""Turn what was recorded of steps into the nodes of a page.

A block is a list whose first entry says what it is, so that it can be kept as JSON:

- `["text", sentence]`, `["small", sentence]`, `["heading", words]`, `["literal", text]`
- `["but", sentence]`, which says where the law before it does not hold
- `["code", text, language]`
- `["math", tex, text]`
- `["name", kind, name]`, a reference
- `["law", sentence, kind, name]`, a sentence with a reference to what it is about
- `["picture", entry]`, with what a recorded graph has
- `["step", anchor, name, words, blocks]`, which HTML folds up
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx import addnodes
from sphinx.directives.code import container_wrapper

from xorexplain.errors import XorexplainError
from xorexplain.errors.escaping import visible
from xorexplain.sphinxext.directives.base import ModelDirective, parsed
from xorexplain.sphinxext.output.nodes import picture, step, summary, worded_math

if TYPE_CHECKING:
    from docutils.nodes import Element, Node


Block = list[Any]


def written(blocks: Sequence[Block], mathematics: bool, is_open: bool, prefix: str) -> list[Node]:
    """Return the nodes of blocks; formulas are TeX where `mathematics` is set, else text.

    `prefix` is put before the anchors of steps.
    """
    return [_written(block, mathematics, is_open, prefix) for block in blocks]


def _written(block: Block, mathematics: bool, is_open: bool, prefix: str) -> Element:
    kind, *parts = block
    if kind == "step":
        anchor, name, words, inside = parts
        head = summary("", "", _text(nodes.strong, name))
        if words:
            head += [nodes.Text("  "), _text(nodes.literal, words)]
        children = written(inside, mathematics, is_open, prefix)
        ids = [f"{prefix}-{anchor}"] if anchor else []
        return step("", head, *children, ids=ids, open=is_open)
    if kind == "picture":
        (entry,) = parts
        words = {"title": entry["title"], "alt": entry["words"], "tree": entry["tree"]}
        anchor = f"{prefix}-{entry['anchor']}"
        return picture(dot=entry["dot"], theme="both", anchor=anchor, **words)
    if kind == "math" and mathematics:
        tex, text = parts
        plain = {"nowrap": False, "no-wrap": False, "number": None, "label": None}
        return worded_math(tex, tex, words=visible(text), **plain)
    if kind == "math":
        return literal_block(parts[1])
    if kind == "code":
        return literal_block(*parts)
    if kind == "law":
        sentence, type_, name = parts
        before, after = nodes.Text(f"{visible(sentence)} ("), nodes.Text(")")
        return nodes.paragraph("", "", before, _reference(type_, name), after)
    if kind == "but":
        words = nodes.Text(f" {visible(parts[0])}")
        return nodes.paragraph("", "", nodes.emphasis("But:", "But:"), words)
    if kind == "name":
        return nodes.paragraph("", "", _reference(*parts))
    if kind == "literal":
        return nodes.paragraph("", "", _text(nodes.literal, parts[0]))
    if kind == "heading":
        return _text(nodes.rubric, parts[0])
    classes = ["xorexplain-small"] if kind == "small" else []
    return _text(nodes.paragraph, parts[0], classes=classes)


def literal_block(text: str, language: str = "none") -> Element:
    """Return text as it is, in the colours of a language."""
    return _text(nodes.literal_block, text, language=language)


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


def _text(node: type[nodes.TextElement], text: str, **attributes: Any) -> Element:
    clean = visible(text)
    return node(clean, clean, **attributes)


def _reference(kind: str, name: str) -> Element:
    """Refer to a name; where it has no page to lead to, it stands there as text."""
    shown = visible(name)
    literal = nodes.literal(shown, shown, classes=["xref", "xorexplain", f"xorexplain-{kind}"])
    return addnodes.pending_xref(
        *("", literal),
        refdomain="xorexplain",
        reftype=kind,
        reftarget=name,
        refexplicit=False,
        refwarn=False,
        optional=True,
    )


def table(head: Sequence[str], rows: Sequence[Sequence[Block]], widths: Sequence[int]) -> Element:
    """Return a table of blocks; `widths` are in percent."""
    group = nodes.tgroup(cols=len(head))
    group += [nodes.colspec(colwidth=width) for width in widths]
    first = nodes.row("", *(nodes.entry("", nodes.paragraph(word, word)) for word in head))
    body = nodes.tbody()
    for row in rows:
        body += nodes.row("", *(nodes.entry("", *written([b], False, False, "")) for b in row))
    group += [nodes.thead("", first), body]
    return nodes.table("", group, classes=["xorexplain-table", "colwidths-given"])


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
