"""Print from the command line: what the engine prints, our tree, JSON; in colour or not."""

from __future__ import annotations

import json
import os
import re
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import models
import pytest
from forking import run_on_terminal
from processes import environment

import xorexplain
from xorexplain.cli.commands.print import ENGINE_OPTIONS
from xorexplain.engines import Engine
from xorexplain.graph.json import from_json
from xorexplain.graph.stages import STAGES
from xorexplain.models.stages import view
from xorexplain.models.tutorial import xor

pytestmark = pytest.mark.usefixtures("engine")

ESCAPE = "\x1b["
SCHEMA = Path(__file__).resolve().parents[3] / "docs" / "graph.schema.json"


def both(**options: Any) -> dict[str, dict[str, Any]]:
    """Give an option the same name on both engines."""
    return {"theano": options, "pytensor": options}


# Options of the command, and what the engine's debugprint is called with.
ON_BOTH: dict[str, tuple[list[str], dict[str, dict[str, Any]]]] = {
    "plain": ([], both()),
    "int ids": (["--ids", "int"], {"theano": {"ids": "int"}, "pytensor": {"id_type": "int"}}),
    "no ids": (["--ids", "none"], {"theano": {"ids": ""}, "pytensor": {"id_type": ""}}),
    "depth": (["--depth", "2"], both(depth=2)),
    "types": (["--types"], both(print_type=True)),
    "stop": (["--stop-on-name"], both(stop_on_name=True)),
    "several": (["--types", "--depth", "3"], both(print_type=True, depth=3)),
}
ON_ONE: dict[str, tuple[str, list[str], dict[str, Any]]] = {
    "clients": ("theano", ["--clients"], {"print_clients": True}),
    "shapes": ("pytensor", ["--shapes"], {"print_shape": True}),
    "automatic ids": ("pytensor", ["--ids", "auto"], {"id_type": "auto"}),
    "op info": ("pytensor", ["--op-info"], {"print_op_info": True}),
    "destroy map": ("pytensor", ["--destroy-map"], {"print_destroy_map": True}),
    "view map": ("pytensor", ["--view-map"], {"print_view_map": True}),
    "memory map": ("pytensor", ["--memory-map"], {"print_memory_map": True}),
    "inner graphs": ("pytensor", ["--inner-graphs"], {"print_inner_graphs": True}),
    "no inner graphs": ("pytensor", ["--no-inner-graphs"], {"print_inner_graphs": False}),
    "inputs": ("pytensor", ["--fgraph-inputs"], {"print_fgraph_inputs": True}),
    "assumptions": ("pytensor", ["--assumptions"], {"print_assumptions": True}),
}


@cache
def viewed(engine: Engine, stage: str) -> Any:
    """Make a stage of the tutorial's network, once for all tests."""
    return view(engine, xor(engine), stage).source.object


def debugprint(engine: Engine, stage: str, options: dict[str, Any]) -> str:
    """Have the engine itself print the tutorial's network."""
    printed = viewed(engine, stage)
    text: str = engine.module.printing.debugprint(printed, file="str", **options)
    return text


@pytest.mark.parametrize("stage", ["symbolic", "gradient", "optimized"])
@pytest.mark.parametrize("name", ON_BOTH)
def test_what_the_engine_prints(call: Any, engine: Engine, name: str, stage: str) -> None:
    flags, options = ON_BOTH[name]
    told = call("print", "--style", "engine", "--stage", stage, *flags)

    assert (told.status, told.err) == (0, "")
    assert told.out.rstrip("\n") == debugprint(engine, stage, options[engine.name]).rstrip("\n")


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=getattr(pytest.mark, ON_ONE[name][0])) for name in ON_ONE],
)
def test_what_only_one_engine_prints(call: Any, engine: Engine, name: str) -> None:
    _, flags, options = ON_ONE[name]
    told = call("print", "--style", "engine", "--stage", "optimized", *flags)

    assert (told.status, told.err) == (0, "")
    printed = debugprint(engine, "optimized", options)
    assert numbered(told.out).rstrip("\n") == numbered(printed).rstrip("\n")


def numbered(text: str) -> str:
    """Leave out the numbers of automatic ids, which go on from graph to graph."""
    return re.sub(r"auto_\d+", "auto", text)


def test_a_compiled_function_says_what_it_stores(call: Any, engine: Engine) -> None:
    told = call("print", "--style", "engine", "--stage", "compiled", "--storage")

    assert (told.status, told.err) == (0, "")
    printed = debugprint(engine, "compiled", {"print_storage": True})
    assert without_values(told.out).strip() == without_values(printed).strip()


def without_values(text: str) -> str:
    """Leave out the numbers a function happens to hold."""
    return re.sub(r"\s+", " ", re.sub(r"-?\d+\.\d*(e-?\d+)?", "#", text))


def test_every_option_of_the_table_is_tried(engine: Engine) -> None:
    tried = {key for _, options in ON_BOTH.values() for key in options[engine.name]}
    tried |= {key for name, _, options in ON_ONE.values() if name == engine.name for key in options}
    tried.add("print_storage")

    assert {theirs[engine.name] for theirs in ENGINE_OPTIONS.values() if engine.name in theirs} == (
        tried
    )


def test_an_option_the_engine_lacks(call: Any, engine: Engine) -> None:
    other = "PyTensor" if engine.name == "theano" else "Theano"
    lacking = [o for o, theirs in ENGINE_OPTIONS.items() if engine.name not in theirs]
    assert lacking
    for option in lacking:
        flag = f"--{option.replace('_', '-')}"
        told = call("print", "--style", "engine", flag)

        assert (told.status, told.out) == (2, "")
        assert told.err == (
            f"xorexplain: {flag} is an option of {other}'s debugprint, "
            f"which {engine.title}'s lacks: leave it out\n"
        )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--style", "engine", "--ids", "chars"], "unknown ids 'chars': "),
        (["--style", "tree"], "unknown style 'tree': choose from default, engine"),
        (
            ["--style", "engine", "--raw"],
            "--raw is an option of our tree: leave out --style engine",
        ),
        (
            ["--style", "default", "--depth", "3"],
            "--depth is an option of the engine's debugprint: leave out --style default",
        ),
        (
            ["--json", "--no-inner-graphs"],
            "--inner-graphs is an option of the engine's debugprint: leave out --json",
        ),
        (["--target", "ouput"], "unknown target 'ouput': did you mean output"),
    ],
)
def test_mistakes(call: Any, arguments: list[str], message: str) -> None:
    told = call("print", *arguments)

    assert (told.status, told.out) == (2, "")
    assert message in told.err
    assert told.err.count("\n") == 1


def test_depth_0_is_a_depth(call: Any, engine: Engine) -> None:
    told = call("print", "--style", "engine", "--depth", "0")

    assert told.out.rstrip("\n") == debugprint(engine, "symbolic", {"depth": 0}).rstrip("\n")


def test_an_option_of_the_engine_alone_still_asks_for_it(call: Any, engine: Engine) -> None:
    told = call("print", "--depth", "2")

    assert told.out.rstrip("\n") == debugprint(engine, "symbolic", {"depth": 2}).rstrip("\n")
    assert told.err == (
        "note: --depth is an option of the engine's debugprint: "
        "with the next release write --style engine too\n"
    )


@pytest.mark.parametrize("stage", STAGES)
def test_our_tree(call: Any, engine: Engine, stage: str) -> None:
    told = call("print", "--stage", stage)

    assert (told.status, told.err) == (0, "")
    assert told.out == xorexplain.text(models.model(engine, "xor"), stage=stage)
    assert ESCAPE not in told.out


def test_options_of_our_tree(call: Any, engine: Engine) -> None:
    told = call("print", "--types", "--shapes", "--raw")

    expected = xorexplain.text(models.model(engine, "xor"), types=True, shapes=True, raw=True)
    assert told.out == expected


@pytest.mark.parametrize("stage", STAGES)
def test_json(call: Any, engine: Engine, stage: str) -> None:
    told = call("print", "--json", "--stage", stage)

    assert (told.status, told.err) == (0, "")
    jsonschema.validate(json.loads(told.out), json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert from_json(told.out).origin.stage == stage


def test_json_with_shapes(call: Any) -> None:
    shapes = [v.shape for v in from_json(call("print", "--json", "--shapes").out).variables]

    assert (4, 5) in shapes


def terminal_output(tmp_path: Path, **changes: str) -> str:
    """Print our tree on a terminal and return what it received."""
    status, err, received = run_on_terminal(
        "xorexplain",
        ["print", "--stage", "optimized"],
        tmp_path,
        {**environment(), "TERM": "xterm-256color", **changes},
        shown_on=1,
    )
    assert (status, err) == (0, "")
    return received.decode().replace("\r\n", "\n")


@pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")
def test_colours_on_a_terminal(engine: Engine, tmp_path: Path) -> None:
    text = xorexplain.text(models.model(engine, "xor"), stage="optimized")
    received = terminal_output(tmp_path)

    assert ESCAPE in received
    assert re.sub(r"\x1b\[[0-9;]*m", "", received) == text


@pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")
@pytest.mark.parametrize("changes", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=["NO_COLOR", "dumb"])
def test_no_colours_where_they_are_not_wanted(
    engine: Engine, tmp_path: Path, changes: dict[str, str]
) -> None:
    text = xorexplain.text(models.model(engine, "xor"), stage="optimized")

    assert terminal_output(tmp_path, **changes) == text


def test_colours_can_be_forced(call: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert ESCAPE in call("print").out

    monkeypatch.setenv("NO_COLOR", "1")
    assert ESCAPE not in call("print").out
