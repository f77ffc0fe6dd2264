"""Test the process that places many graphs."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from dataclasses import replace
from typing import Any

import pytest

from xorexplain.render.layout.node_places import Placer
from xorexplain.render.layout.process import Answer, Wish, Worker
from xorexplain.render.layout.worker import GRAPHVIZ, LAYERS


def names(answer: bytes) -> list[str]:
    return [entry["name"] for entry in json.loads(answer)["objects"]]


def test_one_graph_after_the_other() -> None:
    with Placer() as placer:
        found = [placer.node_places(f"digraph {{ a{i} -> b }}") for i in range(5)]

    assert [names(answer) for answer in found] == [[f"a{i}", "b"] for i in range(5)]


def test_what_takes_too_long_is_placed_in_layers() -> None:
    dense = "".join(f"a{i} -> b{i * j % 97};" for i in range(90) for j in range(1, 9))

    with Placer(seconds=0.01) as placer:
        answer = placer.node_places(f"digraph {{ {dense} }}")
        assert all("pos" in entry for entry in json.loads(answer)["objects"])
        # The process that was begun anew is there for the next.
        assert names(placer.node_places("digraph { x -> y }")) == ["x", "y"]


def test_what_graphviz_places_with_faults_is_placed_in_layers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked, ask = [], Worker.ask

    def faulty(worker: Worker, wish: Wish, first: str, *rest: Any, **options: Any) -> Answer:
        asked.append(first)
        answer = ask(worker, wish, first, *rest, **options)
        return replace(answer, notes=("layout: nodes overlap",)) if first == GRAPHVIZ else answer

    monkeypatch.setattr(Worker, "ask", faulty)
    with Placer() as placer:
        assert names(placer.node_places("digraph { a -> b }")) == ["a", "b"]

    assert asked == [GRAPHVIZ, LAYERS]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells of others' time")
def test_a_process_that_gets_no_processor_is_waited_for() -> None:
    with Placer(seconds=2) as placer:
        placer.node_places("digraph { a }")
        worker = placer._process
        os.kill(worker._process.pid, signal.SIGSTOP)
        threading.Timer(1.0, os.kill, (worker._process.pid, signal.SIGCONT)).start()

        assert names(placer.node_places("digraph { x -> y }")) == ["x", "y"]
        assert placer._process is worker


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells of others' time")
def test_a_process_that_is_stopped_is_not_waited_for_without_end() -> None:
    with Placer(seconds=0.1) as placer:
        placer.node_places("digraph { a }")
        os.kill(placer._process._process.pid, signal.SIGSTOP)
        begun = time.monotonic()

        assert names(placer.node_places("digraph { x -> y }")) == ["x", "y"]
        assert time.monotonic() - begun > 0.9


def test_a_graph_larger_than_a_pipe_holds() -> None:
    chain = ";".join(f"n{i} -> n{i + 1}" for i in range(20_000))

    with Placer() as placer:
        assert len(names(placer.node_places(f"digraph {{ {chain} }}"))) == 20_001


def test_text_that_is_no_graph() -> None:
    with Placer() as placer, pytest.raises(RuntimeError, match="Graphviz cannot place"):
        placer.node_places("digraph { a -> ")


def test_closing_twice_does_no_harm() -> None:
    with Placer() as placer, placer:
        placer.node_places("digraph { a }")
