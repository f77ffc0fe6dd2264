"""Put two explorers into one page, and say what of one belongs to what of the other."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from contextlib import nullcontext
from html import escape
from typing import Any

import numpy

from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.errors.records import dataclass
from xorexplain.explorer.bundle import PARTS, bundle, graph_story, to_json, trace_story
from xorexplain.explorer.front import front
from xorexplain.explorer.packing import packed
from xorexplain.explorer.page import as_data, filled, packed_files, page
from xorexplain.graph.records import Graph
from xorexplain.graph.stages import REWRITES, STAGES
from xorexplain.models.capture import variable_ids
from xorexplain.render.layout.node_places import Placer
from xorexplain.render.pictures import svg
from xorexplain.render.pictures.labels import clip
from xorexplain.render.reports.comparison import plain, row_words, sentences
from xorexplain.render.reports.gather import Subject
from xorexplain.render.reports.numbering import Working
from xorexplain.rewrites.comparison import Comparison, Nodes, Side, compare
from xorexplain.rewrites.trace import Trace

Json = dict[str, Any]
MAX_NAME = 80
KINDS = {"left": "a", "right": "b"}


@dataclass(frozen=True)
class Told:
    """Hold one side of a pair: what is compared of it, and the bundle of its explorer."""

    side: Side
    story: Json


def told(
    subject: Subject,
    name: str,
    parts: Collection[str] = PARTS,
    train_steps: int = 0,
    working: Working = lambda what: nullcontext(),
    placer: Placer | None = None,
) -> Told:
    """Explore a model as one side of a pair."""
    story = bundle(subject, parts, train_steps, working, placer)
    stages = [view["key"] for view in story["views"] if view["graph"] and view["key"] in STAGES]
    return Told(side_of(subject, name, stages, story["trace"] is not None), story)


def side_of(subject: Subject, name: str, stages: Iterable[str], is_traced: bool = True) -> Side:
    """Return what is compared of a model: some stages, and its rewriting."""
    graphs = {stage: subject.graph(stage) for stage in stages}
    trace = subject.trace if is_traced else None
    values = {stage: _of_stage(subject, stage, graph) for stage, graph in graphs.items()}
    if trace is not None:
        recorded = subject.recording.variables
        values[REWRITES] = _digests(subject.engine, trace.universe, recorded)
        if subject.is_recorded:
            values["optimized"] = values[REWRITES]
    return Side(name, graphs, trace, values)


def stored(record: Trace | Graph, name: str, placer: Placer | None = None) -> Told:
    """Explore a graph or a trace, read from a file or recorded before, as one side of a pair."""
    if isinstance(record, Graph):
        stage = record.origin.stage or "graph"
        return Told(Side(name, {stage: record}), graph_story(record, placer))
    stages = {"updates": record.first.graph, "optimized": record.last.graph}
    return Told(Side(name, stages, record), trace_story(record, placer))


def _of_stage(subject: Subject, stage: str, graph: Graph) -> dict[str, str]:
    if stage == "optimized" and subject.is_recorded:
        return {}
    ids = variable_ids(subject.view(stage).source)
    return _digests(subject.engine, graph, {id_: variable for variable, id_ in ids.items()})


def _digests(engine: Engine, graph: Graph, variables: Mapping[str, Any]) -> dict[str, str]:
    """Tell constants that are too large to be written whole by check sums of their values."""
    found = {}
    for variable in graph.variables:
        if variable.role != "constant" or variable.is_exact or variable.id not in variables:
            continue
        value = numpy.asarray(engine.value_of(variables[variable.id]))
        if value.dtype.kind in "biufc":
            plain_value = value.astype("float32") if value.dtype.kind == "f" else value
            found[variable.id] = hashlib.sha256(plain_value.tobytes()).hexdigest()
    return found


def against(left: Told, right: Told) -> tuple[Comparison, Json]:
    """Compare two sides, and return the data of a page that holds both.

    Raise XorexplainError where they have no stage in common.
    """
    shared = [stage for stage in left.side.stages if stage in right.side.stages]
    if not shared:
        told_of = (", ".join(side.side.stages) for side in (left, right))
        raise XorexplainError(
            f"A and B have no stage in common: {' against '.join(told_of)}: choose others"
        )
    found = compare(left.side, right.side)
    stories = [left.story, right.story]
    for story, key in zip(stories, "ab", strict=True):
        story["side"] = key
        _mark_steps(story, found, key)
    ops: dict[str, int] = {}
    return found, {
        "comparison": plain(found),
        "words": [row_words(found, row) for row in found.rows or ()],
        "nodes": {
            stage: [_coded(nodes, ops) for nodes in both] for stage, both in found.nodes.items()
        },
        "sides": stories,
    }


def _mark_steps(story: Json, found: Comparison, key: str) -> None:
    """Say of each step of a bundle that is not the same on the other side what it is there."""
    if story["trace"] is None or found.rows is None:
        return
    for row in found.rows:
        if row.kind == "same" or KINDS.get(row.kind, key) != key:
            continue
        number = row.left if key == "a" else row.right
        step = story["trace"]["steps"][number - 1]
        step["apart"] = "other" if row.kind == "other" else "only"
        step["apart_words"] = row_words(found, row)


def _coded(nodes: Nodes, ops: dict[str, int]) -> dict[str, list[int]]:
    """Write the op of each node and what it computes as numbers."""
    return {id_: [ops.setdefault(n.op, len(ops)), *n.numbers] for id_, n in nodes.items()}


def pair_page(pair: Mapping[str, Any], found: Comparison) -> bytes:
    """Return one page that shows both explorers, each in a frame of its own, with one player."""
    title = f"{clip(found.left.name, MAX_NAME)} against {clip(found.right.name, MAX_NAME)}"
    inner = packed_files("parts.txt")
    opens = REWRITES if found.rows is not None else found.last_stage
    shell = page(title, "@@DATA@@", "@@FRONT@@", opens).decode()
    about = {key: value for key, value in pair.items() if key != "sides"}
    about["fronts"] = [front(story) for story in pair["sides"]]
    left, right = (as_data(to_json(packed(story))) for story in pair["sides"])
    slots = {
        **packed_files("pair.txt"),
        "INNER_STYLE_HASH": inner["STYLE_HASH"],
        "INNER_SCRIPT_HASH": inner["SCRIPT_HASH"],
        "TITLE": escape(svg.clean(title)),
        "SUMMARY": _summary(found),
        "NAME_A": escape(svg.clean(clip(found.left.name, MAX_NAME))),
        "NAME_B": escape(svg.clean(clip(found.right.name, MAX_NAME))),
        "DATA": as_data(json.dumps(about, ensure_ascii=False, separators=(",", ":"))),
        # Two slots of its own are left in it: the script fills them, for each frame.
        "SHELL": as_data(json.dumps(shell, ensure_ascii=False)),
        "A": left,
        "B": right,
    }
    return filled("pair.html", slots)


def _summary(found: Comparison) -> str:
    """Write what is told of both sides, readable where no script runs."""

    def row(cells: tuple[str, ...], tag: str = "td") -> str:
        shown = (escape(svg.clean(clip(cell, MAX_NAME))) for cell in cells)
        first, *others = shown
        marked = "".join(f"<{tag}>{cell}</{tag}>" for cell in others)
        return f'<tr><th scope="row">{first}</th>{marked}</tr>'

    told_of = plain(found)
    said = "".join(f"<li>{escape(svg.clean(words))}</li>" for words in sentences(found))
    rows = [row(tuple(fact)) for fact in told_of["facts"]]
    rows += [row((g["name"], g["a"] or "—", g["b"] or "—")) for g in told_of["given"]]
    names = (f"A: {found.left.name}", f"B: {found.right.name}")
    head = "".join(f'<th scope="col">{escape(svg.clean(clip(n, MAX_NAME)))}</th>' for n in names)
    return (
        '<details class="said" id="same" open><summary>What is the same</summary>'
        f"<ul>{said}</ul></details>"
        '<details class="counts"><summary>Counts and types</summary>'
        '<div class="scroll" tabindex="0" role="region" aria-label="Counts and types">'
        f"<table><thead><tr><td></td>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
        "</div></details>"
    )
