"""Every listing fits the terminal it is printed on, and a page where it goes into a pipe.

Two things are as wide as they are: what the engine's own debugprint writes, which is shown as the
engine wrote it, and a command to be copied, which would be none in two lines.
"""

from __future__ import annotations

import functools
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from helpers import Screen

from xorexplain import cli
from xorexplain.render.lines import columns
from xorexplain.render.reports import gather
from xorexplain.rewrites import listen
from xorexplain.rewrites.questions import switches, why_not, without

PIPE = 100
WIDTHS = (80, PIPE, 200)
GUIDES = "│├└─"

LISTINGS: dict[str, list[str]] = {
    "list": ["rewrites", "--all"],
    "step": ["rewrites", "5"],
    "usage": ["rewrites", "--summary", "--all"],
    "check": ["rewrites", "--check"],
    "why it fired": ["rewrites", "--why-not", "local_useless_elemwise"],
    "why not": ["rewrites", "--why-not", "local_abs_lift"],
    "ancestry": ["rewrites", "--origin", "cost"],
    "descent": ["rewrites", "--origin", "n3"],
    "without": ["rewrites", "--without", "local_mul_canonizer"],
    "gradient": ["gradient"],
    "why": ["gradient", "--why"],
    "gradient check": ["gradient", "--check"],
    "tree": ["print", "--style", "default"],
    "optimized tree": ["print", "--style", "default", "--stage", "optimized", "--types"],
}
"""Listings of a model, each with what is asked on the command line."""


@pytest.fixture(scope="module", autouse=True)
def _once() -> Iterator[None]:
    """Have what is told of a model made once: here it is only printed again and again."""
    with pytest.MonkeyPatch.context() as patch:
        for module, name in (
            (gather, "load_life"),
            (listen, "load_heard"),
            (switches, "excluding_name"),
            (why_not, "why_not"),
            (without, "without"),
        ):
            patch.setattr(module, name, _kept(getattr(module, name)))
        yield


def _kept(function: Callable[..., Any]) -> Callable[..., Any]:
    """Keep answers by what the arguments print as; a model is itself."""
    answers: dict[str, tuple[tuple[Any, ...], Any]] = {}

    @functools.wraps(function)
    def kept(*arguments: Any) -> Any:
        key = " ".join(a if isinstance(a, str) else str(id(a)) for a in arguments)
        if key not in answers:
            # The arguments are kept too, so that no other object has the id of one.
            answers[key] = arguments, function(*arguments)
        return answers[key][1]

    return kept


@pytest.fixture(scope="module", params=["", "wide_models:softmax", "wide_models:long_names"])
def model(request: pytest.FixtureRequest) -> list[str]:
    """Return what names a model on the command line."""
    return ["--model", request.param] if request.param else []


def printed(arguments: list[str], width: int) -> str:
    """Return what a command prints on a terminal of a width, or into a pipe."""
    screen = Screen(is_terminal=width != PIPE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", str(width))
        patch.setenv("NO_COLOR", "1")
        patch.setattr(sys, "stdout", screen)
        assert cli.run(arguments) == 0
    return screen.getvalue()


def said(text: str) -> Counter[str]:
    """Count the characters that say something, wherever they stand."""
    return Counter(c for c in text if not c.isspace() and c not in GUIDES)


def widest(text: str) -> int:
    return max(map(columns, text.splitlines()))


@pytest.mark.parametrize("listing", LISTINGS)
def test_a_listing_fits(model: list[str], listing: str) -> None:
    narrow, page, wide = (printed([*LISTINGS[listing], *model], width) for width in WIDTHS)

    for text, width in zip((narrow, page, wide), WIDTHS, strict=True):
        assert widest(text) <= width
    if "tree" not in listing:
        # A tree names its node again where a deep branch goes on in a block of its own.
        assert said(narrow) == said(page) == said(wide)
        assert len(wide.splitlines()) <= len(page.splitlines()) <= len(narrow.splitlines())
