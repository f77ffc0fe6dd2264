"""Report in one line what PyMC finds wrong with a model, and whether its release fits."""

from __future__ import annotations

import contextlib
import re
import sys
import warnings
from collections.abc import Iterable, Iterator
from typing import Any

from xorexplain.engines.releases import PYMC
from xorexplain.errors import XorexplainError
from xorexplain.models.failures import in_one_line

OLDEST = 6
"""The first release whose PyTensor is one that is understood here."""


def need_release() -> None:
    """Raise XorexplainError, naming the cure, for a PyMC whose PyTensor is another."""
    version = str(getattr(sys.modules.get("pymc"), "__version__", ""))
    found = re.match(r"\d+", version)
    if found is not None and int(found[0]) < OLDEST:
        raise XorexplainError(
            f"the model is of PyMC {version}, and the engine of that is too old: {PYMC}"
        )


def need_names(variables: Iterable[Any]) -> None:
    """Raise XorexplainError for a variable that has no name, as PyMC lets be."""
    if not all(variable.name for variable in variables):
        raise XorexplainError(
            'a random variable of the PyMC model has no name: give it one, as in pm.Normal("mu")'
        )


def need_terms(theirs: Any) -> None:
    """Raise XorexplainError, naming the variable, where one alone has no log-probability."""
    for variable in theirs.basic_RVs:
        value = theirs.rvs_to_values[variable]
        task, cure = f"write the log-probability of {variable.name}", "model.logp() says more"
        with refusing(theirs, task, cure), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # PyMC's, of parameters that are drawn themselves
            sys.modules["pymc"].logp(variable, value)


@contextlib.contextmanager
def refusing(theirs: Any, task: str, cure: str = "") -> Iterator[None]:
    """Report an exception of PyMC's, or of a distribution of the user's own, in one line."""
    try:
        yield
    except XorexplainError:
        raise
    except Exception as error:
        name = f" of {theirs.name}" if getattr(theirs, "name", "") else ""
        raise in_one_line(error, f"PyMC cannot {task}{name}", cure) from error
