"""Find out what the user's program calls a value: `h`, where its code is `h = T.tanh(...)`.

Engines keep the line that made a variable. A line makes several; its name is that of the one which
its code computes last, where that is certain: an operator or function of that name stands there
once, or the value is read by another statement of the user's, which can only reach it by name.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any

from xorexplain.engines import Engine
from xorexplain.engines.shared.common import toposort
from xorexplain.engines.shared.frames import Frame
from xorexplain.errors.records import dataclass
from xorexplain.models.statements import Statement, statement_of

MAX_NAME = 40
_WITHIN = ("<lambda>", "<listcomp>", "<genexpr>", "<dictcomp>", "<setcomp>")


def assigned_names(engine: Engine, tops: Sequence[Any]) -> dict[Any, str]:
    """Return the names that the user's statements give what is computed below `tops`.

    A variable's own name is better, but `mean`, which engines call what `T.mean` gives.
    """
    program = _Program(engine, list(dict.fromkeys(tops)))
    names: dict[Any, str] = {}
    for statement, members in program.statements.items():
        if statement.name is not None or statement.is_returned:
            for variable in program.values(statement, members):
                name = _called(program.frames[variable], statement)
                is_engines = getattr(variable, "name", None) in (None, "", statement.last)
                if is_engines and name and name.strip("_") and len(name) <= MAX_NAME:
                    names[variable] = name
    return {variable: names[variable] for variable in program.order if variable in names}


def given_names(engine: Engine, given: Sequence[Any], tops: Sequence[Any]) -> dict[Any, str]:
    """Return the names that the user's statements give what is no result: `W` of `W = shared(...)`.

    A statement that computes something, too, need not be about what it begins with.
    """
    program = _Program(engine, list(dict.fromkeys(tops)))
    made: dict[Statement, list[Any]] = defaultdict(list)
    frames: dict[Any, list[Frame]] = {}
    for variable in given:
        own = _callers([f for f in engine.frames_of(variable) if f.whose != "engine"])
        found = statement_of(own[0]) if own and own[0].whose == "user" else None
        if found is not None and found not in program.statements:
            frames[variable] = own
            made[found].append(variable)
    names: dict[Any, str] = {}
    for statement, members in made.items():
        # Engines count the variables they make.
        ordered = sorted(members, key=_count)
        several = statement.names
        for position, variable in enumerate(ordered):
            name = _called(frames[variable], statement)
            if several and len(ordered) % len(several) == 0:
                name = several[position % len(several)]
            if name and name.strip("_") and len(name) <= MAX_NAME:
                names[variable] = name
    return {variable: names[variable] for variable in given if variable in names}


def _callers(frames: list[Frame]) -> list[Frame]:
    """Leave out the user's helpers, of which several calls stand in one assignment.

    That is a `lambda`, or a function that returns what is made: `W, U = made(5), made(3)`.
    """
    while len(frames) > 1 and frames[0].whose == frames[1].whose == "user":
        frame, outer = frames[:2]
        made, caller = statement_of(frame), statement_of(outer)
        is_helper = made is not None and made.is_returned and caller is not None
        is_several = caller is not None and caller.names and frame.function in caller.parts
        if frame.function not in _WITHIN and not (is_helper and is_several):
            break
        frames = frames[1:]
    return frames


def _count(variable: Any) -> int:
    digits = str(getattr(variable, "auto_name", "")).rpartition("_")[2]
    return int(digits) if digits.isdecimal() else 0


@dataclass(frozen=True)
class _Program:
    """Hold a model's variables with the user's statements that made them."""

    engine: Engine
    tops: list[Any]

    @cached_property
    def applies(self) -> list[Any]:
        """The apply nodes, in an order of computation."""
        return toposort(self.tops)

    @cached_property
    def order(self) -> list[Any]:
        """What is computed, in that order."""
        return [v for node in self.applies for v in node.outputs]

    @cached_property
    def frames(self) -> dict[Any, list[Frame]]:
        """The frames of each variable from the innermost of the user's outwards."""
        found = {v: _users(list(self.engine.frames_of(v))) for v in self.order}
        return {v: frames for v, frames in found.items() if frames}

    @cached_property
    def statement(self) -> dict[Any, Statement]:
        """The innermost statement of the user's that made a variable."""
        known: dict[tuple[str, int, str], Statement | None] = {}
        found: dict[Any, Statement] = {}
        for variable, (frame, *_) in self.frames.items():
            place = frame.file, frame.line, frame.code
            if place not in known:
                known[place] = statement_of(frame)
            statement = known[place]
            if statement is not None:
                found[variable] = statement
        return found

    @cached_property
    def statements(self) -> Mapping[Statement, list[Any]]:
        """What each statement made, in an order of computation."""
        found: dict[Statement, list[Any]] = defaultdict(list)
        for variable, statement in self.statement.items():
            found[statement].append(variable)
        return found

    @cached_property
    def leaving(self) -> set[Any]:
        """What another statement than its own reads, or the user handed over as a result.

        What a statement hands to a function, and that function reads, need not be its value.
        """
        left = {v for v in self.tops if v in self.statement}
        for node in self.applies:
            reader = next((v for v in node.outputs if v in self.statement), None)
            if reader is None:
                continue
            around = {(frame.file, frame.line) for frame in self.frames[reader][1:]}
            for variable in node.inputs:
                statement = self.statement.get(variable)
                if statement in (None, self.statement[reader]):
                    continue
                place = self.frames[variable][0]
                if (place.file, place.line) not in around:
                    left.add(variable)
        return left

    def values(self, statement: Statement, members: Sequence[Any]) -> Iterator[Any]:
        """Yield what a statement's code computes last, once for each time it ran.

        A library that is called may build on what was made before, in parts that are not alike.
        """
        parts = list(_parts(members))
        contents = [_content(part) for part in parts]
        is_one = all(content == contents[0] for content in contents)
        for part in parts:
            read = {v for member in part for v in member.owner.inputs}
            ends = [v for v in part if v not in read]
            alike = [v for v in part if self._is_last(v, statement)]
            is_sure = statement.times == 1 and len(ends) == 1
            if is_sure and ends[0] in alike and _are_rounds(part, alike):
                yield from alike
                continue
            fits = [v for v in ends if v in alike or not self._differs(v, statement)]
            left = [v for v in fits if (is_one and v in self.leaving) or (is_sure and v in alike)]
            if len(left) == 1:
                yield left[0]

    def _is_last(self, variable: Any, statement: Statement) -> bool:
        op = self.engine.op_of(variable.owner)
        if op.kind == "subtensor" and statement.last == "scan":
            # What a loop gives leaves out what its state began with.
            loop = variable.owner.inputs[0].owner
            return loop is not None and self.engine.op_of(loop).kind == "scan"
        return op.kind == statement.last or (
            statement.last == "subtensor" and op.family == "indexing"
        )

    def _differs(self, variable: Any, statement: Statement) -> bool:
        """Tell whether a variable is not what a statement computes last, or need not be."""
        is_known = statement.is_operator and statement.last is not None
        is_handed = self.engine.op_of(variable.owner).kind in statement.parts
        return (is_known or is_handed) and not self._is_last(variable, statement)


def _users(frames: list[Frame]) -> list[Frame]:
    """Return the frames from the user's innermost outwards; none for what a gradient is made of."""
    if any(f.whose == "engine" and f.file.endswith("gradient.py") for f in frames):
        return []
    for position, frame in enumerate(frames):
        if frame.whose == "package":
            return []
        if frame.whose == "user" and frame.function not in _WITHIN:
            return frames[position:]
    return []


def _parts(members: Sequence[Any]) -> Iterator[list[Any]]:
    """Split what a statement made into parts that do not read each other.

    A statement that ran several times made as many parts, unless it reads what it made before.
    """
    part: dict[Any, list[Any]] = {}
    for variable in members:
        found = [part[v] for v in variable.owner.inputs if v in part]
        joined = max(found, key=len, default=[])
        for other in {id(f): f for f in found if f is not joined}.values():
            joined += other
            part.update(dict.fromkeys(other, joined))
        joined.append(variable)
        part[variable] = joined
    yield from {id(found): found for found in part.values()}.values()


def _content(part: Sequence[Any]) -> Counter[tuple[Any, int]]:
    """Count the ops of a part, with how many arguments each has."""
    return Counter((v.owner.op, len(v.owner.inputs)) for v in part)


def _are_rounds(part: Sequence[Any], ends: Collection[Any]) -> bool:
    """Tell whether a part is one computation again and again, each time ended by one of `ends`."""
    within = set(part) - set(ends)
    rounds = []
    for end in ends:
        made, todo = {end}, [end]
        while todo:
            news = [v for v in todo.pop().owner.inputs if v in within and v not in made]
            made.update(news)
            todo += news
        rounds.append(_content(list(made)))
    return all(made == rounds[0] for made in rounds)


def _called(frames: Sequence[Frame], statement: Statement) -> str | None:
    """Return the name of a statement's value; a function's result is what its caller calls it."""
    name = statement.name
    for frame, outer in pairwise(frames):
        if not statement.is_returned or outer.whose != "user":
            break
        caller = statement_of(outer)
        if caller is None or caller.calls != frame.function:
            break
        statement, name = caller, caller.name or name
    return name
