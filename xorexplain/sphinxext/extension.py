"""Register what the extension brings: directives, nodes, settings, the style sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xorexplain import __version__
from xorexplain.sphinxext import explorer, life, style
from xorexplain.sphinxext.dictionary import DictionaryDirective
from xorexplain.sphinxext.domain import GraphDomain
from xorexplain.sphinxext.gradients import GradientDirective
from xorexplain.sphinxext.graphs import GraphDirective, PrintDirective
from xorexplain.sphinxext.nodes import add_nodes
from xorexplain.sphinxext.rewrites import RewritesDirective
from xorexplain.sphinxext.sources import of_this_package
from xorexplain.sphinxext.training import TrainDirective

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def connect(app: Sphinx) -> dict[str, Any]:
    """Register directives, nodes, settings and the style sheet with Sphinx."""
    app.add_config_value("xorexplain_cache", None, "", (str, type(None)))
    app.add_config_value("xorexplain_engine", None, "env", (str, type(None)))
    app.add_config_value("xorexplain_legend", True, "env", (bool,))
    app.add_config_value("xorexplain_layout_seconds", 10.0, "env", (float, int))
    app.add_directive("xorexplain-graph", GraphDirective)
    app.add_directive("xorexplain-print", PrintDirective)
    app.add_directive("xorexplain-rewrites", RewritesDirective)
    app.add_directive("xorexplain-gradient", GradientDirective)
    app.add_directive("xorexplain-train", TrainDirective)
    app.add_directive("xorexplain-dictionary", DictionaryDirective)
    app.add_domain(GraphDomain)
    add_nodes(app)
    explorer.connect(app)
    style.connect(app)
    life.connect(app)
    return {
        "version": __version__,
        # Pages are read again where other code would record something else.
        "env_version": int(of_this_package()[:8], 16) + 1,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
