"""Find the variable of a model that is printed by a name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.graph.records import Origin
from xorexplain.graph.views.loop_series import series_name
from xorexplain.graph.views.names import called, outer_names, understood
from xorexplain.graph.views.printed_names import holders, no_variable
from xorexplain.models.calling import adjoints_of, below, call_values
from xorexplain.models.capture import capture, outputs_source, variable_ids
from xorexplain.models.model import Model
from xorexplain.models.naming import by_name, name_of


def find_named(engine: Engine, model: Model, name: str, named: Mapping[str, Any]) -> Any:
    """Return the variable that is printed by a name, None where there is none.

    `named` are the variables with names of their own; the others have the names that explanations
    give them.
    """
    # What stands for a variable is meant, not one of the values that are called after it.
    if name in model.aliases:
        return model.aliases[name]
    own = called(name, named)
    if own is not None:
        return named[own]
    news = [new for _, new in model.update_pairs]
    tops = [*model.results, *news, *adjoints_of(engine, model).values()]
    call_values(engine, model, tops)
    source = outputs_source(tops, [None] * len(tops))
    graph = capture(engine, source, Origin(engine.name, engine.version), model.parameters)
    given = understood(graph)
    printed = called(name, given)
    variables = {id_: variable for variable, id_ in variable_ids(source).items()}
    return None if printed is None else variables[given[printed]]


def check_outside(engine: Engine, model: Model, name: str) -> None:
    """Raise XorexplainError, naming what to ask for, for a name that no variable outside has.

    That is one of a value inside of an op, as `x[t]`, or of a length.
    """
    adjoints = adjoints_of(engine, model)
    cost = None if model.cost is None else name_of(model.cost) or "cost"
    labels = {adjoints[v]: f"∂{cost}/∂{name_of(v)}" for v in model.parameters if v in adjoints}
    tops = [*model.results, *(new for _, new in model.update_pairs), *adjoints.values()]
    source = outputs_source(tops, [labels.get(top) for top in tops])
    graph = capture(engine, source, Origin(engine.name, engine.version), model.parameters)
    inside = holders(graph, name)
    if inside:
        names = outer_names(graph)
        outputs = (v for id_ in inside for v in graph.apply[id_].outputs)
        made = [series_name(graph, v, names) or v for v in outputs]
        kinds = " and ".join(dict.fromkeys(graph.apply[id_].op.kind for id_ in inside))
        raise XorexplainError(
            f"{name} is inside of {kinds}, and no variable outside: "
            f"ask for what that gives, {', '.join(made[:4])}"
        )
    said = no_variable(graph, name)
    if said is not None:
        raise XorexplainError(said)


def named_variables(model: Model) -> Mapping[str, Any]:
    """Collect every named variable below the model's outputs, cost and updates."""
    tops = [*model.results, *(new for _, new in model.update_pairs)]
    return by_name([*tops, *below(tops)])
