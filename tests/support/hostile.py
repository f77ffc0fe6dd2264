"""Build models and files whose every name and text tries to get out of where it is written."""

from __future__ import annotations

from typing import Any

import numpy
from models import HOSTILE_NAMES, descent

from xorexplain.engines import Engine
from xorexplain.errors.escaping import JOINERS, is_shown
from xorexplain.models.model import Model

STEER = "\x1b]0;owned\x07\x1b[31m\x9b5m\u202e\u2066\x85\r\x08"
"""What a terminal obeys, in C0 and C1 controls, and what reorders what it shows."""
LONE = "half of a pair \ud800"
"""A name that no encoding has bytes for; neither engine can compile a function with it."""
SCRIPT = "</title></script><script>window.broken = 1</script><img src=x onerror='window.broken=1'>"
DIRECTIVE = "%%{init: {'theme': 'dark'}}%%"
WORST = f"{STEER} {SCRIPT} {DIRECTIVE} loss_ *x |y| `z` [w]_ \n\n.. raw:: html\n\n   {SCRIPT}\n"
"""All of it at once."""
COSTS = {
    "marks": "*loss |loss| `loss` ``loss`` loss_",
    "directive": f"loss\n\n.. raw:: html\n\n   {SCRIPT}\n",
    "worst": WORST,
}
"""Names of a cost, by what is odd about them."""


def network(engine: Engine, cost_name: str = WORST, start: int = 0) -> Model:
    """A network of two layers in which everything that can have a name has a hostile one."""
    names = [*HOSTILE_NAMES[start:], *HOSTILE_NAMES[:start]]
    names = [f"{name[:200]} {number}" for number, name in enumerate(names)]
    T = engine.tensor
    x = T.dmatrix(names[0])
    W = engine.module.shared(numpy.full((2, 2), 0.5), name=names[1])
    b = engine.module.shared(numpy.ones(2), name=names[2])
    hidden = T.tanh(T.dot(x, W) + b)
    hidden.name = names[3]
    output = engine.sigmoid(T.dot(hidden, W))
    output.name = names[4]
    cost = T.sum(T.sqr(output))
    cost.name = cost_name
    return Model(
        outputs={names[5]: output, names[6]: hidden},
        cost=cost,
        parameters=[W, b],
        updates=descent(engine, cost, [W, b]),
        inputs=[x],
        name=WORST,
        data={names[0]: numpy.full((3, 2), 0.25)},
    )


def infected(value: Any, text: str = WORST) -> Any:
    """Put a text into every free text of data read from JSON; ids, words and kinds stay."""
    if isinstance(value, list):
        return [infected(entry, text) for entry in value]
    if not isinstance(value, dict):
        return value
    return {
        key: f"{text} {entry}"
        if key in FREE and isinstance(entry, str)
        else [f"{text} {one}" if isinstance(one, str) else infected(one, text) for one in entry]
        if key in FREE_LISTS
        else infected(entry, text)
        for key, entry in value.items()
    }


FREE = frozenset(
    {
        *("model", "target", "name", "type", "dtype", "value", "file", "code", "label"),
        *("phase", "rewrite", "message", "where", "summary", "stopped", "expression", "rule"),
        *("kind", "version"),
    }
)
"""Keys of files of graphs and traces whose texts may be any."""
FREE_LISTS = frozenset({"tags", "members", "remarks"})


def steering(text: str) -> set[str]:
    """Return the characters of what was printed that a terminal does not just show."""
    return {c for c in text if not is_shown(c) and c not in f"\n\t{JOINERS}"}
