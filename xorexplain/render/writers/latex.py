r"""Write a document as LaTeX.

Nothing but amsmath is needed. A long equation is broken before a sign that stands outside all
parentheses; the parts of an equation are short enough for that (see `notation.lets`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from xorexplain.notation.expr import Expr
from xorexplain.notation.latex import LATEX, SIGNS, symbol_latex
from xorexplain.notation.shorten import shortened
from xorexplain.notation.tex_names import sentence_tex
from xorexplain.notation.text import TEXT
from xorexplain.render.reports.contrast import parted
from xorexplain.render.reports.document import (
    Aside,
    Block,
    Change,
    Code,
    Contrast,
    Document,
    Equation,
    Equations,
    Fields,
    Fold,
    Formula,
    Heading,
    Inline,
    Inlines,
    Listing,
    Name,
    Paragraph,
    Run,
    Section,
    Signs,
    Slope,
    Table,
)

WIDTH = 76
"""How many letters of mathematics a line of the page holds."""
LABEL = 6
"""How many letters less there is room for beside the labels of fields."""
MAX_INLINE = 55
"""A longer equation is no heading but stands by itself."""
MAX_LEFT = 20
"""A longer left side is not aligned with the others."""
MAX_ROWS = 60
"""So many equations are aligned with each other at most, for the sake of TeX's memory."""
_UNPRINTED = re.compile(r"\\(?:mathrm|mathbf|operatorname|text|frac|left|right|begin|end)\b|\\,")
_COMMAND = re.compile(r"\\[A-Za-z]+")
_RELATION = re.compile(r" (?:[-+=<>]|\\[a-z]+) ")
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
_HEADINGS = {1: "section", 2: "subsection"}
_SIGNS = {"=": "=", "+=": r"\mathrel{+}=", "←": r"\gets"}


def latex(document: Document) -> str:
    """Write a complete document for pdflatex."""
    return _PREAMBLE + fragment(document.blocks) + _END


def fragment(blocks: Iterable[Block]) -> str:
    r"""Write blocks as the body of a document that loads amsmath."""
    return "\n".join(_blocks(blocks, WIDTH)) + "\n"


def equation_rows(equations: Iterable[Equation]) -> str:
    """Write equations as the rows of an alignment; one short row is aligned with nothing."""
    written = " \\\\\n".join(_broken(*sides(equation), WIDTH) for equation in equations)
    return written if "\\\\" in written else written.replace("&", "")


def sides(equation: Equation) -> Sides:
    """Write both sides of an equation; the pieces of the right one begin with its sign."""
    left, *more = map(math, equation.left) if equation.left else [""]
    if equation.is_unpacked:
        left, more = ", ".join([left, *more]), []
    sign = f"{_SIGNS[equation.sign]} " if equation.left else ""
    first, *rest = LATEX.write([equation.value])[0].pieces
    where = [r" \quad " + "".join(map(math, equation.where))] if equation.where else []
    right = [sign + first, *rest, *where]
    return left, [*(f"= {one} " for one in more), *right]


def equation_tex(equation: Equation) -> str:
    """Write an equation in one row."""
    left, right = sides(equation)
    return f"{left} {''.join(right)}"


def math(inline: Inline) -> str:
    """Write what stands on the left of an equation, or beside it, as mathematics."""
    if isinstance(inline, Name):
        return symbol_latex(inline.name)
    if isinstance(inline, Slope):
        over, under = symbol_latex(inline.cost), symbol_latex(inline.variable)
        return rf"\frac{{\partial\,{over}}}{{\partial {under}}}"
    if isinstance(inline, Formula):
        return LATEX.write([brief(inline)])[0].text
    # What is mathematics within the words stands between them.
    return rf"\text{{{_inline(inline)}}}".replace(r"\(", "}").replace(r"\)", r"\text{")


def slope(inline: Slope) -> str:
    """Write a slope so that it stands within a line."""
    return rf"\partial\,{symbol_latex(inline.cost)}/\partial {symbol_latex(inline.variable)}"


def brief(formula: Formula) -> Expr:
    """Return the expression of a formula, cut down where its text would be."""
    if formula.limit is None or len(TEXT.write([formula.value])[0].text) <= formula.limit:
        return formula.value
    return shortened(formula.value, formula.limit // 4)


def _blocks(blocks: Iterable[Block], width: int) -> Iterator[str]:
    for block in blocks:
        yield from _block(block, width)


def _block(block: Block, width: int) -> Iterator[str]:
    if isinstance(block, Heading):
        name = _HEADINGS.get(block.level, "subsubsection")
        yield rf"\{name}*{{{_line(block.inlines)}}}"
    elif isinstance(block, Paragraph):
        size = r"\small " if block.tone == "small" else ""
        yield rf"{{{size}{_line(block.inlines)}\par}}"
    elif isinstance(block, Signs):
        signs = (rf"\({part}\)" if n % 2 else part for n, part in enumerate(SIGNS))
        yield rf"{{\small {''.join(signs)}\par}}"
    elif isinstance(block, Equations):
        yield from _aligned(map(sides, block.equations), width)
    elif isinstance(block, Change):
        yield from _aligned(change_sides(block), width)
    elif isinstance(block, Fold):
        yield from _fold(block, width)
    elif isinstance(block, (Fields, Listing)):
        yield from _list(block, width)
    elif isinstance(block, Aside):
        yield r"\begin{quote}"
        yield from _blocks(block.blocks, width - LABEL)
        yield r"\end{quote}"
    elif isinstance(block, Table):
        yield from _table(block)
    else:
        yield r"{\ttfamily"
        yield "\\\\\n".join(_spaced(line) for line in block.text.splitlines())
        yield r"\par}"


def _spaced(line: str) -> str:
    """Write a line of a program; a space is as wide as a letter."""
    return r"~".join(map(sentence_tex, line.split(" "))) or "~"


def _line(parts: Inlines) -> str:
    return "".join(map(_inline, parts))


def _inline(inline: Inline) -> str:
    """Write what stands within a line."""
    if isinstance(inline, Name):
        return rf"\({math(inline)}\)"
    if isinstance(inline, Slope):
        return rf"\({slope(inline)}\)"
    if isinstance(inline, Formula):
        return rf"\({LATEX.write([brief(inline)])[0].text}\)"
    if isinstance(inline, Equation):
        return rf"\({equation_tex(inline)}\)"
    if isinstance(inline, Contrast):
        return _line(parted(inline))
    if isinstance(inline, Code):
        return rf"\texttt{{{sentence_tex(inline.text)}}}"
    return sentence_tex(inline.text if isinstance(inline, Run) else inline.shown)


def _fold(block: Fold, width: int) -> Iterator[str]:
    """Write a title with its note at the right; equations that are too long stand below."""
    words = [part for part in block.title if not isinstance(part, Equation)]
    equations = [part for part in block.title if isinstance(part, Equation)]
    written = r"\quad ".join(map(_inline, equations))
    is_short = visible(written) <= MAX_INLINE
    title = _line(tuple(words)) + (rf"\quad {{\normalfont {written}}}" if is_short else "")
    yield rf"\subsubsection*{{{title}\hfill {{\normalfont {_line(block.note)}}}}}"
    if not is_short:
        yield from _aligned(map(sides, equations), width)
    yield from _blocks(block.blocks, width)


def _list(block: Fields | Listing, width: int) -> Iterator[str]:
    """Write a list, with labels for fields; what has no label goes on with the one before."""
    name = "description" if isinstance(block, Fields) else "itemize"
    yield rf"\begin{{{name}}}"
    if isinstance(block, Listing):
        for item in block.items:
            yield rf"\item {_line(item)}"
    else:
        for field in block.fields:
            if field.label:
                yield rf"\item[{{\normalfont\itshape {sentence_tex(field.label)}}}]"
            yield from _blocks(field.blocks, width - LABEL)
    yield rf"\end{{{name}}}"


def change_sides(block: Change) -> Iterator[Sides]:
    """Write what a value was and is as two equations."""
    left = symbol_latex(block.name) if block.name else ""
    for value, made_by in ((block.before, block.before_by), (block.after, block.after_by)):
        first, *rest = LATEX.write([value])[0].pieces
        note = [rf" \quad\text{{({_line(made_by)})}}"] if made_by else []
        yield left, [f"= {first}", *rest, *note]


def _table(block: Table) -> Iterator[str]:
    r"""Write a table; the columns that grow share what is left of the line."""
    growing = sum(column.grows for column in block.columns)
    share = rf"p{{{0.6 / max(growing, 1):.2f}\linewidth}}"
    letters = ("r" if column.align == "right" else "l" for column in block.columns)
    kinds = (share if c.grows else letter for c, letter in zip(block.columns, letters, strict=True))
    begin = rf"\begin{{tabular}}{{@{{}}{''.join(kinds)}@{{}}}}"
    head = " & ".join(rf"\itshape {sentence_tex(column.title)}" for column in block.columns)
    rows = list(block.rows)
    for start in range(0, len(rows), MAX_ROWS):
        yield rf"{begin} {head} \\"
        for row in rows[start : start + MAX_ROWS]:
            if isinstance(row, Section):
                span = rf"\multicolumn{{{len(block.columns)}}}{{@{{}}l@{{}}}}"
                weight = r"\bfseries " if row.is_heading else ""
                yield rf"{span}{{{weight}{_line(row.inlines)}}} \\"
            else:
                yield " & ".join(map(_line, row)) + r" \\"
        yield r"\end{tabular}\par"


def _aligned(equations: Iterable[Sides], width: int) -> Iterator[str]:
    """Align equations at their signs; a line that is broken goes on further to the right."""
    entries = list(equations)
    for start in range(0, len(entries), MAX_ROWS):
        block = entries[start : start + MAX_ROWS]
        lefts = [visible(left) for left, _ in block]
        indent = max((length for length in lefts if length <= MAX_LEFT), default=0)
        yield r"\begin{align*}"
        yield " \\\\\n".join(_broken(left, right, width - indent) for left, right in block)
        yield r"\end{align*}"


def _broken(left: str, right: Sequence[str], width: int) -> str:
    """Write an equation in rows; a long left side stands where the right sides do."""
    parts = [f"{left} &" + right[0], *right[1:]]
    if visible(left) > MAX_LEFT:
        parts = [f"& {left} ", *right]
    return " \\\\\n&\\qquad {} ".join(rows(parts, width))


def rows(parts: Iterable[str], width: int) -> list[str]:
    """Fill rows with pieces of a formula, as many as fit each."""
    found = [""]
    for part in parts:
        if found[-1] and visible(found[-1]) + visible(part) > width:
            found.append(part.lstrip(" "))
        else:
            found[-1] += part
    return found


def visible(tex: str) -> int:
    """Estimate how wide a formula is in print, in letters; the space around a sign counts too."""
    bare = _COMMAND.sub("x", _UNPRINTED.sub("", tex)).translate(_LAYOUT)
    return len(bare) + len(_RELATION.findall(tex))
