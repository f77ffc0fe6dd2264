"""Hold pictures in the document, and write them as each builder can show them.

HTML has the SVG in the page, where it follows the page's colours; EPUB has it as a file, LaTeX has
a PDF. Every other builder, and a picture that fails, gets the text tree.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util import logging

from xorexplain.errors import XorexplainError
from xorexplain.errors.escaping import on_one_line, visible
from xorexplain.sphinxext import failures
from xorexplain.sphinxext.directives.base import fault
from xorexplain.sphinxext.output.pictures import picture as draw
from xorexplain.sphinxext.recording.cache import cache_of

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.builders import Builder
    from sphinx.writers.html5 import HTML5Translator
    from sphinx.writers.latex import LaTeXTranslator

logger = logging.getLogger(__name__)
DRAWN = ("html", "latex")
_NODE_ID = re.compile(r'<g id="node\d+"( class="node")>\n<title>([\w.-]+)</title>')
_OTHER_ID = re.compile(r'<g id="(?:node|edge|graph|clust)\d+"([^>]*)>')
_ROOT = re.compile(r'<svg [^>]*(aria-labelledby="title-([0-9a-f]+) desc-\2")')
_WIDTH = re.compile(rb'<svg[^>]* width="([0-9.]+pt)"')


class picture(nodes.General, nodes.Element):  # noqa: N801 (docutils finds visitors by the name)
    """Hold a picture: `dot`, `title`, `alt`, `tree`, `theme` and `anchor`, and perhaps `align`."""


class step(nodes.General, nodes.Element):  # noqa: N801
    """Hold a summary and what HTML shows when the reader opens it."""


class summary(nodes.General, nodes.TextElement):  # noqa: N801
    """Hold the line of a step that is always seen."""


class worded_math(nodes.math_block):  # noqa: N801
    """Hold a formula as TeX and, for builders that write no mathematics, as `words`."""


class worded(nodes.paragraph):  # noqa: N801
    """Hold a paragraph with formulas and, for builders that write no mathematics, its `words`."""


def describe(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put plain nodes in the place of those that the builder cannot show.

    That is text trees for pictures, text for formulas, summary and body for steps.
    """
    builder = app.builder
    if builder.format not in DRAWN:
        for node in list(doctree.findall(picture)):
            _replace(node, _literal(node["tree"]))
        for formula in list(doctree.findall(worded_math)):
            _replace(formula, _literal(formula["words"]))
        for signs in list(doctree.findall(worded)):
            words = signs["words"]
            _replace(signs, nodes.paragraph(words, words, classes=signs["classes"]))
    if builder.format != "html" or builder.name == "epub":
        for told in list(doctree.findall(step)):
            head, *body = told.children
            paragraph = nodes.paragraph("", "", *head.children)
            _replace(told, nodes.container("", paragraph, *body))


def _literal(text: str) -> nodes.literal_block:
    shown = visible(text)
    return nodes.literal_block(shown, shown, language="none")


def _replace(node: nodes.Element, other: nodes.Element) -> None:
    """Replace a node by one that references to it still lead to."""
    other["ids"], other["names"] = node["ids"], node["names"]
    other.source, other.line = node.source, node.line
    node.replace_self(other)


def _drawn(builder: Builder, node: picture, format_: str) -> bytes | None:
    """Draw a picture; return None, after a warning, where that fails."""
    seconds = builder.config.xorexplain_layout_seconds
    try:
        data, notes = draw(
            *(cache_of(builder.env), node["dot"], format_, node["title"], node["alt"], seconds)
        )
    except Exception as error:  # noqa: BLE001 - the page is written without it, whatever failed
        told = error if isinstance(error, (XorexplainError, RuntimeError)) else fault(error)
        words = (on_one_line(node["title"]), on_one_line(str(told)))
        logger.warning("the graph %s: %s", *words, location=node, type="xorexplain")
        failures.note(builder.env, filter(None, [getattr(builder, "current_docname", "")]))
        return None
    for note in notes:
        logger.info("%s: %s", node["title"], note)
    return data


def _file(builder: Builder, data: bytes, format_: str) -> str:
    """Write a picture among the images of a build and return its name there."""
    name = f"xorexplain-{hashlib.sha256(data).hexdigest()[:20]}.{format_}"
    folder = Path(builder.outdir) / builder.imagedir
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)
    return name


def visit_html(self: HTML5Translator, node: picture) -> None:
    """Write the SVG into the page, or as a file of an EPUB."""
    data = _drawn(self.builder, node, "svg")
    classes = ["xorexplain-picture", f"xorexplain-{node['theme']}"]
    if "align" in node:
        classes.append(f"align-{node['align']}")
    width = _WIDTH.search(data) if data is not None else None
    style = {"style": f"--width: {width[1].decode()}"} if width else {}
    attributes: dict[str, Any] = {"CLASS": " ".join(classes), **style}
    self.body.append(self.starttag(node, "div", "", **attributes))
    if data is None:
        self.body.append(f"<pre>{self.encode(visible(node['tree']))}</pre>")
    elif self.builder.name == "epub":
        name = _file(self.builder, data, "svg")
        alt = self.attval(visible(node["alt"]))
        self.body.append(f'<img src="{self.builder.imgpath}/{name}" alt="{alt}" />')
    else:
        self.body.append(_with_own_ids(data.decode().partition("\n")[2], node["anchor"]))
    self.body.append("</div>\n")
    raise nodes.SkipNode


def _with_own_ids(text: str, anchor: str) -> str:
    """Name the nodes of an SVG after its place: several pictures may stand in one page."""
    text = _NODE_ID.sub(rf'<g id="{anchor}-\2"\1>\n<title>\2</title>', text)
    text = _OTHER_ID.sub(r"<g\1>", text)
    root = _ROOT.match(text)
    if root is None:
        return text
    text = text.replace(root[1], f'aria-labelledby="title-{anchor} desc-{anchor}"', 1)
    for name in ("title", "desc"):
        text = text.replace(f'<{name} id="{name}-{root[2]}">', f'<{name} id="{name}-{anchor}">', 1)
    return text


def visit_step(self: HTML5Translator, node: step) -> None:
    """Write what the reader can open, with or without JavaScript."""
    attributes: dict[str, Any] = {"open": "open"} if node["open"] else {}
    self.body.append(self.starttag(node, "details", CLASS="xorexplain-step", **attributes))


def depart_step(self: HTML5Translator, node: step) -> None:
    """End it."""
    self.body.append("</details>\n")


def visit_summary(self: HTML5Translator, node: summary) -> None:
    """Write the line that is always seen."""
    self.body.append(self.starttag(node, "summary", ""))


def depart_summary(self: HTML5Translator, node: summary) -> None:
    """End it."""
    self.body.append("</summary>\n")


def visit_latex(self: LaTeXTranslator, node: picture) -> None:
    """Include the picture as a PDF."""
    data = _drawn(self.builder, node, "pdf")
    if data is None:
        _literal(node["tree"]).walkabout(self)
        raise nodes.SkipNode
    name = _file(self.builder, data, "pdf")
    before, after = _FILL[node.get("align", "")]
    include = rf"\sphinxincludegraphics{{{name}}}"
    labels = "".join(self.hypertarget(id_, anchor=True) for id_ in node["ids"])
    self.body.append(f"\n\n{labels}{before}{include}{after}\n\n")
    raise nodes.SkipNode


_FILL = {
    "": (r"\noindent", ""),
    "left": (r"\noindent", r"\hspace*{\fill}"),
    "center": (r"\noindent\hspace*{\fill}", r"\hspace*{\fill}"),
    "right": (r"\noindent\hspace*{\fill}", ""),
}


def add_nodes(app: Sphinx) -> None:
    """Register the nodes and what stands in their place elsewhere."""
    app.add_node(picture, html=(visit_html, None), latex=(visit_latex, None))
    app.add_node(step, html=(visit_step, depart_step))
    app.add_node(summary, html=(visit_summary, depart_summary))
    app.add_node(worded_math)
    app.connect("doctree-resolved", describe)
