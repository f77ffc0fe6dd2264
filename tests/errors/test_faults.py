"""A fault of ours is told in one line, and what else was asked for is still shown."""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any

import click
import pytest

from xorexplain import cli
from xorexplain.errors import XorexplainError
from xorexplain.errors.faults import TRACEBACK, noting, surviving


class Unprintable(Exception):
    def __str__(self) -> str:
        raise ValueError


def test_a_fault_is_noted_and_the_rest_goes_on() -> None:
    with noting() as found:
        for word in ("first", "second"):
            with surviving(word):
                raise KeyError(word)

    assert [fault.what for fault in found] == ["first", "second"]
    assert found[0].line.startswith("a fault of xorexplain: first: KeyError: 'first' (")
    assert "please report" in found[0].line


def test_a_mistake_of_the_user_is_no_fault() -> None:
    with noting() as found, pytest.raises(XorexplainError), surviving("a row"):
        raise XorexplainError("no such name")

    assert not found


def test_a_fault_that_nobody_notes_is_raised() -> None:
    with pytest.raises(KeyError), surviving("a row"):
        raise KeyError


def test_an_error_that_cannot_be_printed_is_named() -> None:
    with noting() as found, surviving("a row"):
        raise Unprintable

    assert "Unprintable" in found[0].line


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr("xorexplain.cli.commands.doctor.command.callback", lambda **options: fail())


@pytest.mark.usefixtures("broken")
def test_a_fault_has_its_exit_status_and_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["doctor"]) == 3

    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert "ZeroDivisionError: by nothing" in lines[0]


@pytest.mark.usefixtures("broken")
def test_the_traceback_is_shown_to_who_asks(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TRACEBACK, "1")

    assert cli.run(["doctor"]) == 3
    assert "Traceback (most recent call last)" in capsys.readouterr().err


def test_the_help_tells_the_exit_statuses() -> None:
    text = cli.main.get_help(click.Context(cli.main))

    assert TRACEBACK in text


@pytest.mark.usefixtures("broken")
def test_who_asks_for_json_gets_json_from_a_fault(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["doctor", "--json"]) == 3

    told = json.loads(capsys.readouterr().out)
    assert told["missing"] == ["the answer"]
    assert "ZeroDivisionError: by nothing" in told["fault"]


PARTS = {
    "gradient --json": "xorexplain.gradients.explain._step",
    "gradient --check --json": "xorexplain.gradients.check._formula_rows",
    "rewrites --json": "xorexplain.render.reports.steps._plain",
    "rewrites check --json": "xorexplain.rewrites.check._Check._step",
}
"""What makes one part of an answer, by the command that asks for it."""


@pytest.mark.parametrize("command", PARTS)
def test_json_holds_what_a_fault_left_and_names_the_rest(
    command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second part fails: the first and the others are there, and one line tells the fault."""
    module, _, name = PARTS[command].rpartition(".")
    place, _, owner = module.rpartition(".")
    holder = getattr(import_module(place), owner) if owner[0] == "_" else import_module(module)
    make, calls = getattr(holder, name), []

    def fail_once(*arguments: Any, **options: Any) -> Any:
        calls.append(name)
        if len(calls) == 2:
            raise ZeroDivisionError("by nothing")
        return make(*arguments, **options)

    monkeypatch.setattr(holder, name, fail_once)
    status = cli.run(command.split())

    out, err = capsys.readouterr()
    assert status == 3
    assert [("ZeroDivisionError" in line) for line in err.splitlines()] == [True]
    found = json.loads(out)
    steps = found["steps"] if isinstance(found, dict) else found
    assert len(steps) >= len(calls) - 1 > 3
    missing = [step for step in steps if "ZeroDivisionError" in json.dumps(step)]
    assert missing or found["missing"] == ["step 2"]


def test_the_same_fault_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    def broken_answer(**options: Any) -> None:
        for number in range(3):
            with surviving(f"row {number}"):
                raise ZeroDivisionError("by nothing")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("xorexplain.cli.commands.doctor.command.callback", broken_answer)
        assert cli.run(["doctor"]) == 3

    (line,) = capsys.readouterr().err.splitlines()
    assert "row 0: ZeroDivisionError" in line
