"""Fold a picture too large to be looked at: runs of nodes become one node each, to be opened.

A fold holds a picture of its own. There, what lies outside stands as a node `o:` and its id.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import groupby
from typing import Any

from xorexplain.errors.records import dataclass
from xorexplain.explorer.layers import BACK, UPDATES
from xorexplain.graph.records import Graph
from xorexplain.graph.views.names import intermediate_names
from xorexplain.graph.views.repeats import Run, equal_parts, in_reading_order
from xorexplain.graph.views.runs import given_to_each, homes_in, title_of
from xorexplain.render.limits import FOLDED_NODES
from xorexplain.render.pictures.labels import MAX_NAME, clip

Json = dict[str, Any]
MAX_RESULTS = 12
"""Results that stand in a folded picture; more are folded with what computes them."""
RESULTS = ("output", "update")
MAX_FOLDS = 24
"""Folds that stand in one picture; more are joined."""
OUTSIDE = "o:"
EQUAL = 3
"""The first section of equal parts; each fold of such is a section of its own."""


@dataclass(frozen=True)
class Fold:
    """Hold apply nodes that follow each other, and what to call them.

    Those of different sections, such as forward and backward, are not joined into one. Equal parts
    say how many `times` they are there, and which variables and results are theirs alone.
    """

    title: str
    nodes: tuple[str, ...]
    section: int = 0
    times: int = 0
    alone: tuple[str, ...] = ()


def equal_folds(graph: Graph, names: Mapping[str, str]) -> list[Fold]:
    """Cut equal layers and equal updates out of a graph, as pictures fold them."""
    runs = equal_parts(graph, in_reading_order(graph))
    if not runs:
        return []
    home, called = homes_in(runs), {**intermediate_names(graph), **names}
    alone: list[list[str]] = [[] for _ in runs]
    for ids in given_to_each(graph, runs):
        first = min(home[apply.id][0] for id_ in ids for apply, _ in graph.clients[id_])
        alone[first] += ids
    for r, results in enumerate(_results(graph, runs)):
        alone[r] += results
    return [
        Fold(
            clip(title_of(graph, run, called), MAX_NAME),
            tuple(apply.id for part in run.parts for apply in part),
            EQUAL + r,
            len(run.parts),
            tuple(alone[r]),
        )
        for r, run in enumerate(runs)
    ]


def _results(graph: Graph, runs: Sequence[Run]) -> Iterator[list[str]]:
    """List for each run the nodes of the results that more than one of its parts give."""
    nodes: dict[str, list[str]] = {}
    for position, output in enumerate(graph.outputs):
        nodes.setdefault(output.variable, []).append(f"r{position}")
    for run in runs:
        found = []
        for same in zip(*run.parts, strict=True):
            for ids in zip(*(apply.outputs for apply in same), strict=True):
                given = [node for id_ in ids for node in nodes.get(id_, ())]
                found += given if len(given) > 1 else []
        yield found


def folds_of(
    order: Sequence[str],
    place: Mapping[str, int],
    titles: Sequence[str],
    picture: Json,
) -> list[Fold]:
    """Cut the apply nodes of a graph into its layers; what is in none joins what reads it.

    Without layers, nodes that follow each other make a run, called by its first and last value.
    """
    names = {node["id"]: node["name"] for node in picture["nodes"]}
    found: dict[int, list[str]] = {}
    for node, home in _homes(order, place, picture).items():
        found.setdefault(home, []).append(node)
    if len(found) > 1:
        layers = sorted(found)
        return [Fold(titles[key], tuple(found[key]), _section(titles[key])) for key in layers]
    size = max(1, min(FOLDED_NODES // 4, -(-len(order) // MAX_FOLDS)))
    parts = [tuple(order[start : start + size]) for start in range(0, len(order), size)]
    return [Fold(_between(part[0], part[-1], names), part) for part in parts]


def _homes(order: Sequence[str], place: Mapping[str, int], picture: Json) -> dict[str, int]:
    """Give every apply node a place among the layers: its own, or the first of its readers."""
    readers, known = _readers(picture), dict(place)
    for node in reversed(order):
        if node not in known:
            near = [known[reader] for reader in readers.get(node, ()) if reader in known]
            known[node] = min(near, default=max(place.values(), default=0))
    return {node: known[node] for node in order}


def _readers(picture: Json) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for edge in picture["edges"]:
        found.setdefault(edge["from"], []).append(edge["to"])
    return found


def _section(title: str) -> int:
    return 2 if title == UPDATES else int(title.endswith(BACK))


def _between(first: str, last: str, names: Mapping[str, str]) -> str:
    ends = list(dict.fromkeys(names.get(node) or node for node in (first, last)))
    return " … ".join(ends)


def folded(picture: Json, cut: Sequence[Fold]) -> Iterator[tuple[str, Json, Json]]:
    """Fold a picture: yield the fold's id, node and inside; the picture is changed.

    What only folds read, such as a layer's parameters, is folded with the first that reads it.
    """
    folds = {f"f{number}": run for number, run in enumerate(_joined(cut))}
    home = {node: fold for fold, run in folds.items() for node in (*run.nodes, *run.alone)}
    home |= _owned(picture, home, {fold for fold, run in folds.items() if not run.times})
    nodes = {node["id"]: node for node in picture["nodes"]}
    edges: dict[str, list[Json]] = {fold: [] for fold in folds}
    for edge in picture["edges"]:
        for fold in dict.fromkeys(home.get(edge[end]) for end in ("from", "to")):
            if fold is not None:
                edges[fold].append(edge)
    picture["edges"] = _edges_between(picture, home)
    picture["nodes"] = [node for node in picture["nodes"] if node["id"] not in home]
    picture["groups"] = []
    nodes |= {fold: _fold_node(fold, run) for fold, run in folds.items()}
    for fold, run in folds.items():
        node = nodes[fold]
        picture["nodes"].append(node)
        members = [nodes[id_] for id_, own in home.items() if own == fold]
        yield fold, node, _inside(nodes, members, edges[fold], home if run.times else {})


def _edges_between(picture: Json, home: Mapping[str, str]) -> list[Json]:
    """Keep the edges outside of folds, and one for all that lead from one fold to another."""
    found: dict[tuple[object, ...], Json] = {}
    for edge in picture["edges"]:
        start, end = (home.get(edge[side], edge[side]) for side in ("from", "to"))
        if start == edge["from"] and end == edge["to"]:
            found[start, end, edge["position"]] = edge
        elif start != end:
            between = {"from": start, "to": end, "label": "", "position": 0}
            found.setdefault((start, end), between)
    return list(found.values())


def _joined(cut: Sequence[Fold]) -> list[Fold]:
    """Join folds that follow each other until few enough are left."""
    size = -(-len(cut) // MAX_FOLDS)
    found = []
    for section, folds in groupby(cut, lambda fold: fold.section):
        own = list(folds)
        for start in range(0, len(own), size):
            part = own[start : start + size]
            if len(part) == 1:
                found += part
                continue
            title = f"{part[0].title} … {part[-1].title}"
            found.append(Fold(title, tuple(node for fold in part for node in fold.nodes), section))
    return found


def _owned(picture: Json, home: Mapping[str, str], plain: Set[str]) -> dict[str, str]:
    """Give each variable that only folds read to the first of them, and many results likewise.

    What equal parts have for themselves is theirs already: only `plain` folds take more.
    """
    source = {edge["to"]: edge["from"] for edge in picture["edges"]}
    readers = {
        id_: [home.get(reader, "") for reader in found if not reader.startswith(OUTSIDE)]
        for id_, found in _readers(picture).items()
    }
    loose = [node for node in picture["nodes"] if node["id"] not in home]
    results = [node["id"] for node in loose if node["kind"] in RESULTS]
    found = {
        node["id"]: readers[node["id"]][0]
        for node in loose
        if readers.get(node["id"]) and "" not in readers[node["id"]]
        if readers[node["id"]][0] in plain and not node["id"].startswith(OUTSIDE)
    }
    if len(results) > MAX_RESULTS:
        found |= {id_: home[source[id_]] for id_ in results if source.get(id_) in home}
    return found


def _fold_node(fold: str, run: Fold) -> Json:
    count = len(run.nodes)
    held = f"{count} apply node{'' if count == 1 else 's'}"
    is_told = not run.times or run.title.startswith("×")
    return {
        "id": fold,
        "kind": "fold",
        "shape": "folder",
        "label": [run.title, held if is_told else f"× {run.times} · {held}"],
        "name": run.title,
        "members": count,
        "outputs": [],
    }


def _inside(
    nodes: Mapping[str, Json], members: list[Json], edges: list[Json], home: Mapping[str, str]
) -> Json:
    """Draw the inside of a fold, with what it reads from and hands on to outside.

    What is in another fold outside, by its `home`, stands as that fold.
    """
    own = {node["id"] for node in members}
    outside: dict[str, Json] = {}

    def end(id_: str) -> str:
        if id_ in own:
            return id_
        seen = home.get(id_, id_)
        outside.setdefault(seen, _outside_node(nodes[seen]))
        return OUTSIDE + seen

    inner = [{**edge, "from": end(edge["from"]), "to": end(edge["to"])} for edge in edges]
    return {"nodes": [*members, *outside.values()], "edges": inner}


def _outside_node(node: Json) -> Json:
    words = node["name"] or node["label"][0]
    return {
        "id": OUTSIDE + node["id"],
        "kind": "outside",
        "shape": "octagon",
        "label": [words, "outside"],
        "name": node["name"],
        "outputs": node["outputs"],
    }
