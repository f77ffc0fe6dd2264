"""Find what PyMC could not begin to sample: the model, and the point where logp is not finite."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Mapping, Sequence
from types import FrameType
from typing import Any

import numpy

from xorexplain.errors.records import dataclass
from xorexplain.models.pymc.recognized import is_its, is_pymc

_STREAMS = ("RandomType", "RandomGeneratorType", "NoneTypeT")


@dataclass(frozen=True)
class Point:
    """Hold a model, values for its value variables by name, and what those are called together."""

    theirs: Any
    point: Mapping[str, Any]
    where: str = "the starting point"


def failed_start(error: BaseException) -> Point | None:
    """Find in a traceback where PyMC found that logp is not finite; None for any other error."""
    if type(error).__name__ != "SamplingError" or not is_its(type(error)):
        return None
    for frame, _ in traceback.walk_tb(error.__traceback__):
        if str(frame.f_globals.get("__name__", "")).partition(".")[0] != "pymc":
            continue
        there = frame.f_locals
        held = there.get("self")
        if frame.f_code.co_name == "check_start_vals":
            model, point = held, there.get("elem")
        elif frame.f_code.co_name == "astep":
            model, point = getattr(held, "_model", None), _unravelled(there.get("q0"))
        else:
            continue
        if model is not None and is_pymc(model) and isinstance(point, Mapping):
            names = {str(v.name) for v in model.value_vars}
            if names <= set(point):
                return Point(model, {name: numpy.asarray(point[name]) for name in names})
    return None


def called_at(frame: FrameType | None, given: Mapping[str, Any]) -> Point | None:
    """Find the model whose function is called below a frame, and the point it is called at.

    `given` are the values of the function's inputs and shared variables by name; a sampler makes
    one vector of those of the model, and its frames know how. None where either is not found.
    """
    theirs = layout = None
    while frame is not None and (theirs is None or layout is None):
        there = dict(frame.f_locals)
        held = there.get("self")
        for value in (*there.values(), getattr(held, "_model", None)):
            theirs = value if theirs is None and is_pymc(value) else theirs
            layout = value if layout is None and type(value).__name__ == "RaveledVars" else layout
        frame = frame.f_back
    if theirs is None:
        return None
    names = [str(v.name) for v in theirs.value_vars]
    known = {name: given.get(name, given.get(f"{name}_shared__")) for name in names}
    if len(given) and layout is not None:
        vector = next((v for v in given.values() if numpy.shape(v) == layout.data.shape), None)
        if vector is not None:
            known |= _unravelled(layout._replace(data=numpy.asarray(vector)))
    if any(value is None for value in known.values()):
        return None
    return Point(theirs, {n: numpy.asarray(known[n]) for n in names}, "the point of the call")


def observed_within(error: BaseException, variables: Sequence[Any]) -> Any:
    """Return the observed variable of which the first of some variables is the data.

    None where an error came out of no model, or out of one that has no such data.
    """
    models = (v for f, _ in traceback.walk_tb(error.__traceback__) for v in f.f_locals.values())
    model = next((value for value in models if is_pymc(value)), None)
    if model is None:
        return None
    names = {str(model.rvs_to_values[rv].name): rv for rv in model.observed_RVs}
    return next((names[str(v.name)] for v in variables if str(v.name) in names), None)


def parameters_of(term: Any) -> Sequence[Any]:
    """List what a distribution was given, without its stream of numbers and how many it draws."""
    node = term.owner
    try:
        return list(node.op.dist_params(node))
    except Exception:  # noqa: BLE001 - an op of the user's own may have no such signature
        return [v for v in node.inputs if type(v.type).__name__ not in _STREAMS]


def is_written_by_user(term: Any) -> bool:
    """Tell whether the user wrote how the logp of a variable is computed."""
    return any("CustomDist" in kind.__name__ for kind in type(term.owner.op).__mro__)


def in_logp(theirs: Any, variables: Sequence[Any]) -> Sequence[Any]:
    """Return what stands for variables in logp: random ones are replaced by their values."""
    return list(theirs.replace_rvs_by_values(list(variables)))


def _unravelled(point: Any) -> Any:
    """Return the arrays by name of which a sampler has made one vector."""
    blocking = sys.modules.get("pymc.blocking")
    if blocking is None or type(point).__name__ != "RaveledVars":
        return None
    return blocking.DictToArrayBijection.rmap(point)
