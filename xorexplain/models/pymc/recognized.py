"""Tell what is of PyMC by its class, which costs nothing where PyMC is not imported."""

from __future__ import annotations

from typing import Any

# What holds a compiled function, and where: `compile_logp()` gives the one, `logp_dlogp_function()`
# the other.
_HOLDERS = {"PointFunc": "f", "ValueGradFunction": "_pytensor_function"}


def is_pymc(value: Any) -> bool:
    """Tell whether a value is a model of PyMC."""
    return any(is_its(kind) and kind.__name__ == "Model" for kind in type(value).__mro__)


def pymc_model(value: Any) -> Any:
    """Return the model of PyMC that a model of Bambi stands for; else the value itself.

    It is built where nobody has built it yet, as Bambi does before it samples.
    """
    kind = type(value)
    if kind.__name__ != "Model" or kind.__module__.partition(".")[0] != "bambi":
        return value
    if not value.built:
        value.build()
    return value.backend.model


def unwrapped(value: Any) -> Any:
    """Return the engine's function that PyMC has put an own one around; else the value itself."""
    kind = type(value)
    return getattr(value, _HOLDERS[kind.__name__]) if holds_function(value) else value


def holds_function(value: Any) -> bool:
    """Tell whether a value is a function of PyMC around one of the engine's."""
    return is_its(type(value)) and type(value).__name__ in _HOLDERS


def is_its(kind: type) -> bool:
    """Tell whether a class is PyMC's own."""
    return kind.__module__.partition(".")[0] == "pymc"
