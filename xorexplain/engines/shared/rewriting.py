"""Rewrite and compile nothing, or compile; listen to a rewriter through its Feature hooks."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING, Any

from xorexplain.engines.shared.by_hand import applied_by_hand
from xorexplain.engines.shared.library import MADE_MODES, Using
from xorexplain.engines.shared.listening import Hearer, heard, linked_where
from xorexplain.engines.shared.phases import (
    Begin,
    Listener,
    overhearing,
    run_phases,
    take_out_copies,
)
from xorexplain.engines.shared.recursion import call_deep
from xorexplain.engines.shared.watching import Kinds

if TYPE_CHECKING:
    from xorexplain.engines.recorder import Recorder

BACKENDS = {
    "CLinker": "C",
    "OpWiseCLinker": "C",
    "VM_Linker": "C",
    "VMLinker": "C",
    "PerformLinker": "Python",
    "NumbaLinker": "Numba",
    "JAXLinker": "JAX",
    "PytorchLinker": "PyTorch",
    "MLXLinker": "MLX",
}
"""What runs the functions of a linker, by its class."""


class Unlinked:
    """Stop a function maker before it links, which is where code would be compiled."""

    def create(self, *arguments: Any, **options: Any) -> Any:
        """Return the maker itself in the place of a function."""
        return self


class InPhases:
    """Run the engine's own phases one by one, with a listener attached."""

    kinds: Kinds
    sequence: Any
    listener: type[Listener]
    phases: Any

    def __init__(self, phases: Any, recorder: Recorder) -> None:
        while isinstance(phases, (InPhases, Overheard)):
            # A loop's own function is made in the mode of the function around it.
            phases = phases.phases
        is_sequence = isinstance(phases, self.sequence)
        self.phases = phases if is_sequence else self.sequence(phases)
        self.recorder = recorder

    def add_requirements(self, fgraph: Any) -> None:
        """Attach what the phases need."""
        self.phases.add_requirements(fgraph)

    def apply(self, fgraph: Any) -> None:
        """Run the phases on a graph and tell the recorder."""
        run_phases(self.phases, fgraph, self.recorder, self.kinds, self.listener(self.recorder))


class Overheard:
    """Ask at each rewriting whether it shall be recorded, and run it one way or the other."""

    recorded: type[InPhases]

    def __init__(self, phases: Any, begin: Begin) -> None:
        self.phases = phases
        self.begin = begin

    def apply(self, fgraph: Any) -> None:
        """Run the phases on a graph, in sight of a recorder if there is one."""
        recorder = self.begin(fgraph)
        phases = self.phases if recorder is None else self.recorded(self.phases, recorder)
        self.recorded.kinds.run(phases, fgraph)


def asks_itself(rewriter: Any) -> bool:
    """Tell whether a rewriter asks for its recorder, or has one."""
    inside = getattr(rewriter, "_rewriter", None)
    return isinstance(rewriter, (InPhases, Overheard)) or isinstance(inside, Overheard)


class Rewriting(Using):
    """Make functions, and the makers of functions that only rewrite."""

    def unlinked(self, mode: Any, recorder: Recorder | None) -> Any:
        """Return a mode that rewrites as `mode` does, and whose functions are not linked."""
        raise NotImplementedError

    def overheard(self, rewriter: Any, begin: Begin) -> Any:
        """Wrap what a mode hands out, so that each rewriting asks for its recorder."""
        raise NotImplementedError

    def in_phases(self, rewriter: Any, recorder: Recorder) -> InPhases:
        """Return a rewriter that does what another does, in sight of a recorder."""
        raise NotImplementedError

    def folding(self) -> AbstractContextManager[None]:
        """Have constants folded without compiling anything."""
        return nullcontext()

    def make_function(
        self,
        inputs: Sequence[Any],
        outputs: Any,
        updates: Sequence[tuple[Any, Any]],
        mode: Any,
        profile: bool | None = None,
    ) -> Any:
        """Make a function of what a user would pass; unused inputs are no mistake here.

        `profile` as None is what the configuration says.
        """
        return self.library.module.function(
            list(inputs),
            outputs,
            updates=list(updates),
            mode=mode,
            on_unused_input="ignore",
            profile=profile,
        )

    def rewritten(
        self,
        inputs: Sequence[Any],
        outputs: Sequence[Any],
        updates: Sequence[tuple[Any, Any]],
        recorder: Recorder | None = None,
        excluding: Sequence[str] = (),
    ) -> Any:
        """Return a function maker that has rewritten its graph and stopped before linking.

        `excluding` are names and tags of rewrites that shall not run.
        """
        unlinked = self.unlinked(self.library.default_mode().excluding(*excluding), recorder)
        with self.folding():
            maker = call_deep(
                lambda: self.make_function(inputs, list(outputs), updates, unlinked, profile=False)
            )
        take_out_copies(maker.fgraph, recorder, partial(self.library.change, maker.fgraph, None))
        # An engine's own debugprint takes the graph's False for a profile.
        maker.fgraph.profile = None
        return maker

    @contextlib.contextmanager
    def listening(self, begin: Begin, by_hand: bool = False) -> Iterator[None]:
        """Record what functions compiled in a block rewrite; `begin` gives a graph its recorder."""
        library = self.library
        with contextlib.ExitStack() as stack:
            stack.enter_context(overhearing(library.mode, library.maker, begin, self.overheard))
            if by_hand:
                own = applied_by_hand(
                    library.kinds, library.folder, begin, self.in_phases, asks_itself
                )
                stack.enter_context(own)
            yield

    @property
    def folder(self) -> str:
        """Where the engine's own files lie, with a separator at the end."""
        return self.library.folder

    def hearing(self, hearer: Hearer) -> AbstractContextManager[None]:
        """Tell a hearer of the functions that are linked in a block, and of their calls."""
        library = self.library
        return heard(library.maker, library.function, library.runner, hearer)

    def maker_in(self, frame: FrameType) -> Any:
        """Return the engine's function maker that a frame is of, None for any other frame."""
        held = frame.f_locals.get("self")
        return held if isinstance(held, self.library.maker) else None

    def linking_where(self, is_wanted: Callable[[Any], bool]) -> AbstractContextManager[None]:
        """Link in a block what is wanted alone; else a maker stands in its function's place."""
        return linked_where(self.library.maker, is_wanted)

    def mode_words(self, maker: Any) -> tuple[str, str]:
        """Name the mode that a function was made in, and the backend that runs it."""
        library, linker = self.library, maker.linker
        mode = library.mode_called(maker.mode)
        if mode is library.default_mode():
            known: str | None = "default"
        else:
            # Those of `MADE_MODES` are classes, made anew where they are asked for by name.
            kept = (name for name in library.modes() if name not in MADE_MODES)
            known = next((name for name in kept if library.mode_called(name) is mode), None)
        called = type(linker).__name__
        backend = BACKENDS.get(called, called.removesuffix("Linker") or called)
        if backend == "C" and not (library.module.config.cxx and getattr(linker, "c_thunks", True)):
            backend = "Python"
        other = type(mode).__name__
        return known or ("own" if other == "Mode" else other), backend
