"""Keep what an option says in the context, for what is done long after the command has begun."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def kept_option(key: str, *names: str, **settings: Any) -> Callable[[F], F]:
    """Add an option that the command is not given: `kept` has it, by the option's name."""

    def keep(context: click.Context, parameter: click.Parameter, value: Any) -> None:
        context.meta.setdefault(key, {})[parameter.name] = value

    return click.option(*names, expose_value=False, callback=keep, **settings)


def kept(key: str) -> dict[str, Any]:
    """Return what the options of a key say, by name; empty where the command has none of them."""
    return dict(click.get_current_context().meta.get(key, {}))
