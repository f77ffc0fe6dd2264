"""Call the variables of a PyMC model in every graph as the model does."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from xorexplain.engines import Engine
from xorexplain.engines.shared.common import toposort
from xorexplain.graph.records import Origin
from xorexplain.graph.views.same import classes
from xorexplain.models.capture import capture, outputs_source
from xorexplain.models.naming import name_of, rename, unnamed
from xorexplain.models.structure import TERM

LOGP = "logp"


def logp_of(engine: Engine, theirs: Any) -> Any:
    """Return the model's log-probability, in which its variables keep their names."""
    with _data_named(theirs), _deterministics_named(theirs):
        logp = theirs.logp()
    rename(logp, LOGP)
    _name_transformed(engine, theirs, logp)
    return logp


@contextlib.contextmanager
def _data_named(theirs: Any) -> Iterator[None]:
    """Have PyMC call the terms of observed variables after them, which it calls after their data.

    Those are `pm.Data` with a name of their own, which they get back. What `pm.observe` is given,
    and the rest of data of which some are missing, have no name, and keep that of the variable.
    """
    pairs = [(theirs.rvs_to_values[variable], variable) for variable in theirs.observed_RVs]
    nameless = [(value, str(variable.name)) for value, variable in pairs if not value.name]
    named = [(value, value.name, str(variable.name)) for value, variable in _of_data(theirs)]
    for value, name in nameless:
        value.name = name
    for value, _, name in named:
        value.name = name
    try:
        yield
    finally:
        for value, own, _ in named:
            value.name = own
        for value, name in nameless:
            value.name = None
            rename(value, name)


def _of_data(theirs: Any) -> list[tuple[Any, Any]]:
    """Pair data that have a name of their own with the one variable that is observed as them."""
    pairs = [(theirs.rvs_to_values[variable], variable) for variable in theirs.observed_RVs]
    values = [value for value, _ in pairs]
    return [
        (value, variable)
        for value, variable in pairs
        if value in theirs.data_vars and value.name != variable.name and values.count(value) == 1
    ]


def _name_transformed(engine: Engine, theirs: Any, logp: Any) -> None:
    """Call `exp(tau_log__)` by `tau`, which it is wherever the log-probability reads that.

    One whose transform depends on another random variable is not found, and has no name.
    """
    back = {}
    for variable in theirs.free_RVs:
        transform, value = theirs.rvs_to_transforms[variable], theirs.rvs_to_values[variable]
        # A transform of the user's own may raise anything; the name is all that is lost.
        with contextlib.suppress(Exception):
            if transform is not None:
                found = transform.backward(value, *variable.owner.inputs)
                back.update({found: str(variable.name)} if found.owner is not None else {})
    if not back:
        return
    every = [v for node in toposort([logp, *back]) for v in node.outputs]
    graph = capture(engine, outputs_source(every, [None] * len(every)), Origin(engine.name, ""))
    same = classes(graph)
    numbers = {v: same[output.variable] for v, output in zip(every, graph.outputs, strict=True)}
    names = {numbers[value]: name for value, name in back.items()}
    for variable, number in numbers.items():
        if number in names and not variable.name:
            rename(variable, names[number])


def term_within(theirs: Any, term: Any, logp: Any) -> Any:
    """Return a variable's term as it is in logp, not summed; None where it is not found there.

    It is named after what stands for the variable, or after the variable that data stand for.
    """
    value = theirs.rvs_to_values[term]
    of_data = any(value is data for data, _ in _of_data(theirs))
    name = f"{term.name if of_data else name_of(value)}{TERM}"
    found = [v for node in toposort([logp]) for v in node.outputs if v.name == name]
    return found[0] if len(found) == 1 else None


def terms_of(theirs: Any, terms: list[Any]) -> list[Any]:
    """Return the terms of some variables in the log-probability, each as it is, not summed."""
    with _data_named(theirs), _deterministics_named(theirs):
        return list(theirs.logp(terms, sum=False))


@contextlib.contextmanager
def _deterministics_named(theirs: Any) -> Iterator[None]:
    """Have what PyMC copies for the log-probability be called after deterministic variables.

    PyMC keeps the name on a view of the value, which is not in the log-probability.
    """
    behind = [
        (given, str(variable.name))
        for variable in theirs.deterministics
        for given in (() if variable.owner is None else variable.owner.inputs[:1])
        if given.owner is not None and not given.name
    ]
    with contextlib.ExitStack() as stack:
        for value, name in behind:
            rename(value, name)
            stack.callback(unnamed, value)
        yield


def name_observed(theirs: Any) -> None:
    """Call observed data after all the variables that they are of.

    PyTensor takes equal constants for one, so that PyMC's graph has that of `b` in the term of `a`.
    """
    alike: dict[Any, list[Any]] = {}
    for variable in theirs.observed_RVs:
        value = theirs.rvs_to_values[variable]
        if value.owner is None and hasattr(value, "signature"):
            alike.setdefault(value.signature(), []).append(value)
    for values in alike.values():
        names = list(dict.fromkeys(str(value.name) for value in values))
        if len(names) > 1:
            rest = names[1] if len(names) == 2 else f"{len(names) - 1}_more"
            for value in values:
                rename(value, f"{names[0]}_and_{rest}")


def name_streams(theirs: Any) -> None:
    """Call each random stream after the variable that is drawn with it."""
    for variable in theirs.basic_RVs:
        found = [v for v in _drawn_with(variable) if not v.name]
        for position, stream in enumerate(found):
            rename(stream, f"rng_{variable.name}" + (f"_{position}" if position else ""))


def _drawn_with(variable: Any) -> list[Any]:
    """Return the random streams of a variable, its own first, and of its nameless components."""
    waiting, seen, found = [variable], {variable}, []
    for drawn in waiting:
        for given in () if drawn.owner is None else drawn.owner.inputs:
            if given in seen or (given.owner is not None and given.name):
                continue
            seen.add(given)
            waiting.append(given)
            if given.owner is None and type(given.type).__name__.startswith("Random"):
                found.append(given)
    return found
