"""A report is a folder whose first page leads to an explorer of each function, offline."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy
import pytest

import xorexplain
from xorexplain.engines import Engine
from xorexplain.explorer.kept_calls import call_values, kept_calls
from xorexplain.explorer.report_folder import INDEX, write_explorer, write_report
from xorexplain.rewrites.json import from_json
from xorexplain.runs.session.keeping import HELD

HOSTILE = "<b>&\"'"


@pytest.fixture(scope="module")
def folder(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    x = engine.tensor.dvector(HOSTILE)
    functions = {}
    with xorexplain.session() as watched:
        functions["a"] = engine.module.function([x], x * 1 + 0, name=HOSTILE, mode="FAST_COMPILE")
        unused = engine.module.function([x], -x, mode="FAST_COMPILE")
        functions["a"]([1.0])
    assert unused is not None
    return watched.save(tmp_path_factory.mktemp("saved") / "report").parent


def told(folder: Path) -> Any:
    return json.loads((folder / "report.json").read_text())


def test_every_function_is_explored_on_a_click(folder: Path) -> None:
    page = (folder / INDEX).read_text()
    links = re.findall(r'href="(functions/[^"]+)"', page)

    assert len(set(links)) == 2
    assert all((folder / link).read_text().lower().startswith("<!doctype html>") for link in links)
    assert all(f'id="f{f["key"]}"' in page for f in told(folder)["functions"])


def test_the_first_page_asks_no_network_and_runs_no_script(folder: Path) -> None:
    page = (folder / INDEX).read_text()

    assert "default-src 'none'" in page
    assert "<script" not in page
    assert "http" not in re.sub("http-equiv", "", page)
    assert HOSTILE not in page
    assert "<b>&amp;" not in page


def test_findings_lead_to_their_function(folder: Path) -> None:
    page = (folder / INDEX).read_text()
    unused = next(f for f in told(folder)["functions"] if f["name"] == "unused")

    assert "never called" in page
    assert f'<a href="#f{unused["key"]}">' in page


def test_trace_events_say_when_each_function_was_made(folder: Path) -> None:
    events = json.loads((folder / "trace_events.json").read_text())["traceEvents"]
    slices = [event for event in events if event["ph"] == "X"]
    open_ends: list[int] = []

    assert {"rewriting", "phase", "linking"} <= {event["cat"] for event in slices}
    # A viewer that finds a slice end after the one around it shows all that follow inside of it.
    for event in sorted(slices, key=lambda event: (event["ts"], -event["dur"])):
        ends = event["ts"] + event["dur"]
        while open_ends and open_ends[-1] <= event["ts"]:
            open_ends.pop()
        assert isinstance(ends, int)
        assert not open_ends or ends <= open_ends[-1]
        open_ends.append(ends)


def test_kept_calls_are_rows_to_choose(engine: Engine, tmp_path: Path) -> None:
    T, shared = engine.tensor, engine.module.shared
    x, w = T.dvector("x"), shared(numpy.array([1.0, 2.0]), name="w")
    with xorexplain.session(tmp_path / "report", keep_calls=True, every=4) as watched:
        f = engine.module.function(
            [x], (x * w).sum(), updates=[(w, w * 2)], mode="FAST_COMPILE", on_unused_input="raise"
        )
        for number in range(5):
            f(numpy.array([1.0, number]))
    (seen,) = watched
    trace = watched.folder / seen.trace
    told = from_json(trace.read_text())
    found = call_values(told, kept_calls(trace.with_suffix(HELD)))

    assert [case["title"] for case in found["cases"]] == ["call 1", "call 2", "call 3", "call 4"]
    names = {v.name: v.id for v in told.universe.variables if v.name}
    # What went in, with the weights as they were before each call.
    weights = found["table"][found["data"]["updates"][names["w"]]]["called"]
    assert [one["cells"] for one in weights] == [[2**n, 2 ** (n + 1)] for n in range(4)]
    result = told.first.graph.outputs[0].variable
    sums = found["table"][found["data"]["updates"][result]]["called"]
    assert [one["cells"] for one in sums] == [[1], [6], [20], [56]]
    page = tmp_path / "page.html"
    write_explorer(trace, page)
    assert page.stat().st_size > 10_000


def test_calls_of_another_function_are_no_values(folder: Path) -> None:
    trace = next((folder / "functions").glob("*.json"))
    told = from_json(trace.read_text())

    assert kept_calls(folder / "nowhere.jsonl") == []
    assert call_values(told, [{"call": 1, "inputs": [], "applies": []}])["cases"] == []


def test_what_takes_too_long_is_left_for_later(engine: Engine, tmp_path: Path) -> None:
    x = engine.tensor.dvector("x")
    with xorexplain.session(tmp_path / "report") as watched:
        engine.module.function([x], x + 1, mode="FAST_COMPILE")
    lacking = write_report(watched.folder, watched.seen, budget=0)
    page = (watched.folder / INDEX).read_text()

    assert lacking == 1
    assert "xorexplain report report --explorers" in page
    assert 'href="functions' not in page
