"""Put other variables in the place of some, as `givens` of a function do; nothing is changed.

What does not depend on those that are replaced stays the user's own; what does is made again, under
its own name and with the line that made it.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from xorexplain.engines.shared.common import toposort


def replaced(tops: Sequence[Any], pairs: Mapping[Any, Any], *, itself: bool = True) -> list[Any]:
    """Return variables computed from others in the place of the keys of `pairs`.

    `itself` says that a top which is such a key is replaced too, not only what is computed of it.
    """
    made: dict[Any, Any] = dict(pairs)
    for node in toposort(tops):
        inputs = [made.get(variable, variable) for variable in node.inputs]
        if all(new is old for new, old in zip(inputs, node.inputs, strict=True)):
            continue
        clone = node.clone_with_new_inputs(inputs, strict=False)
        for old, new in zip(node.outputs, clone.outputs, strict=True):
            new.name, new.tag = old.name, copy.copy(old.tag)
            made.setdefault(old, new)
    kept = () if itself else pairs
    return [top if top in kept else made.get(top, top) for top in tops]
