"""Collect what is known of every op and every rewrite, and count what an engine has besides."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import field as default
from typing import TYPE_CHECKING

from xorexplain.engines.names import ENGINES, TITLES
from xorexplain.errors.records import dataclass
from xorexplain.render.reports.changes import laws
from xorexplain.render.reports.document import Block, Fields, field, paragraph
from xorexplain.sphinxext.recording import maker_of
from xorexplain.sphinxext.recording.cache import Entry, Maker
from xorexplain.sphinxext.recording.requests import Request

if TYPE_CHECKING:
    from xorexplain.graph.ops.records import Kind
    from xorexplain.rewrites.laws.records import Law


@dataclass
class Item:
    """Collect an entry: its names, a note for the heading, and what it says."""

    names: list[str]
    note: str
    blocks: list[Block] = default(default_factory=list)


def op_items() -> Iterator[tuple[str, list[Item]]]:
    """Yield the kinds of ops by family, with the rule of each one's gradient."""
    from xorexplain.graph.ops import KINDS

    families: dict[str, list[Item]] = {}
    for _, kind in sorted(KINDS.items()):
        families.setdefault(kind.family, []).append(_op(kind))
    yield from families.items()


def _op(kind: Kind) -> Item:
    from xorexplain.gradients.rules import rules
    from xorexplain.graph.ops import kind_words
    from xorexplain.render.reports.op_entry import fields

    words = kind_words(kind.name)
    notes = [f"“{words}”"] if words != kind.name else []
    notes += [f"written {kind.sign}"] if kind.sign else []
    item = Item([kind.name], ", ".join(notes), [paragraph(kind.sentence)])
    if "commutes" in kind.traits:
        item.blocks.append(paragraph("The order of its arguments makes no difference."))
    rule = rules().get(kind.name)
    told = list(fields(kind, rule))
    if rule is not None:
        source = f" ({rule.source})" if rule.source else ""
        has_formula = told and told[-1].label == "gradient"
        told.append(field("" if has_formula else "gradient", f"{rule.sentence}{source}"))
    item.blocks += [Fields(tuple(told))] if told else []
    return item


def op_counts() -> str:
    """Say how many kinds of ops have a rule."""
    from xorexplain.gradients.rules import rules
    from xorexplain.graph.ops import KINDS

    known = rules()
    formulas = sum(rule.formula is not None for rule in known.values())
    return (
        f"{len(KINDS)} kinds of ops; the rule of the gradient is written as a "
        f"formula for {formulas} of them and in words for {len(known) - formulas} more."
    )


def rewrite_items() -> Iterator[tuple[str, list[Item]]]:
    """Yield the rewrites by theme, with the reason of each; engines may have different ones."""
    from xorexplain.rewrites.laws import TABLES

    seen: dict[str, Item] = {}
    for theme, table in TABLES.items():
        items: list[Item] = []
        for engine, known in (
            ("", table.both),
            *((name, getattr(table, name)) for name in ENGINES),
        ):
            for law in known:
                _add(law, engine, seen, items)
        yield _heading(theme), items


def _heading(theme: str) -> str:
    """Return what a theme's module says its laws are of."""
    words = (
        importlib.import_module(f"xorexplain.rewrites.laws.{theme}").__doc__ or theme
    ).splitlines()[0]
    return words.removeprefix("Laws of ").removeprefix("Laws that ").rstrip(".")


def _add(law: Law, engine: str, seen: dict[str, Item], items: list[Item]) -> None:
    """Add a law: to the entry of its name, or as an entry of its own."""
    item = seen.get(law.name)
    if item is None:
        item = Item([], law.kind or "")
        items.append(item)
    else:
        item.blocks.append(paragraph("Elsewhere:"))
    for name in (law.name, *law.aliases):
        if name not in seen:
            seen[name] = item
            item.names.append(name)
    only = f"{TITLES[engine]}: " if engine else ""
    item.blocks.append(paragraph(f"{only}{law.sentence}"))
    fields = [*laws(law), *([field("but", law.caveat)] if law.caveat else [])]
    item.blocks += [Fields(tuple(fields))] if fields else []


def coverage_entry(request: Request) -> tuple[Entry, Maker]:
    """Count the rewrites an engine registers, and those of them that have a reason."""
    from xorexplain.engines import choose
    from xorexplain.rewrites.laws import lookup

    engine = choose(request.engine_name)
    names = {entry.name for entry in engine.registered() if not entry.is_database}
    told = sum(lookup(engine.name, name) is not None for name in names)
    words = (
        f"{engine.title} {engine.version} registers {len(names)} rewrites; "
        f"{told} of them have a reason here."
    )
    return {"words": words}, maker_of(engine)
