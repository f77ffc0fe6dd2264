"""Describe the kinds of ops on a page: in words, what each computes, its gradient's rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from xorexplain.gradients.rules import usual_rule
from xorexplain.graph.ops import kind_words, sentence
from xorexplain.graph.records import Apply, Graph

Json = dict[str, Any]


def glossary(applies: Iterable[Apply]) -> Json:
    """Describe each kind of op that occurs: in words, what it computes, its gradient's rule."""
    found: Json = {}
    for apply in applies:
        kind = apply.op.kind
        if kind in found:
            continue
        rule = usual_rule(apply.op)
        found[kind] = {
            "words": kind_words(kind),
            "sentence": sentence(apply.op),
            "gradient": rule.sentence if rule is not None else "",
            "family": apply.op.family,
        }
    return dict(sorted(found.items()))


def all_applies(graphs: list[Graph]) -> Iterator[Apply]:
    """Yield the apply nodes of graphs and of the graphs inside them."""
    while graphs:
        graph = graphs.pop()
        yield from graph.applies
        graphs += graph.inner
