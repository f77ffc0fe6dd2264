"""Explain an error that came out of no call: of building, of compiling, or of PyMC's beginning."""

from __future__ import annotations

from xorexplain.runs.building.explained import explanation_of_building
from xorexplain.runs.records import Explanation
from xorexplain.runs.starting import explanation_of_start


def explanation_of_uncalled(error: BaseException) -> Explanation | None:
    """Tell why a graph was not built, a function not compiled, or a model not sampled.

    None for an error of another kind.
    """
    return explanation_of_start(error) or explanation_of_building(error)
