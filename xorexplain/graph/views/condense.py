"""Put several apply nodes of a graph into one that carries them as its inner graph: a fold."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from xorexplain.errors.records import dataclass
from xorexplain.graph.records import Aliases, Ancestry, Apply, Graph, Op, Output
from xorexplain.graph.views.fold import is_brief
from xorexplain.graph.views.memory import destroyed_by, origins
from xorexplain.graph.views.order import followers
from xorexplain.graph.views.subgraph import ends


def is_fold(apply: Apply) -> bool:
    """Tell whether an apply node stands for several of the engine's: its op has no label of one."""
    return apply.inner is not None and not apply.op.label


@dataclass(frozen=True)
class Fold:
    """Say which apply nodes become one of `op`; of those `copied` one stays for other readers."""

    members: Collection[str]
    op: Op
    copied: Collection[str] = ()


def condense_each(graph: Graph, folds: Iterable[Fold]) -> Graph:
    """Replace the apply nodes of each of some folds, which share none, by one that carries them.

    It reads what they read of the rest, each variable once, and gives what the rest or a result
    reads of them; short constants without a name are inside. It has the id of the apply node that
    computes its last result, and ids inside are those of the graph. Of members that are `copied`, a
    copy stays for what else reads them. Folds that other apply nodes must make room for come last,
    one by one. Members between which a path leads through the rest are left as they are, for no
    order of the nodes would be left. Raise ValueError for members that are not there.
    """
    graph, moving = _with_folds(graph, folds, moves=False)
    for fold in moving:
        graph, _ = _with_folds(graph, [fold], moves=True)
    return graph


def _with_folds(graph: Graph, folds: Iterable[Fold], moves: bool) -> tuple[Graph, list[Fold]]:
    """Make folds; return those that others must make room for, which `moves` makes too."""
    rank = {apply.id: number for number, apply in enumerate(graph.applies)}
    wanted = ends(graph) | {v for pair in graph.hidden for v in pair}
    made: list[_Made] = []
    moving: list[Fold] = []
    waiting: set[str] = set()
    for fold in folds:
        if not fold.members or not rank.keys() >= set(fold.members):
            raise ValueError("only apply nodes of the graph can be condensed")
        inside = [graph.apply[id_] for id_ in sorted(set(fold.members), key=rank.__getitem__)]
        own = [apply for apply in inside if apply.id not in fold.copied]
        after = followers(graph, own, rank)
        if after is None:
            continue
        if after and not moves:
            moving.append(fold)
        else:
            made.append(_make(graph, inside, own, fold.op, wanted))
            waiting |= after
    return (_exchanged(graph, made, waiting) if made else graph), moving


@dataclass(frozen=True)
class _Made:
    """Hold a fold, what it stands for, and the apply nodes it takes the place of."""

    apply: Apply
    inner: Graph
    own: list[Apply]


def _make(
    graph: Graph, inside: list[Apply], own: list[Apply], op: Op, wanted: Collection[str]
) -> _Made:
    given, results = _ends(graph, inside, own, wanted)
    last = next(apply for apply in reversed(own) if set(results) & set(apply.outputs))
    sources = [apply.source for apply in (last, *reversed(inside)) if apply.source is not None]
    destroyed, viewed = _aliases(inside, given, results)
    fold = Apply(
        id=last.id,
        op=replace(op, label=""),
        inputs=tuple(given),
        outputs=tuple(results),
        destroy_map=destroyed,
        view_map=viewed,
        inner_inputs=tuple(range(len(given))),
        source=next(iter(sources), None),
    )
    return _Made(fold, _inner_graph(graph, inside, given, results), own)


def _ends(
    graph: Graph, inside: list[Apply], own: list[Apply], wanted: Collection[str]
) -> tuple[list[str], list[str]]:
    """Return what some apply nodes read of the rest, and what of theirs is needed outside."""
    given = [v for v in _read(inside) if not is_brief(graph.variable[v])]
    members = {apply.id for apply in own}
    results = [
        v
        for apply in own
        for v in apply.outputs
        if v in wanted or any(reader.id not in members for reader, _ in graph.clients[v])
    ]
    return given, results


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


def _exchanged(graph: Graph, made: list[_Made], after: Collection[str]) -> Graph:
    """Put folds in the places of their last members, before what must come after them."""
    left = {entry.apply.id: len(entry.own) for entry in made}
    fold_of = {apply.id: entry for entry in made for apply in entry.own}
    position = {entry.apply.id: len(graph.inner) + index for index, entry in enumerate(made)}
    applies: list[Apply] = []
    waiting: list[Apply] = []
    for apply in graph.applies:
        entry = fold_of.get(apply.id)
        if entry is not None:
            left[entry.apply.id] -= 1
            if not left[entry.apply.id]:
                fold = replace(entry.apply, inner=position[entry.apply.id])
                applies += [fold, *waiting]
                waiting = []
        elif apply.id in after and any(left.values()):
            waiting.append(apply)
        else:
            applies.append(apply)
    kept = {v for apply in applies for v in (*apply.inputs, *apply.outputs)}
    kept |= set(graph.inputs) | graph.output_ids | graph.updated
    kept |= {v for pair in graph.hidden for v in pair} | set(graph.parameters)
    gone = {v for apply in map(graph.apply.__getitem__, fold_of) for v in _variables(apply)} - kept
    owners = {v: entry.apply.id for entry in made for v in entry.apply.outputs}
    return with_used_inner(
        replace(
            graph,
            variables=tuple(
                replace(v, owner=owners[v.id]) if v.id in owners else v
                for v in graph.variables
                if v.id not in gone
            ),
            applies=tuple(applies),
            inner=(*graph.inner, *(entry.inner for entry in made)),
            ancestry=_joined(graph.ancestry, {id_: e.apply.id for id_, e in fold_of.items()}),
            whole=graph.count,
        )
    )


def _variables(apply: Apply) -> tuple[str, ...]:
    return (*apply.inputs, *apply.outputs)


def _joined(entries: tuple[Ancestry, ...], fold_of: Mapping[str, str]) -> tuple[Ancestry, ...]:
    """Join what the apply nodes of each fold were made from."""
    found: dict[str, list[Ancestry]] = {}
    for entry in entries:
        found.setdefault(fold_of.get(entry.apply, entry.apply), []).append(entry)
    return tuple(
        _one(id_, own) if id_ in fold_of.values() else own[0] for id_, own in found.items()
    )


def _one(id_: str, entries: list[Ancestry]) -> Ancestry:
    ancestors = dict.fromkeys(a for entry in entries for a in entry.ancestors)
    rewrites = dict.fromkeys(r for entry in entries for r in entry.rewrites)
    return Ancestry(id_, tuple(ancestors), tuple(sorted(rewrites)))


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
