"""Put the whole story of a model together as the data of one page."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from contextlib import nullcontext
from functools import partial
from typing import Any, TypeVar

from xorexplain import __version__
from xorexplain.errors import XorexplainError
from xorexplain.errors.escaping import visible_json
from xorexplain.errors.faults import surviving
from xorexplain.explorer.collecting import seldom_collected
from xorexplain.explorer.front import front
from xorexplain.explorer.glossary import all_applies, glossary
from xorexplain.explorer.gradient import NO_EQUATIONS, equations
from xorexplain.explorer.graphs import order_of, short_names
from xorexplain.explorer.headings import head_of, lost
from xorexplain.explorer.layers import Layers, layers
from xorexplain.explorer.links import links
from xorexplain.explorer.node_code import helpers
from xorexplain.explorer.notations import notations
from xorexplain.explorer.packing import packed
from xorexplain.explorer.page import START, page
from xorexplain.explorer.pictures import Pictures
from xorexplain.explorer.plates import link_model, model_views
from xorexplain.explorer.playback import excludable_by_name, playback
from xorexplain.explorer.sharing import Layouts
from xorexplain.explorer.sources import NO_SOURCES, sources, stored_sources
from xorexplain.explorer.start import start
from xorexplain.explorer.values import NO_VALUES, values
from xorexplain.graph.records import Graph, Origin
from xorexplain.graph.stages import MODEL, STAGES
from xorexplain.graph.views import DEFAULT_VIEWS, apply_views
from xorexplain.models.modes import made_by
from xorexplain.models.structure import Structure
from xorexplain.render.layout.node_places import Placer
from xorexplain.render.pictures.labels import clip, engine_title
from xorexplain.render.reports.gather import Subject
from xorexplain.render.reports.numbering import Numbered, Working, numbered, trace_names
from xorexplain.rewrites.check import StepCheck
from xorexplain.rewrites.questions.provenance import every_provenance
from xorexplain.rewrites.trace import Trace

Json = dict[str, Any]
T = TypeVar("T")
VERSION = 1
MAX_CHECKED = 3_000
"""Steps of a trace up to which each is checked by numbers."""
MAX_TITLE = 120
ADJOINTS = "adjoints"
PARTS = (MODEL, *STAGES, ADJOINTS, "derivation", "rewrites", "values")
"""What a page can show; `ADJOINTS` are the names, layers and links that the gradient gives."""
GRADIENT_PARTS = ("symbolic", "gradient", ADJOINTS, "derivation", "values")
REWRITE_PARTS = ("symbolic", "updates", "optimized", "rewrites", "values")


def bundle(
    subject: Subject,
    parts: Collection[str] = PARTS,
    train_steps: int = 0,
    working: Working = lambda what: nullcontext(),
    placer: Placer | None = None,
) -> Json:
    """Collect stages, gradient, rewrites, links and values of a model, with pictures placed.

    `parts` are those of `PARTS` to collect, `train_steps` how long to train for the values after
    training, `placer` a layout process started ahead of time. Raise XorexplainError for a model
    that has no stage to show.
    """
    material = numbered(subject, parts, ADJOINTS in parts, working, links=bool(train_steps))
    with seldom_collected(), placer or Placer() as ready, Layouts(ready.node_places) as layouts:
        return _Maker(material, parts, working, layouts).make(train_steps)


def graph_story(graph: Graph, placer: Placer | None = None) -> Json:
    """Make a bundle of one graph, as it is."""
    stage = graph.origin.stage or "graph"
    with placer or Placer() as ready, Layouts(ready.node_places) as layouts:
        pictures = Pictures(layouts, Layers((), {}))
        view = _stored_view(pictures, stage, graph, graph, {})
        pictures.begin()()
    return _stored_story(graph.origin, [graph], [view], pictures, None)


def trace_story(trace: Trace, placer: Placer | None = None, computed: Json = NO_VALUES) -> Json:
    """Make a bundle of a trace alone: its first and last state, every step, and values of nodes."""
    first, last = trace.first.graph, trace.last.graph
    names = trace_names(trace)
    with placer or Placer() as ready, Layouts(ready.node_places) as layouts:
        pictures = Pictures(layouts, Layers((), {}))
        views = [
            _stored_view(pictures, stage, graph, apply_views(graph, DEFAULT_VIEWS), names)
            for stage, graph in (("updates", first), ("optimized", last))
            if graph.variables
        ]
        told = playback(trace, names, pictures)
        pictures.begin()()
    return _stored_story(trace.universe.origin, [trace.universe], views, pictures, told, computed)


def _stored_view(
    pictures: Pictures, stage: str, whole: Graph, graph: Graph, names: Mapping[str, str]
) -> Json:
    """Describe a stage that stands alone, `whole` in the engine, and add its picture."""
    drawn = pictures.add(stage, graph, names, {})
    drawn |= notations(graph, names or short_names(graph), whole)
    target, order = graph.origin.target or "", order_of(stage, whole, graph)
    counted = {"count": graph.count, "target": target, "order": order}
    return {**head_of(stage), "graph": stage, **counted}


def _stored_story(
    origin: Origin,
    graphs: list[Graph],
    views: list[Json],
    pictures: Pictures,
    trace: Json | None,
    computed: Json = NO_VALUES,
) -> Json:
    title = " · ".join(part for part in (origin.model, origin.target) if part) or "graph"
    story = {
        **_head(title, f"{engine_title(origin.engine)} {origin.version}".strip(), []),
        "glossary": glossary(all_applies(graphs)),
        "views": views,
        "graphs": pictures.graphs,
        "gradient": NO_EQUATIONS,
        "trace": trace,
        "links": {},
        "sources": stored_sources(pictures.graphs),
        "values": computed,
    }
    return {**story, "helpers": helpers(pictures.graphs), "start": start(story)}


def _head(title: str, engine: str, notes: list[str]) -> Json:
    return {
        "version": VERSION,
        "title": clip(title, MAX_TITLE),
        "engine": engine,
        "made": f"xorexplain {__version__}",
        "notes": notes,
    }


class _Maker:
    """Make the parts of a bundle, and note what the reader should know."""

    def __init__(
        self,
        material: Numbered,
        parts: Collection[str],
        working: Working,
        layouts: Layouts,
    ) -> None:
        self.material = material
        self.parts = parts
        self.working = working
        self.layers = layers(material)
        self.pictures = Pictures(layouts, self.layers)
        self.structure: Structure | None = None
        self.begun: dict[str, Callable[[], None]] = {}
        self.notes = [f"{note[:1].upper()}{note[1:]}." for note in material.model.notes]

    def make(self, train_steps: int) -> Json:
        material, working = self.material, self.working
        with working("drawing the stages"):
            views = [
                self.part(f"the {stage} graph", partial(self.view, stage), lost(stage))
                for stage in STAGES
                if stage in self.parts
            ]
            views[:0] = self.part("the model", self.model, [lost(MODEL)])
        trace = None
        if "rewrites" in self.parts:
            unchecked: tuple[StepCheck, ...] = ()
            with working("checking the rewrites by numbers"):
                checks = self.part("the check of the rewrites", self.checks, unchecked)
            with working("drawing the rewrites"):
                trace = self.part("the rewrites", partial(self.trace, checks), None)
        with working("computing the values"):
            computed = NO_VALUES
            if "values" in self.parts:
                made = partial(values, material, train_steps)
                computed = self.part("the values", made, NO_VALUES)
                self.notes += material.model.doubts()
        with working("writing the equations"):
            gradient = NO_EQUATIONS
            if "derivation" in self.parts:
                made = partial(equations, material, self.pictures.shown)
                gradient = self.part("the derivation", made, NO_EQUATIONS)
                if "derivation" in material.missing:
                    self.notes.append(f"No derivation: {material.missing['derivation']}.")
        with working("laying out the pictures"):
            views = [
                self.placed(view["key"], f"the {view['key']} graph", view, lost(view["key"]))
                for view in views
            ]
            trace = self.placed("rewrites", "the rewrites", trace, None)
        engine, recording = material.engine, material.recording
        traced = [] if recording is None else [recording.trace.universe]
        origins = {} if recording is None else every_provenance(recording.trace)
        linked = links(material, self.pictures.shown, origins)
        if self.structure is not None:
            link_model(self.structure, material, self.pictures.shown, linked)
        story = {
            **_head(material.model.name or "graph", made_by(engine, material.model), self.notes),
            "glossary": glossary(all_applies([*material.graphs.values(), *traced])),
            "views": views,
            "graphs": self.pictures.graphs,
            "gradient": gradient,
            "trace": trace,
            "links": linked,
            "sources": self.part(
                "the source",
                partial(sources, material, self.pictures.graphs, linked, origins),
                NO_SOURCES,
            ),
            "values": computed,
        }
        return {**story, "helpers": helpers(self.pictures.graphs), "start": start(story)}

    def part(self, what: str, make: Callable[[], T], otherwise: T) -> T:
        """Make a part of the page; where a fault of ours is in the way, the others are made."""
        made = [otherwise]
        with surviving(what):
            made.append(make())
        if len(made) == 1:
            self.notes.append(f"A fault of xorexplain took {what} away.")
        return made[-1]

    def placed(self, key: str, what: str, told: T, otherwise: T) -> T:
        """Wait until the pictures of a part that was made have their places."""
        end = self.begun.get(key)
        return told if end is None else self.part(what, lambda: (end(), told)[1], otherwise)

    def view(self, stage: str) -> Json:
        """Describe a stage and add its pictures to the others."""
        view = head_of(stage)
        graph = self.material.graphs.get(stage)
        if graph is None:
            return {**view, "graph": None, "why": self.material.missing.get(stage, "")}
        shown = apply_views(graph, DEFAULT_VIEWS)
        names = self.material.names_in(stage)
        place = self.layers.of(shown, self.material.numbers.get(stage, {}))
        drawn, told = self.pictures.add(stage, shown, names, place), notations(shown, names, graph)
        drawn |= told
        view |= self.pictures.add_raw(stage, graph, shown, names, place, told)
        self.begun[stage] = self.pictures.begin()
        target, order = graph.origin.target or "", order_of(stage, graph, shown)
        return {**view, "graph": stage, "count": graph.count, "target": target, "order": order}

    def model(self) -> list[Json]:
        """Describe what a statistical model says, and add its picture to the others."""
        if MODEL not in self.parts:
            return []
        views, self.structure = model_views(self.pictures, self.material.model)
        self.begun[MODEL] = self.pictures.begin()
        return views

    def trace(self, checks: tuple[StepCheck, ...]) -> Json | None:
        """Describe the rewriting, and add its pictures to the others."""
        recording = self.material.recording
        if recording is None:
            return None
        excludable = excludable_by_name(self.material.engine, recording.trace)
        names = self.material.names_in("trace")
        told = playback(recording.trace, names, self.pictures, checks, excludable)
        self.begun["rewrites"] = self.pictures.begin()
        return told

    def checks(self) -> tuple[StepCheck, ...]:
        """Check the rewriting by numbers, unless it is too long for that."""
        recording = self.material.recording
        if recording is None:
            return ()
        if len(recording.trace.steps) > MAX_CHECKED:
            self.notes.append(
                f"The rewriting has more than {MAX_CHECKED:,} steps, which are not checked here: "
                "`rewrites check` does it."
            )
            return ()
        try:
            return self.material.subject.step_checks()
        except XorexplainError as error:
            self.notes.append(f"The rewrites are not checked by numbers: {error}.")
            return ()


def page_of(story: Mapping[str, Any], opens: str = START) -> bytes:
    """Return the page of a bundle: one file that needs nothing else, which opens at a view."""
    return page(f"{story['title']} · xorexplain", to_json(packed(story)), front(story), opens)


def to_json(story: Mapping[str, Any]) -> str:
    """Write a bundle as JSON text on one line; equal bundles give equal text."""
    text = json.dumps(story, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return visible_json(text)
