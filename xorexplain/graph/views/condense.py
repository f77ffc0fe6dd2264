"""Put several apply nodes of a graph into one that carries them as its inner graph: a fold."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from xorexplain.graph.records import Aliases, Ancestry, Apply, Graph, Op, Output
from xorexplain.graph.views.fold import is_brief
from xorexplain.graph.views.memory import destroyed_by, origins
from xorexplain.graph.views.order import followers, regions
from xorexplain.graph.views.subgraph import ends


def is_fold(apply: Apply) -> bool:
    """Tell whether an apply node stands for several of the engine's: its op has no label of one."""
    return apply.inner is not None and not apply.op.label


def condense(graph: Graph, members: Collection[str], op: Op, copied: Collection[str] = ()) -> Graph:
    """Replace some apply nodes by one of `op` whose inner graph they are.

    It reads what they read of the rest, each variable once, and gives what the rest or a result
    reads of them; short constants without a name are inside. It has the id of the apply node that
    computes its last result, and ids inside are those of the graph. Of members that are `copied`, a
    copy stays for what else reads them. Raise ValueError where a
    path between two of them leads through the rest, for then no order of the nodes would be left.
    """
    inside = [apply for apply in graph.applies if apply.id in members]
    if not inside or len(inside) < len(set(members)):
        raise ValueError("only apply nodes of the graph can be condensed")
    own = [apply for apply in inside if apply.id not in copied]
    after = followers(graph, {apply.id for apply in own})
    if after is None:
        raise ValueError("a path leads out of these apply nodes and back to them")
    given, results = _ends(graph, inside, own)
    inner = _inner_graph(graph, inside, given, results)
    last = next(apply for apply in reversed(inside) if set(results) & set(apply.outputs))
    sources = [apply.source for apply in (last, *reversed(inside)) if apply.source is not None]
    destroyed, viewed = _aliases(inside, given, results)
    fold = Apply(
        id=last.id,
        op=replace(op, label=""),
        inputs=tuple(given),
        outputs=tuple(results),
        destroy_map=destroyed,
        view_map=viewed,
        inner=len(graph.inner),
        inner_inputs=tuple(range(len(given))),
        source=next(iter(sources), None),
    )
    return _exchanged(graph, own, fold, inner, after)


def condensed(graph: Graph, members: Collection[str], op: Op) -> Graph:
    """Replace each group of neighbours among some apply nodes that can be one by one of `op`."""
    for region in regions(graph, members):
        graph = condense(graph, region, op)
    return graph


def _ends(graph: Graph, inside: list[Apply], own: list[Apply]) -> tuple[list[str], list[str]]:
    """Return what some apply nodes read of the rest, and what of theirs is needed outside."""
    given = [v for v in _read(inside) if not is_brief(graph.variable[v])]
    members = {apply.id for apply in own}
    wanted = {v for apply in graph.applies if apply.id not in members for v in apply.inputs}
    wanted |= ends(graph) | {v for pair in graph.hidden for v in pair}
    return given, [v for apply in own for v in apply.outputs if v in wanted]


def _read(inside: list[Apply]) -> list[str]:
    """Return what some apply nodes read of others, as a formula of the last one would name it."""
    owner = {v: apply for apply in inside for v in apply.outputs}
    found: dict[str, None] = {}
    seen: set[str] = set()
    waiting = [v for apply in inside for v in reversed(apply.inputs)]
    while waiting:
        current = waiting.pop()
        if current not in owner:
            found[current] = None
        elif owner[current].id not in seen:
            seen.add(owner[current].id)
            waiting += reversed(owner[current].inputs)
    return list(found)


def _inner_graph(graph: Graph, inside: list[Apply], given: list[str], results: list[str]) -> Graph:
    used = dict.fromkeys(given)
    used |= dict.fromkeys(v for apply in inside for v in (*apply.inputs, *apply.outputs))
    fed = set(given)
    members = {apply.id for apply in inside}
    return with_used_inner(
        replace(
            graph,
            origin=replace(graph.origin, stage=None, target=None),
            variables=tuple(
                replace(v, role="input", owner=None, folded=False) if v.id in fed else v
                for v in map(graph.variable.__getitem__, used)
            ),
            applies=tuple(inside),
            inputs=tuple(given),
            outputs=tuple(Output(v) for v in results),
            parameters=(),
            ancestry=tuple(entry for entry in graph.ancestry if entry.apply in members),
            hidden=(),
            whole=None,
        )
    )


def _exchanged(
    graph: Graph, inside: list[Apply], fold: Apply, inner: Graph, after: Collection[str]
) -> Graph:
    """Put the fold in the place of its members: before what follows them, after all else."""
    members = {apply.id for apply in inside}
    applies: list[Apply] = []
    waiting: list[Apply] = []
    left = len(inside)
    for apply in graph.applies:
        if apply.id in members:
            left -= 1
            if not left:
                applies += [fold, *waiting]
        elif left and apply.id in after:
            waiting.append(apply)
        else:
            applies.append(apply)
    kept = {v for apply in applies for v in (*apply.inputs, *apply.outputs)}
    kept |= set(graph.inputs) | graph.output_ids | graph.updated
    kept |= {v for pair in graph.hidden for v in pair} | set(graph.parameters)
    gone = {v for apply in inside for v in (*apply.inputs, *apply.outputs)} - kept
    owned = set(fold.outputs)
    return with_used_inner(
        replace(
            graph,
            variables=tuple(
                replace(v, owner=fold.id) if v.id in owned else v
                for v in graph.variables
                if v.id not in gone
            ),
            applies=tuple(applies),
            inner=(*graph.inner, inner),
            ancestry=_joined(graph.ancestry, members, fold.id),
            whole=graph.count,
        )
    )


def _joined(
    entries: tuple[Ancestry, ...], members: Collection[str], id_: str
) -> tuple[Ancestry, ...]:
    """Join what some apply nodes were made from."""
    own = [entry for entry in entries if entry.apply in members]
    if not own:
        return entries
    ancestors = dict.fromkeys(a for entry in own for a in entry.ancestors)
    rewrites = dict.fromkeys(r for entry in own for r in entry.rewrites)
    joined = Ancestry(id_, tuple(ancestors), tuple(sorted(rewrites)))
    return (*(entry for entry in entries if entry.apply not in members), joined)


def _aliases(inside: list[Apply], given: list[str], results: list[str]) -> tuple[Aliases, Aliases]:
    """Return which given variables a fold's results are written over, and which they are views of.

    What is written over inside alone counts as written over by the first result.
    """
    position = {v: index for index, v in enumerate(given)}
    found = origins(inside)
    destroyed: dict[int, set[int]] = {}
    viewed: dict[int, set[int]] = {}
    told: set[str] = set()
    lost = {v for apply in inside for v in destroyed_by(apply, found)}
    for index, result in enumerate(results):
        for start in found.get(result, {result}):
            if start in position:
                (destroyed if start in lost else viewed).setdefault(index, set()).add(
                    position[start]
                )
                told.add(start)
    for start in lost - told:
        if start in position:
            destroyed.setdefault(0, set()).add(position[start])
    return _pairs(destroyed), _pairs(viewed)


def _pairs(found: Mapping[int, Iterable[int]]) -> Aliases:
    return tuple((index, tuple(sorted(found[index]))) for index in sorted(found))


def with_used_inner(graph: Graph) -> Graph:
    """Keep of the inner graphs those that an apply node carries, at new positions."""
    used = sorted({apply.inner for apply in graph.applies if apply.inner is not None})
    if used == list(range(len(graph.inner))):
        return graph
    new = {position: index for index, position in enumerate(used)}
    return replace(
        graph,
        applies=tuple(
            apply if apply.inner is None else replace(apply, inner=new[apply.inner])
            for apply in graph.applies
        ),
        inner=tuple(graph.inner[position] for position in used),
    )
