from __future__ import annotations

from typing import Any

import pytest

from xorexplain.engines import Engine
from xorexplain.models.tutorial import xor


def trained(engine: Engine, times: int, together: bool) -> tuple[Any, list[bytes]]:
    """Return the last cost and the weights after `times` steps."""
    model = xor(engine)
    function = engine.compile([], model.cost, model.update_pairs)
    if together:
        cost = engine.call_many(function, times)
    else:
        cost = [function() for _ in range(times)][-1]
    return float(cost), [parameter.get_value().tobytes() for parameter in model.parameters]


@pytest.mark.parametrize("times", [1, 2, 500])
def test_many_calls_equal_single_calls(engine: Engine, times: int) -> None:
    assert trained(engine, times, together=True) == trained(engine, times, together=False)


@pytest.mark.theano
def test_theanos_c_machine_does_the_loop(engine: Engine) -> None:
    if engine.runs_python():
        pytest.skip("needs a C compiler")
    model = xor(engine)
    function = engine.compile([], model.cost, model.update_pairs)
    machine = function.fn
    calls = []

    class Spy:
        def __getattr__(self, name: str) -> Any:
            return getattr(machine, name)

        def __call__(self, **options: Any) -> Any:
            calls.append(options)
            return machine(**options)

    function.fn = Spy()
    engine.call_many(function, 100)

    assert calls == [{"n_calls": 99}, {}]
