"""Copies of a graph are matched node by node."""

from __future__ import annotations

from models import each_model, model, record

from xorexplain.engines import Engine
from xorexplain.graph.views.matching import corresponding
from xorexplain.models.stages import view
from xorexplain.rewrites.record import record_rewriting


@each_model
def test_a_graph_is_matched_with_itself(engine: Engine, name: str) -> None:
    if model(engine, name).function is not None:
        return
    graph = record(engine, name, "symbolic")
    found = corresponding(graph, graph)

    assert all(one == other for one, other in found.items())
    assert found.keys() >= {apply.id for apply in graph.applies}


def test_the_engines_copy_is_matched_with_what_was_written(engine: Engine) -> None:
    written = view(engine, model(engine, "xor"), "updates").graph()
    copied = record_rewriting(engine, model(engine, "xor")).first.graph
    found = corresponding(written, copied)

    for apply in written.applies:
        assert copied.apply[found[apply.id]].op == apply.op
    assert len(set(found.values())) == len(found)


def test_another_graph_is_matched_as_far_as_it_is_the_same(engine: Engine) -> None:
    T = engine.tensor
    x = T.dvector("x")
    from xorexplain.api import snapshot

    found = corresponding(snapshot(T.exp(x * 2)), snapshot(T.exp(x + 2)))

    assert len([id_ for id_ in found if id_.startswith("n")]) == 1
