"""Look into the calls of a program that runs: is there a NaN, is the answer what the graph says."""

from __future__ import annotations

import contextlib
import copy
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, field
from importlib import import_module
from typing import TYPE_CHECKING, Any

from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.errors.records import dataclass
from xorexplain.graph.records import SourceLine
from xorexplain.models.lines import Place
from xorexplain.runs.calls import answer_of, bind, names_of, with_values
from xorexplain.runs.checking import check_answer
from xorexplain.runs.finite import holds_nan
from xorexplain.runs.nan import find_nan
from xorexplain.runs.own_work import aside, is_aside
from xorexplain.runs.records import Finding
from xorexplain.runs.session.given import MAX_CALLS, keep_call
from xorexplain.runs.session.held import MAX_TOLD, held_in
from xorexplain.runs.session.inspection import Inspection

if TYPE_CHECKING:
    from xorexplain.runs.session.keeping import Keeper


@dataclass(frozen=True)
class _Before:
    """Hold what a call was given: values that it may write over are copies."""

    number: int
    call: int
    arguments: Sequence[Any]
    options: Mapping[str, Any]
    shared: Mapping[int, Any]


@dataclass
class Inspector:
    """Look into the calls of an engine's functions, and tell a keeper what was found.

    `home` names the module whose `nan_told`, `check_told` and `held_told` write what is found. Of
    each function the first NaN and the first wrong answer are told.
    """

    engine: Engine
    keeper: Keeper
    wanted: Inspection
    home: str
    surviving: Callable[[], contextlib.AbstractContextManager[None]]
    records: bool = True
    """Whether rewritings are recorded, beside which values can be told."""
    checked: dict[int, int] = field(default_factory=dict)
    kept: dict[int, int] = field(default_factory=dict)
    _told: set[tuple[int, str]] = field(default_factory=set)

    def before(
        self, number: int, call: int, function: Any, arguments: Sequence[Any], options: Any
    ) -> _Before | None:
        """Copy what a call may write over, where it is to be looked into."""
        if "output_subset" in options or not self._is_looked_into(number, call):
            return None
        found: list[_Before] = []
        with self.surviving():
            cells = function.input_storage
            maker = function.maker
            shared = {
                n: copy.deepcopy(cells[n].storage[0])
                for n, spec in enumerate(maker.inputs)
                if cells[n].implicit and spec.update is not None
            }
            # An input that is lent may be written over.
            is_lent = any(spec.mutable and not spec.shared for spec in maker.inputs)
            given = copy.deepcopy((arguments, options)) if is_lent else (arguments, options)
            found.append(_Before(number, call, *given, shared))
        return found[0] if found else None

    def after(self, before: _Before | None, function: Any, answer: Any) -> None:
        """Look into a call that has answered."""
        if before is None:
            return
        with self.surviving(), aside(), contextlib.suppress(XorexplainError):
            values = answer_of(self.engine, function, answer)
            with with_values(function, before.shared):
                if self.wanted.keep and self.wanted.chooses(before.call):
                    self._keep(before, function)
                if self.wanted.nan:
                    self._look_for_nan(before, function, values)
                if self.wanted.check and self.wanted.chooses(before.call):
                    self._check(before, function, values)

    def around(
        self, called: Callable[..., Any], number_of: Callable[[Any], tuple[int, int]]
    ) -> Callable[..., Any]:
        """Return what looks into the calls that `called` makes.

        `number_of` is the number of a function, and that of the call that comes.
        """

        def inspected(function: Any, /, *arguments: Any, **options: Any) -> Any:
            if is_aside():
                return called(function, *arguments, **options)
            before = self.before(*number_of(function), function, arguments, options)
            answer = called(function, *arguments, **options)
            self.after(before, function, answer)
            return answer

        return inspected

    def renew(self, keeper: Keeper) -> None:
        """Go on in a forked process, which has a keeper of its own."""
        self.keeper = keeper
        self.checked.clear()

    def close(self) -> None:
        """Note how many calls were checked."""
        for number, count in self.checked.items():
            self.keeper.write("checked", number=number, count=count)

    def _is_looked_into(self, number: int, call: int) -> bool:
        if self.wanted.nan and (number, "nan") not in self._told:
            return True
        if self.wanted.keep and self.kept.get(number, 0) < MAX_CALLS:
            return self.wanted.chooses(call)
        is_wrong = (number, "wrong") in self._told
        return self.wanted.check and not is_wrong and self.wanted.chooses(call)

    def _keep(self, before: _Before, function: Any) -> None:
        count = self.kept.get(before.number, 0)
        name = f"{self.keeper.process}-{before.number}-{before.call}"
        given = before.arguments, before.options
        if count < MAX_CALLS and keep_call(self.keeper.folder, name, function, *given):
            self.kept[before.number] = count + 1
            self._tell_held(before, count, function)

    def _tell_held(self, before: _Before, count: int, function: Any) -> None:
        """Tell what each node held, of as many calls as there is room for."""
        nodes = len(function.maker.fgraph.apply_nodes)
        if self.records and count * max(nodes, 1) < MAX_TOLD:
            held = held_in(self.engine, function, before.arguments, before.options)
            if held is not None:
                told = {"call": before.call, **self._teller("held_told")(held)}
                self.keeper.write_held(before.number, told)

    def _look_for_nan(self, before: _Before, function: Any, values: Mapping[int, Any]) -> None:
        is_bad = holds_nan(values.values())
        if (before.number, "nan") in self._told or not (is_bad or self.wanted.chooses(before.call)):
            return
        kind = "nan" if is_bad else "inner nan"
        if (before.number, kind) in self._told:
            return
        found = find_nan(function, before.arguments, before.options, every=not is_bad)
        if found is not None and "pymc" in sys.modules:
            found = self._by_model(found, before, function)
        if found is not None and (is_bad or found.position):
            line, text = self._teller("nan_told")(found)
            self._note(before, kind, line, text, found.source)

    def _by_model(self, found: Finding, before: _Before, function: Any) -> Finding:
        """Tell what is in a model's logp by the model, which a sampler's frames know."""
        from xorexplain.models.pymc.failed import called_at
        from xorexplain.runs.in_terms import by_term

        bound = bind(function, before.arguments, before.options)
        given = dict(zip(names_of(function), bound.values, strict=True))
        at = called_at(sys._getframe(1), given)
        return found if at is None else by_term(found, at)

    def _check(self, before: _Before, function: Any, values: Mapping[int, Any]) -> None:
        found = check_answer(function, before.arguments, before.options, lambda: values)
        self.checked[before.number] = self.checked.get(before.number, 0) + 1
        if found.wrong and (before.number, "wrong") not in self._told:
            line, text = self._teller("check_told")(found)
            self._note(before, "wrong", line, text, found.source)

    def _teller(self, name: str) -> Any:
        return getattr(import_module(self.home), name)

    def _note(
        self, before: _Before, kind: str, line: str, text: str, source: SourceLine | None
    ) -> None:
        self._told.add((before.number, kind))
        place = None if source is None else asdict(Place(source.file, source.line, source.code))
        told = {"kind": kind, "call": before.call, "words": line, "explained": text}
        self.keeper.write("inspected", number=before.number, place=place, **told)
