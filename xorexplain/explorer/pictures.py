"""Collect the pictures of a page: each is placed, outlined, and folded where it is too large."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from xorexplain.explorer import folding
from xorexplain.explorer.formula_parts import numbered_on
from xorexplain.explorer.graphs import Telling, alike_nodes, picture, short_names
from xorexplain.explorer.layers import Layers
from xorexplain.explorer.outline import outline
from xorexplain.explorer.sharing import Layouts
from xorexplain.graph.records import Graph
from xorexplain.graph.views.inner import opened
from xorexplain.graph.views.shapes import infer_shapes
from xorexplain.render.limits import EQUAL_NODES, FOLDED_NODES, RAW_NODES
from xorexplain.render.pictures.labels import counted, op_words

Json = dict[str, Any]


class Pictures:
    """Take graphs and hold their pictures by key; `begin` has laid out what was added."""

    def __init__(self, layouts: Layouts, layers: Layers) -> None:
        self.graphs: dict[str, Json] = {}
        # A stage whose picture failed shows nothing.
        self.shown: dict[str, frozenset[str]] = defaultdict(frozenset)
        """For each graph added, the ids of its nodes, those inside folds too."""
        self._layouts = layouts
        self._waiting: list[Json] = []
        self._layers = layers
        self._inside: dict[Graph, Json] = {}
        self._alike = alike_nodes()

    def add(
        self, key: str, graph: Graph, names: Mapping[str, str], place: Mapping[str, int]
    ) -> Json:
        """Add a stage and return its picture; `place` is that of apply nodes among the layers."""
        drawn = picture(graph, names, self.telling()) if names else self._picture_inside(graph)
        drawn["nodes"] = numbered_on(drawn["nodes"])
        drawn["folds"] = {}
        drawn["summary"] = counted(graph)
        self.shown[key] = frozenset(node["id"] for node in drawn["nodes"])
        self._add_inner(key, graph, drawn, names)
        order = [apply.id for apply in graph.applies]
        self._finish(key, drawn, order, place, folding.equal_folds(graph, names))
        return drawn

    def telling(self) -> Telling:
        """Return what describes the nodes of one graph, or of the graphs of one trace."""
        return Telling(self._alike)

    def _picture_inside(self, graph: Graph) -> Json:
        """Describe a graph by its own names; one that is inside of ops of many stages, once."""
        if graph not in self._inside:
            self._inside[graph] = picture(graph, {}, self.telling())
        return {part: [dict(entry) for entry in told] for part, told in self._inside[graph].items()}

    def add_raw(
        self,
        key: str,
        whole: Graph,
        shown: Graph,
        names: Mapping[str, str],
        place: Mapping[str, int],
        told: Json,
    ) -> Json:
        """Add a stage with the bookkeeping that its picture leaves out, and say by which key.

        Nothing is said where nothing is left out, or where it is too large to be looked at. Both
        pictures are `told` in the same notations.
        """
        if not len(shown.applies) < len(whole.applies) <= RAW_NODES:
            return {}
        raw = f"{key}.raw"
        drawn = self.add(raw, infer_shapes(whole), names, place)
        drawn |= told
        return {"raw": raw}

    def add_drawn(self, key: str, drawn: Json) -> None:
        """Add a picture as it is."""
        drawn.setdefault("groups", [])
        drawn.setdefault("folds", {})
        self.graphs[key] = drawn
        self._waiting.append(drawn)

    def begin(self) -> Callable[[], None]:
        """Have the pictures added since the last time laid out; return what ends that."""
        waiting, self._waiting = self._waiting, []
        return self._layouts.begin(waiting)

    def _finish(
        self,
        key: str,
        drawn: Json,
        order: Sequence[str],
        place: Mapping[str, int],
        equal: Sequence[folding.Fold] = (),
        most: int = FOLDED_NODES,
    ) -> None:
        """Fold, place and outline a picture; `equal` parts of it are folded however few.

        Of `most` nodes and fewer no others are folded.
        """
        self.graphs[key] = drawn
        cut = list(equal)
        taken = {node for fold in equal for node in (*fold.nodes, *fold.alone)}
        if len(drawn["nodes"]) - len(taken) > most:
            rest = [node for node in order if node not in taken]
            own = {node: home for node, home in place.items() if node not in taken}
            cut += folding.folds_of(rest, own, self._layers.titles, drawn)
        if cut:
            equal_ids = {f"f{number}" for number, _ in enumerate(equal)}
            for fold, node, inside in list(folding.folded(drawn, cut)):
                inner = f"{key}.{fold}"
                inside["folds"] = {
                    n["id"]: drawn["folds"].pop(n["id"])
                    for n in inside["nodes"]
                    if n["id"] in drawn["folds"]
                }
                for id_, held in inside["folds"].items():
                    self.graphs[held["graph"]]["parent"] = [inner, id_]
                inside["parent"] = [key, fold]
                drawn["folds"][fold] = {"title": node["label"][0], "graph": inner}
                members = {n["id"] for n in inside["nodes"]}
                inner_order = [id_ for id_ in order if id_ in members]
                few = EQUAL_NODES if fold in equal_ids else FOLDED_NODES
                self._finish(inner, inside, inner_order, place, most=few)
        drawn["groups"] = self._groups(drawn, place)
        self.add_drawn(key, drawn)
        drawn["outline"] = outline(drawn)

    def _groups(self, drawn: Json, place: Mapping[str, int]) -> list[Json]:
        """Box the layers that have more than one node here, unless all is one layer."""
        members: dict[int, list[str]] = {}
        for node in drawn["nodes"]:
            if node["id"] in place:
                members.setdefault(place[node["id"]], []).append(node["id"])
        if len(members) < 2:
            return []
        return [
            {"id": f"c{number}", "title": self._layers.titles[number], "nodes": members[number]}
            for number in sorted(members)
            if len(members[number]) > 1
        ]

    def _add_inner(self, key: str, graph: Graph, drawn: Json, names: Mapping[str, str]) -> None:
        """Add the graphs inside ops, each once however many nodes have it, under outer names."""
        keys: dict[tuple[object, ...], str] = {}
        known = names or short_names(graph)
        for apply in graph.applies:
            if apply.inner is None:
                continue
            called = tuple(known.get(v) for v in (*apply.inputs, *apply.outputs))
            inner = keys.get((apply.inner, called), f"{key}.{apply.id}")
            if (apply.inner, called) not in keys:
                keys[apply.inner, called] = inner
                inside = opened(graph, apply, known)
                self.add(inner, inside, {}, {})["parent"] = [key, apply.id]
            drawn["folds"][apply.id] = {"title": op_words(apply), "graph": inner}
