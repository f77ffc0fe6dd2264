"""Say of gradients that exist what becomes of them at a model's own values.

No op cuts such a path, so only numbers tell: the model's own, where it has them all.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import replace

from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.gradients.choose import differentiate
from xorexplain.gradients.following import values_and_adjoints
from xorexplain.gradients.saturation import faint_nodes
from xorexplain.gradients.vanishing import is_zero, vanishing
from xorexplain.gradients.why import Answer
from xorexplain.models.model import Model


def at_values(
    engine: Engine, model: Model, wrt: Sequence[str], answers: tuple[Answer, ...]
) -> tuple[Answer, ...]:
    """Add to each gradient that exists where next to nothing of it gets through, or nothing.

    Nothing is added where the model has no values of its own, or is too large to be computed here.
    """
    if not any(answer.state == "exists" for answer in answers):
        return answers
    with contextlib.suppress(XorexplainError):
        derivation = differentiate(engine, model, wrt)
        given, drawn, values, adjoints = values_and_adjoints(engine, model, derivation)
        if drawn:
            return answers
        by_name = {derivation.names[r.parameter]: r.parameter for r in derivation.results}
        zero = [v for v in by_name.values() if v in adjoints and is_zero(adjoints[v])]
        stops = vanishing(engine, derivation, given, zero)
        return tuple(
            replace(
                answer,
                faint=faint_nodes(derivation, values, adjoints, answer.variable),
                is_zero=by_name[answer.variable] in zero,
                vanished=stops.get(by_name[answer.variable], ()),
            )
            if answer.state == "exists" and answer.variable in by_name
            else answer
            for answer in answers
        )
    return answers
