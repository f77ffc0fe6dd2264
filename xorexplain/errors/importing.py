"""Prepare the import of a library, and lead from old module paths, importing nothing before."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importlib.abc import Loader
    from importlib.machinery import ModuleSpec
    from types import ModuleType


def prepare(library: str, preparation: str) -> None:
    """Let a library be imported inside a context, which `preparation` names as `module:function`.

    Nothing happens where the library is imported already, nor until it is.
    """
    if library not in sys.modules and not any(
        isinstance(finder, _Finder) and finder.library == library for finder in sys.meta_path
    ):
        sys.meta_path.insert(0, _Finder(library, preparation))


class _Finder:
    """Find one library as the finders behind this one do, and wrap its loader."""

    def __init__(self, library: str, preparation: str) -> None:
        self.library = library
        self.preparation = preparation

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the library's own spec with a loader that is prepared, None for other names."""
        if name != self.library:
            return None
        for finder in sys.meta_path:
            found = None if finder is self else finder.find_spec(name, path, target)
            if found is not None:
                if found.loader is not None:
                    # A wrapper only answers what is asked of it, and is gone once it has loaded.
                    found.loader = _Loader(found.loader, self.preparation)  # type: ignore[assignment]
                return found
        return None


class _Loader:
    """Run a module by its own loader, inside the preparation."""

    def __init__(self, loader: Loader, preparation: str) -> None:
        self.loader = loader
        self.preparation = preparation

    def __getattr__(self, name: str) -> Any:
        return getattr(self.loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Make the module as its own loader does."""
        return self.loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """Run the module inside the preparation, with its own loader as the one it has."""
        from importlib import import_module

        module.__loader__ = self.loader
        if module.__spec__ is not None:
            module.__spec__.loader = self.loader
        home, _, function = self.preparation.partition(":")
        with getattr(import_module(home), function)():
            self.loader.exec_module(module)


def redirect(moved: Mapping[str, str]) -> None:
    """Let modules be imported by the paths they had, with a DeprecationWarning naming the new."""
    if not any(isinstance(finder, _Redirection) for finder in sys.meta_path):
        sys.meta_path.append(_Redirection(moved))


class _Redirection:
    """Find modules under their old paths: what is asked of one is asked of the module it is now."""

    def __init__(self, moved: Mapping[str, str]) -> None:
        self.moved = moved

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return a spec that this finder loads, None for names of modules that did not move."""
        if name not in self.moved:
            return None
        from importlib.machinery import ModuleSpec

        is_package = any(other.startswith(f"{name}.") for other in self.moved)
        return ModuleSpec(name, self, is_package=is_package)  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> None:
        """Leave it to Python to make an empty module."""

    def exec_module(self, module: ModuleType) -> None:
        """Have the empty module ask the one at the new path."""
        from importlib import import_module

        now = self.moved[module.__name__]
        # Python's own frames of an import do not count: the warning names the line that imports.
        warnings.warn(
            f"{module.__name__} is now {now}: import it there, or its names from xorexplain",
            DeprecationWarning,
            stacklevel=2,
        )
        new = import_module(now)
        vars(module)["__getattr__"] = lambda name: getattr(new, name)
        vars(module)["__dir__"] = lambda: dir(new)
