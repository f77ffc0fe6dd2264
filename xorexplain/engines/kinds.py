"""Name an engine's op by kind, family and parameters, from its class and attributes alone.

Both engines descend from one code base and share class names, so one table serves both and this
module imports neither.
"""

from __future__ import annotations

import re
from numbers import Integral
from typing import Any

from xorexplain.engines.common import plain
from xorexplain.graph import Family, Op
from xorexplain.ops import FAMILY_OF_KIND

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
    "CumOp": "cumsum",
    "CumsumOp": "cumsum",
    "CumprodOp": "cumprod",
    "RepeatOp": "repeat",
    "SearchsortedOp": "searchsorted",
    "ExtractDiag": "extract_diag",
    "LazyIfElse": "if_else",
}
_REDUCTIONS = {"add": "sum", "mul": "prod", "maximum": "max", "minimum": "min"}
_REDUCTIONS |= {"and": "all", "or": "any"}
_ELEMENTWISE_BASES = frozenset({"Elemwise", "ScalarOp"})
_LINEAR_ALGEBRA_MODULES = ("nlinalg", "slinalg", "linalg", "blas", "conv", "corr", "signal")


def describe(op: Any) -> Op:
    """Return the neutral description of an engine's op."""
    kind = kind_of(op)
    return Op(kind, _family(op, kind), plain(op), _params(op, kind))


def kind_of(op: Any) -> str:
    """Return the name both engines share for an op: `add`, `dot`, `expand_dims`, ..."""
    bases = {cls.__name__ for cls in type(op).__mro__}
    name = type(op).__name__
    scalar = getattr(op, "scalar_op", None)
    if "CAReduce" in bases and scalar is not None:
        return _REDUCTIONS.get(_scalar_kind(scalar), f"reduce_{_scalar_kind(scalar)}")
    if "Elemwise" in bases and scalar is not None:
        return _scalar_kind(scalar)
    if "ScalarOp" in bases:
        return _scalar_kind(op)
    if "DimShuffle" in bases:
        return _dimshuffle_kind(op)
    if "Blockwise" in bases:
        core = kind_of(op.core_op)
        return "matmul" if core == "dot" else core
    if "IncSubtensor" in name and getattr(op, "set_instead_of_inc", False):
        return snake_case(name).replace("inc_", "set_")
    for base in ("FusedElemwise", "Scan", "OpFromGraph", "IfElse"):
        if base in bases:
            return snake_case(base)
    return _OP_NAMES.get(name) or snake_case(name)


def snake_case(name: str) -> str:
    """Turn a class name into a kind: `BatchedDot` into `batched_dot`, `Dot22` into `dot22`."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    return spaced.lower().removesuffix("_op")


def _scalar_kind(scalar_op: Any) -> str:
    name = type(scalar_op).__name__
    if any(cls.__name__ == "Composite" for cls in type(scalar_op).__mro__):
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
    if kind in FAMILY_OF_KIND:
        return FAMILY_OF_KIND[kind]
    bases = {cls.__name__ for cls in type(op).__mro__}
    if "RandomVariable" in bases or "RandomFunction" in bases:
        return "random"
    if "CAReduce" in bases:
        return "reduction"
    if bases & _ELEMENTWISE_BASES:
        return "elementwise"
    module = type(op).__module__
    if any(part in module for part in _LINEAR_ALGEBRA_MODULES):
        return "linear algebra"
    return "indexing" if "subtensor" in module else "other"


def _params(op: Any, kind: str) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    axis = getattr(op, "axis", None)
    axes = axis if isinstance(axis, (tuple, list)) else (axis,)
    if axes and all(isinstance(entry, Integral) for entry in axes):
        found["axis"] = ", ".join(str(int(entry)) for entry in axes)
    if hasattr(op, "new_order"):
        found["order"] = ", ".join(str(a) for a in op.new_order)
    if kind == "cast":
        scalar = getattr(op, "scalar_op", op)
        found["dtype"] = str(scalar.o_type.dtype)
    if hasattr(op, "idx_list"):
        found["index"] = ", ".join(_index_text(entry) for entry in op.idx_list or ())
    if hasattr(op, "set_instead_of_inc"):
        found["mode"] = "set" if op.set_instead_of_inc else "inc"
    if hasattr(op, "ndim") and kind == "reshape":
        found["ndim"] = str(op.ndim)
    if kind in ("scan", "op_from_graph") and getattr(op, "name", None):
        found["name"] = plain(op.name)
    return tuple(found.items())


def _index_text(entry: Any) -> str:
    """Write one index of a Subtensor; `·` stands for a value that is the next input of the node.

    Theano keeps the value's type in its place, PyTensor its position among the inputs.
    """
    if isinstance(entry, slice):
        start, stop, step = (
            "" if bound is None else "·" for bound in (entry.start, entry.stop, entry.step)
        )
        return f"{start}:{stop}" + (f":{step}" if step else "")
    return "·"
