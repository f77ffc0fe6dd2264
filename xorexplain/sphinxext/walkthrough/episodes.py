"""Sort the steps of a rewriting into episodes, each with one idea, and choose one step to show."""

from __future__ import annotations

from collections.abc import Sequence

from xorexplain.errors.records import dataclass
from xorexplain.notation.text import text
from xorexplain.render.reports.step_rows import leading
from xorexplain.render.writers.marks import is_short
from xorexplain.rewrites.laws.fitting import fitting
from xorexplain.rewrites.steps import ExplainedStep
from xorexplain.sphinxext.walkthrough.firing import AXES, changes_formula, kind_of
from xorexplain.sphinxext.walkthrough.material import Material


@dataclass(frozen=True)
class Episode:
    """Hold an idea of the rewriter: the kinds of steps that belong to it, and what it is for.

    `page` is the name of its page, `tags` exclude all its rewrites where an engine knows them.
    `rewrites` are those that belong to it whatever their kind is. In the index `words` lead to it.
    """

    page: str
    title: str
    kinds: tuple[str, ...]
    idea: str
    tags: tuple[str, ...] = ()
    rewrites: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


EPISODES = (
    Episode(
        "rewrites-twice",
        "Computed twice",
        ("merge",),
        "``T.grad`` writes each rule of the gradient without looking around, so it computes again "
        "what is there. Two apply nodes with the same op and the same inputs have the same value, "
        "whatever the numbers are: one of them can serve all readers. Then inputs that were two "
        "are one, so more nodes may be equal than before.",
        ("merge",),
        words=("merging", "common subexpression"),
    ),
    Episode(
        "rewrites-form",
        "One formula, one form",
        ("canonicalize", "stabilize", "specialize", "linear algebra"),
        "The same value can be written in many ways. So the rewriter first brings formulas into "
        "one form, in which it finds what cancels and what is equal, and then takes the op that is "
        "made for just that. Most of it is algebra that you know from school; a line that "
        "ends with a type, such as *now float64*, changes no formula, but the type of a number.",
        words=("canonicalize", "specialize"),
    ),
    Episode(
        "rewrites-constants",
        "Constants and broadcasting",
        ("constant folding", "useless work removed", "shape"),
        "What depends on constants alone is the same in every call, so it is computed once, now. "
        "And a number need not be repeated to the shape of an array before it meets one: an "
        "elementwise op repeats it (*broadcasting*), so the array of equal numbers is never made. "
        "The op that would repeat it is *fill*, which PyTensor calls Second; in a formula it is "
        ":math:`\\mathbf{1}_{x} \\odot`, on a terminal ``ones(x) ×``.",
        rewrites=("local_fill_sink", "local_second_sink", "local_fill_to_alloc"),
        words=("constant folding", "fill"),
    ),
    Episode(
        "rewrites-fusion",
        "Fusion: several ops in one",
        ("fusion", "BLAS"),
        "An op reads its inputs from memory and writes its result. Several elementwise ops "
        "in a row can be one loop that takes each element through them; where the engine "
        "calls BLAS, a matrix product with a sum is one call. What "
        "was between is eaten: it is never an array.",
        ("fusion", "fuse_indexed_into_elemwise", "GemmOptimizer"),
        words=("fusion",),
    ),
    Episode(
        "rewrites-in-place",
        "In place: written over what nobody reads any more",
        ("in-place",),
        "A result needs memory. If an input of the same size is read by nobody afterwards, the "
        "result may be written over it. So the rewriter has to know who reads last. Merging and "
        "fusing change who reads what, so this comes after them; a fusion that comes later still "
        "has to take a node's place from it first.",
        ("inplace",),
        words=("in place", "destroy map", "view"),
    ),
)


@dataclass(frozen=True)
class Told:
    """Hold the steps of one episode, those that lasted, and the one that shows its idea best.

    `left` and `came` count the apply nodes that its steps took away and brought.
    """

    episode: Episode
    steps: tuple[ExplainedStep, ...]
    example: ExplainedStep
    left: int
    came: int


def told_episodes(material: Material) -> list[Told]:
    """Return the episodes that a rewriting has."""
    found = []
    for episode in EPISODES:
        steps = [e for e in material.explained if episode_of(e) is episode]
        lasting = [e for e in steps if e.step.verdict == "applied" and e.replacements]
        if lasting:
            left = sum(len(e.step.removed) for e in lasting)
            came = sum(len(e.step.added) for e in lasting)
            found.append(Told(episode, tuple(steps), example(lasting), left, came))
    return found


def others(material: Material) -> list[ExplainedStep]:
    """Return the steps that belong to no episode."""
    return [entry for entry in material.explained if episode_of(entry) is None]


def episode_of(entry: ExplainedStep) -> Episode | None:
    """Return the episode that a step belongs to."""
    name, kind = entry.step.made_by, kind_of(entry)
    named = (episode for episode in EPISODES if name in episode.rewrites)
    sorted_by_kind = (episode for episode in EPISODES if kind in episode.kinds)
    return next(named, None) or next(sorted_by_kind, None)


def example(steps: Sequence[ExplainedStep]) -> ExplainedStep:
    """Choose the step that shows best what its kind does; the first of equals.

    That is one that is a case of a formula of its law, that changed a formula, is not about axes
    alone, is short enough to be read, and took most away.
    """
    return max(steps, key=_worth)


def _worth(entry: ExplainedStep) -> tuple[bool, bool, bool, bool, int]:
    first = leading(entry)
    return (
        AXES not in text(first.before),
        fitting(entry.law, first.before, first.after) is not None,
        changes_formula(entry),
        is_short(first.before) and is_short(first.after),
        len(entry.step.removed) - len(entry.step.added),
    )
