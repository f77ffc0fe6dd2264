"""Draw a statistical model as a view of the page, each variable linked to what becomes of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from xorexplain.errors import XorexplainError
from xorexplain.explorer.graphs import node_of, picture
from xorexplain.explorer.headings import head_of, lost
from xorexplain.explorer.outline import outline
from xorexplain.explorer.pictures import Pictures
from xorexplain.graph.records import DELTA, Apply, Graph, Op, Origin, Variable
from xorexplain.graph.stages import MODEL, STAGES
from xorexplain.models.model import Model
from xorexplain.models.structure import TERM, Dimension, Member, Structure, shortened
from xorexplain.render.pictures.labels import MAX_NAME, clip
from xorexplain.render.pictures.plates import FAMILIES, SHAPES
from xorexplain.render.reports.numbering import Numbered

Json = dict[str, Any]
MOST_TITLE = 36
"""A plate whose title would be longer names its dimensions alone; each variable has the labels."""


def model_views(pictures: Pictures, model: Model) -> tuple[list[Json], Structure | None]:
    """Add the picture of a statistical model, and return its view with what it is of.

    Another model has no such view; one that cannot be described says why.
    """
    if model.structure is None:
        return [], None
    try:
        structure = model.structure()
    except XorexplainError as error:
        return [{**lost(MODEL), "why": str(error)}], None
    return [{**head_of(MODEL), **_added(pictures, structure)}], structure


def _added(pictures: Pictures, structure: Structure) -> Json:
    """Add the picture of a model and return what its view is of."""
    graph = _graph(structure)
    drawn = picture(graph, {v.id: v.name or "" for v in graph.variables})
    for node, member in _nodes(structure, drawn):
        lines = (shortened(member.line, MAX_NAME), member.transformed)
        told = [clip(line, MAX_NAME) for line in lines if line]
        sizes = "×".join(d.name or str(d.length) for d in member.dimensions)
        node |= {"label": [*told, *([sizes] if sizes else [])], "name": "", "formula": member.line}
        node |= {"shape": SHAPES[member.kind][0], "legend": member.kind}
        if member.kind == "data":
            node["shape"] = "rounded"
        node.pop("math", None)
        node.pop("engine_op", None)
    for edge in drawn["edges"]:
        edge["label"] = ""
    kinds = [member.kind for member in structure.members]
    drawn["summary"] = ", ".join(f"{kinds.count(k)} {k}" for k in dict.fromkeys(kinds))
    drawn["groups"] = [
        {
            "id": f"c{number}",
            "title": _title(structure, plate),
            "nodes": [node["id"] for node, m in _nodes(structure, drawn) if m.dimensions == plate],
        }
        for number, plate in enumerate(plate for plate in structure.plates if plate)
    ]
    drawn["folds"] = {}
    drawn["outline"] = outline(drawn)
    pictures.shown[MODEL] = frozenset(node["id"] for node in drawn["nodes"])
    pictures.add_drawn(MODEL, drawn)
    return {"graph": MODEL, "count": len(structure.members), "noun": "variable"}


def _title(structure: Structure, plate: Sequence[Dimension]) -> str:
    told = " · ".join(structure.told(dimension) for dimension in plate)
    has_labels = any(structure.labels_of(dimension) for dimension in plate)
    if has_labels and len(told) <= MOST_TITLE:
        return told
    lengths = " × ".join(map(str, plate))
    # Behind the sign that folds it, `2` alone reads as a negative number.
    return lengths if any(dimension.name for dimension in plate) else f"plate of {lengths}"


def _nodes(structure: Structure, drawn: Json) -> Iterator[tuple[Json, Member]]:
    """Pair the nodes of the picture with the variables of the model."""
    by_id = {node["id"]: node for node in drawn["nodes"]}
    for position, member in enumerate(structure.members):
        yield by_id[_id(position, member)], member


def _id(position: int, member: Member) -> str:
    return f"v{position}" if member.kind == "data" else f"n{position}"


def _graph(structure: Structure) -> Graph:
    """Make a graph of a model, so that it is drawn, placed and searched as every other."""
    at = {member.name: position for position, member in enumerate(structure.members)}
    read: dict[str, list[str]] = {}
    for parent, child in structure.edges:
        read.setdefault(child, []).append(f"v{at[parent]}")
    variables = tuple(
        Variable(
            f"v{at[m.name]}",
            m.name,
            m.kind,
            "shared" if m.kind == "data" else "intermediate",
            shape=tuple(d.length for d in m.dimensions),
            owner=None if m.kind == "data" else f"n{at[m.name]}",
            lengths=tuple(d.name or str(d.length) for d in m.dimensions),
        )
        for m in structure.members
    )
    applies = tuple(
        Apply(
            f"n{at[m.name]}",
            Op(m.kind, FAMILIES[m.kind], m.told),
            tuple(read.get(m.name, ())),
            (f"v{at[m.name]}",),
        )
        for m in structure.members
        if m.kind != "data"
    )
    given = tuple(v.id for v in variables if v.owner is None)
    return Graph(Origin("", "", stage=MODEL), variables, applies, given, ())


def link_model(
    structure: Structure,
    material: Numbered,
    shown: Mapping[str, Collection[str]],
    linked: Json,
) -> None:
    """Link each variable to its value and terms in each stage, its adjoint, and their rewrites."""
    homes = {stage: _homes(material, stage) for stage in STAGES if stage in material.graphs}
    recording = material.recording
    names = material.names_in("trace") if recording is not None else {}
    for position, member in enumerate(structure.members):
        id_, wanted = _id(position, member), _names(member)
        entry: Json = {}
        for stage, named in homes.items():
            found = [n for name in wanted for n in named.get(name, ()) if n in shown[stage]]
            entry[stage] = list(dict.fromkeys(found))
        for node in entry.get("symbolic", []):
            for stage, there in linked.get("symbolic", {}).get(node, {}).items():
                if stage in ("optimized", "compiled"):
                    entry[stage] = list(dict.fromkeys([*entry.get(stage, []), *there]))
        mine = {v for v, name in names.items() if name in wanted}
        steps = recording.trace.steps if recording is not None else ()
        touched = [s.number for s in steps if any({e.old, e.new} & mine for e in s.edits)]
        for stage in homes:
            for node in entry[stage]:
                back = linked.setdefault(stage, {}).setdefault(node, {"steps": [], "words": ""})
                back.setdefault(MODEL, []).append(id_)
        entry = {stage: nodes for stage, nodes in entry.items() if nodes}
        linked.setdefault(MODEL, {})[id_] = {
            **entry,
            "steps": touched,
            "words": _words(structure, member),
        }


def _homes(material: Numbered, stage: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    graph = material.graphs[stage]
    for variable, name in material.names_in(stage).items():
        found.setdefault(name, []).append(node_of(graph, variable))
    for given in graph.variables:
        if given.owner is None and given.name:
            found.setdefault(given.name, []).append(given.id)
    return found


def _names(member: Member) -> list[str]:
    """List what a variable, its term of logp with its parts, and its adjoint are called."""
    value = member.value or member.name
    own = [value, f"{value}{TERM}", DELTA + value]
    if member.transform:
        own += [f"{value}_{member.transform}_{part}" for part in ("logprob", "jacobian")]
    return list(dict.fromkeys([*own, member.name, f"{member.name}{TERM}"]))


def _words(structure: Structure, member: Member) -> str:
    what = f"{member.line}, {member.kind}."
    value = f" In logp it is {member.transformed}." if member.transformed else ""
    named = [structure.told(d) for d in member.dimensions if structure.labels_of(d)]
    return what + value + (f" It repeats over {'; '.join(named)}." if named else "")
