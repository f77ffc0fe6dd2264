"""Show graphs, gradients and rewrites on the pages of any Sphinx project.

Add `xorexplain.sphinxext` to `extensions` in conf.py; docs/sphinx.rst tells how to use it. What is
shown is recorded while pages are read and drawn while they are written, each once: a cache keeps it
from build to build.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, Any]:
    """Register directives, nodes, settings and the style sheet with Sphinx."""
    # A walk-through is written without Sphinx, and lives in this package too.
    from xorexplain.sphinxext.extension import connect

    return connect(app)
