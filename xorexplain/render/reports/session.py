"""Tell what was seen of a program: what was found, its functions, what each cost and did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import islice
from typing import TYPE_CHECKING, Any

from xorexplain.engines.releases import fork
from xorexplain.errors.escaping import counted, on_one_line
from xorexplain.render.pictures.labels import clip
from xorexplain.render.reports.document import (
    Block,
    Code,
    Column,
    Document,
    Field,
    Fields,
    Fold,
    Inlines,
    Reference,
    Table,
    Verbatim,
    field,
    heading,
    inlines,
    paragraph,
)
from xorexplain.runs.session.findings import Finding, dearest, findings, seconds
from xorexplain.runs.session.records import Failure, Named, Seen, SeenFunction

if TYPE_CHECKING:
    from xorexplain.models.lines import Place

VERSION = 1
MAX_PHASES = MAX_REWRITES = MAX_USES = 6
MAX_FUNCTIONS = 100
"""How many functions are told one by one."""


def session_document(seen: Seen) -> Document:
    """Tell what was seen of a program."""
    title = heading(clip(seen.command or "session", 120), level=1)
    blocks: list[Block] = [title, summary_fields(seen), *_found(findings(seen))]
    blocks += error_folds(seen)
    if seen.functions:
        blocks += [heading("functions"), _table(seen.functions)]
    blocks += [function_fold(function) for function in seen.functions[:MAX_FUNCTIONS]]
    if len(seen.functions) > MAX_FUNCTIONS:
        rest = len(seen.functions) - MAX_FUNCTIONS
        words = f"{rest} more functions are in the table; --json tells all of each"
        blocks.append(paragraph(words, tone="small"))
    blocks += [paragraph(f"note: {on_one_line(note)}", tone="small") for note in seen.notes]
    return Document(seen.command or "session", tuple(blocks))


def session_json(seen: Seen) -> dict[str, Any]:
    """Return all that was seen, and what was found in it, as plain data."""
    found = [asdict(finding) for finding in findings(seen)]
    return {"format": "xorexplain-session", "version": VERSION, "findings": found, **asdict(seen)}


def summary_words(seen: Seen) -> str:
    """Sum a session up in a line."""
    if not seen.engine:
        older = fork("aesara") or fork("theano")
        told = "neither Theano nor PyTensor was imported: there is nothing to report"
        return f"{told}; {older}" if older else told
    made = [function for function in seen.functions if function.is_known]
    calls = sum(function.calls for function in seen.functions)
    spent = sum(function.seconds for function in seen.functions)
    return (
        f"{counted(len(made), 'function')} compiled in {seconds(sum(f.making for f in made))}, "
        f"{calls:,} call{'' if calls == 1 else 's'} in {seconds(spent)}"
    )


def summary_fields(seen: Seen) -> Fields:
    """Tell in a few lines what was seen."""
    rewriting = sum(function.rewriting for function in seen.functions)
    linking = sum(function.linking for function in seen.functions)
    first = sum(f.first if f.calls > 1 else f.seconds for f in seen.functions)
    mostly = f", {seconds(first)} of that in first calls" if first > 0.5 * _called(seen) else ""
    fields = [field("seen", summary_words(seen))]
    if seen.engine:
        fields += [
            field("engine", f"{seen.engine} {seen.version}"),
            field(
                "time",
                f"{seconds(seen.seconds)} in all: {seconds(rewriting)} rewriting, "
                f"{seconds(linking)} linking, {seconds(_called(seen))} in calls{mostly}",
            ),
        ]
    if seen.processes > 1:
        fields.append(field("processes", f"{seen.processes}, whose calls are added up"))
    told = seen.ended or "it was killed, or ended without a word; this is what was kept until then"
    fields.append(field("end", on_one_line(told)))
    return Fields(tuple(fields))


def _called(seen: Seen) -> float:
    return sum(function.seconds for function in seen.functions)


def _found(found: Sequence[Finding]) -> Iterator[Block]:
    if found:
        yield heading("findings")
        yield Fields(
            tuple(
                field(finding.kind, Code(finding.about), f": {finding.words}", *_at(finding.place))
                for finding in found
            )
        )


def _at(place: Place | None) -> tuple[Any, ...]:
    return () if place is None else (" (", Code(str(place), "dim"), ")")


_COLUMNS = (
    Column("function", grows=True),
    *(Column(title, "right") for title in ("written", "runs", "rewriting", "linking")),
    *(Column(title, "right") for title in ("calls", "in calls", "each")),
)


def _table(functions: Sequence[SeenFunction]) -> Table:
    return Table(_COLUMNS, tuple(map(_row, functions)))


def each(function: SeenFunction) -> float:
    """Return the mean time of a call; the first is left out, in which some backends compile."""
    if function.calls < 2:
        return function.seconds
    return (function.seconds - function.first) / (function.calls - 1)


def _row(function: SeenFunction) -> tuple[Inlines, ...]:
    cells = (
        "" if function.written is None else str(function.written),
        "" if function.runs is None else str(function.runs),
        seconds(function.rewriting) if function.is_known else "",
        seconds(function.linking) if function.is_known else "",
        f"{function.calls:,}",
        seconds(function.seconds) if function.calls else "",
        seconds(each(function)) if function.calls else "",
    )
    return ((Code(clip(function.name, 40)),), *map(inlines, cells))


def error_folds(seen: Seen) -> list[Fold]:
    """Tell all that was found out of the errors that ended a program."""
    return [
        Fold(inlines("the error, explained"), (Verbatim(told),))
        for told in dict.fromkeys(error.explained for error in seen.errors)
        if told
    ]


def function_fold(function: SeenFunction) -> Fold:
    """Tell all that was seen of one function."""
    where = () if function.place is None else (Code(str(function.place), "dim"),)
    blocks: list[Block] = [Fields(tuple(_fields(function)))]
    failed = [(_failed(one), one.place, one.explained or _raised(one)) for one in function.failures]
    looked = [(f"call {one.call}", one.place, one.explained) for one in function.inspected]
    # Several chains of a sampler may find the same.
    for several in (islice(Counter(failed).items(), 3), Counter(looked).items()):
        for (title, at, told), count in several:
            times = f" ({count} times)" if count > 1 else ""
            blocks += [paragraph(title, *_at(at), times, tone="caution"), Verbatim(told)]
    return Fold(
        (Code(clip(function.name, 60)),),
        tuple(blocks),
        where,
        anchor=f"f{function.key}",
    )


def _failed(failure: Failure) -> str:
    return f"call {failure.call} failed" if failure.call else "it could not be made"


def _raised(failure: Failure) -> str:
    return f"{failure.error}: {failure.message}"


def _fields(function: SeenFunction) -> Iterator[Field]:
    yield from _head(function)
    if function.is_known:
        yield from _making(function)
    if function.calls:
        first = f", the first in {seconds(function.first)}" if function.calls > 1 else ""
        yield field("calls", f"{function.calls:,} in {seconds(function.seconds)}{first}")
    elif function.is_run_bare:
        yield field("calls", "none is counted: its fn was run without a call of the function")
    if function.checked:
        is_wrong = any(one.kind == "wrong" for one in function.inspected)
        told = "see below" if is_wrong else "each answered what its graph says"
        yield field("checked", f"{counted(function.checked, 'call')}: {told}")
    if function.uses:
        places = list(dict.fromkeys(str(use.place) for use in function.uses))
        more = [f"{len(places) - MAX_USES} more lines"] if places[MAX_USES:] else []
        yield field("called at", ", ".join([*places[:MAX_USES], *more]))


def _head(function: SeenFunction) -> Iterator[Field]:
    """Tell where a function comes from and what it takes and gives."""
    if function.place is not None and function.place.code:
        yield field("line", Code(clip(function.place.code, 100)))
    if function.via:
        yield field("through", " → ".join(function.via))
    if not function.is_known:
        yield field("made", "before the session began: only its calls are known")
    for label, listed in (("inputs", function.inputs), ("results", function.results)):
        if listed:
            yield field(label, ", ".join(map(_named, listed)))
    if function.updates:
        yield field("updates", ", ".join(clip(name, 40) for name in function.updates))
    if function.mode:
        yield field("mode", f"{function.mode}, run by {function.backend}")


def _making(function: SeenFunction) -> Iterator[Field]:
    """Tell what became of a function's nodes, and what that cost."""
    if function.written is not None and function.runs is not None:
        made = f", {function.gradient} of them by the gradient" if function.gradient else ""
        yield field("nodes", f"{function.written} written{made}; {function.runs} run")
    spent = f"{seconds(function.rewriting)} rewriting, {seconds(function.linking)} linking"
    yield field("made in", spent)
    if function.phases:
        yield field("phases", _costs(dearest(function.phases, MAX_PHASES)))
    phases = {phase.name for phase in function.phases}
    rewrites = dearest([one for one in function.rewrites if one.name not in phases], MAX_REWRITES)
    told: list[Any] = []
    for cost in rewrites:
        name = Reference("rewrite", cost.name, _short(cost.name))
        told += [", ", name, f" {seconds(cost.seconds)}"]
    if told:
        yield field("rewrites", *told[1:])
    if function.stopped:
        yield field("stopped", function.stopped)


def _short(name: str) -> str:
    """Write a group of rewrites by how many it has, and any by no more than fits a line."""
    head, bracket, rest = name.partition("(")
    return clip(f"{head} of {rest.count(',') + 1}" if bracket else name, 50)


def _named(named: Named) -> str:
    return f"{clip(named.name, 40)}: {named.type}" if named.name else named.type


def _costs(costs: Sequence[Any]) -> str:
    return ", ".join(f"{cost.name} {seconds(cost.seconds)}" for cost in costs)
