"""Compare what both engines make of the XOR network, from one JSON file of each.

A documentation build runs on one engine, so what each of them does is recorded beforehand: on a
Python that has it, `python docs/_ext/engines_compared.py` writes `docs/engines/<engine>.json`. A
test holds the files to what the engine that is installed does now.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from rows_beside import beside, over_beside, rows_that_run, taken_in
from sphinx.util.docutils import SphinxDirective

from xorexplain import engines
from xorexplain.gradients.choose import differentiate
from xorexplain.gradients.explain import tell
from xorexplain.graph.ops import kind_words
from xorexplain.graph.stages import STAGES
from xorexplain.models.stages import view
from xorexplain.models.training import train_model
from xorexplain.models.tutorial import HIDDEN, STEPS, xor
from xorexplain.render.reports.gradient import gradient
from xorexplain.render.writers import terminal
from xorexplain.render.writers.marks import (
    code,
    count,
    escape,
    heading,
    listed,
    paragraphs,
    table,
)
from xorexplain.rewrites.record import record_rewriting
from xorexplain.rewrites.steps import explained_steps
from xorexplain.sphinxext.walkthrough.chapters.phases import phases
from xorexplain.sphinxext.walkthrough.firing import aim, kind_of
from xorexplain.sphinxext.walkthrough.phase_words import purpose
from xorexplain.sphinxext.walkthrough.trials import measured

if TYPE_CHECKING:
    from sphinx.application import Sphinx

    from xorexplain.engines import Engine

FOLDER = Path(__file__).resolve().parents[1] / "engines"
DIGITS = 6
SHAPES = ((2, HIDDEN), (HIDDEN, 1))
WEIGHTS = sum(rows * columns for rows, columns in SHAPES)
MERGE, IN_PLACE = "merge", "in-place"
Facts = Mapping[str, Any]
_STAGE_WORDS = {
    "symbolic": "the cost as written",
    "gradient": "the gradients",
    "updates": "the train function as written",
    "optimized": "after the rewriter",
    "compiled": "as it runs",
}


def facts(engine: Engine) -> dict[str, Any]:
    """Record what an engine makes of the XOR network; no times, and no order of equal things."""
    model = xor(engine)
    graphs = {stage: view(engine, model, stage).graph() for stage in STAGES}
    trace = record_rewriting(engine, model)
    told = list(explained_steps(trace))
    run = train_model(engine, model, STEPS)
    size = measured(graphs["compiled"])
    return {
        "title": engine.title,
        "version": engine.version,
        "stages": {
            stage: {
                "nodes": len(graph.applies),
                "kinds": dict(sorted(Counter(a.op.kind for a in graph.applies).items())),
            }
            for stage, graph in graphs.items()
        },
        "gradient": terminal.plain(gradient(tell(differentiate(engine, model)))).splitlines(),
        "phases": [
            {
                "name": p.name,
                "steps": len(p.steps),
                "before": p.before,
                "after": p.after,
                "merges": sum(kind_of(entry) == MERGE for entry in p.steps),
            }
            for p in phases(told, len(trace.start))
        ],
        "kinds": dict(sorted(Counter(map(kind_of, told)).items())),
        "taken back": dict(
            sorted(Counter(kind_of(e) for e in told if e.step.verdict == "rejected").items())
        ),
        "runs": rows_that_run(graphs["compiled"], trace),
        "taken in": taken_in(trace),
        "fired": sorted({step.title for step in trace.steps if step.verdict == "applied"}),
        "in place": sum(bool(apply.destroy_map) for apply in graphs["compiled"].applies),
        "call": {"operations": size.operations, "arrays": size.arrays, "bytes": size.size},
        "cost": round(run.cost, DIGITS),
        "outputs": [round(float(value), DIGITS) for value in run.after["output"].ravel()],
    }


def compared(one: Facts, other: Facts) -> str:
    """Write what both make of the network, and what runs, as reStructuredText."""
    both = (one, other)
    titles = _titles(both)
    return paragraphs(
        heading("How many nodes", 1),
        _sizes(both, titles),
        heading("The same gradient", 1),
        _gradients(both),
        heading("What runs", 1),
        _runs(both, titles),
        heading("What is written over", 1),
        _in_place(both, titles),
        heading("The same answers", 1),
        _answers(both, titles),
    )


def rewriting(one: Facts, other: Facts) -> str:
    """Write how each rewrites, by kind and by phase, as reStructuredText."""
    both = (one, other)
    return _rewrites(both, _titles(both))


PARTS = {"what-runs": compared, "rewriting": rewriting}


def _titles(both: tuple[Facts, Facts]) -> list[str]:
    return [escape(f"{found['title']} {found['version']}") for found in both]


def _sizes(both: tuple[Facts, Facts], titles: list[str]) -> str:
    rows = [
        [
            code(stage),
            _STAGE_WORDS[stage],
            *(str(found["stages"][stage]["nodes"]) for found in both),
        ]
        for stage in STAGES
    ]
    symbolic = [found["stages"]["symbolic"]["kinds"] for found in both]
    differing = sorted(
        kind_words(kind)
        for kind in {*symbolic[0], *symbolic[1]}
        if symbolic[0].get(kind) != symbolic[1].get(kind)
    )
    return paragraphs(
        "Apply nodes at each stage:",
        table(["Stage", "", *titles], rows, "16 36 24 24"),
        "What was written is the same, node by node."
        if not differing
        else f"What was written differs only in {listed([escape(kind) for kind in differing])}.",
        "What one call does then:",
        table(
            ["", *titles],
            [
                [words, *(str(found["call"][words]) for found in both)]
                for words in ("operations", "arrays", "bytes")
            ],
            "52 24 24",
        ),
        _more_operations(both),
    )


def _more_operations(both: tuple[Facts, Facts]) -> str:
    """Say where operations are counted in one engine alone: a `gemm` scales what it adds to."""
    one, other = both
    scaled = one["stages"]["compiled"]["kinds"].get("gemm", 0)
    if one["call"]["operations"] - other["call"]["operations"] != WEIGHTS or scaled != len(SHAPES):
        return ""
    return (
        f"Each {code('gemm')} multiplies the old weights by a factor, here 1: one operation for "
        f"each of the {WEIGHTS} weights, which PyTensor's fused updates do not have."
    )


def _gradients(both: tuple[Facts, Facts]) -> str:
    is_same = both[0]["gradient"] == both[1]["gradient"]
    return (
        "Derived node by node, both gradients are the same to the letter: the same steps, formulas "
        "and nodes. Automatic differentiation is mathematics; there is little room for taste."
        if is_same
        else "Derived node by node, the gradients differ; ``xorexplain gradient`` shows how."
    )


def _rewrites(both: tuple[Facts, Facts], titles: list[str]) -> str:
    names = list(dict.fromkeys(kind for found in both for kind in found["kinds"]))
    kinds = [[escape(n), *(str(found["kinds"].get(n, 0)) for found in both)] for n in names]
    steps = [sum(found["kinds"].values()) for found in both]
    return paragraphs(
        heading("By kind", 1),
        f"{titles[0]} takes {count(steps[0], 'step')}, {titles[1]} {steps[1]}:",
        table(["Kind of rewrite", *titles], sorted(kinds), "40 30 30"),
        *_only(both),
        heading("By phase", 1),
        "With the number of apply nodes before and after:",
        table(
            titles,
            zip_longest(*([_phase(p) for p in found["phases"]] for found in both), fillvalue=""),
            "50 50",
        ),
        _merges(both),
        *_placed(both),
        _factors(both),
        "What the phases are for: "
        + "; ".join(
            f"{code(name)}, to {escape(purpose(name))}"
            for name in dict.fromkeys(p["name"] for found in both for p in found["phases"])
            if purpose(name)
        )
        + ".",
    )


def _merges(both: tuple[Facts, Facts]) -> str:
    """Say in which phases equal nodes were merged: more than the phases that are there for it."""
    told = [
        f"in {found['title']} "
        + listed([f"{p['merges']} in {code(p['name'])}" for p in found["phases"] if p["merges"]])
        for found in both
    ]
    total = [str(found["kinds"].get(MERGE, 0)) for found in both]
    return (
        "A kind is no phase: where a rewrite makes what is there already, it is merged at once. So "
        f"of the {' and '.join(dict.fromkeys(total))} steps of the kind *{MERGE}* are "
        f"{'; '.join(told)}."
    )


def _placed(both: tuple[Facts, Facts]) -> Iterator[str]:
    """Say why fewer ops work in place than steps put one there."""
    for found in both:
        steps, taken = found["kinds"].get(IN_PLACE, 0), found["taken back"].get(IN_PLACE, 0)
        if steps == found["in place"]:
            continue
        why = (
            f"{taken} was tried and taken back, since the nodes could be put in no order then"
            if steps - taken == found["in place"] and taken == 1
            else ":doc:`a place was given twice </walkthrough/rewrites-in-place>`"
        )
        yield (
            f"{found['title']} has {steps} steps of the kind *{IN_PLACE}*, and {found['in place']} "
            f"ops that work in place: {why}."
        )


def _factors(both: tuple[Facts, Facts]) -> str:
    """Say why a phase that calls a library leaves more nodes than it found, and who folds them."""
    grown = [p for found in both for p in found["phases"] if p["after"] > p["before"]]
    if [p["name"] for p in grown] != ["BlasOpt"]:
        return ""
    return (
        f"{code('BlasOpt')} leaves more nodes than it found, since each of its two "
        f"{code('gemm')} multiplies the old weights by 1 and the product by −0.01, and nodes make "
        "these factors of constants: the 1 of its type, 0.01 without its axes, and its negative. "
        f"{code('specialize')} computes them once and for all, which are the six steps of constant "
        "folding that Theano has more than PyTensor."
    )


def _only(both: tuple[Facts, Facts]) -> Iterator[str]:
    """Say which kinds of rewrites one engine alone makes, and what they are for."""
    for one, other in (both, both[::-1]):
        for kind in one["kinds"]:
            if kind not in other["kinds"]:
                yield (
                    f"Of the default modes compared here, only {one['title']}'s has rewrites of "
                    f"the kind *{kind}*. {aim(kind)}"
                )


def _phase(phase: Mapping[str, Any]) -> str:
    return f"{code(phase['name'])} {phase['before']} → {phase['after']}"


def _runs(both: tuple[Facts, Facts], titles: list[str]) -> str:
    return paragraphs(
        "Nodes that compute the same values stand beside each other, whatever their place in the "
        "order.",
        table([*titles, "Why they differ"], beside(*both), "34 34 32"),
    )


def _in_place(both: tuple[Facts, Facts], titles: list[str]) -> str:
    places = [found["in place"] for found in both]
    return paragraphs(
        f"{places[0]} ops of {both[0]['title']} and {places[1]} of {both[1]['title']} work *in "
        "place*: they write over an argument that nobody reads any more.",
        table(["Over", *titles, "Why they differ"], over_beside(*both), "12 22 22 44"),
    )


def _answers(both: tuple[Facts, Facts], titles: list[str]) -> str:
    rows = [
        [title, *(f"{o:.6f}" for o in found["outputs"]), f"{found['cost']:.6f}"]
        for title, found in zip(titles, both, strict=True)
    ]
    is_same = both[0]["outputs"] == both[1]["outputs"]
    return paragraphs(
        f"After {STEPS} steps from the same weights, with the four cases in the order of the data "
        "page:",
        table(["", "0, 1", "1, 0", "0, 0", "1, 1", "cost"], rows),
        "Other operations in another order, and six digits agree. That both may be right is all it "
        "shows; that no rewrite changed a value is checked after every single step "
        "(:doc:`/walkthrough/rewrites`, at its end)."
        if is_same
        else "",
    )


class EnginesCompared(SphinxDirective):
    """Write a part of the comparison on a page."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        found = []
        for name in engines.ENGINES:
            file = FOLDER / f"{name}.json"
            self.env.note_dependency(str(file))
            found.append(json.loads(file.read_text(encoding="utf-8")))
        text = PARTS[self.arguments[0]](*found)
        return self.parse_text_to_nodes(text, allow_section_headings=True)


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_directive("engines-compared", EnginesCompared)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def main() -> None:
    engine = engines.choose()
    FOLDER.mkdir(exist_ok=True)
    file = FOLDER / f"{engine.name}.json"
    file.write_text(
        json.dumps(facts(engine), ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    sys.stdout.write(f"{file}\n")


if __name__ == "__main__":
    main()
