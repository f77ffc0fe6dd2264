"""Watch an engine: which functions a program compiles, how they are rewritten, linked and called.

A fault of ours here is noted and never reaches the program.
"""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from importlib import import_module
from types import FrameType
from typing import TYPE_CHECKING, Any

from xorexplain.engines import Engine
from xorexplain.engines.recorder import Recorder
from xorexplain.errors import XorexplainError
from xorexplain.errors.faults import fault_of
from xorexplain.models.lines import made_at, name_of, stack, way_of
from xorexplain.runs import written
from xorexplain.runs.own_work import aside, is_aside
from xorexplain.runs.session.calls import counting, slot_of
from xorexplain.runs.session.described import described, failure_words
from xorexplain.runs.session.inspection import Inspection
from xorexplain.runs.session.keeping import Keeper
from xorexplain.runs.session.making import Making, maker_around, recorder_of

if TYPE_CHECKING:
    from xorexplain.runs.session.inspecting import Inspector
    from xorexplain.runs.session.tallies import Floats

MAX_FAILURES = 20
Told = tuple[str, str]
NOT_TOLD: Told = ("", "")


class Watch:
    """Tell a keeper what functions of an engine do, until it is over.

    `explain` names a function as `module:function` that tells of an error, a function and the
    arguments of its call, positional and named, why the call failed, in a line and in full; its
    module tells too what an inspection of calls finds.
    """

    def __init__(
        self,
        engine: Engine,
        keeper: Keeper,
        records: bool,
        explain: str = "",
        inspection: Inspection | None = None,
    ) -> None:
        self.engine, self.keeper, self.records, self.explain = engine, keeper, records, explain
        self.mark = f"_xorexplain_seen_{id(self)}"
        self._local = threading.local()
        self._used: set[tuple[int, str, bool]] = set()
        self._failures: dict[int, int] = {}
        self._recount: Callable[[Floats], None] | None = None
        self.inspector: Inspector | None = None
        if inspection is not None and inspection.is_any:
            from xorexplain.runs.session.inspecting import Inspector

            home = explain.partition(":")[0]
            self.inspector = Inspector(engine, keeper, inspection, home, self._surviving, records)

    def begin(self, graph: Any) -> Recorder | None:
        """Take a graph that is about to be rewritten, and give it a recorder."""
        made: list[Recorder | None] = [None]
        with self._surviving():
            frame = sys._getframe(1)
            maker = None if is_aside() else maker_around(self.engine, frame)
            if maker is not None:
                made.append(self._begun(graph, maker, frame))
        return made[-1]

    def _begun(self, graph: Any, maker: Any, frame: FrameType) -> Recorder | None:
        """Begin with a function; what is rewritten meanwhile below the same frame is part of it."""
        before: Making | None = getattr(self._local, "making", None)
        number, began = None, time.perf_counter()
        if before is not None:
            if any(each is before.frame for each in stack(frame)):
                return None
            if before.maker is maker:
                number, began = before.number, before.began
            else:
                self._left(before)
        recorder = recorder_of(self.engine, graph) if self.records else None
        written.keep(graph)
        number = self.keeper.next_number() if number is None else number
        way, count = way_of(frame, self.engine.folder), len(graph.apply_nodes)
        self._local.making = Making(number, maker, graph, way, recorder, frame.f_back, count, began)
        return recorder

    def linking(self, maker: Any) -> None:
        """Take a maker that has rewritten its graph."""
        with self._surviving():
            if is_aside():
                return
            making = self._made_of(maker)
            making.rewriting = time.perf_counter() - making.began
            making.frame = None
            self.keeper.write("linking", number=making.number, place=self._told(making)["place"])

    def linked(self, maker: Any, function: Any, seconds: float) -> None:
        """Note a function that was made, and how it was rewritten."""
        with self._surviving():
            if is_aside():
                # An op may keep what it compiled, and call it in the program's own calls.
                setattr(maker, self.mark, self.keeper.tallies.unread)
                return
            making = self._made_of(maker)
            self._local.making = None
            setattr(maker, self.mark, self.keeper.tallies.slot(making.number))
            told = self._told(making)
            if making.recorder is not None and making.recorder.has_begun:
                self._note_rewriting(making, function, told)
            told |= described(self.engine, maker, making.outputs)
            self.keeper.write_function(function, **told, linking=seconds)

    def unlinked(self, maker: Any, error: BaseException, seconds: float) -> None:
        """Note a function that could not be linked."""
        with self._surviving():
            if is_aside():
                return
            making = self._made_of(maker)
            self._local.making = None
            told = {**self._told(making), **described(self.engine, maker)}
            self.keeper.write("function", **told, linking=seconds, is_made=False)
            self._note_failure(making.number, 0, error, None, self._explained(error, None, (), {}))

    def calling(self, call: Callable[..., Any], runner: str) -> Callable[..., Any]:
        """Return what counts a function's calls and their time."""
        if self.inspector is None:
            counted, self._recount = counting(self, call, runner)
            return counted
        counted, self._recount = counting(self, call, runner, 2)
        return self.inspector.around(counted, self._next)

    def _next(self, function: Any) -> tuple[int, int]:
        """Return the number of a function, and that of its call that comes."""
        tallies, slot = self.keeper.tallies, slot_of(self, function)
        return slot // tallies.slot(1), int(tallies.floats[slot]) + 1

    def known(self, function: Any) -> int:
        """Return where a function that was made before the session is counted from now on."""
        number = self.keeper.next_number()
        slot = self.keeper.tallies.slot(number)
        setattr(function.maker, self.mark, slot)
        with self._surviving():
            way = made_at(function.name)
            told = described(self.engine, function.maker)
            told |= {"name": name_of(way, function.name), "is_known": False}
            told["place"] = None if way.place is None else asdict(way.place)
            self.keeper.write("function", number=number, **told)
        return slot

    def failed(
        self,
        slot: int,
        error: BaseException,
        function: Any,
        arguments: Sequence[Any],
        options: Mapping[str, Any],
    ) -> float:
        """Note a call that raised, and return how many seconds that took."""
        began = time.perf_counter()
        if isinstance(error, Exception):
            self._note_call(slot, error, function, arguments, options)
        return time.perf_counter() - began

    def _note_call(
        self,
        slot: int,
        error: BaseException,
        function: Any,
        arguments: Sequence[Any],
        options: Mapping[str, Any],
    ) -> None:
        with self._surviving():
            number = slot // self.keeper.tallies.slot(1)
            self._failures[number] = self._failures.get(number, 0) + 1
            if self._failures[number] > MAX_FAILURES:
                return
            words = NOT_TOLD
            if self._failures[number] == 1:
                words = self._explained(error, function, arguments, options)
            call = int(self.keeper.tallies.floats[slot]) + 1
            frame = sys._getframe(2)
            self._note_failure(number, call, error, frame, words)

    def used(self, slot: int, frame: FrameType | None, is_dropped: bool) -> None:
        """Note a line that calls a function; `frame` is that of its caller."""
        with self._surviving():
            way = way_of(frame, self.engine.folder)
            number = slot // self.keeper.tallies.slot(1)
            unused = is_dropped and not way.via
            if way.place is not None and (number, str(way.place), unused) not in self._used:
                self._used.add((number, str(way.place), unused))
                self.keeper.write("use", number=number, place=asdict(way.place), unused=unused)

    def _explained(
        self,
        error: BaseException,
        function: Any,
        arguments: Sequence[Any],
        options: Mapping[str, Any],
    ) -> Told:
        """Tell why a call failed; what is compiled to find out is none of the program's."""
        if not self.explain:
            return NOT_TOLD
        home, _, name = self.explain.partition(":")
        with aside(), contextlib.suppress(XorexplainError):
            told: Told = getattr(import_module(home), name)(error, function, arguments, options)
            return told
        return NOT_TOLD

    def close(self) -> None:
        """Note what was not ended, and what was checked."""
        if self.inspector is not None:
            self.inspector.close()
        open_ = getattr(self._local, "making", None)
        if open_ is not None:
            self._left(open_)

    def renew(self, keeper: Keeper) -> None:
        """Go on in a forked process, which has a keeper of its own."""
        self.keeper = keeper
        if self.inspector is not None:
            self.inspector.renew(keeper)
        if self._recount is not None:
            self._recount(keeper.tallies.floats)
        self._failures.clear()
        self._used.clear()

    def _made_of(self, maker: Any) -> Making:
        """Return the function that a maker is making; a copy of one has not been rewritten."""
        making: Making | None = getattr(self._local, "making", None)
        if making is None or making.graph is not maker.fgraph:
            way, began = way_of(sys._getframe(2), self.engine.folder), time.perf_counter()
            written = len(maker.fgraph.apply_nodes)
            number, graph = self.keeper.next_number(), maker.fgraph
            making = Making(number, maker, graph, way, None, None, written, began)
            self._local.making = making
        return making

    def _told(self, making: Making) -> dict[str, Any]:
        way = making.way
        own = getattr(making.graph, "name", None)
        return {
            "number": making.number,
            "name": name_of(way, own),
            "place": None if way.place is None else asdict(way.place),
            "via": way.via,
            "began": making.began,
            "rewriting": making.rewriting,
            "written": making.written,
        }

    def _note_rewriting(self, making: Making, function: Any, told: dict[str, Any]) -> None:
        from xorexplain.runs.session.rewriting import rewriting_of

        assert making.recorder is not None
        found = rewriting_of(self.engine, making.recorder, function, told["name"])
        name = f"{self.keeper.process}-{making.number}.json"
        told |= {**found.told, "trace": self.keeper.write_trace(name, found.trace)}

    def _left(self, making: Making) -> None:
        """Note a function whose making raised, before it was linked."""
        self._local.making = None
        making.rewriting = 0.0
        self.keeper.write("function", **self._told(making), is_made=False)

    def _note_failure(
        self, number: int, call: int, error: BaseException, frame: FrameType | None, words: Told
    ) -> None:
        way = way_of(frame, self.engine.folder)
        place = way.place if frame is not None else None
        kind, message = failure_words(error)
        self.keeper.write(
            "failure",
            number=number,
            call=call,
            error=kind,
            message=message,
            place=None if place is None else asdict(place),
            sentence=words[0],
            explained=words[1],
        )

    @contextlib.contextmanager
    def _surviving(self) -> Iterator[None]:
        """Note a fault of ours, which is none of the program's that is watched."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - whatever it is, the program goes on
            self.keeper.write("note", text=fault_of(error, "watching").line)
