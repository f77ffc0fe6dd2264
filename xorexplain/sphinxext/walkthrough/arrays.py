"""Tell of the function that runs how long each array is needed, and draw it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xorexplain.graph.lifetimes import Lifetimes, Memory
from xorexplain.graph.views.names import intermediate_names
from xorexplain.render.pictures.labels import clip, variable_name
from xorexplain.render.pictures.strip import MAX_LABEL, Strip
from xorexplain.render.writers.marks import count, heading, listed, sentence
from xorexplain.sphinxext.walkthrough.episode_tables import called
from xorexplain.sphinxext.walkthrough.material import Material
from xorexplain.sphinxext.walkthrough.pictures import draw_strips, show

MAX_STRIPS = 24
MAX_COLUMNS = 40


def strips_of(material: Material, lives: Lifetimes) -> tuple[list[str], Mapping[str, bytes]]:
    """Tell and draw how long each array is needed; return blocks and pictures."""
    graph = lives.graph
    memory = [one for one in lives.memory if one.read or one.written]
    rows = len(graph.applies)
    if not 1 < rows <= MAX_COLUMNS or not 0 < len(memory) <= MAX_STRIPS:
        return [], {}
    names = intermediate_names(graph)
    strips = [_strip(material, lives, names, one) for one in memory]
    files = draw_strips(
        strips, rows, "lifetimes", "How long each array is needed", material.settings.budget
    )
    made = [one for one in memory if one.made]
    several = [one for one in made if len(_written(lives, one)) > 1]
    sizes = [one.size for one in made]
    whole = "" if None in sizes else f", {sum(size or 0 for size in sizes)} bytes in all"
    peak = _peak(made, rows)
    told = (
        f"A call makes {count(len(made), 'array')}{whole}; at most {peak} of them are needed at "
        "the same time. "
        if made
        else ""
    )
    if several:
        parts = [
            " then ".join(called(material, graph, names, v) for v in _written(lives, one))
            for one in several[:4]
        ]
        told += f"{sentence(f'one and the same array is {listed(parts)}')} "
    told += _longest(material, lives, names, made)
    return [
        heading("How long each array is needed", 1),
        told + "A strip is an array, from the node that makes it to the one that reads it last. A "
        "filled square writes it, a ring reads it, also through a view; what was given is there "
        "before the first node, and what is kept stays behind the last.",
        show("lifetimes", "The arrays of a call, each with the nodes that write and read it."),
    ], files


def _longest(
    material: Material, lives: Lifetimes, names: Mapping[str, str], made: Sequence[Memory]
) -> str:
    """Say which array is needed longest, and by whom."""
    passing = [one for one in made if not one.is_kept]
    if len(passing) < 2:
        return ""
    most = max(passing, key=lambda one: one.last - one.made)
    readers = [
        str(lives.row[apply.id])
        for apply in lives.graph.applies
        if most.written[-1] < lives.row[apply.id] in most.read
    ]
    last = called(material, lives.graph, names, _written(lives, most)[-1])
    return (
        f"Longest, from node {most.made} to {most.last}, is {last} there, which node"
        f"{'' if len(readers) == 1 else 's'} {listed(readers[:8])} read. "
    )


def _written(lives: Lifetimes, one: Memory) -> list[str]:
    """Return the variables that an array is one after the other, without its views."""
    graph = lives.graph
    owned = [(v, graph.owner(v)) for v in one.variables]
    return [v for v, owner in owned if owner is None or not owner.view_map]


def _strip(material: Material, lives: Lifetimes, names: Mapping[str, str], one: Memory) -> Strip:
    def words(variable: str) -> str:
        label = names.get(variable) or variable_name(lives.graph.variable[variable])
        return material.renamings.get(label, label)

    label = " → ".join(words(v) for v in _written(lives, one))
    size = "" if one.size is None else f"{one.size} bytes"
    return Strip(
        clip(label, MAX_LABEL), size, one.made, one.last, one.written, one.read, one.is_kept
    )


def _peak(made: Sequence[Memory], rows: int) -> int:
    """Return how many arrays are needed at the same time."""
    ends = [(one.made, rows if one.is_kept else one.last) for one in made]
    return max((sum(a <= row <= b for a, b in ends) for row in range(1, rows + 1)), default=0)
