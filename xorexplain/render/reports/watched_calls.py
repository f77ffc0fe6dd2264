"""Tell what was found in a call of a watched program: why it failed, a NaN, a wrong answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from xorexplain.render.width import WIDTH

if TYPE_CHECKING:
    from xorexplain.runs.records import CallCheck
    from xorexplain.runs.records import Finding as NotFinite
    from xorexplain.runs.session.held import Held

INSIDE = WIDTH - 6
"""How wide text is that stands inside of what is told of a function."""
EXPLAINED = f"{__name__}:explained"
"""What tells why a call failed, for what watches calls."""


def explained(
    error: BaseException, function: Any, arguments: Sequence[Any], options: Mapping[str, Any]
) -> tuple[str, str]:
    """Tell why a call failed in a line, and in full; without a function, why none was made.

    The line is empty where that is not found.
    """
    from xorexplain.render.reports.failures import failure
    from xorexplain.render.writers.terminal import plain
    from xorexplain.runs.building.explained import explanation_of_call
    from xorexplain.runs.uncalled import explanation_of_uncalled

    if function is None:
        told = explanation_of_uncalled(error)
    else:
        told = explanation_of_call(error, function, arguments, options)
    if told is None:
        return "", ""
    line = "" if told.found == "nothing" else f"{told.problem}: {told.sentence}"
    return line, plain(failure(told), INSIDE)


def nan_told(found: NotFinite) -> tuple[str, str]:
    """Tell a NaN or an infinity of a call in a line, and in full as text."""
    from xorexplain.render.reports.nonfinite import nonfinite, nonfinite_line
    from xorexplain.render.writers.terminal import plain

    return nonfinite_line(found), plain(nonfinite(found), INSIDE)


def check_told(found: CallCheck) -> tuple[str, str]:
    """Tell what is wrong with an answer in a line, and in full as text."""
    from xorexplain.render.reports.call_checks import call_check
    from xorexplain.render.writers.terminal import plain

    return found.sentence, plain(call_check(found, was_called=True), INSIDE)


def held_told(found: Held) -> dict[str, Any]:
    """Describe what each node of a call held, as data that can be kept."""
    from xorexplain.render.numbers import described

    return {
        "inputs": [described(value) for value in found.inputs],
        "applies": [[described(value) for value in values] for values in found.applies],
    }
