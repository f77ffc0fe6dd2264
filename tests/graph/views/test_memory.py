from __future__ import annotations

from xorexplain.graph.records import Apply, Op
from xorexplain.graph.views.memory import reading_instead


def test_nothing_is_said_of_memory_that_another_variable_takes_the_place_of() -> None:
    op = Op("identity", "other", "")
    copy = Apply("n0", op, ("x",), ("copied",))
    view = Apply("n1", op, ("y",), ("viewed",), view_map=((0, (0,)),))
    reader = Apply("n2", op, ("copied", "viewed"), ("z",), destroy_map=((0, (0, 1)),))
    *_, found = reading_instead((copy, view, reader), {"copied": "x", "viewed": "y"})
    assert found.inputs == ("x", "y")
    assert found.destroy_map == ((0, (1,)),)
    (*_, found) = reading_instead((copy, view, reader), {"copied": "x"})
    assert found.destroy_map == ((0, (1,)),)
