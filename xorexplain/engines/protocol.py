"""Say what an engine can do for the rest of the package, and in which records it answers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from types import FrameType
from typing import TYPE_CHECKING, Any, Literal, Protocol

from xorexplain.errors.records import dataclass
from xorexplain.graph.records import Op, Role, SourceLine

if TYPE_CHECKING:
    from xorexplain.engines.recorder import Recorder
    from xorexplain.engines.settings import Settings
    from xorexplain.engines.setup import Setup
    from xorexplain.engines.shared.databases import Query, Registration
    from xorexplain.engines.shared.frames import Frame
    from xorexplain.engines.shared.listening import Hearer
    from xorexplain.engines.shared.rerun import Rerun


@dataclass(frozen=True)
class Source:
    """Point at an engine's own graph: what to walk, and what its results are called.

    `object` is what the engine's own printers take (a list of variables, a FunctionGraph or a
    Function). `applies` is the execution order where the engine fixed one, else None. `updates`
    pairs a position in `outputs` with the shared variable that takes the value. `remarks` say what
    of what was asked for is not there. `given` are the variables that `inputs` begins with, where
    those are copies.
    """

    object: Any
    outputs: Sequence[Any]
    labels: Sequence[str | None]
    inputs: Sequence[Any] | None = None
    applies: Sequence[Any] | None = None
    updates: Mapping[int, Any] | None = None
    remarks: Sequence[str] = ()
    given: Sequence[Any] = ()


@dataclass(frozen=True)
class TypeInfo:
    """Describe a type: the engine's text, dtype, static shape, broadcast pattern, axes' names."""

    text: str
    dtype: str | None
    shape: tuple[int | None, ...] | None
    broadcastable: tuple[bool, ...] | None
    dims: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Inner:
    """Hold an op's inner graph; `feeds` maps inner inputs to the node's input positions.

    Ops of equal `key` have the same inner graph. `applies` is as in `Source`, `labels` name the
    outputs where they need it, and `parameters` the inputs that have no name of their own.
    """

    key: Any
    inputs: Sequence[Any]
    outputs: Sequence[Any]
    feeds: tuple[int | None, ...]
    applies: Sequence[Any] | None = None
    labels: Sequence[str | None] | None = None
    parameters: Sequence[str] = ()


Missing = Literal["", "unconnected", "disconnected", "undefined", "refused"]
"""Why there is no adjoint: the op declares that its outputs do not depend on the input at all, or
hands back nothing for it, or something undefined, or raises an error when asked."""


@dataclass(frozen=True)
class Adjoint:
    """Hold an adjoint as the engine made it, or None and why there is none."""

    variable: Any | None
    reason: str = ""
    missing: Missing = ""


class Engine(Protocol):
    """List what an engine module provides; every function raises the engine's own errors."""

    name: str
    title: str
    version: str
    module: Any
    """The engine itself: `theano` or `pytensor`, for code written in the engine's language."""
    tensor: Any
    """Its tensor namespace, the `T` of tutorials."""

    @property
    def folder(self) -> str:
        """Where the engine's own files lie, with a separator at the end."""

    def sigmoid(self, x: Any) -> Any:
        """Apply the logistic function elementwise."""

    def is_variable(self, obj: Any) -> bool:
        """Tell whether `obj` is a variable of this engine."""

    def is_function(self, obj: Any) -> bool:
        """Tell whether `obj` is a compiled function of this engine."""

    def written(self, function: Any) -> tuple[list[Any], list[tuple[Any, Any]]] | None:
        """Return results and updates a function was made of, None where it does not keep them."""

    def is_graph(self, obj: Any) -> bool:
        """Tell whether `obj` is a FunctionGraph of this engine."""

    def source_of(self, obj: Any) -> Source:
        """Describe a FunctionGraph, a compiled function or a function maker."""

    def default_mode(self) -> Any:
        """Return the mode in which functions are compiled where nobody says which."""

    def is_mode(self, obj: Any) -> bool:
        """Tell whether an object is a mode of this engine."""

    def mode_name(self, mode: Any) -> str:
        """Name a mode; empty for the default one."""

    def follows(self, mode: Any) -> bool:
        """Tell whether a mode does all that the default one does now, and leaves out as much."""

    def mode_of_backend(self, backend: str) -> Any:
        """Return the mode whose functions a backend runs; raise XorexplainError without one."""

    def keeps_written(self, maker: Any) -> bool:
        """Tell whether a function maker still holds the graph as it was written, too."""

    def role_of(self, variable: Any) -> Role:
        """Tell input, shared, constant and intermediate apart."""

    def type_of(self, variable: Any) -> TypeInfo:
        """Describe a variable's type; a shared variable's shape is that of its value."""

    def value_of(self, variable: Any) -> Any:
        """Return the value of a constant or shared variable."""

    def op_of(self, apply: Any) -> Op:
        """Describe the op of an apply node."""

    def inner_of(self, apply: Any) -> Inner | None:
        """Return the inner graph of an apply node's op, None for most ops."""

    def thawed(self, inner: Inner) -> Inner:
        """Return an inner graph whose variables can be differentiated."""

    def keep_inner_lines(self) -> None:
        """Have the engine keep, from now on, the lines that wrote what is inside of ops."""

    def walking(self) -> AbstractContextManager[None]:
        """Have the engine keep the frames of what a block makes in less time."""

    def has_own_gradient(self, apply: Any) -> bool:
        """Tell whether the author of an OpFromGraph gave it a gradient of its own."""

    def frames_of(self, variable: Any) -> Iterator[Frame]:
        """Yield the frames in which a variable was made, the innermost first."""

    def source_line(self, variable: Any) -> SourceLine | None:
        """Return the user's line that created a variable, where the engine kept it."""

    def grad(self, cost: Any, wrt: Sequence[Any]) -> list[Any]:
        """Return the gradients of a scalar cost as variables."""

    def adjoints(
        self,
        cost: Any,
        wrt: Sequence[Any],
        seeds: Mapping[Any, Any] | None = None,
        *,
        named: bool = False,
    ) -> list[Adjoint]:
        """Return the adjoints of variables from one gradient call; `seeds` are given ones.

        They are `named` as those of `grad` are, or have no names.
        """

    def edge_adjoints(self, apply: Any, outputs: Collection[int]) -> list[Adjoint]:
        """Return what each input of an apply node would receive from these outputs' adjoints."""

    def connections(self, apply: Any) -> list[list[bool]]:
        """Tell for each input of an apply node which outputs depend on its values."""

    def evaluator(self, outputs: Sequence[Any], inputs: Sequence[Any]) -> Callable[..., list[Any]]:
        """Make a Python-only function of the values of `inputs`, shared variables included."""

    def rewrite(
        self, inputs: Sequence[Any], outputs: Sequence[Any], updates: Sequence[tuple[Any, Any]]
    ) -> Source:
        """Rewrite as for a compiled function, and compile nothing."""

    def record(
        self,
        inputs: Sequence[Any],
        outputs: Sequence[Any],
        updates: Sequence[tuple[Any, Any]],
        recorder: Recorder,
        excluding: Sequence[str] = (),
    ) -> Source:
        """Rewrite as `rewrite` does, without what `excluding` names or tags; tell the recorder."""

    def listening(
        self, begin: Callable[[Any], Recorder | None], by_hand: bool = False
    ) -> AbstractContextManager[None]:
        """Record what functions compiled in a block rewrite; `begin` gives a graph its recorder.

        It gets the graph before its rewriting; with `by_hand` also what the user's lines rewrite.
        """

    def hearing(self, hearer: Hearer) -> AbstractContextManager[None]:
        """Tell a hearer of the functions that are linked in a block, and of their calls."""

    def updates_of(self, maker: Any) -> Mapping[int, Any]:
        """Return by position among the results which shared variable takes each."""

    def maker_in(self, frame: FrameType) -> Any:
        """Return the engine's function maker that a frame is of, None for any other frame."""

    def linking_where(self, is_wanted: Callable[[Any], bool]) -> AbstractContextManager[None]:
        """Link in a block what is wanted alone; else a maker stands in its function's place."""

    def mode_words(self, maker: Any) -> tuple[str, str]:
        """Name the mode that a function was made in, and the backend that runs it."""

    def configured(self, settings: Settings) -> AbstractContextManager[None]:
        """Have what is built, rewritten and compiled in a block follow some settings.

        Raise XorexplainError for a mode or a type of floats that the engine does not have.
        """

    def rewrite_tags(self) -> Mapping[str, tuple[str, ...]]:
        """Return the tags of every registered rewrite by its name."""

    def rewrite_code(self, rewriter: Any, name: str) -> tuple[str, str]:
        """Return where a rewriter's code is, as ``file:line``, and its docstring, if known."""

    def registered(self) -> tuple[Registration, ...]:
        """Return every rewrite and every database of rewrites, wherever it is registered."""

    def mode_query(self) -> Query | None:
        """Return what the default mode asks its database for, None for a mode without a query."""

    def databases_kept(self) -> AbstractContextManager[None]:
        """Leave the databases as they were before the block; queries add tags to them."""

    def is_of_nodes(self, rewriter: Any) -> bool:
        """Tell whether a rewriter is tried on one apply node at a time."""

    def tracked(self, rewriter: Any) -> tuple[str, ...] | None:
        """Name the ops whose apply nodes a rewriter is tried on; None if it is tried on all."""

    def is_tracked(self, rewriter: Any, apply: Any) -> bool:
        """Tell whether a rewriter is tried on apply nodes of this op."""

    def rerun(self, recorder: Recorder) -> Rerun:
        """Begin to repeat a finished recording on copies."""

    def compute(self, apply: Any, inputs: Sequence[Any], values: Sequence[Any]) -> list[Any]:
        """Run an apply node's op on copies of values of `inputs` and return those of its outputs.

        `inputs` are variables like its own; the node and the values stay as they are.
        """

    def overwrites(self, apply: Any, inputs: Sequence[Any], values: Sequence[Any]) -> list[int]:
        """Return the inputs that an op's Python code writes into, though its op does not say so."""

    def compile(
        self,
        inputs: Sequence[Any],
        outputs: Any,
        updates: Sequence[tuple[Any, Any]],
        excluding: Sequence[str] = (),
    ) -> Any:
        """Compile a function of one output or a list, without what names and tags exclude."""

    def call_many(self, function: Any, times: int) -> Any:
        """Call a function without inputs `times` times and return the last result."""

    def debugprint(self, obj: Any, options: Mapping[str, Any]) -> str:
        """Return the engine's own debugprint of `obj`, in the engine's own option names."""

    def pydotprint(self, obj: Any) -> str:
        """Return the DOT text of the engine's own pydotprint, without running Graphviz."""

    def runs_python(self) -> bool:
        """Tell whether compiled functions run op by op in Python, for want of a C compiler."""

    def setup(self) -> Setup:
        """Report compiler, compile directory and lock, and the mode in force with its linker."""

    def blas_flags(self) -> str:
        """Return the flags that link BLAS; an engine may try the compiler to find them."""
