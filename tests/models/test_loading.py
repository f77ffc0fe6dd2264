"""Whatever a user's callable returns is understood, or refused in one clear line."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy
import pytest
from processes import environment, run_python

from xorexplain import engines
from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.models.loading import as_model, load_model
from xorexplain.models.model import Model
from xorexplain.models.stages import view

Write = Callable[[str], str]

HEADER = """
from xorexplain import Model
from xorexplain.engines import choose

engine = choose()
theano, T = engine.module, engine.tensor
"""


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write a model file in an empty working folder and return its name."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    name = f"model_{tmp_path.name.replace('-', '_')}"

    def write_file(body: str) -> str:
        (tmp_path / f"{name}.py").write_text(HEADER + body, "utf-8")
        return name

    return write_file


def refusal(spec: str, engine_name: str | None = None) -> XorexplainError:
    with pytest.raises(XorexplainError) as caught:
        load_model(spec, engine_name)
    assert "\n" not in str(caught.value)
    return caught.value


# Where a model is found


def test_without_a_spec_it_is_the_tutorials_network(engine: Engine) -> None:
    chosen, model = load_model(None)

    assert chosen is engine
    assert model.name == "xor"


@pytest.mark.parametrize("form", ["{name}.py:net", "./{name}.py:net", "{name}:net"])
def test_a_file_or_a_module_beside_us(write: Write, engine: Engine, form: str) -> None:
    name = write("def net():\n    return T.dscalar('x') * 2\n")

    chosen, model = load_model(form.format(name=name))

    assert chosen is engine
    assert model.name == "net"
    assert [v.type.ndim for v in model.outputs.values()] == [0]


def test_a_module_of_a_package(write: Write, tmp_path: Path) -> None:
    write("")
    (tmp_path / "package_of_models").mkdir()
    (tmp_path / "package_of_models" / "__init__.py").touch()
    (tmp_path / "package_of_models" / "inner.py").write_text(
        HEADER + "def net():\n    return {'y': T.dscalar('x')}\n", "utf-8"
    )

    assert list(load_model("package_of_models.inner:net")[1].outputs) == ["y"]


def test_a_file_may_import_its_neighbours(write: Write, tmp_path: Path) -> None:
    name = write("from neighbour_of_model import SIZE\ndef net():\n    return T.zeros((SIZE,))\n")
    (tmp_path / "neighbour_of_model.py").write_text("SIZE = 3\n", "utf-8")
    os.chdir("/")

    assert load_model(f"{tmp_path / name}.py:net")[1].outputs


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("", "names no model: write net.py"),
        (":net", "names no model"),
        ("model.py:", "names no model: leave the colon out"),
        ("missing.py:net", "there is no file missing.py"),
        ("missing_module:net", "no module named 'missing_module'"),
        ("os.missing:net", "no module named 'os.missing'"),
    ],
)
def test_a_spec_that_leads_nowhere(write: Write, spec: str, message: str) -> None:
    write("")

    assert message in str(refusal(spec))


def test_an_unknown_callable_is_told_with_the_nearest(write: Write) -> None:
    name = write("def network():\n    return T.dscalar('x')\n")

    assert "did you mean network?" in str(refusal(f"{name}.py:netwrok"))


def test_a_folder_is_no_model_file(write: Write, tmp_path: Path) -> None:
    write("")
    (tmp_path / "folder.py").mkdir()

    assert "folder.py is a folder" in str(refusal("folder.py:net"))


# What a model may be

ACCEPTED = """
W = theano.shared(1.0, name="W")
x = T.dscalar("x")
cost = (W - x) ** 2
cost.name = "cost"
model = Model({"y": x}, cost, [W], [(W, x)], [x], "mine")
unnamed = Model({"y": x})
twice = x * 2
pair = (x, W * x)
pairs = [x, W * x, T.dscalar("x")]
named = {"y": W * x, "loss": cost, 3: x}
function = theano.function([x], x * 2)
def make_model(): return model
def make_function(): return function
def make_named(): return named
class Net:
    def __new__(cls): return model
"""


@pytest.fixture
def accepted(write: Write) -> Callable[[str], Model]:
    name = write(ACCEPTED)

    return lambda attribute: load_model(f"{name}.py:{attribute}")[1]


def test_a_model_is_taken_as_it_is(accepted: Callable[[str], Model]) -> None:
    for attribute in ("model", "make_model", "Net"):
        model = accepted(attribute)

        assert (model.name, list(model.outputs)) == ("mine", ["y"])
        assert len(model.update_pairs) == 1


def test_a_model_without_a_name_takes_that_of_the_callable(
    accepted: Callable[[str], Model],
) -> None:
    assert accepted("unnamed").name == "unnamed"


def test_a_scalar_variable_is_a_cost_of_the_shared_variables_below(
    accepted: Callable[[str], Model],
) -> None:
    model = accepted("cost")

    assert list(model.outputs) == ["cost"]
    assert model.cost is model.outputs["cost"]
    assert [parameter.name for parameter in model.parameters] == ["W"]


def test_a_list_or_tuple_holds_outputs(accepted: Callable[[str], Model]) -> None:
    assert list(accepted("pair").outputs) == ["x", "output 1"]


def test_variables_of_one_name_in_a_list_stay_apart(accepted: Callable[[str], Model]) -> None:
    model = accepted("pairs")

    assert list(model.outputs) == ["x", "output 1", "x (2)"]
    assert len(set(model.outputs.values())) == 3


def test_a_dict_names_outputs_and_the_cost(accepted: Callable[[str], Model]) -> None:
    for attribute in ("named", "make_named"):
        model = accepted(attribute)

        assert list(model.outputs) == ["y", "loss", "3"]
        assert model.cost is model.outputs["loss"]
        assert [parameter.name for parameter in model.parameters] == ["W"]


def test_a_compiled_function_is_not_called(accepted: Callable[[str], Model]) -> None:
    for attribute in ("function", "make_function"):
        model = accepted(attribute)

        assert model.function is not None
        assert model.outputs == {}


def test_a_function_graph_is_accepted(engine: Engine) -> None:
    x = engine.tensor.dscalar("x")
    fgraph = engine.compile([x], x * 2.0, []).maker.fgraph

    assert as_model(fgraph)[1].function is fgraph


def test_integers_are_no_cost(engine: Engine) -> None:
    assert as_model(engine.tensor.lscalar("n"))[1].cost is None


def test_a_matrix_is_no_cost(engine: Engine) -> None:
    assert as_model(engine.tensor.dmatrix("x"))[1].cost is None


def test_updates_may_be_a_dict(engine: Engine) -> None:
    W = engine.module.shared(1.0, name="W")

    _, model = as_model(Model(updates={W: W * 2}))

    assert [shared.name for shared, _ in model.update_pairs] == ["W"]


# What is no model


@pytest.mark.parametrize(
    ("made", "message"),
    [
        ("None", "None is no model"),
        ("3", "int 3 is no model"),
        ("'text'", "str 'text' is no model"),
        ("b'bytes'", "is no model"),
        ("list", "type <class 'list'> is no model"),
        ("[]", "the model is empty"),
        ("{}", "the model is empty"),
        ("()", "the model is empty"),
        ("[1, 2]", "int 1 is no model"),
        ("[x, 2]", "entry 'output 1': int 2 is no model"),
        ("{'y': [x]}", "list [x] is no model"),
        ("{'y': x, 'z': 'w'}", "entry 'z': str 'w' is no model"),
        ("x.type", "is no model"),
        ("(v for v in [x])", "is no model"),
        ("type('Long', (), {'__repr__': lambda self: 'x' * 99})()", "a Long is no model"),
        ("type('Two', (), {'__repr__': lambda self: 'a\\nb'})()", "a Two is no model"),
        ("Model()", "the model is empty"),
        ("Model([x])", "Model.outputs must be a dict"),
        ("Model({'y': 1}, x)", "Model.outputs['y'] is int 1: it must be a"),
        ("Model({'y': x}, 1.5)", "Model.cost is float 1.5: it must be a"),
        ("Model({'y': x}, x, x)", "Model.parameters must be a list"),
        ("Model({'y': x}, x, [1])", "Model.parameters[0] is int 1"),
        ("Model({'y': x}, x, [], 3)", "Model.updates must pair"),
        ("Model({'y': x}, x, [], [x])", "Model.updates must pair"),
        ("Model({'y': x}, x, [], [(x, x)])", "Model.updates[0] changes x, which must be shared"),
        ("Model({'y': x}, x, [], [(W, 1)])", "Model.updates[0] is int 1"),
        ("Model({'y': x}, inputs=[W])", "Model.inputs[0] has a value of its own"),
        ("Model({'y': x}, inputs=[1])", "Model.inputs[0] is int 1"),
        ("Model({'y': x}, data=[1])", "Model.data must be a dict"),
        ("Model({'y': x}, name=5)", "Model.name is int 5: it must be text"),
        ("Model({6: x})", "Model.outputs has the name int 6: it must be text"),
        ("Model({'y': x}, data={4: 1.0})", "Model.data has the name int 4: it must be text"),
        ("Model({'y': x}, function=1)", "Model.function is int 1, no compiled function"),
    ],
)
def test_nonsense_is_refused(write: Write, made: str, message: str) -> None:
    name = write(
        f"W = theano.shared(1.0, name='W')\nx = T.dscalar('x')\ndef net():\n    return {made}\n"
    )

    assert message in str(refusal(f"{name}.py:net"))


def test_a_model_of_another_engine(write: Write, engine: Engine) -> None:
    name = write("def net():\n    return T.dscalar('x')\n")
    other = {"theano": "pytensor", "pytensor": "theano"}[engine.name]

    assert "is not installed" in str(refusal(f"{name}.py:net", other))
    assert load_model(f"{name}.py:net", engine.name)[0] is engine


def test_an_unknown_engine(write: Write) -> None:
    name = write("def net():\n    return T.dscalar('x')\n")

    assert "did you mean theano or pytensor?" in str(refusal(f"{name}.py:net", "teano"))


# Code that fails


def test_a_syntax_error_is_shown_with_its_line(write: Write) -> None:
    name = write("def net(:\n    pass\n")

    error = refusal(f"{name}.py:net")

    assert "SyntaxError" in str(error)
    assert f'{name}.py", line 7' in error.details
    assert "def net(:" in error.details


def test_a_failure_is_shown_with_the_users_frames_only(write: Write) -> None:
    name = write(
        "def helper(x):\n    return T.dot(x, object())\n\n"
        "def net():\n    return helper(T.dmatrix('x'))\n"
    )

    error = refusal(f"{name}.py:net")

    lines = error.details.splitlines()
    assert lines[0] == "Traceback (the model's own frames):"
    frames = [line for line in lines if line.startswith("  File ")]
    assert [frame.rsplit(", ", 1)[1] for frame in frames] == ["in net", "in helper"]
    assert all(f"{name}.py" in frame for frame in frames)
    assert str(error).startswith(f"the model {name}.py:net failed: ")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("raise ValueError('first\\nsecond')", "failed: ValueError: first"),
        ("raise ValueError", "failed: ValueError"),
        (
            "import argparse\nw = argparse.ArgumentParser()\nw.add_argument('n')\nw.parse_args()",
            "failed: SystemExit: 2; it is run without arguments",
        ),
        ("from .layers import y", "name it as part of its package"),
        ("import sys\nsys.exit('bye')", "failed: SystemExit: bye"),
        ("import missing_of_model", "failed: ModuleNotFoundError: No module named 'missing"),
    ],
)
def test_a_file_that_fails_when_it_is_read(
    write: Write, monkeypatch: pytest.MonkeyPatch, body: str, message: str
) -> None:
    name = write(f"{body}\ndef net(): return 1\n")
    monkeypatch.setattr(sys, "argv", ["program", "a word for the program"])

    for spec in (f"{name}.py:net", f"{name}:net", f"{name}.py"):
        sys.modules.pop(name, None)
        assert message in str(refusal(spec))


def test_a_callable_that_leaves(write: Write) -> None:
    name = write("import sys\ndef net():\n    sys.exit(3)\n")

    assert "failed: SystemExit: 3" in str(refusal(f"{name}.py:net"))


def test_a_callable_that_wants_arguments(write: Write) -> None:
    name = write("def net(size):\n    return T.zeros((size,))\n")

    assert "net needs arguments (size): name a function" in str(refusal(f"{name}.py:net"))


def test_an_interruption_is_no_failure(write: Write) -> None:
    name = write("def net():\n    raise KeyboardInterrupt\n")

    with pytest.raises(KeyboardInterrupt):
        load_model(f"{name}.py:net")


@pytest.mark.usefixtures("usual_recursion_limit")
def test_a_callable_that_never_ends(write: Write) -> None:
    name = write("def net():\n    return net()\n")

    error = refusal(f"{name}.py:net")

    assert "RecursionError" in str(error)
    assert len(error.details.splitlines()) < 30


@pytest.mark.usefixtures("usual_recursion_limit")
def test_a_callable_deeper_than_the_recursion_limit(write: Write) -> None:
    name = write(
        "def down(x, depth):\n    return x if depth == 0 else down(T.sqr(x), depth - 1)\n"
        "def net():\n    return down(T.dscalar('x'), 3000)\n"
    )

    engine, model = load_model(f"{name}.py:net")

    assert len(view(engine, model, "symbolic").graph().applies) == 3000


# What it prints


def test_what_a_model_prints_goes_to_stderr(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    name = write("print('reading')\ndef net():\n    print('calling')\n    return T.dscalar('x')\n")

    load_model(f"{name}.py:net")

    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "reading\ncalling\n"


# The engine comes before the model


@pytest.mark.theano
def test_a_model_may_import_theano_itself(tmp_path: Path) -> None:
    (tmp_path / "plain.py").write_text(
        "import theano\ndef net():\n    return theano.tensor.dscalar('x')\n", "utf-8"
    )

    completed = run_python(
        "from xorexplain.models.loading import load_model\n"
        "print(load_model('plain.py:net')[1].outputs)",
        cwd=tmp_path,
        env=environment(THEANO_FLAGS=f"base_compiledir={tmp_path}"),
    )

    assert completed.stderr == ""
    assert completed.stdout == "{'x': x}\n"


def test_without_an_engine_it_is_said_how_to_get_one(tmp_path: Path) -> None:
    # The package alone: installed, it lies beside the engine.
    shutil.copytree(Path(engines.__file__).resolve().parents[1], tmp_path / "xorexplain")
    completed = subprocess.run(
        [
            *(sys.executable, "-S", "-c"),
            "from xorexplain.engines import choose\n"
            "try:\n    choose()\n"
            "except Exception as error:\n    print(type(error).__name__, error)",
        ],
        env={"PYTHONPATH": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )

    assert completed.stdout.startswith("XorexplainError no engine is installed: pip install ")


def test_a_model_can_be_changed_by_replacing_fields(engine: Engine) -> None:
    x = engine.tensor.dscalar("x")
    W = engine.module.shared(numpy.float64(1.0), name="W")
    model = Model({"y": W * x}, inputs=[x])

    changed: Any = replace(model, updates=[(W, W + 1)])

    assert len(changed.update_pairs) == 1
    assert model.update_pairs == []
