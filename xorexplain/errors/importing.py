"""Prepare the import of a library, and lead from old module paths, importing nothing before."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from importlib.abc import Loader
    from importlib.machinery import ModuleSpec
    from types import ModuleType


Preparation: TypeAlias = "str | Callable[[], AbstractContextManager[None]]"
"""What makes the context of an import: a function, or its name as `module:function`."""


def prepare(library: str, preparation: Preparation) -> None:
    """Let a library be imported inside a context too, which `preparation` makes.

    Nothing happens where the library is imported already, nor until it is.
    """
    if library in sys.modules:
        return
    for finder in sys.meta_path:
        if isinstance(finder, _Finder) and finder.library == library:
            if preparation not in finder.preparations:
                finder.preparations.append(preparation)
            return
    sys.meta_path.insert(0, _Finder(library, preparation))


def forget(library: str, preparation: Preparation) -> None:
    """Let a library be imported without a context that `prepare` was given."""
    for finder in sys.meta_path:
        if isinstance(finder, _Finder) and finder.library == library:
            finder.preparations[:] = [one for one in finder.preparations if one is not preparation]


class _Finder:
    """Find one library as the finders behind this one do, and wrap its loader."""

    def __init__(self, library: str, preparation: Preparation) -> None:
        self.library = library
        self.preparations = [preparation]

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
                    found.loader = _Loader(found.loader, self.preparations)  # type: ignore[assignment]
                return found
        return None


class _Loader:
    """Run a module by its own loader, inside the preparations."""

    def __init__(self, loader: Loader, preparations: Sequence[Preparation]) -> None:
        self.loader = loader
        self.preparations = preparations

    def __getattr__(self, name: str) -> Any:
        return getattr(self.loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Make the module as its own loader does."""
        return self.loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """Run the module inside the preparations, with its own loader as the one it has."""
        from contextlib import ExitStack

        module.__loader__ = self.loader
        if module.__spec__ is not None:
            module.__spec__.loader = self.loader
        with ExitStack() as stack:
            for preparation in self.preparations:
                stack.enter_context(_made(preparation))
            self.loader.exec_module(module)


def _made(preparation: Preparation) -> AbstractContextManager[None]:
    """Make the context of a preparation."""
    if not isinstance(preparation, str):
        return preparation()
    from importlib import import_module

    home, _, function = preparation.partition(":")
    made: AbstractContextManager[None] = getattr(import_module(home), function)()
    return made


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
