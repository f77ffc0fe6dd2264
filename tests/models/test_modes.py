"""Rewrite in the mode that is asked for, and say which it was."""

from __future__ import annotations

from typing import Any

import pytest

from xorexplain.api import snapshot, text
from xorexplain.api.modes import in_mode
from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.graph.json import from_json, to_json
from xorexplain.models.model import Model
from xorexplain.models.modes import asked, mode_text
from xorexplain.models.stages import view
from xorexplain.rewrites.listen import load_heard
from xorexplain.rewrites.questions.without import without
from xorexplain.rewrites.record import record_rewriting


@pytest.fixture
def softplus(engine: Engine) -> Any:
    T = engine.tensor
    return T.sum(T.log(1 + T.exp(T.dvector("x"))))


def kinds(model: Any) -> set[str]:
    return {apply.op.kind for apply in snapshot(model, "optimized").applies}


def test_a_mode_decides_what_fires(softplus: Any) -> None:
    assert "softplus" in kinds(in_mode(softplus, "FAST_COMPILE", including=["stabilize"]))
    assert "softplus" not in kinds(in_mode(softplus, "fast_compile"))
    assert "log1p" in kinds(in_mode(softplus, "FAST_COMPILE", including="local_log1p"))
    assert "softplus" not in kinds(in_mode(softplus, excluding="stabilize"))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, None),
        ({"mode": "fast_compile"}, "mode FAST_COMPILE"),
        ({"mode": "NanGuardMode"}, "mode NanGuardMode"),
        ({"mode": "debugmode", "including": ["fusion"]}, "mode DebugMode with fusion"),
        ({"excluding": ["fusion", "inplace"]}, "without fusion, inplace"),
    ],
)
def test_what_is_shown_says_its_mode(
    engine: Engine, softplus: Any, options: Any, said: str | None
) -> None:
    model = in_mode(softplus, **options)
    graph = view(engine, model, "optimized").graph()

    assert graph.origin.mode == said == mode_text(engine, model)
    assert from_json(to_json(graph)) == graph
    assert record_rewriting(engine, model).universe.origin.mode == said
    assert snapshot(model, "symbolic").origin.mode is None
    assert (said or "·") in text(model, stage="optimized")


def test_a_mode_itself_is_one_too(engine: Engine, softplus: Any) -> None:
    mode = engine.default_mode().excluding("stabilize")

    assert "softplus" not in kinds(in_mode(softplus, mode))


def test_questions_follow_the_mode(engine: Engine, softplus: Any) -> None:
    model = in_mode(softplus, "FAST_COMPILE", including=["local_log1p"])
    found = without(engine, model, None, ["local_log1p"], is_run=False)

    assert found.gone == ("local_log1p",)


@pytest.mark.pytensor
@pytest.mark.parametrize("backend", ["jax", "pytorch", "mlx", "numba", "c"])
def test_backends_need_not_be_here_to_be_rewritten_for(softplus: Any, backend: str) -> None:
    assert kinds(in_mode(softplus, backend=backend))


@pytest.mark.theano
def test_the_backend_python_runs_no_c(engine: Engine) -> None:
    """Theano's machine in Python ran the C code of ops all the same."""
    x = engine.tensor.dvector("x")
    function = engine.module.function([x], x + 1.0, mode=engine.mode_of_backend("python"))

    assert engine.mode_words(function.maker)[1] == "Python"
    assert not hasattr(function.fn.thunks[0], "cthunk")


@pytest.mark.pytensor
def test_what_a_backend_lacks_is_named_where_it_is_compiled(softplus: Any) -> None:
    import importlib.util

    if importlib.util.find_spec("jax") is not None:
        pytest.skip("needs a machine without jax")
    with pytest.raises(XorexplainError, match="No module named 'jax': pip install jax, or see"):
        snapshot(in_mode(softplus, backend="jax"), "compiled")


@pytest.mark.pytensor
def test_a_fused_reduction_knows_what_it_reads(softplus: Any) -> None:
    (apply,) = snapshot(in_mode(softplus, backend="c"), "optimized").applies

    assert (apply.op.kind, apply.inner_inputs) == ("reduce_composite", (None, 0))
    text(in_mode(softplus, backend="c"), stage="optimized", shapes=True)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"mode": "FAST_RUNN"}, "has no mode 'FAST_RUNN': did you mean FAST_RUN?"),
        ({"backend": "cc"}, "has no backend 'cc': "),
        ({"mode": "FAST_RUN", "backend": "c"}, "leave --backend out"),
        ({"excluding": "fusionn"}, "no rewrite has the name or tag 'fusionn': did you mean fusion"),
    ],
)
def test_a_mistake_is_named(engine: Engine, options: Any, said: str) -> None:
    x = engine.tensor.dscalar("x")

    with pytest.raises(XorexplainError) as caught:
        in_mode(x**2, **options)
    assert said in str(caught.value)


FILE = """
from xorexplain.engines import choose

engine = choose()
T = engine.tensor
x = T.dvector("x")
cost = T.sum(T.log(1 + T.exp(x)))
f = engine.module.function([x], cost{})
mine = engine.default_mode().excluding("stabilize")
broken = 3
"""


@pytest.mark.parametrize("own", ["", ", mode='FAST_COMPILE'"])
def test_a_function_of_the_file_follows_what_is_asked(
    engine: Engine, tmp_path: Any, monkeypatch: pytest.MonkeyPatch, own: str
) -> None:
    file = tmp_path / f"compiled_{len(own)}.py"
    file.write_text(FILE.format(own))
    monkeypatch.syspath_prepend(tmp_path)
    kept, model, recording = load_heard(f"{file}:f", engine.name)
    told = view(kept, model, "compiled").graph()

    assert told.origin.mode == ("mode FAST_COMPILE" if own else None)
    assert recording is not None
    settings = asked(engine, f"{file}:mine")
    _, model, _ = load_heard(f"{file}:f", engine.name, settings)
    graph = view(engine, model, "optimized").graph()
    assert graph.origin.mode == f"mode {file}:mine"
    assert "softplus" not in {apply.op.kind for apply in graph.applies}
    with pytest.raises(XorexplainError, match="is a int: name a mode of"):
        asked(engine, f"{file}:broken")
    with pytest.raises(XorexplainError, match="has no 'nothing'"):
        asked(engine, f"{file}:nothing")


def test_a_compiled_function_keeps_its_mode(engine: Engine) -> None:
    x = engine.tensor.dscalar("x")
    function = engine.compile([x], [x + 1], [])

    with pytest.raises(XorexplainError, match="has its mode: hand over its variables"):
        in_mode(function, "FAST_COMPILE")


def test_a_model_may_name_its_mode(engine: Engine, softplus: Any) -> None:
    model = Model({"y": softplus}, mode="FAST_COMPILE", including=["local_log1p"])

    assert "log1p" in kinds(model)
    assert view(engine, model, "optimized").graph().origin.mode == (
        "mode FAST_COMPILE with local_log1p"
    )
