"""Gradients and rewritings of random graphs agree with the engine by numbers."""

from __future__ import annotations

import pytest
from fuzz.campaign import (
    CHUNK,
    LONG,
    Tally,
    bounded,
    each,
    quiet,
    try_gradient,
    try_rewriting,
)
from fuzz.graphs import models, numbered
from hypothesis import strategies as st

from xorexplain.engines import Engine

pytestmark = quiet


@pytest.fixture(autouse=True)
def _in_python(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an engine run in Python what is inside a Scan, which it compiles for seconds."""
    monkeypatch.setattr(engine.module.config, "cxx", "")


@bounded
@each
def test_gradients_agree_with_engine_and_differences(engine: Engine, data: st.DataObject) -> None:
    tally = Tally()
    try_gradient(engine, data.draw(models(engine)), tally)

    assert tally.alarms == []


@bounded
@each
def test_every_state_of_a_rewriting_computes_the_same(engine: Engine, data: st.DataObject) -> None:
    """And the last one is the graph that the engine ends with."""
    tally = Tally()
    try_rewriting(engine, data.draw(models(engine)), tally)

    assert tally.alarms == []


@pytest.mark.fuzz_long
@pytest.mark.parametrize("start", range(0, LONG, CHUNK))
def test_numbered_graphs_agree_with_the_engine(engine: Engine, start: int) -> None:
    """Each alarm names its graph: `fuzz.graphs.numbered(engine, number)`."""
    whole, alarms = Tally(), []
    for number in range(start, start + CHUNK):
        tally = Tally(whole.counts)
        made = numbered(engine, number)
        try_gradient(engine, made, tally)
        try_rewriting(engine, made, tally)
        alarms += [(number, alarm) for alarm in tally.alarms]

    print(start, dict(whole.counts))  # noqa: T201 - pytest -rP shows the counts
    assert whole.counts["row"]
    assert whole.counts["step"]
    assert alarms == []


def test_the_long_campaign_runs_where_it_is_asked_for(request: pytest.FixtureRequest) -> None:
    """It is left out of any other run, and no skip of it is told."""
    asked = "fuzz_long" in request.config.getoption("markexpr")
    collected = [item.get_closest_marker("fuzz_long") for item in request.session.items]

    assert any(collected) is asked


def test_what_differs_is_an_alarm() -> None:
    """And what cannot be compared is none."""
    tally = Tally()
    for is_fine in (True, None, False):
        tally.judge("row", is_fine, "so far off")

    assert tally.alarms == ["row: so far off"]
    assert tally.counts == {"row": 3, "row fine": 1, "row open": 1, "row off": 1}
