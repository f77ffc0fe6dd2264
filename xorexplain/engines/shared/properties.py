"""Read what distinguishes an op from others of its kind, from the op's own properties.

An op's properties are what its class lists in `__props__` and what its constructor keeps under the
name of a parameter. Left out are those that change no value, and those that hold what the
constructor would choose by itself: of one class only one value is ever left out, so two ops that
compute different things never have the same parameters.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Iterator, Mapping
from functools import lru_cache
from numbers import Integral
from operator import is_
from typing import Any

import numpy

from xorexplain.engines.names import ENGINES
from xorexplain.engines.shared import loops
from xorexplain.engines.shared.common import plain
from xorexplain.graph.ops import indices_from, row

_WITHOUT_EFFECT_WORDS = """
    inplace inplace_pattern openmp nfunc_spec gufunc_spec destructive overwrite_a overwrite_b
    overwrite_A overwrite_c overwrite_dl overwrite_d overwrite_du destroyhandler_tolerate_aliased
    view as_view gpu profile allow_gc destroy_map imshp kshp nkern bsize unroll_batch unroll_kern
    unroll_patch verbose version max_threads fft_opt direction_hint path optimized
"""
_WITHOUT_EFFECT = frozenset(_WITHOUT_EFFECT_WORDS.split())
"""Properties that say how memory and processors are used, or hint at a shape."""
_OF_GRADIENTS = frozenset({"sparse_grad", "grad_preserves_dense", "connection_pattern"})
_SEEN_ELSEWHERE_WORDS = """
    scalar_op core_op fgraph inputs outputs info input_ndim ndim_supp ndims_params
    input_broadcastable n_outs n_inputs len_splits nin nout outtype output_type output_types
    output_types_preference
    input_types itypes otypes upcast_discrete_output typeConstructor kmap b_ndim convdim
    indexed_inputs indexed_outputs reduced_outputs set_instead_of_inc new_order idx_list name axis
    i dtype acc_dtype o_type true_branch false_branch strict
"""
_SEEN_ELSEWHERE = frozenset(_SEEN_ELSEWHERE_WORDS.split())
"""Properties that the node's inputs, outputs or inner graph show, and those read by name below."""
_OF_GRAPHS_WORDS = """
    inline pullback pushforward lop_overrides grad_overrides rop_overrides strict
    on_unused_input inputs outputs fgraph destroy_map
"""
_OF_GRAPHS = frozenset(_OF_GRAPHS_WORDS.split())
_USUAL: Mapping[str, Mapping[str, str]] = {
    "AllocDiag": {"axis1": "0", "axis2": "1", "offset": "0"},
    "Eye": {"dtype": "float64"},
    "Tri": {"dtype": "float64"},
    "AllocEmpty": {"dtype": "float64"},
    "Choose": {"mode": "raise"},
    "PermuteRowElements": {"inverse": "False"},
    "MatrixPinv": {"hermitian": "False"},
    "PivotToPermutations": {"inverse": "True"},
    "SortOp": {"kind": "quicksort"},
    "ArgSortOp": {"kind": "quicksort"},
    "Assert": {"exc_type": "AssertionError"},
    "ARange": {"dtype": "int64"},
    "TruncatedRV": {"max_n_steps": "10000"},
    "ConvOp": {"imshp_logical": "(None, None, None)", "kshp_logical": "(None, None)"},
}
"""What is usual for properties their constructors have no default for."""
_FIXED: Mapping[str, Mapping[str, str]] = {
    name: {"axis": "1"} for name in ("Softmax", "LogSoftmax", "SoftmaxGrad", "SoftmaxWithBias")
}
"""What Theano's classes, which take matrices alone, do without a property that says so."""
_LIBRARIES = (*ENGINES, "pymc")
"""Whose classes are meant where one is named: PyMC has bases of its own for draws."""
_SEVERAL_FLOATS = frozenset({"floatX", "float64"})


def properties(op: Any, kind: str, node: Any = None) -> tuple[tuple[str, str], ...]:
    """Return an op's parameters by neutral names; `node` tells which types it is used on."""
    found = dict(_axes(op, kind))
    if hasattr(op, "new_order"):
        found["order"] = ", ".join(str(a) for a in op.new_order)
    found.update(_dtypes(op, kind, node))
    if hasattr(op, "idx_list"):
        found["index"] = ", ".join(_index_text(entry) for entry in op.idx_list or ())
    elif node is not None and "index" in row(kind).said:
        # Theano's advanced indexing has each index, slices too, as an input.
        found["index"] = ", ".join("·" for _ in node.inputs[indices_from(kind) :])
    if hasattr(op, "set_instead_of_inc"):
        found["mode"] = "set" if op.set_instead_of_inc else "inc"
    if isinstance(getattr(op, "name", None), str) and _is_named(op, kind):
        found["name"] = plain(op.name)
    if is_of(op, "FromFunctionOp"):
        found["name"] = plain(op).partition("{")[2].removesuffix("}")
    if is_of(op, "RandomFunction"):
        found.update(_of_a_draw(op))
    if hasattr(op, "truncate_gradient") or kind == "scan":
        found.update(loops.settings(op))
    for part in [op] if getattr(op, "scalar_op", None) is None else [op, op.scalar_op]:
        for name, value in _others(part):
            found.setdefault(name, value)
    return tuple(found.items())


def is_of(op: Any, *names: str) -> bool:
    """Tell whether an op is of one of these classes of an engine, or of one derived from them.

    A class of the user's own that is only called as one of them is another.
    """
    cls: type = type(op)
    return not _class_names(cls).isdisjoint(names)


def goes_back_through(node: Any) -> Any | None:
    """Return the apply node whose inputs and outputs are the first that a node reads."""
    owners = [getattr(v, "owner", None) for v in getattr(node, "inputs", ())]
    for owner in dict.fromkeys(o for o in owners if o is not None and is_of(o.op, "OpFromGraph")):
        read = [*owner.inputs, *owner.outputs]
        if len(read) < len(node.inputs) and all(map(is_, node.inputs, read)):
            return owner
    return None


@lru_cache(maxsize=1024)
def _class_names(cls: type) -> frozenset[str]:
    return frozenset(c.__name__ for c in cls.__mro__ if _home(c.__module__) in _LIBRARIES)


def _is_named(op: Any, kind: str) -> bool:
    """Tell whether an op's name says what it computes, or was given by the user."""
    if is_of(op, "Scan", "OpFromGraph", "IfElse"):
        return bool(op.name)
    if is_of(op, "RandomVariable"):
        return bool(op.name != kind.removesuffix("_rv"))
    return "name" in (getattr(type(op), "__props__", None) or ())


def _axes(op: Any, kind: str) -> Iterator[tuple[str, str]]:
    """Read the axes an op works along: numbers, none of them, or all where nothing is said."""
    fixed = _FIXED.get(type(op).__name__)
    if fixed is not None and not hasattr(op, "axis") and _home(type(op).__module__) in ENGINES:
        yield from fixed.items()
        return
    axis = op.i if kind == "shape_i" else getattr(op, "axis", None)
    entries = axis if isinstance(axis, (tuple, list)) else (axis,)
    if all(isinstance(entry, Integral) for entry in entries):
        yield "axis", ", ".join(str(int(entry)) for entry in entries)
    elif axis is not None and "axis" in (getattr(type(op), "__props__", None) or ()):
        yield "along", value_text(axis)


def _dtypes(op: Any, kind: str, node: Any) -> Iterator[tuple[str, str]]:
    """Read the types that an op is asked for, where it would not choose them by itself."""
    if kind == "cast":
        yield "dtype", str(getattr(op, "scalar_op", op).o_type.dtype)
        return
    blank = None
    if hasattr(op, "_output_dtype") and node is not None:
        blank = copy.copy(op)
        blank.dtype = blank.acc_dtype = None
    for name, choose in (("dtype", "_output_dtype"), ("acc_dtype", "_acc_dtype")):
        value = getattr(op, name, None)
        if value is None or callable(value):
            continue
        text = value_text(value)
        if blank is not None and hasattr(blank, choose):
            if text != getattr(blank, choose)(node.inputs[0].type.dtype):
                yield name, text
        elif not _is_usual_dtype(op, text, node):
            yield name, text


def _is_usual_dtype(op: Any, dtype: str, node: Any) -> bool:
    cls: Any = type(op)
    if dtype == _USUAL.get(cls.__name__, {}).get("dtype"):
        return True
    own = getattr(cls, "dtype", None)
    if isinstance(own, str):
        return dtype == own or (own == "floatX" and dtype in _SEVERAL_FLOATS)
    if cls.__name__ == "MakeVector" and node is not None and node.inputs:
        given = [getattr(v.type, "dtype", None) for v in node.inputs]
        return None not in given and dtype == str(numpy.result_type(*given))
    return False


def _of_a_draw(op: Any) -> Iterator[tuple[str, str]]:
    """Read the distribution of Theano's draws, and their type."""
    dtype = getattr(op.outtype, "dtype", "float64")
    if dtype != "float64":
        yield "dtype", str(dtype)
    yield "name", value_text(op.fn)


def _others(op: Any) -> Iterator[tuple[str, str]]:
    """Read every other property that is not what the constructor would choose."""
    cls: Any = type(op)
    hidden = _WITHOUT_EFFECT | _OF_GRADIENTS | _SEEN_ELSEWHERE
    if is_of(op, "OpFromGraph", "Scan"):
        hidden |= _OF_GRAPHS
    if is_of(op, "Blockwise", "RandomFunction"):
        hidden |= {"signature", "fn"}
    usual, defaults = _USUAL.get(cls.__name__, {}), _defaults(cls)
    for name in _names(cls):
        if name in hidden or not hasattr(op, name):
            continue
        value = getattr(op, name)
        if name in usual and value_text(value) == usual[name]:
            continue
        if name in defaults and _same(value, defaults[name]):
            continue
        own = getattr(cls, name, None)
        if isinstance(own, str) and isinstance(value, str) and value == own:
            continue
        if is_of(op, "CumOp") and name == "mode":
            continue
        yield name, value_text(value)
    is_bare = not any(hasattr(op, name) for name in _names(cls))
    if is_bare and _has_own_text(cls) and plain(op) != cls.__name__:
        yield "label", plain(op)


@lru_cache(maxsize=4096)
def _names(cls: Any) -> tuple[str, ...]:
    """Return the names of a class's properties: those listed, and its constructor's parameters."""
    listed = getattr(cls, "__props__", None) or ()
    return tuple(dict.fromkeys([*listed, *_parameters(cls)]))


@lru_cache(maxsize=4096)
def _defaults(cls: Any) -> dict[str, Any]:
    return {
        name: parameter.default
        for name, parameter in _parameters(cls).items()
        if parameter.default is not inspect.Parameter.empty
    }


@lru_cache(maxsize=4096)
def _parameters(cls: Any) -> Mapping[str, inspect.Parameter]:
    """Return the parameters of a class's constructor, and of those it hands `**kwargs` to."""
    found: dict[str, inspect.Parameter] = {}
    for ancestor in cls.__mro__:
        made = ancestor.__dict__.get("__init__")
        if not inspect.isfunction(made):
            continue
        parameters = list(inspect.signature(made).parameters.values())[1:]
        for parameter in parameters:
            if parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
                found.setdefault(parameter.name, parameter)
        if not any(parameter.kind == parameter.VAR_KEYWORD for parameter in parameters):
            break
    return found


def _same(value: Any, default: Any) -> bool:
    """Tell whether a property has its default; only what is plain is compared."""
    if isinstance(value, Integral) and isinstance(default, Integral):
        return bool(value == default)
    if value is default:
        return True
    is_plain = type(value) is type(default) and isinstance(value, (str, float, tuple, list, dict))
    return is_plain and value_text(value) == value_text(default)


def _has_own_text(cls: Any) -> bool:
    """Tell whether an op of the user's own writes itself in a way of its own."""
    home = next((c.__module__ for c in cls.__mro__ if "__str__" in vars(c)), "builtins")
    return _home(home) not in (*ENGINES, "builtins")


def _home(module: str) -> str:
    return module.partition(".")[0]


def value_text(value: Any) -> str:
    """Write the value of a property: functions and classes by their names."""
    if isinstance(value, (tuple, list)):
        entries = ", ".join(value_text(entry) for entry in value)
        return f"({entries},)" if len(value) == 1 else f"({entries})"
    if isinstance(value, dict):
        entries = ", ".join(f"{value_text(k)}: {value_text(v)}" for k, v in value.items())
        return f"{{{entries}}}"
    if is_of(value, "RandomVariable") and value.name:
        return plain(value.name)
    named = isinstance(value, type) or inspect.isroutine(value)
    return plain(value.__qualname__ if named and hasattr(value, "__qualname__") else value)


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
