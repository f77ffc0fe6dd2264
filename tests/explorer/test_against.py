"""Two models are explored in one page: what is compared of them, and how they are named."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy
import pytest
from graphs import graph

import xorexplain
from xorexplain.engines import Engine
from xorexplain.engines.settings import Settings
from xorexplain.explorer.against import pair_page, side_of
from xorexplain.explorer.against_what import Other, other_of
from xorexplain.explorer.pairing import paired
from xorexplain.models.loading import as_model
from xorexplain.models.tutorial import xor
from xorexplain.render.reports.gather import Subject
from xorexplain.rewrites.comparison import Comparison, Side, compare
from xorexplain.rewrites.json import to_json
from xorexplain.rewrites.record import record_rewriting

Pair = tuple[Comparison, dict[str, Any]]


STAGES = ("symbolic", "updates", "optimized")


def pair_of(left: Any, right: Any) -> Pair:
    return paired(left, right, None, {}, 0)


def compared(engine: Engine, left: Any, right: Any, stages: Sequence[str] = STAGES) -> Comparison:
    """Compare two models without their pictures."""
    sides = (Subject(engine, as_model(made)[1]) for made in (left, right))
    return compare(*(side_of(subject, "m", stages) for subject in sides))


@pytest.fixture(scope="module")
def without_inplace(engine: Engine) -> Pair:
    return pair_of(xor(engine), "excluding=inplace")


def test_the_same_model_twice_is_the_same(engine: Engine) -> None:
    found = compared(engine, xor(engine), xor(engine), (*STAGES, "gradient"))

    assert found.first is None
    assert found.given == ()
    assert all(result.is_same for result in found.results)
    assert all(found.is_same_graph(stage) for stage in found.nodes if stage != "rewrites")


def test_an_excluded_rewrite_is_all_that_parts_two_sides(without_inplace: Pair) -> None:
    found, pair = without_inplace
    begun = pair["comparison"]["rows"].index(
        next(row for row in pair["comparison"]["rows"] if row["kind"] != "same")
    )

    assert pair["comparison"]["sentences"][0].startswith(f"The same until step {begun}: A's step")
    assert found.apart("optimized") == ((), ())
    assert not found.is_same_graph("optimized")
    assert all(result.is_same for result in found.results)
    steps = [side["trace"]["steps"] for side in pair["sides"]]
    assert all("apart" not in step for step in steps[0][:begun])
    assert steps[0][begun]["apart"] == "only"
    assert "B waits" in steps[0][begun]["apart_words"]
    assert {step.get("apart") for step in steps[1]} <= {None, "other", "only"}


def test_each_node_of_a_stage_has_its_number(without_inplace: Pair) -> None:
    _, pair = without_inplace
    for position, side in enumerate(pair["sides"]):
        for view in side["views"]:
            known = pair["nodes"][view["key"]][position]
            nodes = side["graphs"][view["graph"]]["nodes"]
            assert {node["id"] for node in nodes if node["kind"] != "fold"} <= known.keys()
        known = pair["nodes"]["rewrites"][position]
        for state in side["trace"]["states"]:
            assert set(state["nodes"]) <= known.keys()


def test_two_ways_to_write_a_formula_are_one(engine: Engine) -> None:
    T = engine.tensor

    def sides() -> tuple[Any, Any, Any]:
        x, b = T.dmatrix("x"), T.dvector("b")
        return (
            {"y": engine.sigmoid(x + b)},
            {"y": 1 / (1 + T.exp(-(x + b)))},
            {"y": T.tanh(x + b)},
        )

    one, other, another = sides()
    found = compared(engine, one, other, ("symbolic", "optimized"))
    assert not found.is_same_graph("symbolic")
    assert found.is_same_graph("optimized")
    assert [result.is_same for result in found.results] == [True]
    found = compared(engine, one, another, ("symbolic", "optimized"))
    assert [result.is_same for result in found.results] == [False]
    assert all(found.apart("symbolic"))


def test_large_constants_are_known_by_their_values(engine: Engine) -> None:
    T = engine.tensor
    x = T.dvector("x")
    numbers = numpy.arange(200.0)
    for other, is_same in ((numbers.copy(), True), (numbers[::-1].copy(), False)):
        found = compared(engine, {"y": x * numbers}, {"y": x * other}, ("symbolic",))
        assert [result.is_same for result in found.results] == [is_same]


def test_floats_of_another_width_are_told_as_types_alone(engine: Engine) -> None:
    def build() -> dict[str, Any]:
        x = engine.tensor.matrix("x")
        return {"y": engine.tensor.tanh(x)}

    kept = engine.module.config.floatX
    found, _ = pair_of(build, "floatX=float32")

    assert engine.module.config.floatX == kept
    assert found.is_same_graph("optimized")
    assert [(given.name, given.left, given.right) for given in found.given] == [
        ("x", found.given[0].left, str(found.given[0].left).replace("64", "32"))
    ]
    with pytest.raises(xorexplain.XorexplainError, match="give a function that builds it"):
        pair_of(build(), "floatX=float32")


def test_a_mode_is_followed_and_left_again(engine: Engine) -> None:
    def steps() -> int:
        return len(record_rewriting(engine, xor(engine)).steps)

    usual = steps()
    with engine.configured(Settings(mode="fast_compile")):
        assert steps() < usual
    with engine.configured(Settings(excluding=("inplace",))):
        assert steps() < usual
    assert steps() == usual


def test_a_trace_from_a_file_is_a_side(engine: Engine, tmp_path: Path) -> None:
    x = engine.tensor.dvector("x")
    made = {"y": engine.tensor.exp(x) * 2 / 2}
    trace = record_rewriting(engine, as_model(made)[1])
    path = tmp_path / "before.json"
    path.write_text(to_json(trace), encoding="utf-8")

    for one, other in ((made, str(path)), (trace, trace)):
        found, _ = pair_of(one, other)
        assert set(found.nodes) >= {"optimized", "rewrites"}
        assert found.first is None


def test_sides_without_a_common_stage_are_refused(engine: Engine) -> None:
    y = engine.tensor.exp(engine.tensor.dvector("x"))
    graph = xorexplain.snapshot(y, stage="symbolic")
    with pytest.raises(xorexplain.XorexplainError, match="no stage in common"):
        pair_of(record_rewriting(engine, as_model(y)[1]), graph)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["mode=FAST_RUN"], Other(None, Settings(mode="FAST_RUN"))),
        (["excluding:a", "excluding=b"], Other(None, Settings(excluding=("a", "b")))),
        (["net.py:two", "floatX=float32"], Other("net.py:two", Settings("float32"))),
        (["pkg.module:name"], Other("pkg.module:name", Settings())),
        (["t.json"], Other("t.json", Settings())),
    ],
)
def test_what_b_is_may_be_said_in_few_words(words: list[str], expected: Other) -> None:
    assert other_of(words) == expected


@pytest.mark.parametrize(
    ("words", "cure"),
    [
        (["exclude=fusion"], "unknown setting 'exclude': did you mean excluding?"),
        (["mode="], "mode= says nothing"),
        ([""], "there is nothing to compare with"),
        (["a.py", "b.py"], "two models are named, a.py and b.py"),
        (["mode=A", "mode=B"], "mode is said twice, A and B"),
        (["t.json", "mode=A"], "t.json was written before"),
    ],
)
def test_what_b_cannot_be_is_told_in_a_line(words: list[str], cure: str) -> None:
    with pytest.raises(xorexplain.XorexplainError) as caught:
        other_of(words)
    assert str(caught.value).startswith(cure)
    assert "\n" not in str(caught.value)


def test_the_page_runs_its_own_scripts_alone(without_inplace: Pair) -> None:
    found, pair = without_inplace
    text = pair_page(pair, found).decode()
    policy = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)[0]
    (shell,) = re.findall(r'<script type="application/json" id="shell">(.*?)</script>', text)
    outer = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    inner = re.findall(r"<script>(.*?)</script>", json.loads(shell), re.DOTALL)

    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    for script in (*outer, *inner):
        digest = hashlib.sha256(script.encode()).digest()
        assert f"'sha256-{base64.b64encode(digest).decode()}'" in policy
    assert sorted(re.findall(r"@@[A-Z_]+@@", json.loads(shell))) == ["@@DATA@@", "@@FRONT@@"]
    rest = text.replace(shell, "").replace(outer[0], "")
    assert re.findall(r"@@[A-Z_]+@@", rest) == []


def test_a_page_of_two_is_written_and_shown(engine: Engine, tmp_path: Path) -> None:
    x = engine.tensor.dvector("x")
    one, other = {"y": engine.tensor.tanh(x)}, {"y": engine.tensor.exp(x)}
    out = xorexplain.explore(one, tmp_path / "pair.html", against=other)
    shown = xorexplain.explore(one, against=other)

    assert out.read_bytes() == shown.data
    assert "against" in shown.title
    assert "<iframe" in str(shown._repr_mimebundle_())


def test_a_node_with_several_outputs_computes_all_of_them() -> None:
    """A fused node that gives `u` as its second output has what a node of `u` alone computes."""
    inside = graph("u = exp(x)", "v = tanh(x)", outputs=["v", "u"])
    one = graph("v, u = composite[inner=0](x)", inner=[inside], outputs=["v", "u"])
    other = graph("v, u = composite[inner=0](x)", inner=[inside], outputs=["u"])
    sides = (Side(name, {"symbolic": made}) for name, made in (("a", one), ("b", other)))

    (node,) = one.applies
    left, right = compare(*sides).nodes["symbolic"]
    assert len(left[node.id].numbers) == 2
    assert left[node.id] == right[node.id]
