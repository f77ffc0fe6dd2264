"""Adapt Theano 1.0.5: the only module that imports Theano."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xorexplain.engines import Setup, Source, TypeInfo
from xorexplain.engines.names import TITLES
from xorexplain.engines.shared import common
from xorexplain.engines.shared.compile_dir import clear_stale_lock, owner_file_lock, usable
from xorexplain.engines.shared.kinds import describe
from xorexplain.engines.shared.recursion import call_deep
from xorexplain.engines.theano.importing import importable, scan_in_python
from xorexplain.graph.records import Op, Role, SourceLine

if TYPE_CHECKING:
    from xorexplain.engines.recorder import Recorder

with importable():
    import theano
    import theano.printing
    import theano.tensor
    from theano import gof
    from theano.compile import SharedVariable
    from theano.compile.function_module import Function
    from theano.compile.mode import get_default_mode

    from xorexplain.engines.theano.calculus import (
        adjoints,
        compute,
        connections,
        edge_adjoints,
        evaluator,
        has_own_gradient,
    )
    from xorexplain.engines.theano.databases import (
        databases_kept,
        is_of_nodes,
        is_tracked,
        mirror,
        mode_query,
        registered,
        rewrite_tags,
        tracked,
    )
    from xorexplain.engines.theano.inner import inner_of, thawed
    from xorexplain.engines.theano.names import bound_names
    from xorexplain.engines.theano.rewriting import (
        listening,
        make_function,
        rewrite_code,
        rewritten,
    )

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

# Where somebody else imported Theano before this package was.
scan_in_python()

bound_names()
name = "theano"
title = TITLES[name]
version: str = theano.__version__
module = theano
tensor = theano.tensor
_FOLDER = str(Path(theano.__file__).parent) + os.sep


def sigmoid(x: Any) -> Any:
    """Apply the logistic function elementwise."""
    return theano.tensor.nnet.sigmoid(x)


def is_variable(obj: Any) -> bool:
    """Tell whether `obj` is a Theano variable."""
    return isinstance(obj, gof.Variable)


def is_function(obj: Any) -> bool:
    """Tell whether `obj` is a compiled Theano function."""
    return isinstance(obj, Function)


def is_graph(obj: Any) -> bool:
    """Tell whether `obj` is a FunctionGraph."""
    return isinstance(obj, gof.FunctionGraph)


def source_of(obj: Any) -> Source:
    """Describe a FunctionGraph, a compiled function or a function maker."""
    if isinstance(obj, gof.FunctionGraph):
        labels = [None] * len(obj.outputs)
        return Source(obj, obj.outputs, labels, obj.inputs, obj.toposort())
    maker = obj.maker if isinstance(obj, Function) else obj
    graph = maker.fgraph
    updated = [
        variable
        for spec, variable in zip(maker.expanded_inputs, graph.inputs, strict=True)
        if spec.update is not None
    ]
    first = len(graph.outputs) - len(updated)
    labels = [spec.variable.name for spec in maker.outputs]
    return Source(
        obj if isinstance(obj, Function) else graph,
        graph.outputs,
        labels + [None] * len(updated),
        graph.inputs,
        graph.toposort(),
        {first + position: variable for position, variable in enumerate(updated)},
    )


def role_of(variable: Any) -> Role:
    """Tell input, shared, constant and intermediate apart."""
    return common.role_of(variable, gof.Constant, SharedVariable)


def type_of(variable: Any) -> TypeInfo:
    """Describe a variable's type; a shared variable's shape is that of its value."""
    pattern = getattr(variable.type, "broadcastable", None)
    dtype = common.dtype_of(variable.type)
    if pattern is None:
        is_scalar = isinstance(variable.type, theano.scalar.Scalar)
        return TypeInfo(str(variable.type), dtype, () if is_scalar else None, None)
    shape = tuple(1 if flag else None for flag in pattern)
    if isinstance(variable, (SharedVariable, gof.Constant)):
        shape = getattr(value_of(variable), "shape", shape)
    return TypeInfo(str(variable.type), dtype, shape, tuple(pattern))


def value_of(variable: Any) -> Any:
    """Return the value of a constant or shared variable."""
    if isinstance(variable, SharedVariable):
        return variable.get_value(borrow=True)
    return variable.data


def op_of(apply: Any) -> Op:
    """Describe the op of an apply node."""
    return describe(apply.op, apply)


def source_line(variable: Any) -> SourceLine | None:
    """Return the user's line that created a variable, where Theano kept it."""
    return common.source_line(variable, _FOLDER)


def grad(cost: Any, wrt: Sequence[Any]) -> list[Any]:
    """Return the gradients of a scalar cost as variables."""
    gradients: list[Any] = call_deep(lambda: theano.tensor.grad(cost, list(wrt)))
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

    Raise XorexplainError where Theano cannot write to its compile directory; without a C compiler
    it needs none.
    """
    with usable(title, theano.config.base_compiledir):
        if not runs_python():
            clear_stale_lock(_lock_path())
        mode = get_default_mode().excluding(*excluding) if excluding else None
        return call_deep(lambda: make_function(inputs, outputs, updates, mode))


def _lock_path() -> Path:
    return Path(theano.config.compiledir, "lock_dir", "lock")


def call_many(function: Any, times: int) -> Any:
    """Call a function without inputs `times` times and return the last result.

    The C virtual machine applies the updates by itself and loops when told `n_calls`, which saves
    Python's share: a third of the time of the XOR network.
    """
    if times > 1 and not getattr(function.fn, "need_update_inputs", True):
        function.fn(n_calls=times - 1)
    else:
        for _ in range(times - 1):
            function()
    return function()


def debugprint(obj: Any, options: Mapping[str, Any]) -> str:
    """Return Theano's own debugprint of `obj`, in Theano's own option names."""

    def run() -> str:
        text = StringIO()
        theano.printing.debugprint(obj, file=text, **options)
        return text.getvalue()

    return call_deep(run)


def pydotprint(obj: Any) -> str:
    """Return the DOT text of Theano's own pydotprint, without running Graphviz.

    Theano refuses when its trial of the `dot` program fails at import; writing pydot's raw text
    needs no such program, so the refusal is lifted for the call.
    """
    printing = theano.printing

    def write(path: str) -> None:
        before = printing.pydot_imported
        printing.pydot_imported = True
        try:
            printing.pydotprint(obj, path, format="raw", print_output_file=False)
        finally:
            printing.pydot_imported = before

    return call_deep(lambda: common.dot_text(write))


def runs_python() -> bool:
    """Tell whether compiled functions run op by op in Python, for want of a C compiler."""
    return not theano.config.cxx


def setup() -> Setup:
    """Report compiler, BLAS, compile directory and lock.

    Raise XorexplainError where Theano cannot write to its compile directory.
    """
    config = theano.config
    mode = get_default_mode()
    with usable(title, config.base_compiledir):
        lock = owner_file_lock(_lock_path())
    return Setup(
        compiler=config.cxx,
        blas_flags=config.blas.ldflags,
        compile_dir=config.base_compiledir,
        lock=lock,
        mode=config.mode,
        linker=str(mode.provided_linker),
    )
