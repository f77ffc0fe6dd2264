"""Name the parameters of a distribution that is a graph of others, as its author calls them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from inspect import Parameter, signature
from typing import Any

from xorexplain.engines.shared import common

_ARGUMENT = re.compile(r"\[(?:rng|size)\]|\([^)]*\)")
"""An input of an extended signature: `[rng],[size],(),(n)->[rng],()`."""
_BY_POSITION = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)


def parameters_of(op: Any, inputs: int) -> Sequence[str]:
    """Return a name for each input of the graph inside, empty for one that has none.

    PyMC's own write their graph in `rv_op(beta, *, size, rng)`, and say which input is what.
    """
    write = common.read(type(op), "rv_op")
    extended = common.read(op, "extended_signature")
    if not callable(write) or not isinstance(extended, str):
        return ()
    arguments = _ARGUMENT.findall(extended.partition("->")[0])
    named = [p.name for p in signature(write).parameters.values() if p.kind in _BY_POSITION]
    drawn = [at for at, argument in enumerate(arguments) if argument.startswith("(")]
    if len(arguments) != inputs or len(drawn) > len(named):
        return ()
    names = dict(zip(drawn, named, strict=False))
    return [names.get(at, argument.strip("[]")) for at, argument in enumerate(arguments)]
