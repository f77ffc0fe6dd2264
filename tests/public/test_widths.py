"""Every listing fits the terminal it is printed on, and a page where it goes into a pipe.

Two things are as wide as they are: what the engine's own debugprint writes, which is shown as the
engine wrote it, and a command to be copied, which would be none in two lines.
"""

from __future__ import annotations

import itertools
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from helpers import Screen

from xorexplain import cli
from xorexplain.cli.commands.doctor import report
from xorexplain.cli.commands.doctor.record import Check
from xorexplain.engines.settings import Settings
from xorexplain.gradients import choose
from xorexplain.render.lines import columns
from xorexplain.render.reports import gather
from xorexplain.rewrites import listen
from xorexplain.rewrites.questions import switches, why_not, without

PIPE = 100
WIDTHS = (80, PIPE, 200)
GUIDES = "│├└─"

LISTINGS: dict[str, list[str]] = {
    "list": ["rewrites", "list", "--all"],
    "step": ["rewrites", "step", "5"],
    "usage": ["rewrites", "usage", "--all"],
    "check": ["rewrites", "check", "--all"],
    "why it fired": ["rewrites", "why-not", "local_useless_elemwise"],
    "why not": ["rewrites", "why-not", "local_abs_lift"],
    "ancestry": ["rewrites", "origins", "cost"],
    "descent": ["rewrites", "origins", "n3"],
    "without": ["rewrites", "without", "local_mul_canonizer"],
    "gradient": ["gradient", "--all"],
    "why": ["gradient", "--why"],
    "gradient check": ["gradient", "--check", "--all"],
    "gradient rules": ["gradient", "--rules"],
    "tree": ["print"],
    "optimized tree": ["print", "--stage", "optimized", "--types"],
}
"""Listings of a model, each with what is asked on the command line."""


SAYS = {
    "list": ("phase", "rewrite", "members"),
    "step": ("rewrite", "why", "name"),
    "usage": ("rewrite",),
    "why it fired": ("rewrite", "sentence"),
    "why not": ("rewrite", "sentence"),
    "ancestry": ("name", "rule", "file"),
    "without": ("removed",),
    "gradient": ("sentence",),
    "why": ("variable", "reason"),
    "gradient rules": ("op", "sentence"),
}
"""What of the answer as JSON a listing has too; of a name that is cut, its beginning."""
BEGINNING = 32


@pytest.fixture(scope="module", autouse=True)
def _once() -> Iterator[None]:
    """Have what is told of a model made once, and time nothing: here it is only printed again."""
    compare = without.without

    def compared(*arguments: Any) -> without.Without:
        found = compare(*arguments, is_run=False)
        timed = replace(found.run, is_same=True, before=0.0123456, after=0.0123456, calls=300)
        return replace(found, run=timed)

    with pytest.MonkeyPatch.context() as patch:
        for module, name, function in (
            (choose, "differentiate", choose.differentiate),
            (gather, "load_subject", gather.load_subject),
            (listen, "load_heard", listen.load_heard),
            (switches, "excluding_name", switches.excluding_name),
            (why_not, "why_not", why_not.why_not),
            (without, "without", compared),
        ):
            patch.setattr(module, name, _kept(function))
        yield


def _kept(function: Callable[..., Any]) -> Callable[..., Any]:
    """Keep answers by their arguments, words and settings are alike, all else is itself."""
    answers: dict[str, tuple[tuple[Any, ...], Any]] = {}

    def are_words(argument: Any) -> bool:
        is_words = isinstance(argument, (str, Settings))
        return is_words or argument == ("local_mul_canonizer",)

    def kept(*arguments: Any) -> Any:
        key = " ".join(str(a) if are_words(a) else str(id(a)) for a in arguments)
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
        # A tree names its node again where a deep branch goes on in a block of its own, and a
        # formula is cut around what changed where its line has no room for it.
        if listing != "list":
            assert said(narrow) == said(page) == said(wide)
        assert narrow.count("…") >= page.count("…") >= wide.count("…")
        assert len(wide.splitlines()) <= len(page.splitlines()) <= len(narrow.splitlines())


@pytest.mark.parametrize("spec", ["", "wide_models:softmax"])
def test_a_step_is_two_lines(spec: str) -> None:
    told = printed(["rewrites", *(["--model", spec] if spec else [])], 80)
    lines = told.partition("\nstep ")[2].partition("\n\nthe graph")[0].splitlines()[1:]
    steps = [n for n, line in enumerate(lines) if re.match(r" *\d+  \S.*  \d+$", line)]

    assert len(steps) > 20
    for first, following in itertools.pairwise(steps):
        below = [line for line in lines[first + 1 : following] if line.startswith("      ")]
        repeated = [line for line in below if re.match(r" +steps \d+ to \d+: ", line)]
        assert len(below) - len(repeated) <= 1
        # Between two phases stand an empty line and the name of the next one.
        assert following - first - 1 - len(below) in (0, 2)


def test_the_same_text_before_and_after_never_appears(model: list[str]) -> None:
    lines = printed(["rewrites", "--all", *model], 200).splitlines()
    sides = [line.split("  ")[-1].split(" → ") for line in lines if " → " in line]

    assert sides
    assert [both for both in sides if both[0].strip() == both[-1].strip()] == []


def strings(data: Any, keys: tuple[str, ...]) -> Iterator[str]:
    """Yield the text that JSON has under some keys; a group of rewrites is its members."""
    if isinstance(data, list):
        for entry in data:
            yield from strings(entry, keys)
    elif isinstance(data, dict):
        for key, value in data.items():
            if key not in keys or (key == "rewrite" and data.get("members")):
                yield from strings(value, keys)
            elif isinstance(value, str):
                # A group of rewrites is its class and how many they are.
                yield value.partition("(")[0]
            elif isinstance(value, list):
                yield from value


@pytest.mark.parametrize("listing", SAYS)
def test_a_listing_has_what_json_has(model: list[str], listing: str) -> None:
    asked = [*LISTINGS[listing], *model]
    # As wide as it may be: in a narrow column a long name is broken.
    text = " ".join(printed(asked, WIDTHS[-1]).split())
    known = {
        " ".join(s.split())
        for s in strings(json.loads(printed([*asked, "--json"], 80)), SAYS[listing])
    }

    # What nobody named has its id in JSON, and none in a text.
    known = {words for words in known if not re.fullmatch(r"v\d+", words)}
    assert known
    assert [words for words in known if words[:BEGINNING] not in text] == []


@pytest.mark.parametrize("width", WIDTHS)
def test_a_deep_tree_has_room_for_its_names(width: int) -> None:
    told = printed(["print", "--model", "wide_models:deep"], width)

    assert widest(told) <= width
    assert "continued" in told
    # A third of a line is left to names, so no name is broken.
    assert all(re.search(r"\w", line) for line in told.splitlines() if line)


@pytest.mark.parametrize("width", WIDTHS)
def test_what_training_prints_fits(width: int) -> None:
    told = printed(["train", "--steps", "3"], width)

    assert widest(told) <= width
    assert re.search(r"cost \S+ after 3 steps .* compiled in .* trained in", " ".join(told.split()))


def test_the_report_on_the_machine_fits_but_for_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = "/a/folder" * 12
    checks = (
        Check("compile directory", "ok", f"{folder}, writable, 491.9 MB in 11425 files"),
        Check("docs extra", "missing", "no sphinx", "all that it would write " * 5, "pip " * 40),
    )
    monkeypatch.setattr(report, "examine", lambda: checks)
    for width in WIDTHS:
        told = printed(["doctor"], width)
        whole = [line for line in told.splitlines() if columns(line) > width]

        assert [line.split()[:2] for line in whole] == [["to", "mend:"]] * len(whole)
        assert folder in "".join(told.split())
        assert "pip " * 39 in told
