"""Register what the extension brings: directives, nodes, settings, the style sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xorexplain import __version__
from xorexplain.sphinxext import builds
from xorexplain.sphinxext.directives.dictionary import DictionaryDirective
from xorexplain.sphinxext.directives.explore import ExploreDirective
from xorexplain.sphinxext.directives.gradient import GradientDirective
from xorexplain.sphinxext.directives.graph import GraphDirective
from xorexplain.sphinxext.directives.print import PrintDirective
from xorexplain.sphinxext.directives.rewrites import RewritesDirective
from xorexplain.sphinxext.directives.train import TrainDirective
from xorexplain.sphinxext.domain import GraphDomain
from xorexplain.sphinxext.output import nodes, story, style
from xorexplain.sphinxext.recording.sources import of_this_package

if TYPE_CHECKING:
    from sphinx.application import Sphinx

DIRECTIVES = (
    GraphDirective,
    PrintDirective,
    RewritesDirective,
    GradientDirective,
    TrainDirective,
    ExploreDirective,
    DictionaryDirective,
)
"""All directives; each is called `xorexplain-` and its kind."""


def connect(app: Sphinx) -> dict[str, Any]:
    """Register directives, nodes, settings and the style sheet with Sphinx."""
    app.add_config_value("xorexplain_cache", None, "", (str, type(None)))
    app.add_config_value("xorexplain_engine", None, "env", (str, type(None)))
    app.add_config_value("xorexplain_legend", True, "env", (bool,))
    app.add_config_value("xorexplain_layout_seconds", 10.0, "env", (float, int))
    for directive in DIRECTIVES:
        app.add_directive(f"xorexplain-{directive.kind}", directive)
    app.add_domain(GraphDomain)
    nodes.add_nodes(app)
    story.connect(app)
    style.connect(app)
    builds.connect(app)
    return {
        "version": __version__,
        # Pages are read again where other code would record something else.
        "env_version": int(of_this_package()[:8], 16) + 1,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
