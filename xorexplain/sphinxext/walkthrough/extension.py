"""Let Sphinx write the walk-through: formulas as MathML, steps that open, light and dark pictures.

MathML needs no script and no network, which MathJax as Sphinx has it does. A formula that cannot
be converted is shown as its LaTeX source, with a warning.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.utils.math import MathError, latex2mathml
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from xorexplain import __version__
from xorexplain.render.pictures.svg import width
from xorexplain.sphinxext.output.frames import HEIGHT, framed
from xorexplain.sphinxext.walkthrough.narrow import WIDE_FORMULA, fitted, longest_row

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

STATIC = Path(__file__).resolve().parent / "static"
STYLE = "xorexplain-pages.css"
ONE_THEME = "xorexplain-light.css"
"""For page themes that are never dark."""
APPENDIX = "rewrites-appendix"
WIDE = 800
"""Pictures of more points would be shown at two thirds of their size and less."""
READABLE = 0.72
"""The part of its size at which the smallest letters of a picture are still read."""
_CODE = re.compile(r'(?<=<span class="pre">)[\w./]+(?=</span>)')
_BREAKS = re.compile(r"(?<=[^\W_])(?:_(?=[^\W_])|/(?=\w))")
_ENTITY = re.compile(r"&(?!amp;|lt;|gt;|quot;|apos;)[A-Za-z0-9]+;")
logger = logging.getLogger(__name__)


@cache
def mathml(tex: str, is_block: bool) -> str:
    """Convert LaTeX to MathML; raise MathError for what docutils does not know.

    Three of four formulas of a walk-through stand on its pages more than once.
    """
    converted: str = latex2mathml.tex2mathml(tex.replace(r"\mathrel{+}=", "{+}{=}"), is_block)
    # EPUB is XML, which knows but a few names of characters.
    return _ENTITY.sub(lambda match: html.unescape(match[0]), converted)


def _visit(self: HTML5Translator, node: nodes.Element, is_block: bool) -> None:
    tag = "div" if is_block else "span"
    tex = node.astext()
    try:
        written = mathml(tex, is_block)
    except MathError as error:
        logger.warning("no MathML for %r: %s", tex, error, location=node, type="xorexplain")
        written = f"<code>{html.escape(tex)}</code>"
    is_wide = is_block and longest_row(written) > WIDE_FORMULA
    self.body.append(
        self.starttag(node, tag, "", CLASS="math xorexplain-wide" if is_wide else "math")
    )
    # One line: Sphinx keeps what stands in a table or a paragraph as it is.
    self.body.append(" ".join(line.strip() for line in written.splitlines()))
    self.body.append("</div>\n" if is_block else "</span>")
    raise nodes.SkipNode


def visit_inline(self: HTML5Translator, node: nodes.Element) -> None:
    """Write a formula within a line."""
    _visit(self, node, is_block=False)


def visit_block(self: HTML5Translator, node: nodes.Element) -> None:
    """Write a displayed formula."""
    _visit(self, node, is_block=True)


class opened(nodes.General, nodes.Element):  # noqa: N801 (docutils finds visitors by the name)
    """Hold a title, as its first child, and what is shown once the reader opens it."""


class Opened(SphinxDirective):
    """Show a title, and the rest when it is opened; builders that cannot show it all."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar[dict[str, Any]] = {
        "open": directives.flag,
        "name": directives.unchanged,
    }

    def run(self) -> list[nodes.Node]:
        """Return the one node."""
        text, messages = self.state.inline_text(self.arguments[0], self.lineno)
        node = opened(
            "", nodes.paragraph(self.arguments[0], "", *text), open="open" in self.options
        )
        self.add_name(node)
        node += self.parse_content_to_nodes()
        return [node, *messages]


def visit_opened(self: HTML5Translator, node: opened) -> None:
    """Write a disclosure, whose summary is the first child."""
    attributes: dict[str, Any] = {"open": "open"} if node["open"] else {}
    self.body.append(self.starttag(node, "details", CLASS="xorexplain-step", **attributes))
    title = node[0]
    self.body.append("<summary>")
    for child in title.children:
        child.walkabout(self)
    self.body.append("</summary>\n")
    node.remove(title)


def depart_opened(self: HTML5Translator, node: opened) -> None:
    """End the disclosure."""
    self.body.append("</details>\n")


class player(nodes.General, nodes.Element):  # noqa: N801
    """Hold the path of a page to be played as `file`, and the tab it opens at as `view`."""


class Player(SphinxDirective):
    """Show a page that `explore` made in a frame; other builders than HTML show nothing."""

    required_arguments = 1
    option_spec: ClassVar[dict[str, Any]] = {"view": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        """Return the one node, and have the page depend on the file."""
        relative, absolute = self.env.relfn2path(self.arguments[0])
        self.env.note_dependency(relative)
        return [player(file=absolute, view=self.options.get("view", ""))]


def visit_player(self: HTML5Translator, node: player) -> None:
    """Write the page in a frame; an EPUB has none."""
    if self.builder.name == "epub":
        raise nodes.SkipNode
    data = Path(node["file"]).read_bytes()
    # Fitted, and through every step: what the pages around it tell, merges too.
    view = f"{node['view']}&whole=1"
    self.body.append(framed(self, data, "The rewriting, to be played", view, HEIGHT))
    raise nodes.SkipNode


class OnPaper(SphinxPostTransform):
    """Leave out what is for dark pages, or to be played, where a page is paper or text."""

    default_priority = 5
    formats = ("html",)

    def is_supported(self) -> bool:
        """Tell whether pages are of another format; in HTML, style sheets choose pictures."""
        return not super().is_supported()

    def run(self, **kwargs: Any) -> None:
        """Do so before pictures are collected."""
        for image in list(self.document.findall(nodes.image)):
            if "only-dark" in image["classes"]:
                image.parent.remove(image)
            elif "xorexplain-drawn" in image["classes"]:
                # Its own size, which LaTeX makes smaller where it is too large.
                image.attributes.pop("width", None)
        for frame in list(self.document.findall(player)):
            around = frame.parent
            if isinstance(around, nodes.section) and not list(around.findall(nodes.image)):
                # What introduces the frame would speak of nothing.
                around.parent.remove(around)


class OnScreen(SphinxPostTransform):
    """Keep pictures much wider than a column readable; they move in their place."""

    default_priority = 5
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Read how wide each picture is."""
        for image in self.document.findall(nodes.image):
            points = self._width(image) if "xorexplain-drawn" in image["classes"] else 0
            if points > WIDE:
                image["classes"].append("xorexplain-wide")
                image["width"] = f"{points * 4 / 3 * READABLE:.0f}px"

    def _width(self, image: nodes.image) -> float:
        named = [image.get("uri", ""), *image.get("candidates", {}).values()]
        file = next((name for name in named if name.endswith(".svg")), "")
        try:
            return width(Path(self.env.srcdir, file.lstrip("/")).read_bytes())
        except OSError:
            return 0


def breakable_names(
    app: Sphinx, docname: str, template: str, context: dict[str, Any], doctree: nodes.Node | None
) -> None:
    """Let a long name or path in code go on in another line, behind an underscore or a slash."""
    if app.builder.name != "epub" and "body" in context:
        context["body"] = _CODE.sub(
            lambda found: _BREAKS.sub(r"\g<0><wbr>", found[0]), context["body"]
        )


def without_appendix(
    app: Sphinx, docname: str, template: str, context: dict[str, Any], doctree: nodes.Node | None
) -> None:
    """Lead from page to page past the appendix, which stands in the middle of the pages' tree."""
    builder: Any = app.builder
    relations = builder.relations
    if _is_appendix(docname, relations):
        return
    for place, key in ((1, "prev"), (2, "next")):
        other = relations.get(docname, (None, None, None))[place]
        if other is None or not _is_appendix(other, relations):
            continue
        while other is not None and _is_appendix(other, relations):
            other = relations[other][place]
        if other is not None:
            title = builder.render_partial(app.env.titles[other])["title"]
            context[key] = {"link": builder.get_relative_uri(docname, other), "title": title}


def _is_appendix(docname: str, relations: Mapping[str, Sequence[str | None]]) -> bool:
    parent = (relations.get(docname) or [None])[0]
    return any(name is not None and name.endswith(APPENDIX) for name in (docname, parent))


def _left_out(self: Any, node: nodes.Element) -> None:
    raise nodes.SkipNode


def _nothing(self: Any, node: nodes.Element) -> None:
    """Write only the children."""


def _add_static(app: Sphinx) -> None:
    if app.builder.format != "html":
        return
    app.config.html_static_path.append(str(STATIC))
    app.add_css_file(STYLE)
    if app.config.html_theme != "furo":
        app.add_css_file(ONE_THEME)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the math renderer `mathml`, the directives and the style sheet."""
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    app.add_post_transform(OnPaper)
    app.add_post_transform(OnScreen)
    app.add_directive("opened", Opened)
    passing = (_nothing, _nothing)
    app.add_node(
        opened,
        html=(visit_opened, depart_opened),
        latex=passing,
        text=passing,
        man=passing,
        texinfo=passing,
    )
    left_out = (_left_out, None)
    app.add_directive("player", Player)
    app.add_node(
        player,
        html=(visit_player, None),
        latex=left_out,
        text=left_out,
        man=left_out,
        texinfo=left_out,
    )
    app.connect("builder-inited", _add_static)
    app.connect("html-page-context", without_appendix)
    app.connect("html-page-context", breakable_names)
    app.connect("html-page-context", fitted)
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}
