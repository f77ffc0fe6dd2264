"""Say what the inner graph of a Scan reads and gives in a round, as a property of the op."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from xorexplain.errors.records import dataclass
from xorexplain.graph.ops import entries_of
from xorexplain.graph.records import Op

NAME = "rounds"
"""The property, in text such as `seq, 0@-1, same → 0@0`."""
SAME = "non-sequence"
"""What an argument is that is the same in every round."""
UNTIL = "until"
"""The label of the result that tells when a loop stops."""
LETTERS = "tuvw"
"""What the rounds of a loop are counted by, from the outermost loop inwards."""
_ROUND = re.compile(rf"\[(?:(?:−1|\d+)−)?([{LETTERS}])(?:[−+]\d+)?\]")
_ENTRY = re.compile(r"(\d+)@(-?\d+)")
_ARROW = " → "


@dataclass(frozen=True)
class Tap:
    """Say which round an end of the inner graph is of.

    `state` is the position of the Scan's output it belongs to, None for an element of a sequence;
    `tap` how many rounds away it is, None for a value that is the same in every round.
    """

    state: int | None = None
    tap: int | None = None

    @property
    def is_of_sequence(self) -> bool:
        """Tell whether it is an element of a sequence."""
        return self.state is None and self.tap is not None

    def __str__(self) -> str:
        if self.state is not None:
            return f"{self.state}@{self.tap}"
        return "same" if self.tap is None else "seq"


@dataclass(frozen=True)
class Rounds:
    """Hold a tap for each input and each result of the inner graph; `until` is a result without.

    `buffers` are the inputs that belong to an array which is read and written at several places in
    a round, as that of a gradient that adds up.
    """

    inputs: tuple[Tap, ...]
    outputs: tuple[Tap, ...]

    @property
    def buffers(self) -> frozenset[int]:
        """Positions of the inputs that are read of an array to be written over."""
        given = {tap.state for tap in self.inputs if tap.tap is not None and tap.tap >= 0}
        return frozenset(
            position
            for position, tap in enumerate(self.inputs)
            if tap.state is not None and tap.state in given
        )

    def __str__(self) -> str:
        return _ARROW.join(", ".join(map(str, part)) for part in (self.inputs, self.outputs))


def letter_within(names: Iterable[str]) -> str:
    """Return the letter for the rounds of a loop, by what values around it are called.

    Where one is `x[t]`, the loop is in a round of another, and an element of it is `x[t][u]`.
    """
    used = (LETTERS.index(letter) for name in names for letter in _ROUND.findall(name))
    return LETTERS[min(max(used, default=-1) + 1, len(LETTERS) - 1)]


def round_of(letter: str, offset: int) -> str:
    """Write a round by its distance from the one that is computed: `t`, `t−1`, `t+1`."""
    return f"{letter}{'+' if offset > 0 else '−'}{abs(offset)}" if offset else letter


def words_of(taps: Sequence[Tap], names: Iterable[str]) -> str:
    """Say what an argument of a Scan is, by what its rounds read of it; empty where they do not.

    The words are those of the engines' documentation: a sequence is read an entry a round, a state
    as far back as its taps say, `state t−2, t−1`, and anything else is a non-sequence.
    `names` are those of the values around it.
    """
    if not taps:
        return ""
    if taps[0].state is None:
        return SAME if taps[0].tap is None else "sequence"
    letter, rounds = letter_within(names), sorted({tap.tap or 0 for tap in taps})
    return "state " + ", ".join(round_of(letter, tap) for tap in rounds)


def runs_at_least_once(engine: str) -> bool:
    """Tell whether an engine refuses a loop of no rounds; PyTensor gives back its start values."""
    return engine == "theano"


def rounds_of(op: Op) -> Rounds | None:
    """Read the property of a Scan; None where it is not there, or not as it should be."""
    inputs, arrow, outputs = (op.param(NAME) or "").partition(_ARROW)
    return Rounds(_taps(inputs), _taps(outputs)) if arrow else None


def _taps(text: str) -> tuple[Tap, ...]:
    return tuple(map(_tap, entries_of(text)))


def _tap(entry: str) -> Tap:
    found = _ENTRY.fullmatch(entry)
    if found is not None:
        return Tap(int(found[1]), int(found[2]))
    return Tap(None, 0) if entry == "seq" else Tap()
