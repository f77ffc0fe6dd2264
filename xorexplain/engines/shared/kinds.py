"""Name an engine's op by kind, family and parameters, from its class and attributes alone.

Both engines descend from one code base and share class names, so one table serves both and this
module imports neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from xorexplain.engines.names import ENGINES
from xorexplain.engines.shared.common import plain, read
from xorexplain.engines.shared.properties import goes_back_through, is_of, properties
from xorexplain.engines.shared.xtensors import by_dims, on_axes, repeats_nothing
from xorexplain.graph.ops import KINDS, REDUCTIONS, has, kind_words
from xorexplain.graph.records import Family, Op

_SCALAR_NAMES = {
    "ArcCos": "arccos",
    "ArcCosh": "arccosh",
    "ArcSin": "arcsin",
    "ArcSinh": "arcsinh",
    "ArcTan": "arctan",
    "ArcTan2": "arctan2",
    "ArcTanh": "arctanh",
    "AND": "and",
    "OR": "or",
    "XOR": "xor",
    "LT": "lt",
    "GT": "gt",
    "LE": "le",
    "GE": "ge",
    "EQ": "eq",
    "NEQ": "neq",
    "ScalarMaximum": "maximum",
    "ScalarMinimum": "minimum",
    "ScalarSigmoid": "sigmoid",
    "ScalarSoftplus": "softplus",
    "ScalarSoftsign": "softsign",
    "Sgn": "sign",
    "Inv": "reciprocal",
    "GammaLn": "gammaln",
    "Psi": "digamma",
}
_OP_NAMES = {
    "BatchedDot": "batched_dot",
    "CGemv": "gemv",
    "CGer": "ger",
    "ScipyGer": "ger",
    "DeepCopyOp": "deep_copy",
    "OutputGuard": "output_guard",
    "ViewOp": "view",
    "Shape_i": "shape_i",
    "Alloc": "alloc",
    "ARange": "arange",
    "CumsumOp": "cumsum",
    "CumprodOp": "cumprod",
    "RepeatOp": "repeat",
    "SearchsortedOp": "searchsorted",
    "ExtractDiag": "extract_diag",
    "LazyIfElse": "if_else",
}
_PLAIN = """
    CAReduce CAReduceDtype FixedOpCAReduce NonZeroDimsCAReduce MaxAndMinCAReduce Sum Prod Max Min
    All Any
"""
_PLAIN_REDUCTIONS = frozenset(_PLAIN.split())
"""Classes that do nothing but reduce with their scalar op."""
_GRAPHS = {
    "Softmax": "softmax",
    "LogSoftmax": "log_softmax",
    "LogSumExp": "logsumexp",
    "LogAddExp": "logaddexp",
    "XLogY": "xlogy",
    "XLog1PY": "xlog1py",
    "KroneckerProduct": "kron",
    "AllocDiag": "alloc_diag",
    "Einsum": "einsum",
    "RandomVariableWithCoreShape": "sized_draw",
    "Pad": "pad",
    "SolveSylvester": "solve_sylvester",
    "SolveDiscreteARE": "solve_discrete_are",
    "SolveBilinearDiscreteLyapunov": "solve_bilinear_discrete_lyapunov",
}
"""PyTensor's own OpFromGraph classes; what is derived from them may compute something else."""
_MATRIX_PRODUCT = re.compile(r"\((\w+),(\w+)\),\(\2,(\w+)\)->\(\1,\3\)")
_ELEMENTWISE_BASES = frozenset({"Elemwise", "ScalarOp"})
_LINEAR_ALGEBRA_MODULES = ("nlinalg", "slinalg", "linalg", "blas", "conv", "corr", "signal")
_TOLD_BY_BASE = ("Scan", "OpFromGraph", "IfElse", "CheckAndRaise", "Composite")
"""Classes whose kind says what anything derived from them does."""


def describe(op: Any, node: Any = None) -> Op:
    """Return the neutral description of an engine's op; `node` says what it is used on.

    A Blockwise on no leading axes computes what the op inside it does, and is told as that. An op
    whose properties cannot be read is its class, and says so.
    """
    try:
        return _described(op, node)
    except Exception as error:  # noqa: BLE001 - properties of a user's own op may raise anything
        unread = (("unreadable", type(error).__name__),)
        return Op(f"own_{snake_case(type(op).__name__)}", "other", plain(op), unread)


def _described(op: Any, node: Any) -> Op:
    label = plain(op)
    inside = scalarized(op)
    if inside is not None:
        op = inside.op
    if node is not None and repeats_nothing(op, node):
        op = op.core_op
    kind = kind_of(op)
    by_axes = on_axes(op, node, _scalar_kind)
    if by_axes is not None:
        return Op(by_axes[0], _family(op, by_axes[0]), label, by_axes[1])
    params = properties(op, kind, node)
    if kind == "blockwise":
        params = (("core", _inside(op.core_op)), ("signature", _signature(op)))
    elif kind == "sized_draw":
        params = (("name", kind_of(op.core_op).removesuffix("_rv")),)
    elif is_of(op, "XBlockwise", "XRV"):
        params = by_dims(op, _inside(op.core_op), describe(op.core_op))
    elif kind == "op_from_graph":
        params = (*(pair for pair in _known_as(op, node) if pair[0] not in dict(params)), *params)
    return Op(kind, _family(op, kind), label, params)


def scalarized(op: Any) -> Any | None:
    """Return the one node that an op computes on native scalars in place of arrays, if it does.

    PyTensor wraps an Elemwise, an index or a sum so, as an OpFromGraph of that node and of what
    makes arrays of scalars; told as the node where its arguments and results are those of the op.
    """
    if not is_of(op, "FinalizedOpFromGraph"):
        return None
    graph = op.fgraph
    around = ("TensorFromScalar", "ScalarFromTensor", "DimShuffle")
    computing = [node for node in graph.apply_nodes if not is_of(node.op, *around)]
    if len(computing) != 1:
        return None
    (node,) = computing
    # An elementwise op gives a scalar the axes it lacks, any other op reads what it is handed.
    passed = around if is_of(node.op, "Elemwise") else around[:2]
    read = [_scalar_of(variable, passed) for variable in node.inputs]
    made = [_scalar_of(variable, passed) for variable in graph.outputs]
    return node if read == list(graph.inputs) and made == list(node.outputs) else None


def _scalar_of(variable: Any, passed: tuple[str, ...]) -> Any:
    """Return the native scalar of which ops of these classes made an array, else the array."""
    found = variable
    while found.owner is not None and is_of(found.owner.op, *passed):
        found = found.owner.inputs[0]
    return variable if found is variable or found.type.ndim > 0 else found


def kind_of(op: Any) -> str:
    """Return the name both engines share for an op: `add`, `dot`, `expand_dims`, ..."""
    kind = _kind_of(op)
    if "xtensor" in type(op).__module__.split(".") and not is_of(op, "Elemwise", "ScalarOp"):
        return kind if kind.startswith("x") else f"x_{kind}"
    if not _is_known(kind):
        return kind
    if "sparse" in type(op).__module__.split("."):
        return kind if has(kind, "sparse") else f"sparse_{kind}"
    return kind if _is_engines(op) else f"own_{kind}"


def _is_known(kind: str) -> bool:
    return kind in KINDS


def _is_engines(op: Any) -> bool:
    """Tell whether an engine defines the op; a class of the user's own may have any name."""
    scalar = getattr(op, "scalar_op", None)
    homes = [type(part).__module__.partition(".")[0] for part in (op, scalar) if part is not None]
    return all(home in ENGINES for home in homes) or is_of(op, *_TOLD_BY_BASE)


def _kind_of(op: Any) -> str:
    name = type(op).__name__
    scalar = getattr(op, "scalar_op", None)
    if is_of(op, "CAReduce") and name in _PLAIN_REDUCTIONS and scalar is not None:
        return REDUCTIONS.get(_scalar_kind(scalar), f"reduce_{_scalar_kind(scalar)}")
    if is_of(op, "Elemwise") and scalar is not None:
        return _scalar_kind(scalar)
    if is_of(op, "ScalarOp"):
        return _scalar_kind(op)
    if is_of(op, "DimShuffle"):
        return _dimshuffle_kind(op)
    if is_of(op, "Blockwise"):
        is_product = kind_of(op.core_op) == "dot" and _MATRIX_PRODUCT.fullmatch(_signature(op))
        return "matmul" if is_product else "blockwise"
    if is_of(op, "CumOp"):
        return {"add": "cumsum", "mul": "cumprod"}[op.mode]
    if "IncSubtensor" in name and getattr(op, "set_instead_of_inc", False):
        return snake_case(name).replace("inc_", "set_")
    if name in _GRAPHS:
        return _GRAPHS[name]
    for base in ("FusedElemwise", "Scan", "OpFromGraph", "IfElse"):
        if is_of(op, base):
            return snake_case(base)
    if is_of(op, "CheckAndRaise") and not is_of(op, "Assert"):
        return "check_and_raise"
    return _OP_NAMES.get(name) or snake_case(name)


def _signature(op: Any) -> str:
    """Return the signature of a Blockwise op without spaces."""
    return plain(op.signature or "").replace(" ", "")


def _inside(op: Any) -> str:
    """Write the op inside another one on a line: its kind and what distinguishes it."""
    kind = kind_of(op)
    params = ", ".join(f"{name}={text}" for name, text in properties(op, kind))
    return f"{kind} [{params}]" if params else kind


def _known_as(op: Any, node: Any) -> Iterator[tuple[str, str]]:
    """Say what an op does that wraps another: the one in its graph, else its class.

    PyTensor makes the gradient of an op with an inner graph one too; it reads what that op reads,
    then what it gives.
    """
    forward = goes_back_through(node)
    if forward is not None:
        yield "name", f"gradient of {kind_words(kind_of(forward.op))}"
        return
    graph = getattr(op, "fgraph", None)
    nodes = list(getattr(graph, "apply_nodes", ()))
    core = getattr(op, "core_op", None) or getattr(op, "scalar_op", None)
    if is_of(op, "BlockwiseWithCoreShape"):
        # It is told the lengths of what the op inside gives, and else is that op.
        yield "batched", _inside(core)
        return
    if core is None and len(nodes) == 1 and is_of(op, "FinalizedOpFromGraph"):
        (core,) = (node.op for node in nodes)
    if core is not None and not hasattr(op, "binary_op"):
        yield "core", _inside(core)
    if is_of(op, "SymbolicRandomVariable"):
        # PyMC's: a distribution that is a graph of others.
        (named, *_) = read(op, "_print_name") or ("_",)
        said = type(op).__name__ if named.startswith("_") else plain(named)
        yield "distribution", said.removesuffix("RV").lstrip("_")
    cls = type(op)
    if cls.__name__ != "OpFromGraph" and is_of(op, "OpFromGraph"):
        writes = next(c.__name__ for c in cls.__mro__ if "__str__" in vars(c))
        yield "name", cls.__name__ if writes == "OpFromGraph" else plain(op)


def snake_case(name: str) -> str:
    """Turn a class name into a kind: `BatchedDot` into `batched_dot`, `Dot22` into `dot22`."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    return spaced.lower().removesuffix("_op")


def _scalar_kind(scalar_op: Any) -> str:
    name = type(scalar_op).__name__
    if is_of(scalar_op, "Composite"):
        return "composite"
    return _SCALAR_NAMES.get(name) or snake_case(name)


def _dimshuffle_kind(op: Any) -> str:
    axes = [axis for axis in op.new_order if axis != "x"]
    inserted = len(axes) < len(op.new_order)
    if list(op.drop):
        return "dimshuffle" if inserted or axes != sorted(axes) else "squeeze"
    if axes == sorted(axes):
        return "expand_dims" if inserted else "view"
    return "dimshuffle" if inserted else "transpose"


def _family(op: Any, kind: str) -> Family:
    if kind == "blockwise":
        inside = _family(op.core_op, kind_of(op.core_op))
        return inside if inside in ("indexing", "random", "shape") else "linear algebra"
    if is_of(op, "SymbolicRandomVariable"):
        return "random"
    if kind in KINDS:
        return KINDS[kind].family
    if is_of(op, "RandomVariable", "RandomFunction", "XRV"):
        return "random"
    if is_of(op, "CAReduce"):
        return "reduction"
    if is_of(op, *_ELEMENTWISE_BASES):
        return "elementwise"
    module = type(op).__module__
    if any(part in module for part in _LINEAR_ALGEBRA_MODULES):
        return "linear algebra"
    return "indexing" if "subtensor" in module else "other"
