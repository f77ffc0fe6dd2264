"""Tell what each node of the function that runs has to do: operations, and bytes moved.

Counts are the same in every build; times are not, so they are told where they are measured.
"""

from __future__ import annotations

from collections.abc import Iterator

from xorexplain.graph.lifetimes import Lifetimes
from xorexplain.graph.views.names import intermediate_names
from xorexplain.graph.work import moved, operations
from xorexplain.render.writers.marks import heading, listed, table
from xorexplain.sphinxext.walkthrough.episode_tables import called
from xorexplain.sphinxext.walkthrough.material import Material
from xorexplain.sphinxext.walkthrough.values import short

MAX_ROWS = 60
OPERATIONS, BYTES = 10**9, 10**10
"""So many a second one core does of each at least, on a computer of today."""


def work_of(material: Material, lives: Lifetimes) -> Iterator[str]:
    """Table what each node does; nothing where none is known to do anything."""
    graph = lives.graph
    names = intermediate_names(graph)
    counts = {apply: (operations(graph, apply), *moved(graph, apply)) for apply in graph.applies}
    busy = {apply: told for apply, told in counts.items() if told[0] != 0}
    if not any(count for count, _, _ in busy.values()) or len(busy) > MAX_ROWS:
        return
    rows = []
    for apply, told in busy.items():
        results = listed([called(material, graph, names, v) for v in apply.outputs[:4]])
        rows.append([str(lives.row[apply.id]), results, *map(_known, told)])
    sums = [_sum([told[n] for told in busy.values()]) for n in range(3)]
    rows.append(["", "all nodes", *map(_known, sums)])
    yield heading("What each node has to do", 1)
    yield (
        "An operation is one addition, multiplication or function of numbers; an element of a "
        "matrix product that sums over k takes k multiplications and k − 1 additions. Views and "
        "constants move nothing. *Bytes written* are those of each result, be it in a new array or "
        "over an argument."
    )
    header = ["Node", "Computes", "Operations", "Bytes read", "Bytes written"]
    yield table(header, rows, "8 32 20 20 20")
    yield _meaning(material, sums)


def _known(count: int | None) -> str:
    return "?" if count is None else str(count)


def _sum(counts: list[int | None]) -> int | None:
    return None if None in counts else sum(count or 0 for count in counts)


def _meaning(material: Material, sums: list[int | None]) -> str:
    """Say of what order the time is; measured times are elsewhere."""
    count, read, written = sums
    taught = material.settings.taught is not None
    measured = (
        f" How long each node takes is {material.topic('times', 'measured one by one')}."
        if taught
        else " A function made with ``profile=True`` tells how long each node takes."
    )
    if count is None or read is None or written is None:
        return measured.strip()
    time = max(count / OPERATIONS, (read + written) / BYTES)
    words = (
        "less than a microsecond: for so few numbers, nearly all of a call is the calling itself"
        if time < 1e-6
        else f"in the order of {short(time)} seconds, and less on several cores"
    )
    return (
        "A core of today does a billion operations a second or more, and moves ten billion bytes; "
        f"so the work of one call is {words}.{measured}"
    )
