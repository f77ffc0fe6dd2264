r"""Write the story of a gradient as LaTeX.

Nothing but amsmath is needed. A long equation is broken before a sign that stands outside all
parentheses; the parts of an equation are short enough for that (see `notation.lets`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from xorexplain.gradients.explain import Equation, Explanation, Finish, Story
from xorexplain.notation.latex import LATEX, symbol_latex
from xorexplain.notation.tex_names import sentence_tex
from xorexplain.render.pictures.labels import kind_words
from xorexplain.render.reports.story import (
    INSIDE,
    SUMS,
    agreement,
    emitted,
    nothing,
    other_rule,
    results,
    rows,
    sentence,
    title,
)

WIDTH = 76
"""How many letters of mathematics a line of the page holds."""
MAX_INLINE = 55
"""A longer equation is no heading but stands by itself."""
MAX_LEFT = 20
"""A longer left side is not aligned with the others."""
MAX_ROWS = 60
"""So many equations are aligned with each other at most, for the sake of TeX's memory."""
_UNPRINTED = re.compile(r"\\(?:mathrm|mathbf|operatorname|text|frac|left|right|begin|end)\b|\\,")
_COMMAND = re.compile(r"\\[A-Za-z]+")
_SIGN = re.compile(r" (?:[-+=<>]|\\[a-z]+) ")
_LAYOUT = str.maketrans("", "", r"\{}_^& ")
Sides = tuple[str, list[str]]
"""The left side of an equation; its sign and right side, in pieces to break lines between."""
_PREAMBLE = r"""
\documentclass[a4paper,fleqn]{article}
\usepackage[margin=25mm]{geometry}
\usepackage{amsmath}
\allowdisplaybreaks
\setlength{\mathindent}{2em}
\setlength{\parindent}{0pt}
\raggedright
\begin{document}
""".lstrip()
_END = "\\end{document}\n"
_LEGEND = (
    r"\(\delta x\), the adjoint of \(x\), is \(\partial\,{cost}/\partial x\): how \({cost}\) "
    r"changes with each element of \(x\), in the shape of \(x\). Factors of a matrix product stand "
    r"side by side; \(\odot\) and fractions work element by element; \(\mathbf{{1}}_{{x}}\) has "
    r"the shape of \(x\) and is 1 everywhere."
)


def latex(told: Story) -> str:
    """Write the story as a complete document for pdflatex."""
    return _PREAMBLE + latex_fragment(told) + _END


def latex_fragment(told: Story) -> str:
    r"""Write the story as the body of a document that loads amsmath."""
    return "\n".join(_lines(told)) + "\n"


def equation_rows(equations: Iterable[Equation]) -> str:
    """Write equations as the rows of an alignment; one short row is aligned with nothing."""
    written = " \\\\\n".join(_broken(*_sides(equation), WIDTH) for equation in equations)
    return written if "\\\\" in written else written.replace("&", "")


def _lines(told: Story) -> Iterator[str]:
    cost = symbol_latex(told.cost)
    yield rf"\section*{{{sentence_tex(title(told))}}}"
    yield _LEGEND.format(cost=cost)
    yield r"\subsection*{Forward}"
    yield from _aligned(map(_sides, told.forward))
    yield rf"\subsection*{{Backward, from \({cost}\)}}"
    yield from _aligned([(rf"\delta {cost}", ["= 1"])])
    for step in told.steps:
        yield from _step(step)
    if told.sums:
        yield r"\subsection*{Sums}"
        yield SUMS
        yield from _aligned(map(_sides, told.sums))
    yield r"\subsection*{Gradients}"
    for finish in told.finishes:
        yield from _finish(cost, finish)
    yield sentence_tex(agreement(told))


def _inside(told: Story) -> Iterator[str]:
    """Write the story of the graph inside a node; its names are its own."""
    yield r"\begin{quote}"
    yield INSIDE
    yield from _aligned(map(_sides, told.forward))
    for step in told.steps:
        yield from _step(step)
    yield from _aligned(map(_sides, (*told.sums, *results(told))))
    yield r"\end{quote}"


def _step(step: Explanation) -> Iterator[str]:
    forward = r"\quad ".join(map(_inline, step.forward))
    is_short = visible(forward) <= MAX_INLINE
    forward = forward if is_short else ""
    op = rf"{sentence_tex(kind_words(step.op))}, {step.apply}"
    yield rf"\subsubsection*{{{step.number}.\quad \normalfont {forward}\hfill {op}}}"
    if not is_short:
        yield from _aligned(map(_sides, step.forward))
    verb = "arrives" if len(step.arrives) == 1 else "arrive"
    yield f"{_names(step.arrives)} {verb}. {sentence_tex(sentence(step))}"
    yield from _aligned(map(_sides, other_rule(step)))
    if other_rule(step):
        yield "As T.grad wrote it:"
    yield from _aligned(map(_sides, (*step.lets, *step.gives)))
    for name, reason in nothing(step):
        yield rf"{_names([name])} receives nothing: {sentence_tex(reason)}.\par"
    used = f" Forward values used again: {_names(step.reused)}." if step.reused else ""
    yield rf"{{\small Emitted: {sentence_tex(', '.join(emitted(step)))}.{used}\par}}"
    if step.inside is not None:
        yield from _inside(step.inside)


def _finish(cost: str, finish: Finish) -> Iterator[str]:
    parameter = symbol_latex(finish.parameter)
    slope = rf"\frac{{\partial\,{cost}}}{{\partial {parameter}}}"
    if finish.gradient is None:
        yield rf"\({slope}\): there is none, {sentence_tex(finish.reason)}.\par"
        return
    equations = [_sides(equation) for equation in finish.lets]
    name, right = _sides(finish.gradient)
    equations.append((slope, [f"= {name} ", *right]))
    if finish.update is not None:
        equations.append((parameter, [r"\gets ", *LATEX.write([finish.update.value])[0].pieces]))
    yield from _aligned(equations)
    if not finish.is_same:
        yield rf"T.grad alone builds another graph for {_names([finish.parameter])}.\par"


def _names(names: Sequence[str]) -> str:
    return ", ".join(rf"\({symbol_latex(name)}\)" for name in names)


def _inline(equation: Equation) -> str:
    """Write an equation within a line."""
    left, right = _sides(equation)
    return rf"\({left} {''.join(right)}\)"


def _sides(equation: Equation) -> Sides:
    sign = r"\mathrel{+}= " if equation.adds else "= "
    first, *rest = LATEX.write([equation.value])[0].pieces
    return symbol_latex(equation.name), [sign + first, *rest]


def _aligned(equations: Iterable[Sides]) -> Iterator[str]:
    """Align equations at their signs; a line that is broken goes on further to the right."""
    entries = list(equations)
    for start in range(0, len(entries), MAX_ROWS):
        block = entries[start : start + MAX_ROWS]
        lefts = [visible(left) for left, _ in block]
        indent = max((width for width in lefts if width <= MAX_LEFT), default=0)
        yield r"\begin{align*}"
        yield " \\\\\n".join(_broken(left, right, WIDTH - indent) for left, right in block)
        yield r"\end{align*}"


def _broken(left: str, right: Sequence[str], width: int) -> str:
    """Write an equation in rows; a long left side stands where the right sides do."""
    parts = [f"{left} &" + right[0], *right[1:]]
    if visible(left) > MAX_LEFT:
        parts = [f"& {left} ", *right]
    return " \\\\\n&\\qquad {} ".join(rows(parts, width, visible))


def visible(tex: str) -> int:
    """Estimate how wide a formula is in print, in letters; the space around a sign counts too."""
    bare = _COMMAND.sub("x", _UNPRINTED.sub("", tex)).translate(_LAYOUT)
    return len(bare) + len(_SIGN.findall(tex))
