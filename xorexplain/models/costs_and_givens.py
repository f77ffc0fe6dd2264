"""Take what a `Model` says of several costs, constants and givens to where it is looked for."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.models.givens import GivenData
from xorexplain.models.model import Model
from xorexplain.models.naming import name_of, rename
from xorexplain.models.replacing import replaced


def settled(engine: Engine, model: Model) -> Model:
    """Return a model whose cost is chosen, whose constants are cut off, and whose data are known.

    Raise XorexplainError for costs, constants and givens that are no variables of the engine.
    """
    if not (model.costs or model.consider_constant or model.givens):
        return model
    _check(engine, model)
    model = _cut(engine, model)
    for name in model.costs:
        cost = model.about(name).cost
        if name_of(cost) is None:
            rename(cost, name)
    if model.costs and model.cost is None:
        model = model.about(next(iter(model.costs)))
    notes = [*model.notes, *_told(model)]
    if model.givens and not isinstance(model.data, GivenData):
        data = GivenData(engine, model)
        model = replace(model, data=data)
        if data.counted:
            notes.append(f"values are those of {', '.join(data.counted)} = 0, as none is in data")
    return replace(model, notes=tuple(dict.fromkeys(notes)))


def about(model: Model, name: str) -> Model:
    """Return the same model about another of its costs, with what is told of that."""
    chosen = model.about(name)
    kept = [note for note in model.notes if note not in _told(model)]
    return replace(chosen, notes=(*kept, *_told(chosen)))


def _told(model: Model) -> list[str]:
    """Say of several costs which one this is about."""
    names = [name for name in model.costs if model.about(name).cost is not model.cost]
    if not names:
        return []
    return [f"the cost is {name_of(model.cost)}: --cost {names[0]} asks about another"]


def _cut(engine: Engine, model: Model) -> Model:
    """Stop the gradient at what is to be constant, as the engine's own op for that does.

    `T.grad(consider_constant=...)` gives the same gradients; its graph does not show why.
    """
    if not model.consider_constant:
        return model
    pairs = {}
    for variable in model.consider_constant:
        pairs[variable] = stop = engine.module.gradient.disconnected_grad(variable)
        stop.tag.trace = copy.copy(getattr(variable.tag, "trace", []))

    names, updates = list(model.outputs), model.update_pairs
    costs = [told if isinstance(told, tuple) else (told, None) for told in model.costs.values()]
    tops = [*model.outputs.values(), *(cost for cost, _ in costs), *(new for _, new in updates)]
    # All at once, so that what they share stays shared.
    *cut, cost = replaced(
        [*tops, tops[0] if model.cost is None else model.cost], pairs, itself=False
    )
    middle, end = len(names), len(names) + len(costs)
    again = [
        made if parameters is None else (made, parameters)
        for made, (_, parameters) in zip(cut[middle:end], costs, strict=True)
    ]
    return replace(
        model,
        outputs=dict(zip(names, cut[:middle], strict=True)),
        cost=None if model.cost is None else cost,
        costs=dict(zip(model.costs, again, strict=True)),
        updates=[(v, new) for (v, _), new in zip(updates, cut[end:], strict=True)],
        consider_constant=(),
    )


def _check(engine: Engine, model: Model) -> None:
    """Raise XorexplainError for what is no variable, or no pair of them."""
    try:
        fields = list(_fields(model))
    except (TypeError, ValueError) as error:
        raise XorexplainError(
            "Model.costs must be variables or pairs of one with its parameters, and Model.givens "
            "pairs of variables: costs={'name': (cost, [W])}, givens={x: batch}"
        ) from error
    for field, value in fields:
        if not engine.is_variable(value):
            raise XorexplainError(
                f"Model.{field} is {value!r}: it must be a {engine.title} variable"
            )
    for variable, _ in model.given_pairs:
        if engine.role_of(variable) == "constant":
            raise XorexplainError(f"Model.givens replaces {variable}, which is a constant")


def _fields(model: Model) -> Iterator[tuple[str, Any]]:
    for name, told in model.costs.items():
        cost, parameters = told if isinstance(told, tuple) else (told, ())
        yield f"costs[{name!r}]", cost
        yield from ((f"costs[{name!r}][1][{i}]", v) for i, v in enumerate(parameters))
    yield from ((f"consider_constant[{i}]", v) for i, v in enumerate(model.consider_constant))
    for i, pair in enumerate(model.given_pairs):
        yield from ((f"givens[{i}]", v) for v in pair)
