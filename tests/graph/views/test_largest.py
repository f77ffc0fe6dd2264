"""Tell the largest element alone where its place is not asked for."""

from __future__ import annotations

from dataclasses import replace

import graphs
import pytest

from xorexplain.graph.views.largest import tell_largest

SHAPES = {"x": (4, 3), "m": (4,), "p": (4,), "y": (4,)}


@pytest.mark.parametrize(
    ("last", "named", "kind"),
    [
        ("y = exp(m)", False, "max"),
        ("y = exp(m)", True, "max_and_argmax"),
        ("y = add(m, p)", False, "max_and_argmax"),
    ],
)
def test_a_place_that_nothing_asks_for(last: str, named: bool, kind: str) -> None:
    graph = graphs.graph("m, p = max_and_argmax[axis=1](x)", last, shapes=SHAPES)
    told = (replace(v, name=v.name if named or v.name != "p" else None) for v in graph.variables)

    shown = tell_largest(replace(graph, variables=tuple(told)))

    assert graphs.consistent(shown)
    assert [apply.op.kind for apply in shown.applies] == [kind, last[4:].partition("(")[0]]
    assert shown.applies[0].op.param("axis") == "1"
