"""Understand the models of a library that are no variables of an engine."""

from __future__ import annotations

from typing import Any

from xorexplain.models.model import Model


def is_pymc(value: Any) -> bool:
    """Tell whether a value is a model of PyMC, which need not be imported for that."""
    return any(
        kind.__module__.partition(".")[0] == "pymc" and kind.__name__ == "Model"
        for kind in type(value).__mro__
    )


def from_pymc(model: Any) -> Model:
    """Take the log-probability of a PyMC model as the cost, of its value variables."""
    logp = model.logp()
    logp.name = logp.name or "logp"
    return Model(
        outputs={"logp": logp},
        cost=logp,
        parameters=list(model.continuous_value_vars),
        inputs=list(model.value_vars),
        name=model.name or None,
    )
