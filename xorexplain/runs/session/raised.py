"""Note the error that ended a program, where the engine raised it before any call."""

from __future__ import annotations

import contextlib
from dataclasses import asdict
from importlib import import_module

from xorexplain.errors import XorexplainError
from xorexplain.errors.faults import fault_of
from xorexplain.models.lines import Place
from xorexplain.runs.calls import call_of
from xorexplain.runs.session.described import failure_words
from xorexplain.runs.session.keeping import Keeper
from xorexplain.runs.uncalled import explanation_of_uncalled


def note_error(keeper: Keeper, error: Exception, explain: str) -> None:
    """Explain an error of building a graph or compiling a function; calls are noted by themselves.

    A fault of ours is noted, and none of the program's.
    """
    try:
        told = None if call_of(error) is not None else explanation_of_uncalled(error)
        if told is None:
            return
        text = ""
        home, _, name = explain.partition(":")
        with contextlib.suppress(XorexplainError):
            if explain:
                _, text = getattr(import_module(home), name)(error, None, (), {})
        line = told.source
        place = None if line is None else Place(line.file, line.line, line.code)
        kind, message = failure_words(error)
        keeper.write(
            "error",
            error=kind,
            message=message,
            sentence=f"{told.problem}: {told.sentence}",
            place=None if place is None else asdict(place),
            explained=text,
        )
    except XorexplainError:
        # It is of an engine that is not watched, which has been noted.
        return
    except Exception as fault:  # noqa: BLE001 - whatever it is, the program ends as it would
        keeper.write("note", text=fault_of(fault, "watching").line)
