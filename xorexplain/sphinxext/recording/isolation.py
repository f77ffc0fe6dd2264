"""Keep models of several folders apart, whose own modules may have the same names.

One process reads many pages. What a model imports stays imported, as it has to where the import
registers something with the engine; but a module of another folder gives way to one of the same
name beside the model.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

_homes: dict[str, Path] = {}
"""The folder of the model that each module was first imported for."""


@contextlib.contextmanager
def models_of(folder: Path) -> Iterator[None]:
    """Import modules of a folder before those of others, and leave sys.path as it was."""
    for name, home in list(_homes.items()):
        if home != folder and _is_in(name.partition(".")[0], folder):
            del _homes[name]
            sys.modules.pop(name, None)
    path, known = list(sys.path), set(sys.modules)
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path[:] = path
        for name in set(sys.modules) - known:
            file = getattr(sys.modules[name], "__file__", None)
            if file is not None and Path(file).is_relative_to(folder):
                _homes[name] = folder


def _is_in(name: str, folder: Path) -> bool:
    return (folder / f"{name}.py").is_file() or (folder / name).is_dir()
