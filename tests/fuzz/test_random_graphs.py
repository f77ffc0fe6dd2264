"""Random graphs of every family of ops are recorded, written and read back without a loss."""

from __future__ import annotations

import re
from typing import Any

import complete
import numpy
from fuzz.campaign import bounded, each, quiet
from fuzz.graphs import models, numbered
from hypothesis import strategies as st

from xorexplain.engines import Engine
from xorexplain.engines.shared.common import toposort
from xorexplain.graph.json import from_json, to_json
from xorexplain.models.assigned import assigned_names
from xorexplain.models.stages import view

pytestmark = quiet


@bounded
@each
def test_a_snapshot_is_the_engine_s_graph(engine: Engine, data: st.DataObject) -> None:
    """Nodes, edges, types, shapes and constants, walked side by side."""
    made = data.draw(models(engine))
    graph = view(engine, made, "symbolic", "output").graph()
    tops = list(made.outputs.values())
    pairs = dict(zip(graph.outputs, tops, strict=True))
    waiting = [(output.variable, top) for output, top in pairs.items()]
    costs = [] if made.cost is None else [made.cost]
    assigned = assigned_names(engine, [*tops, *costs, *(new for _, new in made.update_pairs)])
    seen: dict[str, Any] = {}
    nodes = set()
    while waiting:
        id_, theirs = waiting.pop()
        if id_ in seen:
            assert seen[id_] is theirs
            continue
        seen[id_] = theirs
        ours = graph.variable[id_]
        known = engine.type_of(theirs)
        assert (ours.dtype, ours.shape) == (known.dtype, known.shape)
        assert (ours.role == "constant") is (engine.role_of(theirs) == "constant")
        if ours.role == "constant" and engine.value_of(theirs) is None:
            # What engines call `NoneConst` is no name that a user gave.
            assert (ours.name, ours.called) == (None, ())
        elif theirs.name is None and ours.type.startswith("Random"):
            assert re.fullmatch(r"rng\d*", ours.name or "")
        else:
            assert told_apart(ours.name, theirs.name, assigned.get(theirs))
        if ours.role == "constant" and ours.filling is not None and ours.dtype is not None:
            assert said(ours.filling, engine.value_of(theirs))
        apply = graph.owner(id_)
        assert (apply is None) is (theirs.owner is None)
        if apply is not None:
            nodes.add(apply.id)
            assert apply.op.label == str(theirs.owner.op)
            assert apply.outputs.index(id_) == theirs.owner.outputs.index(theirs)
            waiting += zip(apply.inputs, theirs.owner.inputs, strict=True)

    assert len(nodes) == len(graph.applies) == len(toposort(tops))


def told_apart(ours: str | None, theirs: str | None, assigned: str | None) -> bool:
    """Tell whether a name is that of the user's assignment, else the engine's.

    It has a number where several have it, and is `x` with a number where several lack one.
    """
    if assigned is not None:
        return re.fullmatch(rf"{re.escape(assigned)}\d*", ours or "") is not None
    numbered = f"{theirs}_" if theirs else "x"
    return ours == theirs or re.fullmatch(rf"{re.escape(numbered)}\d+", ours or "") is not None


def said(text: str, value: Any) -> bool:
    """Tell whether the one number of a text is every element, as far as it is written."""
    array = numpy.asarray(value)
    if array.dtype.kind == "b":
        return bool((array == (text == "True")).all())
    return bool(numpy.allclose(array, complex(text), rtol=1e-3))


@bounded
@each
def test_pictures_and_texts_hold_all_names_and_edges(engine: Engine, data: st.DataObject) -> None:
    made = data.draw(models(engine))

    assert complete.problems(engine, view(engine, made, "symbolic", "output")) == []


@bounded
@each
def test_graphs_come_back_from_json(engine: Engine, data: st.DataObject) -> None:
    made = data.draw(models(engine))
    for stage in ("symbolic", "optimized"):
        graph = view(engine, made, stage, "output").graph()
        assert from_json(to_json(graph)) == graph


def test_a_number_names_one_model(engine: Engine) -> None:
    """A finding can be told by its number."""
    first, again = (
        view(engine, numbered(engine, 7), "symbolic", "output").graph() for _ in range(2)
    )

    assert [a.op for a in first.applies] == [a.op for a in again.applies]
    assert [v.name for v in first.variables] == [v.name for v in again.variables]
