"""Choose which pages a model gets, and say why it gets no others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from xorexplain.errors.records import dataclass
from xorexplain.render.writers.marks import listed
from xorexplain.sphinxext.walkthrough.chapters import (
    compiled,
    cost,
    data,
    episodes,
    gradient,
    hidden,
    network,
    numbers,
    phases,
    rewrites,
    training,
    updates,
)
from xorexplain.sphinxext.walkthrough.material import Material
from xorexplain.sphinxext.walkthrough.page import Page

# Advice that is meant for another command.
_OPTION = re.compile(r"(?:say|use) --\S+ \S+, or | or (?:choose another|use) --\S+(?: \w+)?")


@dataclass(frozen=True)
class Lack:
    """Say which page a model does not get, and why."""

    title: str
    reason: str


@dataclass(frozen=True)
class Chapter:
    """Hold one chapter of the walk-through, and what to ask for before it is written.

    `name` is that of its page, `words` what a sentence calls it. Where it is not there, `reason`
    says why, with the cure.
    """

    name: str
    words: str
    is_there: Callable[[Material], bool]
    write: Callable[[Material], Page]
    reason: Callable[[Material], str]


def _missing(name: str, otherwise: str = "") -> Callable[[Material], str]:
    return lambda material: material.missing.get(name, otherwise)


def _has_cost(material: Material) -> bool:
    return material.cost is not None and material.cost.applies != (
        material.network.applies if material.network is not None else ()
    )


def _cost_reason(material: Material) -> str:
    if material.model.cost is not None:
        return "the cost is what the network page shows already"
    lacks = material.model.lacks
    return lacks.get("cost") or "the model has no cost: return xorexplain.Model(..., cost=...)"


CHAPTERS: tuple[Chapter, ...] = (
    Chapter(
        "data",
        "the data",
        lambda m: m.forward is not None and bool(data.givens(m.forward)),
        data.page,
        _missing("network", "the model is made of constants alone"),
    ),
    Chapter(
        "network",
        "the network",
        lambda m: m.network is not None,
        network.page,
        _missing("network"),
    ),
    Chapter("cost", "the cost", _has_cost, cost.page, _cost_reason),
    Chapter(
        "gradient",
        "the gradient",
        lambda m: m.story is not None,
        gradient.page,
        _missing("gradient"),
    ),
    Chapter(
        "numbers",
        "the numbers",
        lambda m: m.followed is not None and m.story is not None,
        numbers.page,
        lambda m: m.missing.get("numbers") or m.missing.get("gradient", ""),
    ),
    Chapter(
        "updates", "the updates", lambda m: m.updates is not None, updates.page, _missing("updates")
    ),
    Chapter(
        "rewrites",
        "the rewrites",
        lambda m: m.trace is not None,
        rewrites.page,
        _missing("rewrites"),
    ),
    Chapter(
        "compiled",
        "the compiled function",
        lambda m: m.compiled is not None,
        compiled.page,
        _missing("compiled"),
    ),
    Chapter(
        "training",
        "training",
        lambda m: m.run is not None and bool(m.run.costs),
        training.page,
        _missing("training", "no training step was asked for"),
    ),
    Chapter(
        "predictions",
        "predictions",
        lambda m: m.run is not None and bool(m.run.costs) and bool(m.run.after),
        training.predictions,
        lambda m: (
            m.missing.get("training")
            or m.model.lacks.get("outputs")
            or "the model names no outputs: return xorexplain.Model(outputs={...})"
        ),
    ),
    Chapter(
        "hidden",
        "the hidden layer",
        hidden.is_there,
        hidden.page,
        lambda m: (
            m.missing.get("training")
            or "it has no hidden layer of a few named units for each of a few cases"
        ),
    ),
)


NAMES: Mapping[str, str] = {chapter.name: chapter.words for chapter in CHAPTERS}
"""What a sentence calls each chapter, in their order."""


def there(material: Material) -> frozenset[str]:
    """Name the pages a model gets, but for those below another."""
    return frozenset(chapter.name for chapter in CHAPTERS if chapter.is_there(material))


def pages(material: Material) -> Iterator[Page]:
    """Write the pages of a model in their order, but for the index."""
    for chapter in CHAPTERS:
        if chapter.name not in material.pages:
            continue
        page = chapter.write(material)
        yield page
        if page.name == rewrites.NAME:
            yield from episodes.pages(material)
            if material.explained:
                yield phases.page(material)
                yield from phases.pages(material)


def lacks(material: Material) -> list[Lack]:
    """Return what the walk-through of a model leaves out, and why."""
    return [
        Lack(chapter.words, _OPTION.sub("", chapter.reason(material)))
        for chapter in CHAPTERS
        if chapter.name not in material.pages
    ]


def grouped(lacking: Sequence[Lack]) -> list[Lack]:
    """Join pages that a model lacks for one reason."""
    titles: dict[str, list[str]] = {}
    for lack in lacking:
        titles.setdefault(lack.reason, []).append(lack.title)
    return [Lack(listed(names, "or"), reason) for reason, names in titles.items()]
