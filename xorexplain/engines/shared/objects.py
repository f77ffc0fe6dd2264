"""Tell what an engine's objects are, and do with functions what both engines do alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from xorexplain.engines.names import TITLES
from xorexplain.engines.protocol import Source, TypeInfo
from xorexplain.engines.setup import Setup
from xorexplain.engines.shared import common, frames
from xorexplain.engines.shared.compile_dir import Lock, usable
from xorexplain.engines.shared.configured import Configured
from xorexplain.engines.shared.frames import Frame
from xorexplain.engines.shared.kinds import describe
from xorexplain.engines.shared.library import Library
from xorexplain.engines.shared.recursion import call_deep
from xorexplain.engines.shared.rewriting import Rewriting
from xorexplain.graph.records import Op, Role, SourceLine

if TYPE_CHECKING:
    from xorexplain.engines.recorder import Recorder


class Objects(Configured, Rewriting):
    """Describe variables, types, graphs and functions, compile, and report the setup."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.name = library.name
        self.title = TITLES[library.name]
        self.version: str = library.module.__version__
        self.module = library.module
        self.tensor = library.module.tensor

    def is_variable(self, obj: Any) -> bool:
        """Tell whether `obj` is a variable of this engine."""
        return isinstance(obj, self.library.variable)

    def is_function(self, obj: Any) -> bool:
        """Tell whether `obj` is a compiled function of this engine."""
        return isinstance(obj, self.library.function)

    def written(self, function: Any) -> tuple[list[Any], list[tuple[Any, Any]]] | None:
        """Return results and updates a function was made of, None where it does not keep them.

        A copy of a function is made of what the rewriting left.
        """
        maker = function.maker
        outputs = [result.variable for result in maker.outputs]
        if not self.library.keeps_written or not maker.fgraph.variables.isdisjoint(outputs):
            return None
        return outputs, [(i.variable, i.update) for i in maker.inputs if i.update is not None]

    def is_graph(self, obj: Any) -> bool:
        """Tell whether `obj` is a FunctionGraph of this engine."""
        return isinstance(obj, self.library.graph)

    def source_of(self, obj: Any) -> Source:
        """Describe a FunctionGraph, a compiled function or a function maker."""
        if self.is_graph(obj):
            labels = [None] * len(obj.outputs)
            return Source(obj, obj.outputs, labels, obj.inputs, obj.toposort())
        maker = obj.maker if self.is_function(obj) else obj
        graph = maker.fgraph
        labels = [spec.variable.name for spec in maker.outputs]
        return Source(
            obj if self.is_function(obj) else graph,
            graph.outputs,
            labels + [None] * (len(graph.outputs) - len(labels)),
            graph.inputs,
            graph.toposort(),
            self.updates_of(maker),
        )

    def updates_of(self, maker: Any) -> Mapping[int, Any]:
        """Return by position among the results which shared variable takes each."""
        raise NotImplementedError

    def default_mode(self) -> Any:
        """Return the mode in which functions are compiled where nobody says which."""
        return self.library.default_mode()

    def keeps_written(self, maker: Any) -> bool:
        """Tell whether a function maker still holds the graph as it was written, too.

        It does where the graph that was rewritten is a copy.
        """
        specs, inputs = maker.inputs, maker.fgraph.inputs
        return all(spec.variable is not v for spec, v in zip(specs, inputs, strict=True))

    def role_of(self, variable: Any) -> Role:
        """Tell input, shared, constant and intermediate apart."""
        return common.role_of(variable, self.library.constant, self.library.shared)

    def type_of(self, variable: Any) -> TypeInfo:
        """Describe a variable's type; a shared variable's shape is that of its value."""
        text, dtype = str(variable.type), common.dtype_of(variable.type)
        if isinstance(variable.type, self.library.scalar):
            return TypeInfo(text, dtype, (), None)
        static = getattr(variable.type, self.library.pattern, None)
        if static is None:
            # Theano's sparse matrices have axes, and a type that tells no lengths.
            rank = getattr(variable.type, "ndim", None)
            unknown = (None,) * rank if rank else None
            return TypeInfo(text, dtype, self._shape(variable, unknown), None)
        # A pattern that is no shape says which lengths are 1.
        shape = tuple((1 if n else None) if isinstance(n, bool) else n for n in static)
        pattern = tuple(length == 1 for length in shape)
        named = getattr(variable.type, "dims", None)
        dims = tuple(map(str, named)) if isinstance(named, tuple) else None
        return TypeInfo(text, dtype, self._shape(variable, shape), pattern, dims)

    def _shape(
        self, variable: Any, shape: tuple[int | None, ...] | None
    ) -> tuple[int | None, ...] | None:
        """Return the shape of a value that there is, else what the type tells of it."""
        if shape is None or not isinstance(variable, (self.library.shared, self.library.constant)):
            return shape
        return tuple(getattr(self.value_of(variable), "shape", shape))

    def value_of(self, variable: Any) -> Any:
        """Return the value of a constant or shared variable."""
        if isinstance(variable, self.library.shared):
            return variable.get_value(borrow=True)
        return variable.data

    def op_of(self, apply: Any) -> Op:
        """Describe the op of an apply node."""
        return describe(apply.op, apply)

    def walking(self) -> AbstractContextManager[None]:
        """Have the engine keep the frames of what a block makes in less time."""
        return self.library.walks

    def frames_of(self, variable: Any) -> Iterator[Frame]:
        """Yield the frames in which a variable was made, the innermost first."""
        return frames.frames_of(variable, self.library.folder)

    def source_line(self, variable: Any) -> SourceLine | None:
        """Return the user's line that created a variable, where the engine kept it."""
        return frames.source_line(variable, self.library.folder)

    def rewrite(
        self, inputs: Sequence[Any], outputs: Sequence[Any], updates: Sequence[tuple[Any, Any]]
    ) -> Source:
        """Rewrite as for a compiled function, and compile nothing."""
        return self.source_of(self.rewritten(inputs, outputs, updates))

    def record(
        self,
        inputs: Sequence[Any],
        outputs: Sequence[Any],
        updates: Sequence[tuple[Any, Any]],
        recorder: Recorder,
        excluding: Sequence[str] = (),
    ) -> Source:
        """Rewrite as `rewrite` does, and tell the recorder everything that happens."""
        return self.source_of(self.rewritten(inputs, outputs, updates, recorder, excluding))

    def compile(
        self,
        inputs: Sequence[Any],
        outputs: Any,
        updates: Sequence[tuple[Any, Any]],
        excluding: Sequence[str] = (),
    ) -> Any:
        """Compile a function; `outputs` is a variable or a list of them.

        Raise XorexplainError where the engine cannot write to its compile directory, or where
        another process keeps it locked for too long.
        """
        with self.running():
            mode = self.library.default_mode().excluding(*excluding) if excluding else None
            return call_deep(lambda: self.make_function(inputs, outputs, updates, mode))

    def running(self) -> AbstractContextManager[None]:
        """Turn failures of compiling and running into what they mean."""
        raise NotImplementedError

    def debugprint(self, obj: Any, options: Mapping[str, Any]) -> str:
        """Return the engine's own debugprint of `obj`, in the engine's own option names."""
        printer = self.module.printing.debugprint
        text: str = call_deep(lambda: printer(obj, file="str", **options))
        return text

    def runs_python(self) -> bool:
        """Tell whether compiled functions run op by op in Python, for want of a C compiler."""
        return not self.module.config.cxx and self._linker() not in self.library.compilers

    def _linker(self) -> str:
        return str(self.library.default_mode().provided_linker)

    def usable(self) -> AbstractContextManager[None]:
        """Raise XorexplainError where the engine cannot use its compile directory."""
        return usable(self.title, str(self.module.config.base_compiledir))

    def lock(self) -> Lock:
        """Read the lock of the compile directory."""
        raise NotImplementedError

    def blas_flags(self) -> str:
        """Return the flags that link BLAS; an engine may try the compiler to find them."""
        raise NotImplementedError

    def setup(self) -> Setup:
        """Report compiler, compile directory and lock, and the mode in force with its linker.

        Raise XorexplainError where the engine cannot write to its compile directory.
        """
        config = self.module.config
        with self.usable():
            lock = self.lock()
        return Setup(
            compiler=config.cxx,
            compile_dir=str(config.base_compiledir),
            lock=lock,
            mode=config.mode if isinstance(config.mode, str) else type(config.mode).__name__,
            linker=self._linker(),
        )
