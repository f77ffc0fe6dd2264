"""Know the kinds of ops that both engines have: one row a kind.

A row says what a kind is; functions that compute it, derive it or work out its shape stay in their
own rooms, registered by kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache

from xorexplain.graph.ops import (
    control,
    elementwise,
    indexing,
    linear_algebra,
    reductions,
    shapes,
    sparse,
    special,
)
from xorexplain.graph.ops.records import Kind, Trait
from xorexplain.graph.records import Op

_TABLES = (elementwise, special, linear_algebra, reductions, shapes, indexing, sparse, control)
KINDS: Mapping[str, Kind] = {kind.name: kind for table in _TABLES for kind in table.KINDS}
"""Every kind that is known, by name."""
REDUCTIONS: Mapping[str, str] = {kind.folds: kind.name for kind in KINDS.values() if kind.folds}
"""The reduction that repeats an elementwise kind."""
INFIX: Mapping[str, str] = {kind.name: kind.sign for kind in KINDS.values() if kind.sign}
"""Signs people write between two arguments."""
PRECEDENCE: Mapping[str, int] = {kind.name: kind.binds for kind in KINDS.values() if kind.binds}
"""How tightly a sign binds; a higher number binds tighter, as in Python."""
NO_AXIS = ""
"""The axes of a reduction that reduces nothing: `axis=()`, where None stands for all axes."""
OVER = "over"
"""The parameter with the names of the axes that an op works along, where they have names."""
DRAWS = KINDS["random_variable"].sentence


@cache
def having(trait: Trait) -> frozenset[str]:
    """Return the names of the kinds that have a trait."""
    return frozenset(kind.name for kind in KINDS.values() if trait in kind.traits)


@lru_cache(maxsize=4096)
def has(kind: str, *traits: Trait) -> bool:
    """Tell whether a kind has one of some traits."""
    return any(kind in having(trait) for trait in traits)


def indices_from(kind: str) -> int:
    """Return how many arguments stand before the indices: an array, and what is written into it."""
    return 2 if has(kind, "same shape") else 1


def row(kind: str) -> Kind:
    """Return what is known of a kind: nothing but its name, where it has no row."""
    return KINDS.get(kind) or Kind("other", kind, "")


def kind_words(kind: str) -> str:
    """Name a kind of op in a word or two."""
    return row(kind).words or kind.removesuffix("_rv").replace("_", " ")


def op_name(op: Op) -> str:
    """Name an op in a word or two: what it draws from, what it repeats, else its kind."""
    core = op.param("core") if has(op.kind, "wraps") else None
    if core and op.family == "elementwise":
        return f"{kind_words(core)} by dims"
    batched = core or op.param("batched")
    if batched and (inside := indexing_inside(batched)):
        kind, index = inside
        batched = f"{kind_words(kind)} [{index}]"
    return drawn_from(op) or (f"batched {batched}" if batched else kind_words(op.kind))


def indexing_inside(core: str) -> tuple[str, str] | None:
    """Return kind and index of the indexing that a batched op repeats, None for any other op."""
    kind, _, properties = core.partition(" [")
    if row(kind).family != "indexing":
        return None
    index = properties.removesuffix("]").removeprefix("index=")
    return kind, index.partition(", mode=")[0]


def sentence(op: Op) -> str:
    """Say in one sentence what an op computes; empty where its kind is not known."""
    return row(op.kind).sentence or (DRAWS if op.family == "random" else "")


def distribution(op: Op) -> str:
    """Name what an op draws random numbers from, as its engine does; empty for any other op."""
    is_draw = op.kind not in KINDS or has(op.kind, "draws", "sized", "draws by dims")
    if op.family != "random" or not is_draw:
        return ""
    return op.param("name") or op.kind.removesuffix("_rv")


def generator_at(op: Op) -> int | None:
    """Return which input of a draw is its generator, None for any other op.

    The size comes after it (`lengths_of_draw`), then what the distribution takes.
    """
    if not distribution(op):
        return None
    return 1 if has(op.kind, "sized") else 0


def lengths_of_draw(op: Op) -> int:
    """Return how many inputs of a draw are its size: one, or one for each dimension it adds."""
    if not has(op.kind, "draws by dims"):
        return 1
    return len(entries_of(op.param("dims")))


def told_by_flag(op: Op, last: str) -> tuple[str, str] | None:
    """Return the property that the last input of an op gives, a constant; None where it is none.

    A convolution of PyTensor is `full` where that is True. One that is repeated for each entry of
    a batch reads it with an axis more.
    """
    asked = last.strip("[]")
    core = op.param("core") if has(op.kind, "wraps") else None
    flag = row((core or op.kind).partition(" [")[0]).flag
    if flag is None or asked not in ("False", "True"):
        return None
    name, *words = flag
    return name, words[asked == "True"]


def drawn_from(op: Op) -> str:
    """Name the distribution of a draw, also of one that is a graph of its own, as a mixture."""
    return op.param("distribution") or distribution(op)


def is_complete(kind: str, inputs: int) -> bool:
    """Tell whether an op has the inputs that what is written of its kind is made of.

    One of another's making, or from a file, may be called as the engine's own and have fewer.
    """
    return inputs >= row(kind).least


def is_kernel(kind: str, inputs: int) -> bool:
    """Tell whether an op is a call of BLAS that is written as a formula of its inputs."""
    return has(kind, "kernel") and inputs == row(kind).least


def entries_of(text: str | None) -> list[str]:
    """Read what a parameter of an op lists, as `x, 0`: nothing where it is empty or not there."""
    return text.split(", ") if text else []


def axes_of(axis: str | None) -> tuple[int, ...] | None:
    """Read the axes of an op's parameter: None for all of them, no number for none."""
    return None if axis is None else tuple(map(int, entries_of(axis)))


def adds_leading_axes(params: tuple[tuple[str, str], ...]) -> bool:
    """Tell whether all that an op does to axes is to put some of length 1 in front."""
    axes = entries_of(dict(params).get("order"))
    kept = [axis for axis in axes if axis != "x"]
    return axes == ["x"] * (len(axes) - len(kept)) + kept
