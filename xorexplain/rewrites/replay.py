"""Go through the states of a trace: the graph after each step, built only when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator

from xorexplain.rewrites.trace import RewriteStep, State, Trace


def replay(trace: Trace) -> Iterator[tuple[RewriteStep | None, State]]:
    """Yield the start, with no step, then each step with the state after it."""
    yield None, trace.first
    for step in trace.steps:
        yield step, state_at(trace, step.number)


def state_at(trace: Trace, number: int) -> State:
    """Return the state after a step, 0 for the start; it costs the same for every step."""
    if not 0 <= number <= len(trace.steps):
        raise IndexError(number)
    if number in (0, len(trace.steps)):
        return trace.last if number else trace.first
    return State(trace, number)
