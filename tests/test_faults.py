"""A fault of ours is told in one line, and what else was asked for is still shown."""

from __future__ import annotations

import click
import pytest

from xorexplain import cli
from xorexplain.errors import XorexplainError
from xorexplain.faults import TRACEBACK, noting, surviving


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

    monkeypatch.setattr("xorexplain.cli.doctor_command.command.callback", lambda **options: fail())


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
