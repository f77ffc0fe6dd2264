"""Adapt PyTensor >= 3.3: the only module that imports PyTensor."""

from __future__ import annotations

import contextlib
import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytensor
import pytensor.printing
import pytensor.tensor
from pytensor.compile.executor import Function
from pytensor.compile.mode import get_default_mode
from pytensor.compile.sharedvalue import SharedVariable
from pytensor.graph.basic import Constant, Variable
from pytensor.graph.fg import AbstractFunctionGraph, FunctionGraph
from pytensor.scalar.basic import ScalarType

from xorexplain.engines import Setup, Source, TypeInfo
from xorexplain.engines.names import TITLES
from xorexplain.engines.pytensor.calculus import (
    adjoints,
    compute,
    connections,
    edge_adjoints,
    evaluator,
    has_own_gradient,
)
from xorexplain.engines.pytensor.databases import (
    databases_kept,
    is_of_nodes,
    is_tracked,
    mirror,
    mode_query,
    registered,
    rewrite_tags,
    tracked,
)
from xorexplain.engines.pytensor.inner import inner_of, thawed
from xorexplain.engines.pytensor.rewriting import listening, make_function, rewrite_code, rewritten
from xorexplain.engines.shared import common
from xorexplain.engines.shared.compile_dir import kernel_lock, usable
from xorexplain.engines.shared.kinds import describe
from xorexplain.engines.shared.recursion import call_deep
from xorexplain.graph.records import Op, Role, SourceLine

if TYPE_CHECKING:
    from xorexplain.engines.recorder import Recorder

# fmt: off
__all__ = [
    "adjoints", "call_many", "compile", "compute", "connections", "databases_kept", "debugprint",
    "edge_adjoints", "evaluator", "grad", "has_own_gradient", "inner_of", "is_function", "is_graph",
    "is_of_nodes", "is_tracked", "is_variable", "listening", "mirror", "mode_query", "module",
    "name", "op_of", "pydotprint", "record", "registered", "rewrite", "rewrite_code",
    "rewrite_tags", "role_of", "runs_python", "setup", "sigmoid", "source_line", "source_of",
    "tensor", "thawed", "title", "tracked", "type_of", "value_of", "version",
]
# fmt: on

name = "pytensor"
title = TITLES[name]
version: str = pytensor.__version__
module = pytensor
tensor = pytensor.tensor
_FOLDER = str(Path(pytensor.__file__).parent) + os.sep
# Linkers that bring their own compiler and need none for C.
_OWN_COMPILER = ("numba", "jax", "pytorch", "mlx")


def sigmoid(x: Any) -> Any:
    """Apply the logistic function elementwise."""
    return pytensor.tensor.sigmoid(x)


def is_variable(obj: Any) -> bool:
    """Tell whether `obj` is a PyTensor variable."""
    return isinstance(obj, Variable)


def is_function(obj: Any) -> bool:
    """Tell whether `obj` is a compiled PyTensor function."""
    return isinstance(obj, Function)


def is_graph(obj: Any) -> bool:
    """Tell whether `obj` is a FunctionGraph."""
    return isinstance(obj, AbstractFunctionGraph)


def source_of(obj: Any) -> Source:
    """Describe a FunctionGraph, a compiled function or a function maker."""
    if isinstance(obj, AbstractFunctionGraph):
        labels = [None] * len(obj.outputs)
        return Source(obj, obj.outputs, labels, obj.inputs, obj.toposort())
    maker = obj.maker if isinstance(obj, Function) else obj
    graph = maker.fgraph
    updates = {out: graph.inputs[position] for out, position in graph.update_mapping.items()}
    labels = [spec.variable.name for spec in maker.outputs]
    return Source(
        obj if isinstance(obj, Function) else graph,
        graph.outputs,
        labels + [None] * (len(graph.outputs) - len(labels)),
        graph.inputs,
        graph.toposort(),
        updates,
    )


def role_of(variable: Any) -> Role:
    """Tell input, shared, constant and intermediate apart."""
    return common.role_of(variable, Constant, SharedVariable)


def type_of(variable: Any) -> TypeInfo:
    """Describe a variable's type; a shared variable's shape is that of its value."""
    dtype = common.dtype_of(variable.type)
    shape = getattr(variable.type, "shape", None)
    if isinstance(variable.type, ScalarType):
        return TypeInfo(str(variable.type), dtype, (), None)
    if shape is None:
        return TypeInfo(str(variable.type), dtype, None, None)
    pattern = tuple(size == 1 for size in shape)
    if isinstance(variable, SharedVariable | Constant):
        shape = getattr(value_of(variable), "shape", shape)
    return TypeInfo(str(variable.type), dtype, tuple(shape), pattern)


def value_of(variable: Any) -> Any:
    """Return the value of a constant or shared variable."""
    if isinstance(variable, SharedVariable):
        return variable.get_value(borrow=True)
    return variable.data


def op_of(apply: Any) -> Op:
    """Describe the op of an apply node."""
    return describe(apply.op, apply)


def source_line(variable: Any) -> SourceLine | None:
    """Return the user's line that created a variable, where PyTensor kept it."""
    return common.source_line(variable, _FOLDER)


def grad(cost: Any, wrt: Sequence[Any]) -> list[Any]:
    """Return the gradients of a scalar cost as variables."""
    gradients: list[Any] = call_deep(lambda: pytensor.grad(cost, list(wrt)))
    return gradients


def rewrite(
    inputs: Sequence[Any], outputs: Sequence[Any], updates: Sequence[tuple[Any, Any]]
) -> Source:
    """Rewrite as for a compiled function, and compile nothing."""
    return source_of(rewritten(inputs, outputs, updates))


def record(
    inputs: Sequence[Any],
    outputs: Sequence[Any],
    updates: Sequence[tuple[Any, Any]],
    recorder: Recorder,
    excluding: Sequence[str] = (),
) -> Source:
    """Rewrite as `rewrite` does, and tell the recorder everything that happens."""
    return source_of(rewritten(inputs, outputs, updates, recorder, excluding))


def compile(
    inputs: Sequence[Any],
    outputs: Any,
    updates: Sequence[tuple[Any, Any]],
    excluding: Sequence[str] = (),
) -> Any:
    """Compile a function; `outputs` is a variable or a list of them.

    Raise XorexplainError where PyTensor cannot write to its compile directory, or where another
    process keeps it locked for `compile__timeout` seconds.
    """
    with _running():
        mode = get_default_mode().excluding(*excluding) if excluding else None
        return call_deep(lambda: make_function(inputs, outputs, updates, mode))


@contextlib.contextmanager
def _running() -> Iterator[None]:
    """Turn two failures of compiling and running into what they mean.

    An exception that a signal raised in Numba's code comes out as the cause of a SystemError, or
    of several, one the cause of the next.
    """
    try:
        with usable(title, str(pytensor.config.base_compiledir)):
            yield
    except SystemError as error:
        cause: BaseException | None = error
        while isinstance(cause, SystemError):
            cause = cause.__cause__
        if isinstance(cause, KeyboardInterrupt | SystemExit):
            raise cause from None
        raise


def call_many(function: Any, times: int) -> Any:
    """Call a function without inputs `times` times and return the last result.

    Numba compiles at the first call, so this too raises XorexplainError where PyTensor cannot
    write to its compile directory.
    """
    with _running():
        for _ in range(times - 1):
            function()
        return function()


def debugprint(obj: Any, options: Mapping[str, Any]) -> str:
    """Return PyTensor's own debugprint of `obj`, in PyTensor's own option names."""
    text: str = call_deep(lambda: pytensor.printing.debugprint(obj, file="str", **options))
    return text


def pydotprint(obj: Any) -> str:
    """Return the DOT text of PyTensor's own pydotprint, without running Graphviz.

    A list of variables is wrapped here, since pydotprint hands constants to FunctionGraph as
    inputs, which PyTensor refuses. pydotprint first has pydot run `dot` on an empty graph and
    refuses when that fails; writing raw text needs no such program, so the trial is answered here.
    """
    import pydot

    if not isinstance(obj, Function | AbstractFunctionGraph):
        obj = FunctionGraph(outputs=list(obj), clone=True)

    def write(path: str) -> None:
        create = pydot.Dot.create
        pydot.Dot.create = lambda self, *arguments, **options: b""
        try:
            pytensor.printing.pydotprint(obj, path, format="raw", print_output_file=False)
        finally:
            pydot.Dot.create = create

    return call_deep(lambda: common.dot_text(write))


def runs_python() -> bool:
    """Tell whether compiled functions run op by op in Python, for want of a C compiler."""
    return not pytensor.config.cxx and _linker_name() not in _OWN_COMPILER


def _linker_name() -> str:
    return str(get_default_mode().provided_linker)


def setup() -> Setup:
    """Report compiler, BLAS, compile directory and lock.

    Raise XorexplainError where PyTensor cannot write to its compile directory.
    """
    config = pytensor.config
    with usable(title, str(config.base_compiledir)):
        lock = kernel_lock(Path(config.compiledir, ".lock"))
    with warnings.catch_warnings():
        # PyTensor warns where it finds no BLAS library to link; `doctor` tells of it.
        warnings.filterwarnings("ignore", message="PyTensor could not link to a BLAS")
        blas_flags = config.blas__ldflags
    return Setup(
        compiler=config.cxx,
        blas_flags=blas_flags,
        compile_dir=str(config.base_compiledir),
        lock=lock,
        mode=config.mode,
        linker=_linker_name(),
    )
