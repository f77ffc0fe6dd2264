"""What a mode hands out is the engine's own sequence of phases, however often it was wrapped."""

from __future__ import annotations

from typing import Any

import pytest

from xorexplain.engines.recorder import Recorder
from xorexplain.engines.shared.rewriting import InPhases, Overheard

pytestmark = pytest.mark.neutral


class Sequence(list[Any]):
    """Stand for the class of an engine's sequences of phases."""


class Phases(InPhases):
    sequence = Sequence


def test_phases_are_never_phases_of_phases() -> None:
    """A loop's own function is made in the mode of the function around it, wrapped already."""
    engines_own = Sequence(["canonicalize", "inplace"])
    recorder: Any = object.__new__(Recorder)

    heard = Overheard(Phases(engines_own, recorder), lambda graph: None)

    assert Phases(heard, recorder).phases is engines_own
    assert Phases("merge", recorder).phases == Sequence("merge")
