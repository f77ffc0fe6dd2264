"""Find in what was seen what a reader would want to change, the most important first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from xorexplain.errors.escaping import counted, on_one_line
from xorexplain.errors.records import dataclass
from xorexplain.models.lines import Place
from xorexplain.runs.session.records import LATE, Cost, Seen, SeenFunction

Kind = Literal[
    "error",
    "failure",
    "not made",
    "not ended",
    "nan",
    "wrong",
    "inner nan",
    "again",
    "failed rewrite",
    "first call",
    "rewrite",
    "unused",
    "overhead",
    "never called",
]
AGAIN = 3
"""Functions of one line from which on it is said to compile again and again."""
NOTABLE = 0.1
"""Seconds below which a cost is not worth a word."""
MAX_MESSAGE = 160


@dataclass(frozen=True)
class Finding:
    """Hold what was found: its kind, what it is about, what is the case and what can be done.

    `keys` are those of the functions it is about.
    """

    kind: Kind
    about: str
    words: str
    keys: tuple[str, ...] = ()
    place: Place | None = None
    seconds: float = 0.0


def findings(seen: Seen) -> tuple[Finding, ...]:
    """List what was found."""
    made = [f for f in seen.functions if f.is_known and f.is_made]
    found = (
        *_errors(seen),
        *_failures(seen),
        *_not_ended(seen),
        *_inspected(seen.functions),
        *_again(made),
        *_failed_rewrites(made),
        *_together(_first_calls(made)),
        *_overhead(seen),
        *_together(_unused(made)),
        *_rewrites(made),
        *_never_called(made),
    )
    return tuple(_each_once(found))


def _errors(seen: Seen) -> Iterator[Finding]:
    for error in seen.errors:
        about = error.place.code if error.place is not None else error.error
        yield Finding("error", about[:MAX_MESSAGE], error.sentence, (), error.place)


def _failures(seen: Seen) -> Iterator[Finding]:
    ended = {(error.error, error.message) for error in seen.errors}
    for function in seen.functions:
        called = [failure for failure in function.failures if failure.call]
        if called:
            first = called[0]
            raised = on_one_line(f" raised {first.error}: {first.message}")[:MAX_MESSAGE]
            told = f": {first.sentence}" if first.sentence else raised
            which = "the call" if function.calls == 1 else f"call {first.call} of {function.calls}"
            more = f"; {counted(len(called) - 1, 'more call')} failed" if called[1:] else ""
            words = f"{which}{told}{more}"
            yield Finding("failure", function.name, words, (function.key,), first.place)
        elif not function.is_made:
            of = [(failure.error, failure.message) for failure in function.failures[:1]]
            told = "".join(on_one_line(f": {error}: {message}") for error, message in of)
            is_told = bool(of) and ended.issuperset(of)
            words = f"it was not made{', for that error' if is_told else told[:MAX_MESSAGE]}"
            yield Finding("not made", function.name, words, (function.key,), function.place)


def _inspected(functions: Sequence[SeenFunction]) -> Iterator[Finding]:
    for kind in INSPECTED:
        for function in functions:
            for one in function.inspected:
                if one.kind == kind:
                    which = f"call {one.call} of {function.calls:,}"
                    inner = ", in no result" if kind == "inner nan" else ""
                    words = f"{which}: {one.words}{inner}"
                    yield Finding(kind, function.name, words, (function.key,), one.place)


INSPECTED: tuple[Kind, ...] = ("nan", "wrong", "inner nan")
"""What is found in calls that are looked into, the worst first."""


def _again(functions: Sequence[SeenFunction]) -> Iterator[Finding]:
    lines: dict[tuple[str, str], list[SeenFunction]] = defaultdict(list)
    for function in functions:
        if function.place is not None:
            lines[str(function.place), _unnumbered(function.name)].append(function)
    for (_, name), several in lines.items():
        if len(several) >= AGAIN:
            spent = sum(function.making for function in several)
            cure = (
                "a library compiles it at each call: call it once, for all there is to do"
                if several[0].via
                else "compile once, before the loop, and hand in what changes as an input or "
                "shared variable"
            )
            words = f"compiled {len(several)} times, {seconds(spent)} in all: {cure}"
            keys = tuple(function.key for function in several)
            yield Finding("again", name, words, keys, several[0].place, spent)


def _together(found: Iterable[Finding]) -> Iterator[Finding]:
    """Tell once what is so of many functions that one line compiled."""
    groups: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for one in found:
        groups[_unnumbered(one.about), str(one.place)].append(one)
    for (name, _), several in groups.items():
        if len(several) < AGAIN:
            yield from several
            continue
        first, spent = several[0], sum(one.seconds for one in several)
        time = f", {seconds(spent)} in all, of the first" if spent else ""
        keys = tuple(key for one in several for key in one.keys)
        words = f"{len(several)} functions of this line{time}: {first.words}"
        yield Finding(first.kind, name, words, keys, first.place, spent)


def _each_once(found: Iterable[Finding]) -> Iterator[Finding]:
    """Tell once, with their number, what is found alike: each chain of a sampler may find it."""
    groups: dict[tuple[Kind, str, str, str], list[Finding]] = defaultdict(list)
    for one in found:
        groups[one.kind, _unnumbered(one.about), str(one.place), one.words].append(one)
    for (_, name, _, words), several in groups.items():
        first = several[0]
        if len(several) == 1:
            yield first
            continue
        keys = tuple(dict.fromkeys(key for one in several for key in one.keys))
        number = f"in {len(keys)} functions" if len(keys) > 1 else f"{len(several)} times"
        about = name if len(keys) > 1 else first.about
        spent = sum(one.seconds for one in several)
        yield Finding(first.kind, about, f"{words} ({number})", keys, first.place, spent)


def _unnumbered(name: str) -> str:
    """Return the name of a function without the number that tells it from others of its line."""
    return name.rpartition(" (")[0] or name


def _failed_rewrites(functions: Sequence[SeenFunction]) -> Iterator[Finding]:
    found: dict[str, list[str]] = defaultdict(list)
    for function in functions:
        for cost in function.rewrites:
            if cost.failed:
                found[cost.name].append(function.key)
    for name, keys in found.items():
        words = f"raised while it rewrote {counted(len(keys), 'function')}, which went on without"
        yield Finding("failed rewrite", name, words, tuple(keys))


def _first_calls(functions: Sequence[SeenFunction]) -> Iterator[Finding]:
    for function in sorted(functions, key=lambda function: -function.first):
        usual = (function.seconds - function.first) / max(function.calls - 1, 1)
        is_late = function.backend in LATE
        if function.first <= max(NOTABLE, 10 * usual) or (function.calls < 2 and not is_late):
            continue
        first = seconds(function.first)
        words = f"the first call took {first}, the others {seconds(usual)} each"
        if function.calls < 2:
            words = f"its only call took {first}"
        words += f": {function.backend} compiles in it" if is_late else ""
        yield Finding(
            "first call", function.name, words, (function.key,), function.place, function.first
        )


def _overhead(seen: Seen) -> Iterator[Finding]:
    for function in seen.functions:
        if function.inside is None or function.calls < 1000:
            continue
        steady = function.seconds - function.first
        outside = steady * (1 - function.inside)
        if function.inside < 0.5 and outside > max(NOTABLE, 0.02 * seen.seconds):
            each = steady / (function.calls - 1)
            words = (
                f"{function.calls:,} calls of {seconds(each)}, of which the engine computes about "
                f"{seconds(each * function.inside)}: Python's own overhead is the rest. Do more in "
                "one call, by Scan or larger arrays, or set its trust_input where inputs are right"
            )
            key = (function.key,)
            yield Finding("overhead", function.name, words, key, function.place, outside)


def _unused(functions: Sequence[SeenFunction]) -> Iterator[Finding]:
    for function in functions:
        gave = function.calls > len(function.failures) and function.results
        if gave and function.uses and all(use.unused for use in function.uses):
            what = counted(len(function.results), "result")
            words = (
                f"no call takes its {what}: leave out what only "
                f"{'it needs' if len(function.results) == 1 else 'they need'}"
                if function.updates
                else f"no call takes its {what}, and it updates nothing"
            )
            place = function.uses[0].place
            yield Finding("unused", function.name, words, (function.key,), place)


def _rewrites(functions: Sequence[SeenFunction]) -> Iterator[Finding]:
    spent: dict[str, float] = defaultdict(float)
    fired: dict[str, int] = defaultdict(int)
    for function in functions:
        for cost in function.rewrites:
            spent[cost.name] += cost.seconds
            fired[cost.name] += cost.fired
    total = sum(function.rewriting for function in functions)
    phases = {phase.name for function in functions for phase in function.phases}
    dear = sorted((cost for cost in spent.items() if cost[0] not in phases), key=lambda c: -c[1])
    for name, time in dear[:3]:
        if time > max(NOTABLE, 0.1 * total):
            times = counted(fired[name], "time")
            words = f"took {seconds(time)} of {seconds(total)} of rewriting and fired {times}"
            yield Finding("rewrite", name, words, (), None, time)


def _not_ended(seen: Seen) -> Iterator[Finding]:
    for function in seen.functions:
        if function.open:
            which = f"call {function.calls + 1:,}"
            words = f"the program ended in {which}, {seconds(seen.seconds - function.open)} after"
            words += " it began"
            if not function.calls and function.backend in LATE:
                words += f": {function.backend} compiles in the first call"
            yield Finding("not ended", function.name, words, (function.key,), function.place)


def _never_called(functions: Sequence[SeenFunction]) -> Iterator[Finding]:
    for function in functions:
        # Theano compiles a loop's round to see what it reads; what a library makes may be small.
        is_small = bool(function.via) and function.making < NOTABLE
        is_small |= function.via[-1:] == ("scan",)
        # A library may take the compiled code and run it itself, as nutpie does.
        is_taken = bool(function.via) and function.backend in LATE
        is_run = function.calls or function.open or function.is_run_bare
        if not (is_run or is_small or is_taken):
            spent = function.making
            words = f"it was made in {seconds(spent)} and never called"
            key = (function.key,)
            yield Finding("never called", function.name, words, key, function.place, spent)


def seconds(value: float) -> str:
    """Write a time with the unit that fits it."""
    if value >= 0.9995:
        return f"{value:.3g} s" if value < 1000 else f"{value:,.0f} s"
    if value >= 0.9995e-3:
        return f"{value * 1e3:.3g} ms"
    return f"{value * 1e6:.3g} µs" if value else "0 s"


def dearest(costs: Sequence[Cost], most: int) -> list[Cost]:
    """Return the costs that took longest."""
    return sorted(costs, key=lambda cost: -cost.seconds)[:most]
