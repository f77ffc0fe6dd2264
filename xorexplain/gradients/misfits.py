"""Find the apply node that values do not fit, by computing a graph node by node."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

import numpy

from xorexplain.engines import Engine
from xorexplain.engines.shared.computing import MISFITS
from xorexplain.errors import NotComputedError, XorexplainError
from xorexplain.gradients.records import Derivation

Array = Any


@contextlib.contextmanager
def fitting_values(
    engine: Engine, derivation: Derivation, values: Mapping[str, Array]
) -> Iterator[None]:
    """Tell in one line where the values do not fit the graph, in shape or in range."""
    try:
        yield
    except MISFITS as error:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise XorexplainError(
            "the values of the check do not fit the graph"
            f"{_misfit(engine, derivation, values)} ({first}): "
            "give values that do with Model(data={...})"
        ) from error


def _misfit(engine: Engine, derivation: Derivation, values: Mapping[str, Array]) -> str:
    """Return where values of the given variables fail: node, shapes and the line that wrote it.

    It is empty where no node by itself fails.
    """
    graph, known = derivation.graph, dict(values)
    variables = derivation.variables
    for apply in graph.applies:
        if not all(v in known or graph.variable[v].owner is None for v in apply.inputs):
            continue
        given = [v for v in dict.fromkeys(apply.inputs) if v in known]
        made = [v for v in apply.outputs if v in variables]
        compute = engine.evaluator([variables[v] for v in made], [variables[v] for v in given])
        try:
            known |= zip(made, compute(*(known[v] for v in given)), strict=True)
        except NotComputedError:
            continue
        except MISFITS:
            shapes = " and ".join(str(numpy.shape(known[v])) for v in apply.inputs if v in known)
            line = next((graph.variable[v].source for v in made if graph.variable[v].source), None)
            where = f", {line.file}:{line.line}" if line else ""
            return f" at {apply.id} {apply.op.label}, given shapes {shapes}{where}"
    return ""
