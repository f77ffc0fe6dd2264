"""Tell how long the axes of a PyMC model's variables are."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import Any

import numpy

from xorexplain.engines import Engine
from xorexplain.models.pymc.refusals import refusing


def shapes_of(engine: Engine, theirs: Any, names: Sequence[str]) -> list[tuple[int, ...]]:
    """Return the shapes of variables, by name; nothing is compiled for it.

    Types tell them and dimensions do, but for what a model only computes, whose dimensions PyMC
    takes on trust. What is left is computed: by drawing, which is done at once, and where a prior
    draws what the model cannot go on with, by rewriting.
    """
    variables = [theirs.named_vars[name] for name in names]
    axes = [_axes(theirs, name, v) for name, v in zip(names, variables, strict=True)]
    left = [v for v, told in zip(variables, axes, strict=True) if None in told]
    found = iter(_computed(engine, theirs, left))
    symbolic = [length for told in axes if None not in told for length in told]
    lengths = iter(_evaluated(engine, symbolic))
    return [next(found) if None in told else tuple(next(lengths) for _ in told) for told in axes]


def _axes(theirs: Any, name: str, variable: Any) -> list[Any]:
    """Return the length of each axis as a number, or the variable that its dimension has."""
    is_trusted = variable in theirs.deterministics
    dims = None if is_trusted else theirs.named_vars_to_dims.get(name)
    dims = dims or (None,) * len(variable.type.shape)
    pairs = zip(variable.type.shape, dims, strict=True)
    return [theirs.dim_lengths.get(dim) if told is None else told for told, dim in pairs]


def _computed(engine: Engine, theirs: Any, variables: Sequence[Any]) -> list[tuple[int, ...]]:
    # The shape of an array with named axes is a tuple; its values are a tensor.
    tensors = [v.values if hasattr(v.type, "dims") else v for v in variables]
    shapes = [list(tensor.shape) for tensor in tensors]
    flat = [length for shape in shapes for length in shape]
    try:
        lengths = iter(_evaluated(engine, flat))
    except Exception:  # noqa: BLE001 - what an extreme draw leads to may raise anything
        with refusing(theirs, "tell how long its variables are"):
            fold = sys.modules["pymc.pytensorf"].constant_fold
            lengths = iter(_evaluated(engine, fold(flat, raise_not_constant=False)))
    return [tuple(next(lengths) for _ in shape) for shape in shapes]


def _evaluated(engine: Engine, lengths: Iterable[Any]) -> list[int]:
    """Return lengths as numbers, those that are variables computed in Python alone."""
    told = list(lengths)
    open_ = [length for length in told if hasattr(length, "type")]
    found = iter(engine.evaluator(open_, [])() if open_ else ())
    return [int(numpy.asarray(next(found) if hasattr(n, "type") else n)) for n in told]
