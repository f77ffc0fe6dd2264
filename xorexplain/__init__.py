"""Show and explain the symbolic graphs of Theano and PyTensor.

The names below are loaded on first use, so that importing the package imports no engine. Once it
is imported, `import theano` works where Theano by itself fails for the age of Python or NumPy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xorexplain.importing import prepare

if TYPE_CHECKING:
    from xorexplain.api import draw, snapshot, text
    from xorexplain.errors import XorexplainError
    from xorexplain.explorer.api import explore
    from xorexplain.graph import Graph
    from xorexplain.listening import record_rewrites
    from xorexplain.model import Model

__version__ = "0.1.0"
__all__ = [
    "Graph",
    "Model",
    "XorexplainError",
    "__version__",
    "draw",
    "explore",
    "record_rewrites",
    "snapshot",
    "text",
]

_HOMES = {
    "Graph": "xorexplain.graph",
    "Model": "xorexplain.model",
    "XorexplainError": "xorexplain.errors",
    "draw": "xorexplain.api",
    "explore": "xorexplain.explorer.api",
    "record_rewrites": "xorexplain.listening",
    "snapshot": "xorexplain.api",
    "text": "xorexplain.api",
}


prepare("theano", "xorexplain.engines.theano_import:repaired")


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'xorexplain' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_HOMES[name]), name)
