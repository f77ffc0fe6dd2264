"""Watch whatever engine a program imports, from now until it is stopped."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xorexplain.engines.names import ENGINES
from xorexplain.errors.importing import Preparation, forget, prepare
from xorexplain.runs.session.keeping import KEPT, Keeper

if TYPE_CHECKING:
    from xorexplain.runs.session.watching import Watch

ADAPTER = "xorexplain.engines.{}.adapter"


class Session:
    """Watch the engines that are imported, and those that will be, into a folder.

    `explain` and `inspection` are as for `Watch`, `parent` the process that started this one.
    """

    def __init__(
        self,
        folder: Path,
        command: str,
        records: bool = True,
        keep: int = KEPT,
        explain: str = "",
        inspection: Sequence[Any] = (),
        parent: int = 0,
    ) -> None:
        self.keeper = Keeper(folder, keep, parent)
        self.records, self.explain, self.inspection = records, explain, inspection
        self.is_on = True
        self.keeper.write("command", words=command, records=records)
        self._hooks = contextlib.ExitStack()
        self._hooked: set[str] = set()
        self._watches: list[Watch] = []
        self._waiting: dict[str, Preparation] = {}
        for name in ENGINES:
            if getattr(sys.modules.get(name), "__version__", None) is not None:
                self._hook(name)
            else:
                waiting = partial(self._importing, name)
                for library in (name, ADAPTER.format(name)):
                    self._waiting[library] = waiting
                    prepare(library, waiting)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._forked)

    def stop(self, how: str, error: BaseException | None = None) -> None:
        """Watch no more; `how` says how the program ended, `error` is what ended it."""
        if not self.is_on:
            return
        self.is_on = False
        if isinstance(error, Exception) and self._hooked:
            from xorexplain.runs.session.raised import note_error

            note_error(self.keeper, error, self.explain)
        for watch in self._watches:
            watch.close()
        self._hooks.close()
        self.keeper.write_bare()
        for name, waiting in self._waiting.items():
            forget(name, waiting)
        self.keeper.write("end", how=how)
        self.keeper.close()

    @contextlib.contextmanager
    def _importing(self, name: str) -> Iterator[None]:
        """Hook an engine once it is imported; where our adapter imports it, after that one."""
        yield
        adapter = sys.modules.get(ADAPTER.format(name))
        if self.is_on and (adapter is None or hasattr(adapter, "engine")):
            self._hook(name)

    def _hook(self, name: str) -> None:
        """Hook an engine that has been imported; one that cannot be is told of in the report."""
        if name in self._hooked:
            return
        self._hooked.add(name)
        from xorexplain.engines import load
        from xorexplain.runs.session.inspection import Inspection
        from xorexplain.runs.session.watching import Watch

        try:
            engine = load(name)
        except Exception as error:  # noqa: BLE001 - the program that is watched goes on
            self.keeper.write("note", text=f"{name} is not watched: {error}")
            return
        engine.keep_inner_lines()
        self.keeper.write("engine", title=engine.title, version=engine.version)
        watch = Watch(engine, self.keeper, self.records, self.explain, Inspection(*self.inspection))
        self._watches.append(watch)
        self._hooks.enter_context(engine.listening(watch.begin))
        self._hooks.enter_context(engine.hearing(watch))

    def _forked(self) -> None:
        """Go on in a forked process, in files of its own."""
        if not self.is_on:
            return
        before = self.keeper
        try:
            self.keeper = Keeper(before.folder, before.keep, before.process, before.count)
        except OSError:
            return
        for watch in self._watches:
            watch.renew(self.keeper)
