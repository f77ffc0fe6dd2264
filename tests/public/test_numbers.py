"""Every number said of one stage is the same in all outputs, and the engine's own.

"84 on one page and 34 on the next" was a gradient counted with all that explains it.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import Any

import models
import numpy
import pytest

from xorexplain.api import prepared
from xorexplain.engines import Engine
from xorexplain.engines.shared.common import toposort
from xorexplain.errors import XorexplainError
from xorexplain.explorer.bundle import bundle
from xorexplain.gradients.check import Row
from xorexplain.gradients.choose import differentiate
from xorexplain.gradients.explain import tell
from xorexplain.graph.json import to_json
from xorexplain.graph.stages import STAGES
from xorexplain.graph.views.part import Part
from xorexplain.models.model import Model
from xorexplain.models.stages import view
from xorexplain.models.targets import function_parts
from xorexplain.notation.text import text
from xorexplain.render.layout import image
from xorexplain.render.limits import STEP_NODES
from xorexplain.render.look import Look
from xorexplain.render.pictures.dot import dot
from xorexplain.render.pictures.mermaid import mermaid
from xorexplain.render.pictures.step_picture import draw_step, regions, step_dot
from xorexplain.render.pictures.tree import tree
from xorexplain.render.pictures.twin import twin_dot
from xorexplain.render.pictures.words import graph_words
from xorexplain.render.reports.contrast import apart
from xorexplain.render.reports.document import Change
from xorexplain.render.reports.gather import Subject
from xorexplain.render.reports.step_rows import leading, summary_text
from xorexplain.render.reports.steps import changed, steps, steps_json
from xorexplain.render.writers import terminal
from xorexplain.rewrites.record import record, record_rewriting
from xorexplain.rewrites.steps import ExplainedStep, explained_steps
from xorexplain.rewrites.trace import Trace
from xorexplain.sphinxext.output.document import _difference
from xorexplain.sphinxext.walkthrough import Settings, walkthrough
from xorexplain.sphinxext.walkthrough.agreement import checked
from xorexplain.sphinxext.walkthrough.chapters import rewrites
from xorexplain.sphinxext.walkthrough.firing import change
from xorexplain.sphinxext.walkthrough.material import Material

COUNTED = ("xor", "mlp", "recurrent", "fused", "many_outputs", "identity")
COUNT = re.compile(r"(\d+) apply nodes?(?:, (\d+) shown)?")
NAMES = [name for name in models.GALLERY if name != "convolution"]


def own_count(engine: Engine, model: Model, stage: str) -> int:
    """Count with the engine's objects alone."""
    built = view(engine, model, stage)
    if stage in ("optimized", "compiled"):
        graph = built.source.object
        graph = getattr(getattr(graph, "maker", None), "fgraph", graph)
        return len(graph.toposort())
    return len(toposort(built.source.outputs))


def heads(engine: Engine, model: Model, stage: str) -> Iterator[tuple[str, str]]:
    """Yield what each output says at its head, by its name."""
    shown = prepared(view(engine, model, stage).graph(), Look())
    part, note = Part(max_nodes=2).of(shown)
    for which, graph in (("whole", shown), ("part", part)):
        look = Look(notes=(note,) if which == "part" else ())
        yield f"text of the {which}", tree(graph, look).split("\n\n")[0]
        yield f"legend of the {which}", dot(graph, look).split("\n", 2)[1]
        yield f"Mermaid of the {which}", mermaid(graph, look).splitlines()[1]


@pytest.mark.parametrize("name", COUNTED)
def test_each_stage_has_one_count(engine: Engine, name: str) -> None:
    made = models.model(engine, name)
    for stage in models.stages(engine, name):
        if stage == "compiled":
            continue
        own = own_count(engine, made, stage)
        graph = view(engine, made, stage).graph()
        found = {where: COUNT.search(head) for where, head in heads(engine, made, stage)}
        counts = {where: int(match[1]) for where, match in found.items() if match is not None}

        assert set(counts.values()) == {own}, counts
        assert len(counts) == 6
        assert len(json.loads(to_json(graph))["applies"]) == own
        words = graph_words(prepared(graph, Look()))
        (said,) = re.findall(r"Graph of (\d+) apply nodes?(?: out of (\d+))?", words)
        assert int(said[1] or said[0]) == own


@pytest.mark.parametrize("name", COUNTED)
def test_the_rewriting_begins_and_ends_with_the_stages_around_it(engine: Engine, name: str) -> None:
    made = models.model(engine, name)
    trace = record_rewriting(engine, made)
    target = trace.universe.origin.target or ""
    outputs, _, updates = function_parts(engine, made, target)
    before = len(toposort([*outputs, *(new for _, new in updates)]))
    after = own_count(engine, made, "optimized")
    told = list(explained_steps(trace))
    head = terminal.plain(steps(trace, told, 0)).splitlines()[1]
    data = json.loads(steps_json(trace, told))

    assert head == f"{before} apply nodes before, {after} after"
    assert (data["nodes_before"], data["nodes_after"]) == (before, after)
    assert (told[-1].nodes if told else before) == after


@pytest.mark.parametrize("name", ["xor", "mlp", "recurrent", "twins"])
def test_the_gradient_is_counted_as_the_engine_makes_it(engine: Engine, name: str) -> None:
    made = models.model(engine, name)
    gradients = engine.grad(made.cost, list(made.parameters))
    own = len(toposort([made.cost, *gradients]))
    derivation = differentiate(engine, made)
    match = COUNT.search(twin_dot(derivation, Look()))

    assert match is not None
    assert int(match[1]) == len(derivation.together) == own
    assert len(derivation.forward) == len(toposort([made.cost]))


def said(pages: dict[str, str], page: str, pattern: str) -> list[int]:
    return [int(number) for number in re.findall(pattern, pages[page])]


@pytest.fixture
def _words_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out what costs time and says no number: layouts, training, values of every state."""

    def without(*arguments: Any, **options: Any) -> Any:
        raise XorexplainError("left out")

    monkeypatch.setattr(image, "render", lambda *given, **options: image.Picture(b"<svg/>"))
    monkeypatch.setattr(rewrites, "player", lambda material: ([], {}))
    for name in ("trained", "step_checks", "gradient_checks"):
        monkeypatch.setattr(Subject, name, without)


def pages_of(engine: Engine, model: Model) -> dict[str, str]:
    return {
        path.removesuffix(".rst"): data.decode() if isinstance(data, bytes) else data
        for path, data in walkthrough(Subject(engine, model), Settings(steps=1)).files.items()
        if path.endswith(".rst")
    }


@pytest.mark.usefixtures("_words_alone")
@pytest.mark.parametrize("name", ["xor", "data_of_another_output"])
def test_the_pages_say_the_engines_counts(engine: Engine, name: str) -> None:
    made = another_output(engine) if name.startswith("data") else models.model(engine, name)
    pages = pages_of(engine, made)
    trace = record_rewriting(engine, made)
    assert made.cost is not None
    network = toposort(list(made.outputs.values()))
    cost = toposort([made.cost])
    gradient = toposort(engine.grad(made.cost, list(made.parameters)))
    both = toposort([made.cost, *engine.grad(made.cost, list(made.parameters))])
    compiled = own_count(engine, made, "compiled")
    table = re.findall(r"\* - .*\n +-(.*)\n +- (\d+)$", pages["index"], re.MULTILINE)

    assert [stage.strip() for stage, _ in table] == ["", *STAGES]
    assert [int(n) for _, n in table] == [
        *(len(found) for found in (network, cost, gradient)),
        len(trace.start),
        len(trace.end),
        compiled,
    ]
    assert said(pages, "network", r"The graph has (\d+) apply node") == [len(network)]
    new = len([node for node in cost if node not in network])
    told = " ".join(pages["cost"].split())
    added = re.search(r"and (\w+) more came behind|none of its nodes, but (\w+) of its own", told)
    assert added is not None
    assert _number(added[1] or added[2]) == new
    assert said(pages, "gradient", r"added (\d+) apply nodes") == [len(both) - len(cost)]
    assert said(pages, "gradient", r"to the (\d+) and touched none") == [len(cost)]
    assert said(pages, "gradient", r"Of (\d+) apply nodes") in ([], [len(both)])
    assert said(pages, "updates", r"one graph of (\d+) apply nodes") == [len(trace.start)]
    assert said(pages, "updates", r"gradients alone has (\d+)") == [len(gradient)]
    assert said(pages, "rewrites", r"turned (\d+) apply nodes") == [len(trace.start)]
    assert said(pages, "rewrites", r"function into (\d+), in") == [len(trace.end)]
    assert said(pages, "compiled", r"runs it: (\d+) apply node") == [compiled]
    last = [p for p in pages if p.startswith("rewrites-") and "That was the last phase" in pages[p]]
    assert [said(pages, p, r"It has (\d+) apply node") for p in last] == [[len(trace.end)]]


def _number(word: str) -> int:
    words = [
        "no",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
    ]
    return words.index(word) if word in words else int(word)


def another_output(engine: Engine) -> Model:
    """`data_of_another_output`: z feeds the cost, x another output."""
    T = engine.tensor
    x, z = T.dvector("x"), T.dvector("z")
    w = engine.module.shared(numpy.ones(3), name="w")
    cost = T.sum((w * z) ** 2)
    cost.name = "cost"
    data = {"x": numpy.ones(3), "z": numpy.ones(3)}
    updates = models.descent(engine, cost, [w])
    return Model({"y": w * x + 1.0}, cost, [w], updates, [x, z], "another", data=data)


@pytest.mark.usefixtures("_words_alone")
def test_a_cost_beside_the_outputs_is_no_continuation_of_them(engine: Engine) -> None:
    pages = pages_of(engine, another_output(engine))
    told = " ".join(pages["cost"].split())

    assert "still there" not in told
    assert "Nothing of it was on the" in told
    assert "the output meets" not in told


@pytest.mark.parametrize("name", ["xor", "recurrent"])
def test_the_explorer_says_the_engines_counts(engine: Engine, name: str) -> None:
    made = models.model(engine, name)
    parts = ("symbolic", "gradient", "updates", "optimized", "rewrites")
    story = bundle(Subject(engine, made), parts)
    for entry in story["views"]:
        if entry["graph"] is not None:
            match = COUNT.match(story["graphs"][entry["graph"]]["summary"])
            assert match is not None
            assert int(match[1]) == own_count(engine, made, entry["key"])
    steps = story["trace"]["steps"]
    assert steps[-1]["nodes"] == own_count(engine, made, "optimized")


def test_the_report_of_a_picture_counts_the_engines_nodes(engine: Engine, tmp_path: Path) -> None:
    from xorexplain import cli

    with redirect_stdout(io.StringIO()) as out:
        status = cli.run(["graph", "--json", "--max-nodes", "3", "--out", str(tmp_path / "g.txt")])
    report = json.loads(out.getvalue())

    assert status == 0
    assert report["apply_nodes"] == own_count(engine, models.model(engine, "xor"), "symbolic")
    assert report["shown"] == 3


def lines_of(told: ExplainedStep) -> Iterator[tuple[str, str, bool]]:
    """Yield before and after as each output writes them, and whether it says what changed."""
    from xorexplain.explorer.steps import _lines

    written = list(_lines(told))
    for same in (line for line in written if line[0] == "="):
        yield same[1], same[1], same[2] != ""
    pairs = [line for line in written if line[0] in ("−", "+")]
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        yield old[1], new[1], False
    if told.replacements and not told.step.message:
        first, shown = leading(told), change(told)
        if text(first.before) == text(first.after):
            yield "", "", shown.partition(", ")[2] != ""
        elif "``" in shown:
            old, _, new = shown.partition(" → ")
            yield old.split("``")[1], new.split("``")[1], False
    if told.replacements and not told.step.message:
        line = summary_text(told)
        is_other = any(text(one.before) != text(one.after) for one in told.replacements)
        if ": its loop " not in line:
            assert (" → " in line) if is_other else re.search(r", .+", line), line
    for block in changed(told):
        if isinstance(block, Change):
            old, new = _difference(block).splitlines()
            yield old[1:], new[1:], False


@pytest.mark.parametrize("name", NAMES)
def test_no_step_has_the_same_line_before_and_after(engine: Engine, name: str) -> None:
    for told in explained_steps(trace_of(engine, name)):
        for before, after, says in lines_of(told):
            assert before != after or says, (told.step.number, told.step.title, before)


def trace_of(engine: Engine, name: str) -> Trace:
    return record(engine, models.model(engine, name)).trace


def test_long_texts_are_clipped_where_they_differ() -> None:
    same = "a + " * 100
    one, other = apart(f"{same}b", f"{same}c", 40)

    assert (one[-1], other[-1]) == ("b", "c")
    assert len(one) <= 40
    assert apart("x", "y", 40) == ("x", "y")
    assert apart(same, same, 10) == ("a + a + a…",) * 2


@pytest.mark.parametrize("name", ["xor", "embedding", "recurrent"])
def test_the_picture_of_a_step_is_of_that_step(engine: Engine, name: str) -> None:
    trace = trace_of(engine, name)
    for step in trace.steps:
        written = step_dot(trace, step, Look())
        assert f"<b>step {step.number}: " in written
        before, after = regions(trace, step)
        if max(len(before.applies), len(after.applies)) >= STEP_NODES:
            continue
        marked = {
            (sign, side): {
                match[1]
                for line in written.splitlines()
                if (match := re.match(rf"\s+{side}_(n\d+) \[", line)) and f"<b>{sign} " in line
            }
            for sign, side in (("−", "before"), ("+", "after"))
        }
        assert marked["−", "before"] == {a.id for a in before.applies} & {*step.removed}
        assert marked["+", "after"] == {a.id for a in after.applies} & {*step.added}


def test_the_file_of_a_step_holds_its_number(engine: Engine) -> None:
    trace = trace_of(engine, "xor")
    for told in list(explained_steps(trace))[:3]:
        svg = draw_step(trace, told, "svg").data.decode()
        assert re.search(rf"<title[^>]*>step {told.step.number}: {told.step.title}</title>", svg)


def test_what_was_not_compared_is_on_the_page(engine: Engine) -> None:
    made = Material(Subject(engine, models.model(engine, "few_layers")), Settings())
    rows = (
        Row("rule", "δh", 0.0, 0.0, True),
        Row("formula", "δh", None, None, None, "a branch was not taken"),
    )
    shown = "\n".join(checked(replace(made, checks=rows)))

    assert "none too far off" in shown
    assert "Not compared: 1 row." in shown
    assert "a branch was not taken" in shown


def test_why_an_inside_is_not_derived_is_on_pages_and_in_directives(engine: Engine) -> None:
    import stories

    from xorexplain.render.reports import gradient
    from xorexplain.render.writers import rst
    from xorexplain.sphinxext.output.document import Manner, blocks

    whole = tell(differentiate(engine, models.model(engine, "few_layers")))
    step = replace(whole.steps[0], underived="its op has no gradient")
    told = gradient.step(step)

    assert "its op has no gradient" in stories.story(replace(whole, steps=(step,)))
    assert "its op has no gradient" in rst.blocks([told])
    assert any("its op has no gradient" in node.astext() for node in blocks([told], Manner()))
