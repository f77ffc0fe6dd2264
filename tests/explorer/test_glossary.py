"""Test that every kind of op on a page is told in a sentence."""

from __future__ import annotations

from collections.abc import Iterator

import models

from xorexplain.engines import Engine
from xorexplain.explorer.glossary import glossary
from xorexplain.graph.records import Apply, Graph
from xorexplain.rewrites.record import record_rewriting


def applies(graph: Graph) -> Iterator[Apply]:
    graphs = [graph]
    while graphs:
        found = graphs.pop()
        yield from found.applies
        graphs += found.inner


@models.each_model
def test_every_op_has_a_sentence(engine: Engine, name: str) -> None:
    trace = record_rewriting(engine, models.model(engine, name))

    found = glossary(applies(trace.universe))

    assert [kind for kind, entry in found.items() if not entry["sentence"]] == []
    assert all(entry["words"] and entry["family"] for entry in found.values())
