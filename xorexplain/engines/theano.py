"""Adapt Theano 1.0.5: the only module that imports Theano."""

from __future__ import annotations

import configparser
import contextlib
import importlib
import logging
import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from xorexplain.engines import Inner, Setup, Source, TypeInfo, common
from xorexplain.engines.kinds import describe
from xorexplain.engines.recursion import call_deep
from xorexplain.graph import Op, Role, SourceLine


def _user_set_blas() -> bool:
    flags = os.environ.get("THEANO_FLAGS", "")
    if any(flag.partition("=")[0].strip() == "blas.ldflags" for flag in flags.split(",")):
        return True
    parser = configparser.RawConfigParser()
    files = os.environ.get("THEANORC", "~/.theanorc").split(os.pathsep)
    parser.read([os.path.expanduser(file) for file in files], encoding="utf-8")
    return parser.has_option("blas", "ldflags")


def _numpy_names_blas() -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        config = importlib.import_module("numpy.distutils.__config__")
    return hasattr(config, "blas_opt_info")


@contextlib.contextmanager
def _importable() -> Iterator[None]:
    """Let Theano be imported with a numpy that no longer says which BLAS it was built with.

    Theano asks numpy for `blas_opt_info`, which numpy >= 1.22 wheels lack, and fails at import.
    With `blas.ldflags` empty it uses numpy's own BLAS and says so in a warning at each start.
    """
    if _user_set_blas() or _numpy_names_blas():
        yield
        return
    before = os.environ.get("THEANO_FLAGS")
    os.environ["THEANO_FLAGS"] = ",".join(filter(None, [before, "blas.ldflags="]))
    logger = logging.getLogger("theano.tensor.blas")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
        if before is None:
            del os.environ["THEANO_FLAGS"]
        else:
            os.environ["THEANO_FLAGS"] = before


with _importable(), warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    warnings.simplefilter("ignore", SyntaxWarning)
    import theano
    import theano.printing
    import theano.tensor
    from theano import gof
    from theano.compile import SharedVariable
    from theano.compile.function_module import Function, FunctionMaker
    from theano.compile.mode import Mode, get_default_mode

name = "theano"
title = "Theano"
version: str = theano.__version__
module = theano
tensor = theano.tensor
_FOLDER = str(Path(theano.__file__).resolve().parent)


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
    dtype = getattr(variable.type, "dtype", None)
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
    return describe(apply.op)


def inner_of(apply: Any) -> Inner | None:
    """Return the inner graph of Composite, Scan and OpFromGraph nodes."""
    op = apply.op
    scalar = getattr(op, "scalar_op", op)
    if isinstance(scalar, theano.scalar.Composite):
        inputs, outputs = scalar.fgraph.inputs, scalar.fgraph.outputs
        return Inner(scalar, inputs, outputs, tuple(range(len(inputs))))
    if isinstance(op, theano.scan_module.scan_op.Scan):
        outer = op.var_mappings["outer_inp_from_inner_inp"]
        feeds = tuple(outer.get(position) for position in range(len(op.inputs)))
        return Inner(op, op.inputs, op.outputs, feeds)
    if isinstance(op, theano.OpFromGraph):
        feeds = tuple(range(len(op.local_inputs)))
        return Inner(op, op.local_inputs, op.local_outputs, feeds)
    return None


def source_line(variable: Any) -> SourceLine | None:
    """Return the user's line that created a variable, where Theano kept it."""
    return common.source_line(variable, _FOLDER)


def grad(cost: Any, wrt: Sequence[Any]) -> list[Any]:
    """Return the gradients of a scalar cost as variables."""
    gradients: list[Any] = call_deep(lambda: theano.tensor.grad(cost, list(wrt)))
    return gradients


class _Unlinked(FunctionMaker):  # type: ignore[misc]
    """Stop a FunctionMaker before it links, which is where C code would be compiled."""

    def create(self, *arguments: Any, **options: Any) -> FunctionMaker:
        return self


def _unlinked_mode() -> Any:
    mode = get_default_mode()
    unlinked = Mode(mode.provided_linker, mode.provided_optimizer)
    unlinked.function_maker = _Unlinked
    return unlinked


def rewrite(
    inputs: Sequence[Any], outputs: Sequence[Any], updates: Sequence[tuple[Any, Any]]
) -> Source:
    """Rewrite as for a compiled function, and compile nothing."""
    with _python_constant_folding():
        maker = call_deep(lambda: _function(inputs, outputs, updates, _unlinked_mode()))
    return source_of(maker)


@contextlib.contextmanager
def _python_constant_folding() -> Iterator[None]:
    """Make the rewriter fold constants with `perform` instead of compiling C code for each.

    `python_constant_folding` is the hook Theano asks an op for; it is answered here for every op
    that has a `perform`. What is rewritten stays the same.
    """

    def has_perform(op: Any, node: Any) -> bool:
        return type(op).perform is not gof.PureOp.perform

    elemwise = theano.tensor.elemwise.Elemwise
    own = elemwise.python_constant_folding
    gof.Op.python_constant_folding = elemwise.python_constant_folding = has_perform
    try:
        yield
    finally:
        del gof.Op.python_constant_folding
        elemwise.python_constant_folding = own


def compile(inputs: Sequence[Any], outputs: Any, updates: Sequence[tuple[Any, Any]]) -> Any:
    """Compile a function; `outputs` is a variable or a list of them."""
    return call_deep(lambda: _function(inputs, outputs, updates, None))


def _function(
    inputs: Sequence[Any], outputs: Any, updates: Sequence[tuple[Any, Any]], mode: Any
) -> Any:
    return theano.function(
        list(inputs), outputs, updates=list(updates), mode=mode, on_unused_input="ignore"
    )


def call_many(function: Any, times: int) -> Any:
    """Call a function without inputs `times` times and return the last result.

    The C virtual machine loops by itself when told `n_calls`, which saves Python's share.
    """
    if times > 1 and getattr(function.fn, "need_update_inputs", True) is False:
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


def setup() -> Setup:
    """Report compiler, BLAS, compile directory and lock."""
    config = theano.config
    mode = get_default_mode()
    return Setup(
        compiler=config.cxx,
        blas_flags=config.blas.ldflags,
        compile_dir=config.compiledir,
        lock=os.path.join(config.compiledir, "lock_dir", "lock"),
        mode=config.mode,
        linker=str(mode.provided_linker),
    )
