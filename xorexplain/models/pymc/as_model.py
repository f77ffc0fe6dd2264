"""Understand a PyMC model: its log-probability as the cost, what else it computes as targets.

The cost is `logp()`, which PyMC makes large, not small; the parameters are its continuous value
variables, the data its starting point, and functions are rewritten as PyMC's own are.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from xorexplain.engines import Engine, engine_of
from xorexplain.errors import XorexplainError
from xorexplain.models.model import Model, Results
from xorexplain.models.pymc.dims import dims_of, lengths_told
from xorexplain.models.pymc.names import (
    LOGP,
    logp_of,
    name_observed,
    name_streams,
    term_within,
    terms_of,
)
from xorexplain.models.pymc.refusals import need_names, need_release, need_terms, refusing
from xorexplain.models.pymc.start import StartingPoint, need_finite
from xorexplain.models.pymc.structure import structure_of
from xorexplain.models.structure import TERM

SAMPLING = "logp_dlogp"
"""The function of NUTS and of `find_MAP`: logp and its gradient, all of it in one vector."""
MAX_TOLD = 8
"""How many transforms are told by name."""


def from_pymc(theirs: Any) -> Model:
    """Understand a model of PyMC; raise XorexplainError for one that has no log-probability."""
    need_release()
    terms = [*theirs.basic_RVs, *theirs.potentials]
    if not terms:
        raise XorexplainError("the PyMC model is empty: define random variables in it")
    need_names(terms)
    engine = engine_of(terms[0])
    assert engine is not None
    try:
        with refusing(theirs, "write the log-probability", "model.logp() says more"):
            logp = logp_of(engine, theirs)
    except XorexplainError:
        need_terms(theirs)
        raise
    name_observed(theirs)
    name_streams(theirs)
    point = StartingPoint(theirs)
    continuous = list(theirs.continuous_value_vars)
    return Model(
        outputs={LOGP: logp},
        cost=logp,
        parameters=continuous,
        inputs=list(theirs.value_vars),
        name=theirs.name or None,
        data=point,
        structure=partial(structure_of, engine, theirs),
        own_rewrites=_rewrites_of(theirs),
        targets=_targets(engine, theirs, continuous, logp),
        own_updates=_stream_updates,
        aliases={str(rv.name): value for rv, value in _transformed(theirs)},
        dims=dims_of(theirs),
        check_data=partial(need_finite, engine, theirs, point),
        notes=_notes(theirs),
        lacks=_lacks(theirs, continuous),
        theirs=theirs,
    )


def _rewrites_of(theirs: Any) -> tuple[str, ...]:
    """Name the rewrites that `pymc.pytensorf.compile` adds to those of its mode."""
    checks = "local_check_parameter_to_ninf_switch"
    if not theirs.check_bounds:
        checks = "local_remove_check_parameter"
    return ("random_make_inplace", checks)


def _targets(
    engine: Engine, theirs: Any, continuous: Sequence[Any], logp: Any
) -> Mapping[str, Callable[[], Results]]:
    """Return what can be asked for by name, each made when it is."""
    found: dict[str, Callable[[], Results]] = {}
    if continuous:
        found["dlogp"] = partial(_dlogp, engine, theirs, False)
        found[SAMPLING] = partial(_dlogp, engine, theirs, True)
    drawn = [*theirs.free_RVs, *theirs.deterministics, *theirs.observed_RVs]
    if theirs.basic_RVs:
        found["prior"] = partial(_drawn, drawn)
    for variable in drawn:
        found.setdefault(str(variable.name), partial(_drawn, [variable]))
    for term in (*theirs.basic_RVs, *theirs.potentials):
        found.setdefault(f"{term.name}{TERM}", partial(_term, theirs, term, logp))
    return found


def _drawn(variables: Sequence[Any]) -> Results:
    """Return random variables as they are drawn, with all that they are drawn from."""
    return Results(list(variables), [str(variable.name) for variable in variables])


def _term(theirs: Any, term: Any, logp: Any) -> Results:
    own = None if term in theirs.potentials else term_within(theirs, term, logp)
    if own is None:
        with refusing(theirs, f"write the log-probability of {term.name}"):
            (own,) = terms_of(theirs, [term])
    return Results([own], [f"{term.name}{TERM}"])


def _dlogp(engine: Engine, theirs: Any, with_logp: bool) -> Results:
    """Return the gradient that samplers follow, which PyMC rewrites logp for first."""
    with refusing(theirs, "differentiate its log-probability", "see `gradient --why`"):
        gradient = theirs.dlogp()
    gradient.name = gradient.name or "dlogp"
    if not with_logp:
        return Results([gradient], ["dlogp"])
    return Results([logp_of(engine, theirs), gradient], [LOGP, "dlogp"])


def _stream_updates(results: Sequence[Any]) -> Sequence[tuple[Any, Any]]:
    """Return the updates of random streams that PyMC adds to a function of some results."""
    collect = sys.modules["pymc.pytensorf"].collect_default_updates
    return list(collect(list(results)).items())


def _transformed(theirs: Any) -> list[tuple[Any, Any]]:
    """Pair the free variables that are transformed with what stands for them in logp."""
    pairs = [(rv, theirs.rvs_to_values[rv]) for rv in theirs.free_RVs]
    return [(rv, value) for rv, value in pairs if rv.name != value.name]


def _notes(theirs: Any) -> tuple[str, ...]:
    told = [
        f"{value.name} is {rv.name} under the transform {_transform_name(theirs, rv)}"
        for rv, value in _transformed(theirs)
    ]
    more = [f"{len(told) - MAX_TOLD} more are transformed"] if len(told) > MAX_TOLD else []
    words = "the cost is the PyMC model's logp, which is to be large, not small"
    return ("; ".join([words, *told[:MAX_TOLD], *more, *lengths_told(theirs)]),)


def _transform_name(theirs: Any, rv: Any) -> str:
    transform = theirs.rvs_to_transforms[rv]
    return str(getattr(transform, "name", "") or type(transform).__name__).strip("_")


def _lacks(theirs: Any, continuous: Sequence[Any]) -> Mapping[str, str]:
    """Say why a model has no updates and, where that is so, no parameters."""
    found = {"updates": "a PyMC model has no updates to train with: pm.sample draws from it"}
    if not continuous:
        why = _nothing_to_differentiate_for(theirs)
        found |= dict.fromkeys(("parameters", "dlogp", SAMPLING), why)
    return found


def _nothing_to_differentiate_for(theirs: Any) -> str:
    """Say why a model has no parameters."""
    if not theirs.free_RVs:
        return "the PyMC model has no free variables, so there is nothing to differentiate for"
    names = ", ".join(str(rv.name) for rv in theirs.free_RVs[:MAX_TOLD])
    return f"all free variables of the PyMC model are discrete ({names}): logp has no gradient"
