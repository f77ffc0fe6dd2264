"""What a region tells of a node is told once for all of them, and is what one alone tells."""

from __future__ import annotations

from support import models

from xorexplain import engines
from xorexplain.explorer.graphs import Telling
from xorexplain.explorer.regions import region
from xorexplain.render.reports.numbering import trace_names
from xorexplain.rewrites.record import record_rewriting


def test_regions_told_together_are_those_told_alone() -> None:
    engine = engines.choose()
    trace = record_rewriting(engine, models.few_layers(engine))
    names, telling = trace_names(trace), Telling()
    together = [region(trace, step, names, telling) for step in trace.steps]
    assert together == [region(trace, step, names) for step in trace.steps]


def test_what_reads_a_value_without_a_name_is_told_anew() -> None:
    engine = engines.choose()
    trace = record_rewriting(engine, models.few_layers(engine))
    telling = Telling()
    for step in trace.steps:
        assert region(trace, step, {"v0": "x"}, telling) == region(trace, step, {"v0": "x"})
