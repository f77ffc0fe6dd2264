"""Describe once the apply nodes that are equal but for the numbers in names, as equal layers are.

The one that is described has other digits in the place of each number, which no name has; the
others get their own numbers there.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any
from unicodedata import category, decimal

from xorexplain.graph.ops import has
from xorexplain.graph.records import Apply, Graph, Origin, Output, Variable
from xorexplain.render.pictures.level import Level

Json = dict[str, Any]
MOST_NUMBERS = 24
"""So many numbers in the names that one apply node reads and gives are told apart."""
_NUMBERED = re.compile(r"(?<=[^\W\d])(\d+)")


def _scripts() -> Iterator[str]:
    """Yield the digits from 1 to 9 of scripts that write numbers in others than ours."""
    for code in range(0x660, sys.maxunicode):
        if category(chr(code)) == "Nd" and decimal(chr(code)) == 1:
            yield "".join(chr(code + more) for more in range(9))


SCRIPTS = tuple(islice(_scripts(), MOST_NUMBERS))


class Alike:
    """Describe apply nodes, each kind of them once; `describe` writes one of a graph."""

    def __init__(self, describe: Callable[[Level, Apply], Json]) -> None:
        self._describe = describe
        self._seen: set[tuple[object, ...]] = set()
        self._texts: dict[tuple[object, ...], str] = {}
        self._inside: dict[Graph, int] = {}
        self._inner: dict[int, tuple[Graph, int]] = {}

    def of(self, level: Level, apply: Apply) -> Json:
        """Describe an apply node; ids in what is returned may be those of another."""
        graph, called = level.graph, level.called
        ends = [graph.variable[id_] for id_ in (*apply.inputs, *apply.outputs)]
        given = ends[: len(apply.inputs)]
        is_plain = apply.inner is None or has(apply.op.kind, "fused")
        if not is_plain or not all(v.folded or v.id in called for v in given):
            return self._describe(level, apply)
        names = [called.get(v.id, "") for v in ends] + [v.name or "" for v in ends]
        texts = _NUMBERED.split("\0".join(names))
        numbers = list(dict.fromkeys(texts[1::2]))
        if len(numbers) > len(SCRIPTS) or max(map(len, numbers), default=0) > len(SCRIPTS[0]):
            return self._describe(level, apply)
        at: dict[str, int] = {}
        key = (
            apply.op,
            self._number(graph, apply),
            apply.inner_inputs,
            tuple([at.setdefault(v.id, len(at)) for v in ends]),
            tuple(map(_mark, ends)),
            tuple(texts[::2]),
            tuple([(numbers.index(text), len(text)) for text in texts[1::2]]),
            _read(level, apply),
        )
        if self._texts.get(key):
            return _with_numbers(self._texts[key], numbers)
        found = self._describe(level, apply)
        if key in self._texts:
            return found
        if key not in self._seen:
            # Most kinds of nodes are there once.
            self._seen.add(key)
            return found
        stand_in = _stand_in(level, apply, dict(zip(numbers, SCRIPTS, strict=False)))
        text = json.dumps(self._describe(stand_in, stand_in.graph.applies[0]), ensure_ascii=False)
        self._texts[key] = text if _with_numbers(text, numbers) == found else ""
        return found

    def _number(self, graph: Graph, apply: Apply) -> int | None:
        """Number the graph inside of an op: equal ones have one number."""
        if apply.inner is None:
            return None
        inner = graph.inner[apply.inner]
        if id(inner) not in self._inner:
            # The graph is kept, or another could come to have its place in memory.
            self._inner[id(inner)] = inner, self._inside.setdefault(inner, len(self._inside))
        return self._inner[id(inner)][1]


def _with_numbers(text: str, numbers: Sequence[str]) -> Json:
    """Read a description, with numbers in the places of their signs."""
    for script, number in zip(SCRIPTS, numbers, strict=False):
        text = text.replace(script[: len(number)], number)
    found: Json = json.loads(text)
    return found


def _mark(v: Variable) -> tuple[object, ...]:
    """Tell what a variable is but for its name, its home and what is called so."""
    value = v.value if v.folded else None
    return v.type, v.role, v.dtype, v.shape, v.broadcastable, v.folded, value, v.lengths


def _read(level: Level, apply: Apply) -> tuple[bool, ...]:
    """Tell what the formula of a fused op goes by: which outputs have lines, and is one named."""
    if apply.inner is None:
        return ()
    graph, first = level.graph, apply.outputs[0]
    labels = [output.label for output in graph.results.get(first, ())]
    wanted = [bool(graph.clients[id_]) or id_ in graph.results for id_ in apply.outputs]
    return level.called.get(first) in labels, *wanted


def _stand_in(level: Level, apply: Apply, signs: Mapping[str, str]) -> Level:
    """Put an apply node alone into a graph, with signs for the numbers in names."""

    def plain(name: str) -> str:
        return _NUMBERED.sub(lambda number: signs[number[0]][: len(number[0])], name)

    graph = level.graph
    is_labelled, *wanted = _read(level, apply) or (False,)
    variables = {
        id_: replace(
            graph.variable[id_],
            name=plain(graph.variable[id_].name or "") or None,
            owner=apply.id if id_ in apply.outputs else None,
        )
        for id_ in (*apply.inputs, *apply.outputs)
    }
    names = {id_: plain(level.called[id_]) for id_ in variables if id_ in level.called}
    inner = () if apply.inner is None else (graph.inner[apply.inner],)
    alone = Graph(
        Origin("", ""),
        tuple(variables.values()),
        (replace(apply, inner=None if apply.inner is None else 0),),
        (),
        tuple(
            Output(id_, names.get(id_) if is_labelled and id_ == apply.outputs[0] else None)
            for id_, is_wanted in zip(apply.outputs, wanted, strict=False)
            if is_wanted
        ),
        inner=inner,
    )
    return replace(level, graph=alone, names=names)
