"""The story in LaTeX compiles, fits the page, and says what the text says."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import models
import pytest
import stories
from stories import latex
from typesetting import compile_latex

from xorexplain.engines import Engine
from xorexplain.gradients.explain import Equation, Finish, Story
from xorexplain.notation.expr import Expr, call, symbol
from xorexplain.notation.latex import symbol_latex
from xorexplain.render.reports.gradient import gradient
from xorexplain.render.writers.latex import fragment, visible


def long_sum(count: int) -> Expr:
    """Add up products of things with names of some length."""
    total = symbol("start")
    for number in range(count):
        total = total - symbol(f"weight{number}") * symbol(f"activation{number}")
    return total


@pytest.mark.parametrize("name", stories.NAMES)
def test_every_equation_is_there(engine: Engine, name: str) -> None:
    told = stories.told(engine, name)
    written = latex(told)

    assert written.isascii()
    assert [n for n in stories.equations(told) if symbol_latex(n) not in written] == []


def test_the_document_loads_nothing_unusual(engine: Engine) -> None:
    written = latex(stories.told(engine, "xor"))
    packages = [line for line in written.splitlines() if line.startswith(r"\usepackage")]

    assert packages == [r"\usepackage[margin=25mm]{geometry}", r"\usepackage{amsmath}"]
    assert written.startswith(r"\documentclass")
    assert written.endswith("\\end{document}\n")


def test_the_fragment_is_the_body(engine: Engine) -> None:
    told = stories.told(engine, "xor")
    body = fragment(gradient(told).blocks)

    assert body in latex(told)
    assert r"\documentclass" not in body
    assert r"\delta W_{1} &= X^{\top} \, \delta z_{1}" in body
    assert r"W_{1} &\gets W_{1} - 0.01 \, \delta W_{1}" in body


def test_it_is_the_same_each_time_and_on_both_engines(engine: Engine) -> None:
    written = latex(stories.told(engine, "xor"))

    assert written == latex(stories.told(engine, "xor"))
    assert "n16 sigmoid (output again), n17 multiply" in written


def test_long_equations_are_broken_before_their_signs() -> None:
    told = Story("sum", "cost", (Equation("y", long_sum(20)),), (), (), ())
    block = latex(told).partition(r"\subsection*{Forward}")[2].partition(r"\end{align*}")[0]
    rows = block.strip().splitlines()[1:]

    assert len(rows) > 3
    assert rows[0].startswith("y &= ")
    assert all(row.startswith(r"&\qquad {} -") for row in rows[1:])


@pytest.mark.parametrize(
    ("tex", "width"),
    [
        ("x", 1),
        ("z_{12}", 3),
        (r"\mathrm{output}", 6),
        (r"\delta \mathrm{output}", 7),
        (r"a \odot b", 4),
        (r"\frac{a}{b + 1}", 5),
        (r"X^{\top} \, z", 3),
    ],
)
def test_the_width_of_formulas_is_estimated(tex: str, width: int) -> None:
    assert visible(tex) == width


@pytest.mark.latex
@pytest.mark.parametrize("name", stories.NAMES)
def test_it_compiles_and_fits_the_page(engine: Engine, tmp_path: Path, name: str) -> None:
    log = compile_latex(tmp_path, latex(stories.told(engine, name)))

    assert "Overfull" not in log
    assert "Missing character" not in log


@pytest.mark.latex
def test_hostile_and_long_stories_compile(tmp_path: Path) -> None:
    names = [name[:60] for name in models.HOSTILE_NAMES]
    forward = [Equation(name, symbol(name) * long_sum(30)) for name in names]
    forward += [Equation("y", call("join", *map(symbol, names * 3)) / long_sum(2))]
    forward += [Equation(f"x{n}", symbol("x")) for n in range(300)]
    finishes = [
        Finish(name, Equation(f"δ{name}", long_sum(12)), Equation(name, long_sum(3)), True, "")
        for name in names
    ]
    finishes += [Finish(name, None, None, True, f"100% of {name}") for name in names]
    told = Story("; ".join(names), names[0], tuple(forward), (), (), tuple(finishes))

    log = compile_latex(tmp_path, latex(told))

    assert "Missing character" not in log
    assert "Overfull \\vbox" not in log


@pytest.mark.latex
def test_the_fragment_can_be_embedded(engine: Engine, tmp_path: Path) -> None:
    told = dataclasses.replace(stories.told(engine, "mlp"), title="_ & % $ #")

    compile_latex(
        tmp_path, f"\\begin{{document}}\n{fragment(gradient(told).blocks)}\\end{{document}}\n"
    )
