"""Choose which pages a model gets, and say why it gets no others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from xorexplain.render.writers.marks import listed
from xorexplain.sphinxext.walkthrough import (
    compiled,
    cost,
    data,
    gradient,
    network,
    phases,
    rewrites,
    training,
    updates,
)
from xorexplain.sphinxext.walkthrough.material import Material
from xorexplain.sphinxext.walkthrough.page import NAMES, Page

# Advice that is meant for another command.
_OPTION = re.compile(r"(?:say|use) --\S+ \S+, or | or (?:choose another|use) --\S+(?: \w+)?")


@dataclass(frozen=True)
class Lack:
    """Say which page a model does not get, and why."""

    title: str
    reason: str


@dataclass(frozen=True)
class Stage:
    """Hold one stage of the walk-through: its page, and what to ask for before it is written."""

    name: str
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
    return "the model has no cost: return xorexplain.Model(..., cost=...)"


STAGES: tuple[Stage, ...] = (
    Stage(
        "data",
        lambda m: m.forward is not None and bool(data.givens(m.forward)),
        data.page,
        _missing("network", "the model is made of constants alone"),
    ),
    Stage(
        "network",
        lambda m: m.network is not None,
        network.page,
        _missing("network"),
    ),
    Stage("cost", _has_cost, cost.page, _cost_reason),
    Stage(
        "gradient",
        lambda m: m.story is not None,
        gradient.page,
        _missing("gradient"),
    ),
    Stage("updates", lambda m: m.updates is not None, updates.page, _missing("updates")),
    Stage(
        "rewrites",
        lambda m: m.trace is not None,
        rewrites.page,
        _missing("rewrites"),
    ),
    Stage(
        "compiled",
        lambda m: m.compiled is not None,
        compiled.page,
        _missing("compiled"),
    ),
    Stage(
        "training",
        lambda m: m.run is not None and bool(m.run.costs),
        training.page,
        _missing("training", "no training step was asked for"),
    ),
    Stage(
        "predictions",
        lambda m: m.run is not None and bool(m.run.costs) and bool(m.run.after),
        training.predictions,
        lambda m: (
            m.missing.get("training")
            or "the model names no outputs: return xorexplain.Model(outputs={...})"
        ),
    ),
)


def there(material: Material) -> frozenset[str]:
    """Name the pages a model gets, but for those below another."""
    return frozenset(stage.name for stage in STAGES if stage.is_there(material))


def pages(material: Material) -> Iterator[Page]:
    """Write the pages of a model in their order, but for the index."""
    for stage in STAGES:
        if stage.name not in material.pages:
            continue
        page = stage.write(material)
        yield page
        if page.name == rewrites.NAME:
            yield from phases.pages(material)


def lacks(material: Material) -> list[Lack]:
    """Return what the walk-through of a model leaves out, and why."""
    return [
        Lack(NAMES[stage.name], _OPTION.sub("", stage.reason(material)))
        for stage in STAGES
        if stage.name not in material.pages
    ]


def grouped(lacking: Sequence[Lack]) -> list[Lack]:
    """Join pages that a model lacks for one reason."""
    titles: dict[str, list[str]] = {}
    for lack in lacking:
        titles.setdefault(lack.reason, []).append(lack.title)
    return [Lack(listed(names, "or"), reason) for reason, names in titles.items()]
