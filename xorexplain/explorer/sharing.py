"""Lay out once what is equal but for the numbers in its names, as the layers of a deep network are.

One of them stands for all, with the longest of their labels, so that each has the room it needs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from xorexplain.explorer.layouts import layout_dot, placed

Json = dict[str, Any]
_COUNTED = re.compile(r"(?<=[^\W\d])\d+|(?<=\blayer )\d+")
"""The number that ends a name: that of `W12` or `layer 12`, not one that is a value."""
_NODE, _EDGE, _GROUP = ("x", "y", "w", "h"), ("d", "at"), ("box",)


class Layouts:
    """Place pictures, each kind of them once; `lay_out` answers DOT text with Graphviz's JSON.

    That is asked for in a thread, while the next pictures are made; use it as a context manager.
    """

    def __init__(self, lay_out: Callable[[str], bytes]) -> None:
        self._lay_out = lay_out
        self._asked: dict[str, Future[Json]] = {}
        self._thread = ThreadPoolExecutor(1)

    def __enter__(self) -> Layouts:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown(cancel_futures=True)

    def begin(self, pictures: Iterable[Json]) -> Callable[[], None]:
        """Have pictures laid out; what is returned waits for that and gives them their places."""
        kinds: dict[str, list[Json]] = {}
        for picture in pictures:
            # Any text that tells them apart will do, and this one is written in no time.
            kinds.setdefault(json.dumps(_plain(picture)), []).append(picture)
        begun = [(self._begin(alike), alike) for alike in kinds.values()]

        def end() -> None:
            for layout, alike in begun:
                for picture in alike:
                    _copy(layout.result(), picture)

        return end

    def _begin(self, alike: Sequence[Json]) -> Future[Json]:
        stand_in = _plain(alike[0])
        for position, node in enumerate(stand_in["nodes"]):
            node["label"] = _longest([one["nodes"][position]["label"] for one in alike])
        for position, group in enumerate(stand_in["groups"]):
            group["title"] = max((one["groups"][position]["title"] for one in alike), key=len)
        dot = layout_dot(stand_in)
        if dot not in self._asked:
            self._asked[dot] = self._thread.submit(self._placed, stand_in, dot)
        return self._asked[dot]

    def _placed(self, stand_in: Json, dot: str) -> Json:
        return placed(stand_in, self._lay_out(dot))


def _plain(picture: Json) -> Json:
    """Return what a layout depends on, but for the numbers that tell names apart."""
    number = {node["id"]: f"n{i}" for i, node in enumerate(picture["nodes"])}
    return {
        "across": picture.get("across", False),
        "nodes": [
            {
                "id": number[node["id"]],
                "shape": node["shape"],
                "label": [_COUNTED.sub("0", line) for line in node["label"]],
            }
            for node in picture["nodes"]
        ],
        "edges": [
            {"from": number[edge["from"]], "to": number[edge["to"]], "label": edge["label"]}
            for edge in picture["edges"]
        ],
        "groups": [
            {
                "id": f"g{i}",
                "title": _COUNTED.sub("0", group["title"]),
                "nodes": [number[id_] for id_ in group["nodes"]],
            }
            for i, group in enumerate(picture["groups"])
        ],
    }


def _longest(labels: Sequence[Sequence[str]]) -> list[str]:
    return [max(lines, key=len) for lines in zip(*labels, strict=True)]


def _copy(source: Json, picture: Json) -> None:
    """Copy the places of a picture to one of the same kind."""
    for part, keys in (("nodes", _NODE), ("edges", _EDGE), ("groups", _GROUP)):
        for known, entry in zip(source[part], picture[part], strict=True):
            entry.update({key: known[key] for key in keys if key in known})
    picture["size"] = source["size"]
