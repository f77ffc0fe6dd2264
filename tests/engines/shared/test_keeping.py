"""An engine keeps the same frames in less time, and has its own function back afterwards."""

from __future__ import annotations

import importlib.util
import sys
import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any

import models
import pytest

from xorexplain.engines import Engine
from xorexplain.engines.shared.keeping import QuickWalks
from xorexplain.models.stages import view

NAMES = {"theano": "theano.gof.utils", "pytensor": "pytensor.graph.utils"}
"""The module in which the engine walks the stack."""


@pytest.fixture
def utils(engine: Engine) -> ModuleType:
    """A copy of that module, whose function is the engine's own."""
    found = importlib.util.find_spec(NAMES[engine.name])
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["mlp", "recurrent"])
def test_walks_give_what_the_engine_gives(
    engine: Engine, utils: ModuleType, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Of every variable that a derivation and a compilation make, with lines and functions."""
    own, walks, seen = utils.simple_extract_stack, QuickWalks(utils), []
    with walks:
        quick = utils.simple_extract_stack

    def both(limit: int | None = None, skips: Any = None) -> Any:
        frame = sys._getframe(1)
        seen.append(own(frame, limit, skips))
        assert quick(frame, limit, skips) == seen[-1]
        assert quick(frame, None, skips) == own(frame, None, skips)
        assert quick(frame, 2, []) == own(frame, 2, [])
        return seen[-1]

    monkeypatch.setattr(sys.modules[NAMES[engine.name]], "simple_extract_stack", both)
    for stage in ("gradient", "optimized"):
        view(engine, models.GALLERY[name](engine), stage).graph()

    assert len(seen) > 100
    assert {len(entry) for trace in seen for entry in trace} == {4}


def test_what_nobody_has_the_source_of_is_asked_for_again(
    engine: Engine, utils: ModuleType, tmp_path: Any
) -> None:
    program = tmp_path / "program.py"
    namespace: dict[str, Any] = {"utils": utils}
    code = "def trace():\n    return utils.simple_extract_stack(limit=1, skips=[])\n"
    exec(compile(code, program, "exec"), namespace)  # the file is not there yet
    traces: list[Any] = []
    with QuickWalks(utils):
        traces += namespace["trace"]()
        program.write_text(code)
        traces += namespace["trace"]()

    assert [line for _, _, _, line in traces] == [None, code.splitlines()[1].strip()]


def test_the_last_block_that_ends_gives_the_function_back(utils: ModuleType) -> None:
    own, walks = utils.simple_extract_stack, QuickWalks(utils)
    inside, outside = threading.Event(), threading.Event()

    def other() -> None:
        with walks:
            inside.set()
            outside.wait(60)

    thread = threading.Thread(target=other)
    thread.start()
    inside.wait(60)
    with pytest.raises(ZeroDivisionError), walks:
        raise ZeroDivisionError
    assert utils.simple_extract_stack is not own
    outside.set()
    thread.join()
    assert utils.simple_extract_stack is own


def test_a_function_that_somebody_puts_in_its_place_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("utils")
    walks = QuickWalks(module)
    with walks:  # a release that has no such function
        assert not vars(module).get("simple_extract_stack")
    theirs: Callable[..., Any] = print
    vars(module)["simple_extract_stack"] = len
    with walks:
        vars(module)["simple_extract_stack"] = theirs
    assert vars(module)["simple_extract_stack"] is theirs
