"""Choose one of a model's several costs on the command line."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from xorexplain.cli.context import kept, kept_option

if TYPE_CHECKING:
    from xorexplain.models.model import Model

F = TypeVar("F", bound=Callable[..., Any])
_KEPT = f"{__name__}.name"


def cost_option(command: F) -> F:
    """Add --cost, which `about_cost` reads where the model is built."""
    return kept_option(
        _KEPT,
        "--cost",
        metavar="NAME",
        help="Which of several costs to ask about.  [default: the first]",
    )(command)


def about_cost(model: Model) -> Model:
    """Return the model about the cost that the command line names, where it names one."""
    from xorexplain.models.costs_and_givens import about

    name = kept(_KEPT).get("cost")
    return model if name is None else about(model, name)
