from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
import sys
import threading
from collections.abc import Hashable
from dataclasses import FrozenInstanceError, field
from typing import get_type_hints

import pytest

from xorexplain.errors.records import dataclass


@dataclass(frozen=True)
class Point:
    """Hold where something is."""

    x: int
    y: int = 2
    names: list[str] = field(default_factory=list, compare=False)

    @property
    def sum(self) -> int:
        return self.x + self.y


@dataclass(frozen=True)
class Far(Point):
    z: int = 3


@dataclass(frozen=True, repr=False, eq=False)
class Plain:
    x: int

    def __repr__(self) -> str:
        return f"<{self.x}>"


@dataclass
class Changing:
    x: int
    seen: list[int] = field(default_factory=list, init=False)


def fresh() -> type:
    """Define a class that nobody has used."""

    @dataclass(frozen=True)
    class Fresh:
        x: int
        y: tuple[int, ...] = ()

    return Fresh


def test_a_class_is_what_dataclass_makes_of_it() -> None:
    assert Far(1) == Far(1, 2, [], 3) != Far(2)
    assert repr(Far(1)) == "Far(x=1, y=2, names=[], z=3)"
    assert hash(Point(1)) == hash(Point(1, names=["a"]))
    assert {Point(1): "a"}[Point(1)] == "a"
    assert Point(1) != Far(1)
    assert Point(1).sum == 3
    assert Point.y == 2
    assert not hasattr(Point, "names")
    assert repr(Plain(1)) == "<1>"
    assert Plain(1) != Plain(1)
    assert Changing(1) == Changing(1)
    assert not isinstance(Changing(1), Hashable)
    assert Changing(1).seen == []
    assert dataclasses.asdict(Far(1)) == {"x": 1, "y": 2, "names": [], "z": 3}


def test_what_is_asked_of_a_class_that_was_not_used_is_answered() -> None:
    assert [one.name for one in dataclasses.fields(fresh())] == ["x", "y"]
    assert dataclasses.is_dataclass(fresh())
    assert str(inspect.signature(fresh())) == "(x: 'int', y: 'tuple[int, ...]' = ()) -> None"
    assert fresh().__match_args__ == ("x", "y")
    match fresh()(1, (2,)):
        case object(x=1, y=(two,)):
            assert two == 2


def test_nothing_of_a_frozen_one_can_be_set() -> None:
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'x'"):
        Point(1).x = 2  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError, match="cannot delete field 'x'"):
        del Point(1).x
    Changing(1).x = 2


def test_copies_are_equal() -> None:
    assert copy.deepcopy(Point(1)) == dataclasses.replace(Point(3), x=1) == Point(1)
    assert pickle.loads(pickle.dumps(Far(1))) == Far(1)


def test_a_class_may_be_used_by_several_threads_first() -> None:
    """While one completes a class, another finds it as it was, or complete."""
    before, failed = sys.getswitchinterval(), list[BaseException]()
    sys.setswitchinterval(1e-6)

    def use(cls: type, barrier: threading.Barrier) -> None:
        barrier.wait()
        try:
            assert cls(1) == cls(x=1, y=())
        except BaseException as error:  # noqa: BLE001 - of whatever kind, it is looked at below
            failed.append(error)

    try:
        for _ in range(40):
            cls, barrier = fresh(), threading.Barrier(4)
            threads = [threading.Thread(target=use, args=(cls, barrier)) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    finally:
        sys.setswitchinterval(before)

    assert failed == []


def test_types_are_known_by_the_names_of_the_module() -> None:
    """Documentation asks for them: a type with another name than its own has no entry there."""
    from xorexplain.gradients.why import Stop, Vanished
    from xorexplain.graph.records import SourceLine

    Vanished("", "", None, 0.0, "", "")
    hints = get_type_hints(Vanished.__init__)

    assert hints["how"] == Stop
    assert hints["source"] == SourceLine | None
