"""What stands in for an engine's own function goes when its block ends, whichever ends first."""

from __future__ import annotations

import itertools
from contextlib import ExitStack
from typing import Any

import pytest

from xorexplain.engines.shared.standing import standing_in


class Thing:
    def word(self) -> str:
        return ""


def adding(letter: str) -> Any:
    def stand_in(found: Any) -> Any:
        return lambda self: found(self) + letter

    return stand_in


@pytest.mark.parametrize("order", [*itertools.permutations("abc")])
def test_a_block_that_ends_leaves_the_others(order: tuple[str, ...]) -> None:
    own = Thing.word
    blocks = {letter: ExitStack() for letter in "abc"}
    for letter, block in blocks.items():
        block.enter_context(standing_in(Thing, "word", adding(letter)))
    running = "abc"
    for letter in order:
        assert Thing().word() == running
        blocks[letter].close()
        running = running.replace(letter, "")

    assert Thing.word is own


def test_a_block_that_begins_between_the_ends_of_others_stays() -> None:
    own = Thing.word
    first, second = ExitStack(), ExitStack()
    first.enter_context(standing_in(Thing, "word", adding("a")))
    second.enter_context(standing_in(Thing, "word", adding("b")))
    first.close()
    with standing_in(Thing, "word", adding("c")):
        second.close()
        assert Thing().word() == "c"

    assert Thing.word is own


def test_a_block_that_raises_ends() -> None:
    own = Thing.word
    with pytest.raises(ZeroDivisionError), standing_in(Thing, "word", adding("a")):
        raise ZeroDivisionError

    assert Thing.word is own
