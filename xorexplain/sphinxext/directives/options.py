"""Read the options of the directives; their names are those of the command line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from docutils.parsers.rst import directives

from xorexplain.engines.names import ENGINES
from xorexplain.errors import did_you_mean
from xorexplain.graph.stages import STAGES
from xorexplain.render.look import DIRECTIONS
from xorexplain.render.theme import THEMES as KNOWN_THEMES

ALIGNMENTS = ("left", "center", "right")
THEMES = ("both", *KNOWN_THEMES)


def one_of(*known: str, fold: Callable[[str], str] = str) -> Callable[[str], str]:
    """Return a reader of one of some words, which names the closest one for another."""

    def read(argument: str | None) -> str:
        word = fold(directives.unchanged_required(argument or "").strip())
        if word not in known:
            raise ValueError(f"{word!r} is not known: {did_you_mean(word, known)}")
        return word

    return read


def two_names(argument: str | None) -> list[str]:
    """Read two names of nodes."""
    names = (argument or "").split()
    if len(names) != 2:
        raise ValueError("give two names of nodes, such as: X cost")
    return names


def positive_int(argument: str | None) -> int:
    """Read a whole number from 1."""
    return int(directives.positive_int(argument or ""))


def whole_number(argument: str | None) -> int:
    """Read a whole number from 0."""
    return int(directives.nonnegative_int(argument or ""))


def words(argument: str | None) -> list[str]:
    """Read words that spaces separate."""
    return (argument or "").split()


OptionSpec = dict[str, Callable[[str], Any]]

ASKED: OptionSpec = {
    "mode": directives.unchanged_required,
    "backend": directives.unchanged_required,
    "including": words,
    "excluding": words,
    "cost": directives.unchanged_required,
}
"""What is asked of a model besides its name, as the command line asks it."""
MODEL: OptionSpec = {
    "model": directives.unchanged_required,
    "engine": one_of(*ENGINES),
    **ASKED,
}
STAGE: OptionSpec = {
    "stage": one_of(*STAGES),
    "target": directives.unchanged_required,
}
BLOCK: OptionSpec = {
    "caption": directives.unchanged_required,
    "name": directives.unchanged_required,
    "class": directives.class_option,
}
DRAWN: OptionSpec = {
    **BLOCK,
    "alt": directives.unchanged,
    "align": one_of(*ALIGNMENTS),
    "theme": one_of(*THEMES),
}
DETAIL: OptionSpec = {
    "raw": directives.flag,
    "types": directives.flag,
    "shapes": directives.flag,
    "no-shapes": directives.flag,
}
PART: OptionSpec = {
    "around": directives.unchanged_required,
    "radius": positive_int,
    "path": two_names,
    "select": words,
    "max-nodes": whole_number,
}
GRAPH: OptionSpec = {
    **MODEL,
    **STAGE,
    **DETAIL,
    **PART,
    **DRAWN,
    "direction": one_of(*DIRECTIONS, fold=str.upper),
    "legend": directives.flag,
    "no-legend": directives.flag,
}
PRINT: OptionSpec = {**MODEL, **STAGE, **DETAIL, **BLOCK, "style": one_of("default", "engine")}
REWRITES: OptionSpec = {
    **MODEL,
    **BLOCK,
    "target": directives.unchanged_required,
    "steps": directives.unchanged_required,
    "phase": directives.unchanged_required,
    "only": directives.unchanged_required,
    "all": directives.flag,
    "open": directives.flag,
    "pictures": directives.flag,
    "player": directives.flag,
}
GRADIENT: OptionSpec = {
    **MODEL,
    **DRAWN,
    "wrt": words,
    "order": positive_int,
    "form": one_of("steps", "math", "text", "picture", "why"),
    "legend": directives.flag,
    "no-legend": directives.flag,
    "open": directives.flag,
}
TRAIN: OptionSpec = {
    "engine": one_of(*ENGINES),
    **DRAWN,
    "steps": whole_number,
    "hidden": positive_int,
    "learning-rate": float,
    "seed": whole_number,
}
