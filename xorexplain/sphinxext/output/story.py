"""Put the page in which a model is explored into a document.

HTML has it in a frame, with a link to see it alone; other builders get the outline as text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from xorexplain.sphinxext.output.document import literal_block
from xorexplain.sphinxext.output.frames import HEIGHT, framed

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

    from xorexplain.sphinxext.recording.cache import Entry


class story(nodes.General, nodes.Element):  # noqa: N801 (docutils finds visitors by the name)
    """Hold the data of a page as `story`, its first view as `front` and the outline as `tree`."""


def story_node(entry: Entry, height: int = HEIGHT, view: str = "") -> story:
    """Make the node of a page from its entry; it opens at `view`, the name of a tab."""
    return story(
        **{key: entry[key] for key in ("story", "title", "front", "tree")}, height=height, view=view
    )


class Tell(SphinxPostTransform):
    """Put the outline in the place of pages that a builder cannot show."""

    default_priority = 300

    def run(self, **kwargs: Any) -> None:
        """Replace them."""
        builder = self.app.builder
        if builder.format == "html" and builder.name != "epub":
            return
        for node in list(self.document.findall(story)):
            if node.get("is_extra"):
                node.parent.remove(node)
                continue
            block = literal_block(node["tree"])
            block["ids"], block["names"] = node["ids"], node["names"]
            node.replace_self(block)


def visit_html(self: HTML5Translator, node: story) -> None:
    """Write the page as a file, and a frame that shows it."""
    from xorexplain.explorer.page import page

    data = page(f"{node['title']} · xorexplain", node["story"], node["front"])
    title = f"{node['title']}, to be explored"
    self.body.append(self.starttag(node, "div", "", CLASS="xorexplain-story"))
    self.body.append(framed(self, data, title, node["view"], node["height"]))
    self.body.append("</div>\n")
    raise nodes.SkipNode


def connect(app: Sphinx) -> None:
    """Register the node, and what stands in its place elsewhere."""
    app.add_node(story, html=(visit_html, None))
    app.add_post_transform(Tell)
