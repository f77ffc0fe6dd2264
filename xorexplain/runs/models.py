"""Make a graph that can be computed node by node of a model, with values for what it is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from xorexplain.engines import Engine
from xorexplain.engines.shared.common import toposort
from xorexplain.errors import XorexplainError, did_you_mean
from xorexplain.models.model import Model
from xorexplain.models.naming import name_of
from xorexplain.models.samples import own_values
from xorexplain.models.targets import function_inputs
from xorexplain.runs.written import Written


def graph_of(
    engine: Engine,
    model: Model,
    arguments: Sequence[Any] = (),
    named: Mapping[str, Any] | None = None,
) -> tuple[Written, dict[Any, Any]]:
    """Return the graph of a model's results and updates, and the values of its inputs.

    These are what is given, in the order of the inputs or by name, else the model's own data.
    Raise XorexplainError for a name that is no input, and for an input without a value.
    """
    outputs = list(dict.fromkeys([*model.results, *(new for _, new in model.update_pairs)]))
    inputs = function_inputs(engine, model, outputs, [])
    known = {str(name_of(v)): v for v in inputs}
    unknown = [name for name in named or {} if name not in known]
    if unknown:
        raise XorexplainError(f"{unknown[0]} is no input: {did_you_mean(unknown[0], list(known))}")
    if len(arguments) > len(inputs):
        raise XorexplainError(
            f"{len(arguments)} values are given for {len(inputs)} inputs: {', '.join(known)}"
        )
    given = dict(zip(inputs, arguments, strict=False))
    given |= {known[name]: value for name, value in (named or {}).items()}
    others = [v for v in inputs if v not in given]
    given |= dict(zip(others, own_values(engine, model, others), strict=True))
    return Written(inputs, outputs, toposort(outputs)), given
