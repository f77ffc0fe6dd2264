"""Write the index: what the walk-through is about, its pages, its numbers, what it lacks."""

from __future__ import annotations

from collections.abc import Sequence

from xorexplain.render.reports.stored import StoredSubject
from xorexplain.render.writers.marks import (
    bullets,
    code,
    count,
    directive,
    escape,
    heading,
    listed,
    page_link,
    paragraphs,
    sentence,
    table,
)
from xorexplain.sphinxext.walkthrough.chapters.data import number_words
from xorexplain.sphinxext.walkthrough.material import Material
from xorexplain.sphinxext.walkthrough.page import Page
from xorexplain.sphinxext.walkthrough.plan import Lack, grouped


def index(material: Material, pages: Sequence[Page], lacks: Sequence[Lack]) -> str:
    """Write index.rst."""
    top = [page for page in pages if page.parent is None]
    return paragraphs(
        heading(f"{escape(material.title)}, stage by stage"),
        _introduction(material, top),
        _numbers(material),
        heading("The pages", 1),
        table(
            ["Page", "What is on it"],
            ([page_link(page.name), page.lead] for page in top),
            "35 65",
        ),
        directive("toctree", options=[("hidden", "")], body="\n".join(p.name for p in top)),
        *_lacks(lacks),
        heading("How these pages were made", 1),
        _made(material),
    )


def toctree(pages: Sequence[Page], parent: str) -> str:
    """List the pages below another."""
    body = "\n".join(page.name for page in pages if page.parent == parent)
    return directive("toctree", options=[("hidden", "")], body=body) if body else ""


def _introduction(material: Material, pages: Sequence[Page]) -> str:
    engine = material.engine.title
    if material.is_xor:
        first = (
            'This is the network of the blog post "A quick introduction to using Theano for deep '
            'learning": two layers of sigmoid neurons that learn XOR, the function that is 1 where '
            "exactly one of its two inputs is. It is small enough to look at every single node."
        )
    else:
        outputs = listed([code(one) for one in list(material.model.outputs)[:4]])
        what = f", which computes {outputs}" if outputs else ""
        first = f"This is the model {code(material.model.name or 'model')}{what}."
    return paragraphs(
        first,
        f"What {engine} makes of it is told on {count(len(pages), 'page')}, a step of its life on "
        "each, and on pages below that of the rewriting. Every page says first what to look at and "
        "what changed since the one before, and then shows it. You need NumPy and derivatives; "
        "what a symbolic graph is, "
        f"{material.topic('index', 'the pages tell')}.",
    )


def _numbers(material: Material) -> str:
    optimized = None if material.trace is None else material.trace.last.graph
    rows = [
        [words, stage, str(len(graph.applies))]
        for words, stage, graph in (
            ("the network as written", "", material.network),
            ("the cost and all it needs", "symbolic", material.cost),
            ("the gradients and all they need", "gradient", material.gradient),
            ("the function with its updates, before rewriting", "updates", material.updates),
            ("that function, rewritten", "optimized", optimized),
            ("the function that runs", "compiled", material.compiled),
        )
        if graph is not None
    ]
    if len(rows) < 2:
        return ""
    ending = ""
    if material.run is not None and material.run.costs:
        ending = (
            f"Trained for {count(material.run.steps, 'step')}, it brings the cost from "
            f"{number_words(material.run.costs[0][1])} to {number_words(material.run.cost)}."
        )
    return paragraphs(
        "Its life, counted in apply nodes; a *stage* is what the commands call such a moment:",
        table(["Graph", "Stage", "Apply nodes"], rows, "56 22 22"),
        ending,
    )


def _lacks(lacks: Sequence[Lack]) -> list[str]:
    if not lacks:
        return []
    return [
        heading("What is not here", 1),
        bullets(f"No page on {lack.title}: {escape(lack.reason)}" for lack in grouped(lacks)),
    ]


def _made(material: Material) -> str:
    engine = material.engine
    source = "graphs, the trace of the rewriter and the training of the model itself"
    if isinstance(material.subject, StoredSubject):
        source = "trace of the rewriter, which was recorded"
    return sentence(
        f"``xorexplain pages`` wrote them from the {source} on {engine.title} {engine.version}. "
        "Nothing on them was written by hand; run it again after a change of the model"
    )
