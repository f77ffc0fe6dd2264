"""Give values the same names on the pages of the gradient and of the rewrites."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from xorexplain.notation.expr import Expr, substitute, symbol
from xorexplain.render.writers.marks import code, name
from xorexplain.rewrites.steps import ExplainedStep, Replacement

NEW = " (new)"
"""What stands behind the name of what an update makes of a value."""


def renamed(told: Iterable[ExplainedStep], names: Mapping[str, str]) -> Iterator[ExplainedStep]:
    """Rename values in what steps replaced."""
    for entry in told:
        replacements = tuple(_renamed(replacement, names) for replacement in entry.replacements)
        yield replace(entry, replacements=replacements)


def _renamed(replacement: Replacement, names: Mapping[str, str]) -> Replacement:
    return replace(
        replacement,
        name=names.get(replacement.name, replacement.name),
        before=rename(replacement.before, names),
        after=rename(replacement.after, names),
    )


def rename(root: Expr, names: Mapping[str, str]) -> Expr:
    """Return an expression with other names."""
    return substitute(root, {old: symbol(new) for old, new in names.items()})


def written_name(label: str) -> str:
    """Write the name of a value as mathematics, also of an update; other words as code."""
    is_name = label.isprintable() and " " not in label.removesuffix(NEW)
    return name(label) if is_name else code(label)
