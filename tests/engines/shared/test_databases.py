"""Read an engine's databases as the engine does, and repeat recordings on copies."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
from models import model
from rewriters import contents, op_of, rewriting

from xorexplain.engines import Engine
from xorexplain.engines.recorder import Recorder
from xorexplain.engines.shared.databases import Query, Registration, Registry, entries, tags_by_name
from xorexplain.engines.shared.watching import members
from xorexplain.rewrites.questions.switches import registry_of
from xorexplain.rewrites.record import record


def queried(engine: Engine, excluding: tuple[str, ...]) -> set[int]:
    """Return the ids of all rewriters the engine's own query selects."""
    mode = importlib.import_module(f"{engine.name}.compile.mode").get_default_mode()
    kinds = importlib.import_module(f"xorexplain.engines.{engine.name}.rewriting").KINDS
    with engine.databases_kept():
        optimizer = mode.excluding(*excluding).optimizer
    return {id(r) for r in members(getattr(optimizer, "_rewriter", optimizer), kinds)}


@pytest.mark.parametrize(
    "excluding", [(), ("inplace",), ("canonicalize",), ("local_useless_fill", "fusion"), ("scan",)]
)
def test_what_a_query_selects(engine: Engine, excluding: tuple[str, ...]) -> None:
    registry = registry_of(engine)
    real = queried(engine, excluding)
    selected = registry.selected(excluding)
    inside = {id(r) for entry in selected for r in (entry.rewriter, *entry.members)}

    assert [e.place for e in selected if id(e.rewriter) not in real] == []
    left_out = [e for e in registry.entries if not e.is_database and e not in selected]
    assert [e.place for e in left_out if id(e.rewriter) in real - inside] == []


def test_places_names_and_tags(engine: Engine) -> None:
    at = registry_of(engine).at

    assert at["canonicalize",].is_database
    entry = at["canonicalize", "local_add_canonizer"]
    assert {"fast_run", "canonicalize"} <= entry.own_tags
    assert entry.leaves == (entry.rewriter,)
    walk = at["canonicalize", "topo_constant_folding"]
    assert "constant_folding" in " ".join(map(str, walk.leaves))
    assert ("useless", "local_useless_fill") in at


def entry_of(name: str, *tags: str, position: float | None = None) -> Registration:
    return Registration(name, (), frozenset({name, *tags}), object(), position=position)


@pytest.mark.parametrize(
    ("entry", "cause", "tags"),
    [
        (entry_of("a", "fast", "stable", position=1), None, ()),
        (entry_of("b", "fast", "stable", "bad"), "excluded", ("bad",)),
        (entry_of("c", "stable"), "unasked", ("fast",)),
        (entry_of("d", "fast"), "lacking", ("stable",)),
        (entry_of("e", "fast", "stable", position=2), "cut off", ()),
    ],
)
def test_refusals(entry: Registration, cause: str | None, tags: tuple[str, ...]) -> None:
    query = Query(frozenset({"fast"}), frozenset({"stable"}), frozenset({"bad"}), cutoff=2)

    refusal = Registry((entry,), query).refusal(entry)

    assert (refusal and refusal.cause, refusal.tags if refusal else ()) == (cause, tags)


def test_a_query_leaves_no_tags_behind(engine: Engine) -> None:
    # An engine may load more rewrites while it rewrites for the first time.
    record(engine, model(engine, "few_layers"))
    before = contents(engine)
    with engine.databases_kept():
        record(engine, model(engine, "few_layers"), None, ("no_such_name",))

    assert contents(engine) == before


def test_tracked_ops(engine: Engine) -> None:
    module, _ = rewriting(engine)
    T = engine.tensor
    exp = op_of(engine, "exp")
    make = module.local_optimizer if engine.name == "theano" else module.node_rewriter
    of_exp, of_class, of_all = make([exp])(len), make([type(exp)])(len), make(None)(len)
    y, z = exp(T.dvector("x")).owner, T.dot(T.dmatrix("a"), T.dmatrix("b")).owner

    assert engine.tracked(of_exp) == (str(exp),)
    assert engine.tracked(of_class) == ("Elemwise",)
    assert engine.tracked(of_all) is None
    assert [engine.is_tracked(r, y) for r in (of_exp, of_class, of_all)] == [True, True, True]
    assert [engine.is_tracked(r, z) for r in (of_exp, of_class, of_all)] == [False, False, True]
    assert engine.is_of_nodes(of_exp)


@pytest.mark.parametrize("name", ["xor", "mlp", "embedding", "recurrent", "fused", "branching"])
def test_a_rerun_ends_as_the_recording_did(engine: Engine, name: str) -> None:
    recorder = Recorder()
    record(engine, model(engine, name), recorder=recorder)
    edited = {apply: list(apply.inputs) for apply in recorder.node_inputs}

    rerun = engine.rerun(recorder)
    for firing in recorder.firings:
        rerun.follow(firing)

    assert {rerun.nodes[copy] for copy in rerun.graph.apply_nodes} == set(recorder.end)
    for copy in rerun.graph.apply_nodes:
        assert owners(copy, rerun.nodes) == owners(rerun.nodes[copy], {})
    assert {apply: list(apply.inputs) for apply in recorder.node_inputs} == edited


def owners(apply: Any, originals: Any) -> list[Any]:
    found = [variable.owner for variable in apply.inputs]
    return [originals.get(owner, owner) for owner in found]


def test_a_tag_that_another_thread_asks_for_meanwhile_is_no_fault(engine: Engine) -> None:
    class Asked(list[Any]):
        """Have a tag asked for while the rewriters under another are read."""

        def __iter__(self) -> Any:
            database.__db__[f"asked{len(database.__db__)}"] = []
            return super().__iter__()

    class Database:
        def __init__(self) -> None:
            self.__db__: dict[str, list[Any]] = {}
            self._names: set[str] = set()

    database = Database()
    database.__db__["own"] = Asked()

    kinds = engine.library.kinds  # type: ignore[attr-defined]
    assert entries(database, kinds) == ()
    assert tags_by_name(database) == {}
    assert len(database.__db__) > 3
