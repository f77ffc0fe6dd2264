"""Name the parameters of a distribution that is a graph of others, as its author calls them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from inspect import Parameter, signature
from typing import Any

from pytensor.tensor.random.op import RandomVariable

from xorexplain.engines.shared import common

_ARGUMENT = re.compile(r"\[(?:rng|size)\]|\([^)]*\)")
"""An input of an extended signature: `[rng],[size],(),(n)->[rng],()`."""
_BY_POSITION = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)


def parameters_of(op: Any, inputs: int) -> Sequence[str]:
    """Return a name for each input of the graph inside, empty for one that has none.

    PyMC's own write their graph in `rv_op(beta, *, size, rng)`, and say which input is what. One
    that changes another distribution has the inputs of that first, then its own.
    """
    write = common.read(type(op), "rv_op")
    if not callable(write):
        return ()
    # What the op keeps itself, as a number of steps, is no input.
    named = [name for name in _positional(write, inputs) if not hasattr(op, name)]
    base = common.read(op, "base_rv_op")
    if base is None:
        return _by_signature(common.read(op, "extended_signature"), named, inputs)
    own = named[1:]
    return (*_of_base(base, inputs - len(own)), *own) if len(own) <= inputs else ()


def _of_base(base: Any, inputs: int) -> Sequence[str]:
    """Return a name for each input of the distribution that another changes."""
    if isinstance(base, RandomVariable):
        named = ["rng", "size", *_positional(type(base).__call__)][:inputs]
    else:
        named = list(parameters_of(base, inputs))
    return named if len(named) == inputs else [""] * inputs


def _by_signature(extended: Any, named: Sequence[str], inputs: int) -> Sequence[str]:
    if not isinstance(extended, str):
        return ()
    arguments = _ARGUMENT.findall(extended.partition("->")[0])
    if len(arguments) != inputs:
        # PyMC's random walk names a stream that it does not read.
        arguments = [argument for argument in arguments if argument.startswith("(")]
    drawn = [at for at, argument in enumerate(arguments) if argument.startswith("(")]
    if len(arguments) != inputs or len(drawn) > len(named):
        return ()
    names = dict(zip(drawn, named, strict=False))
    return [names.get(at, argument.strip("[]")) for at, argument in enumerate(arguments)]


def _positional(write: Any, most: int = 0) -> Iterator[str]:
    """Yield the names of a function's positional parameters; `*components` are numbered."""
    for parameter in signature(write).parameters.values():
        if parameter.kind in _BY_POSITION and parameter.name not in ("self", "size"):
            yield parameter.name
        if parameter.kind is Parameter.VAR_POSITIONAL:
            yield from (f"{parameter.name}{number}" for number in range(1, most + 1))
