"""What is printed is as wide as the terminal, or as a page where there is none."""

from __future__ import annotations

import os
import struct
import sys

import pytest
from helpers import Screen

from xorexplain.cli import printing, terminal
from xorexplain.render.lines import Line
from xorexplain.render.reports.document import Column, Document, Table, inlines, paragraph
from xorexplain.render.width import WIDTH


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    """Have a terminal of 70 columns as stdout."""
    shown = Screen()
    monkeypatch.setenv("COLUMNS", "70")
    monkeypatch.setenv("NO_COLOR", "1")
    for module in (printing, terminal):
        monkeypatch.setattr(module, "answer", lambda: shown)
    return shown


def test_a_terminal_says_how_wide_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    termios = pytest.importorskip("termios")
    fcntl = pytest.importorskip("fcntl")
    read, written = os.openpty()
    fcntl.ioctl(written, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 132, 0, 0))
    monkeypatch.delenv("COLUMNS", raising=False)
    with os.fdopen(written, "w") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        assert terminal.answer_width() == 132
    os.close(read)


def test_a_pipe_is_as_wide_as_a_page(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    printing.print_document(Document("", (paragraph("word " * 60),)))

    assert terminal.answer_width() == WIDTH
    assert max(map(len, capsys.readouterr().out.splitlines())) == WIDTH - 1


def test_a_report_fits_the_terminal(screen: Screen) -> None:
    columns = (Column("name"), Column("words", grows=True))
    table = Table(columns, ((inlines("a"), inlines("word " * 40)),))
    printing.print_document(Document("", (paragraph("word " * 60), table)))

    assert 60 < max(map(len, screen.getvalue().splitlines())) <= 70


def test_a_line_that_is_too_long_goes_on_beside_its_guide(screen: Screen) -> None:
    line: Line = [("│  ├─ ", "guide"), ("word " * 30, "op")]
    printing.print_lines([line])

    first, *rest = screen.getvalue().splitlines()
    assert first.startswith("│  ├─ word")
    assert rest
    assert all(row.startswith("│  │      word") for row in rest)
    assert max(map(len, [first, *rest])) <= 70
