"""Call no two parts of the formulas in a picture alike.

A node is described by itself, once for all pictures that have it, and counts its parts from `t1`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from xorexplain.graph.views.name_stems import PART

Json = dict[str, Any]
_NAME = re.compile(rf"(?<![\w.]){PART}[0-9]+(?![A-Za-z_0-9])")
_DEFINED = re.compile(rf"({_NAME.pattern}) = ")


def numbered_on(nodes: Sequence[Json]) -> list[Json]:
    """Return nodes in which the parts of a formula are counted on from those before it."""
    return [
        {**node, "label": renamed(node["label"], names)} if names else node
        for node, names in zip(nodes, renamings(nodes), strict=True)
    ]


def renamings(nodes: Sequence[Json]) -> list[dict[str, str]]:
    """Say for each node which parts of its formulas have another name than in those before it."""
    defined = [_defined(node) for node in nodes]
    seen = {node["name"] for node in nodes if node.get("name")}
    taken = {name for node in nodes for line in node["label"] for name in _NAME.findall(line)}
    fresh = (name for n in count(1) if (name := f"{PART}{n}") not in taken)
    told: list[dict[str, str]] = []
    for parts in defined:
        told.append({part: next(fresh) for part in parts if part in seen})
        seen.update(parts)
    return told


def renamed(label: Sequence[str], names: Mapping[str, str]) -> list[str]:
    """Write the lines of a node with other names of the parts."""
    return [_NAME.sub(lambda name: names.get(name[0], name[0]), line) for line in label]


def _defined(node: Json) -> list[str]:
    found = (_DEFINED.match(line) for line in node["label"])
    return list(dict.fromkeys(m[1] for m in found if m is not None and m[1] != node.get("name")))
