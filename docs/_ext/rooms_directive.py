"""Show the picture of the rooms: `.. rooms::`. It follows the page into dark colours."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from run_command import folder_of
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective


class Rooms(SphinxDirective):
    """Show the picture."""

    def run(self) -> list[nodes.Node]:
        import rooms_picture  # it reads the whole package

        from xorexplain.sphinxext.output.nodes import picture

        # Pages with a folder are read again when a file of the package is another.
        folder_of(self.env, self.env.docname).mkdir(parents=True, exist_ok=True)
        title, words = rooms_picture.TITLE, rooms_picture.words()
        drawn = rooms_picture.dot()
        return [
            picture(dot=drawn, title=title, alt=words, tree=words, theme="both", anchor="rooms")
        ]


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_directive("rooms", Rooms)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
