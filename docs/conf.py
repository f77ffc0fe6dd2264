"""Configure the documentation build: sphinx-build -n -W --keep-going docs docs/_build/html."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xorexplain import __version__

if TYPE_CHECKING:
    from sphinx.application import Sphinx

DOCS = Path(__file__).parent
sys.path[:0] = [str(DOCS / "_ext"), str(DOCS.parent / "tools")]

project = "xorexplain"
author = "The xorexplain developers"
project_copyright = "2026, The xorexplain developers"
release = version = __version__

extensions = [
    "click_help",
    "code_lines",
    "engines_compared",
    "first_uses",
    "linked",
    "rooms_directive",
    "run_command",
    "sphinx.ext.autodoc",
    "walkthrough",
    "xorexplain.sphinxext.walkthrough.extension",
    "xorexplain.sphinxext",
]
exclude_patterns = ["_build"]
default_role = "code"
highlight_language = "python"
# Quotes and dots; two hyphens begin an option, and are no dash.
smartquotes_action = "qe"

html_theme = "furo"
html_math_renderer = "mathml"
html_title = f"xorexplain {version}"
html_copy_source = False
# The search would fetch the text of pages, which a browser refuses without a server.
html_show_search_summary = False

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"

# Types of other projects, whose documentation a build without network cannot consult.
nitpick_ignore_regex = [
    ("py:.*", r"(click|collections|contextlib|functools|numpy|os|pathlib|types|typing)(\..*)?"),
    # Records of the engines' own modules, which no page documents.
    ("py:class", r"xorexplain\.engines\.(\w+\.)+\w+"),
    ("py:class", r"(Frame|Registration|Lock|Rerun|Query|Recorder|Setup|Subject)"),
    # What records of a session are made of, and what a recording hears by.
    ("py:class", r"xorexplain\.runs\.session\.(findings\.Finding|records\.\w+)"),
    ("py:class", r"(xorexplain\.models\.lines\.Place|Hearer|Settings)"),
    # What pictures and reports are made of.
    ("py:class", r"xorexplain\.render\.(Rendering|reports\.document\.Document)"),
    # Unions of the records of a document.
    ("py:class", r"(Inlines?|Blocks?)"),
    (
        "py:class",
        r"(Any|Callable|Iterable|Iterator|Mapping|Path|Sequence|AbstractContextManager|optional)",
    ),
]


def name_factories(*event: Any) -> tuple[str | None, str | None]:
    """Write a dataclass default that a factory makes as `...`; `<factory>` is no Python."""
    signature, returns = event[-2:]
    return signature and signature.replace("<factory>", "..."), returns


def setup(app: Sphinx) -> None:
    app.connect("autodoc-process-signature", name_factories)
