"""Draw the pictures of the pages: each for light and for dark pages, and as PDF for LaTeX."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from xorexplain.api import prepared
from xorexplain.errors.records import dataclass
from xorexplain.graph.records import Apply, Graph
from xorexplain.graph.views.part import Part
from xorexplain.render import Layout, draw_dot, render
from xorexplain.render.limits import CHAPTER_NODES
from xorexplain.render.look import Look
from xorexplain.render.pictures.curve import Point, curves_dot
from xorexplain.render.pictures.step_picture import step_dot
from xorexplain.render.pictures.strip import Strip, strips_dot
from xorexplain.render.pictures.surface import Line, surface_dot
from xorexplain.render.pictures.svg import width
from xorexplain.render.writers.marks import directive, plain
from xorexplain.rewrites.steps import ExplainedStep
from xorexplain.rewrites.trace import Trace

FOLDER = "pictures"
FORMATS = {"light": ("svg", "pdf"), "dark": ("svg",)}
"""In which formats a picture is drawn in each theme; LaTeX takes no SVG, and paper is light."""

COLUMN = 552
"""How many points wide a column of text is, in themes such as Furo."""


@dataclass(frozen=True)
class Drawn:
    """Hold what shows a picture on a page, its files by path, and how much of the graph it has.

    `folded` are the apply nodes that have no box, as the boxes of others tell them.
    """

    rst: str
    files: Mapping[str, bytes]
    shown: int
    total: int
    folded: tuple[Apply, ...]


def draw(graph: Graph, name: str, alt: str, budget: float, shapes: bool = False) -> Drawn:
    """Draw a graph in both themes."""
    look = Look(shapes=shapes)
    whole = prepared(graph, look)
    part, note = Part(max_nodes=CHAPTER_NODES).of(whole)
    look = replace(look, notes=(note,) if note else ())

    def drawn(theme: str, format_: str) -> bytes:
        return render(part, format_, replace(look, theme=theme), Layout(budget=budget)).data

    return Drawn(
        show(name, alt),
        files(name, drawn),
        len(part.applies),
        len(whole.applies),
        folded(graph, whole),
    )


def folded(graph: Graph, drawn: Graph) -> tuple[Apply, ...]:
    """Return the apply nodes of a graph that its simpler form lacks.

    Empty where it has nodes of its own, so that they are not what it lacks alone.
    """
    kept = {apply.id for apply in drawn.applies}
    if not kept <= {apply.id for apply in graph.applies}:
        return ()
    return tuple(apply for apply in graph.applies if apply.id not in kept)


def draw_step(
    trace: Trace, told: ExplainedStep, name: str, budget: float
) -> tuple[str, Mapping[str, bytes]]:
    """Draw what a step changed, before and after; return what shows it, and its files.

    Where the two do not fit beside each other, they stand one below the other: letters in half
    their size are not read.
    """
    title = f"Step {told.step.number}, {told.step.title}: the changed part before and after."

    def drawn(is_narrow: bool) -> Mapping[str, bytes]:
        return _drawn(
            name, title, budget, lambda t: step_dot(trace, told.step, Look(theme=t), is_narrow)
        )

    made = drawn(is_narrow=False)
    return show(name, title), drawn(is_narrow=True) if max(
        map(width, made.values())
    ) > COLUMN else made


def draw_strips(
    strips: Sequence[Strip], rows: int, name: str, title: str, budget: float
) -> Mapping[str, bytes]:
    """Draw the lives of arrays in both themes."""
    return _drawn(name, title, budget, lambda theme: strips_dot(strips, rows, theme, title))


def draw_curve(
    points: Sequence[Point], name: str, title: str, across: str, up: str, budget: float
) -> Mapping[str, bytes]:
    """Draw a curve in both themes; `across` and `up` name its axes."""
    return draw_curves({"": points}, name, title, across, up, budget)


def draw_curves(
    series: Mapping[str, Sequence[Point]],
    name: str,
    title: str,
    across: str,
    up: str,
    budget: float,
) -> Mapping[str, bytes]:
    """Draw several curves in one frame, each with its name at its end."""
    return _drawn(name, title, budget, lambda t: curves_dot(series, t, title, across, up))


def draw_surface(
    values: Sequence[Sequence[float]],
    span: tuple[float, float],
    lines: Mapping[str, Line],
    cases: Mapping[Point, str],
    name: str,
    title: str,
    axes: tuple[str, str],
    budget: float,
) -> Mapping[str, bytes]:
    """Draw what a network answers over a plane."""
    return _drawn(
        name,
        title,
        budget,
        lambda theme: surface_dot(values, span, lines, cases, theme, title, axes),
    )


def _drawn(
    name: str, title: str, budget: float, written: Callable[[str], str]
) -> Mapping[str, bytes]:
    """Draw DOT text that is written for a theme, in both themes."""

    def drawn(theme: str, format_: str) -> bytes:
        return draw_dot(written(theme), format_, Layout(budget=budget), title).data

    return files(name, drawn)


def files(name: str, drawn: Callable[[str, str], bytes]) -> Mapping[str, bytes]:
    """Return the files of a picture by path; `drawn` draws it in a theme and a format."""
    return {
        f"{_stem(name, theme)}.{format_}": drawn(theme, format_)
        for theme, formats in FORMATS.items()
        for format_ in formats
    }


def show(name: str, alt: str, is_chart: bool = False) -> str:
    """Write the directives that show a picture, the one or the other by the page's theme."""
    chart = "xorexplain-chart " if is_chart else ""
    # A width makes Sphinx link the picture to its file, where it can be seen in full size.
    return "\n".join(
        directive(
            "image",
            # The builder takes the format that suits it.
            f"{_stem(name, theme)}.{'*' if len(formats) > 1 else formats[0]}",
            [
                (
                    "class",
                    f"xorexplain-drawn {chart}only-{theme}",
                ),
                ("width", "100%"),
                ("alt", plain(alt)),
            ],
        )
        for theme, formats in FORMATS.items()
    )


def _stem(name: str, theme: str) -> str:
    return f"{FOLDER}/{name}-{theme}"
