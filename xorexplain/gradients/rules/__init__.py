"""Know the gradient rule of each kind of op: its formula, and one sentence that says why.

A rule is a formula on symbols, so the same entry is printed as text and as LaTeX and computed with
in the numeric check. To add one, see docs/develop/adding-rule.rst.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from xorexplain.errors.records import dataclass
from xorexplain.graph.ops import NO_AXIS, has
from xorexplain.graph.records import Apply, Graph, Op
from xorexplain.notation.expr import Expr


@dataclass(frozen=True)
class Local:
    """Hold the symbols a rule speaks of: inputs `x`, outputs `y`, arriving adjoints `g`.

    `ndim` are the inputs' numbers of dimensions, None for what is no tensor.
    """

    x: Sequence[Expr]
    y: Sequence[Expr]
    g: Sequence[Expr]
    apply: Apply
    ndim: Sequence[int | None]

    @property
    def out(self) -> Expr:
        """The first output."""
        return self.y[0]

    @property
    def dy(self) -> Expr:
        """The adjoint of the first output."""
        return self.g[0]


REDUCES_NOTHING = "reduces nothing"
"""Stands among the kinds for a reduction over no axis."""

Formula = Callable[[Local], Sequence[Expr | None]]


@dataclass(frozen=True)
class Rule:
    """Hold a rule: a sentence, and what each input receives (None for nothing).

    `formula` is None where the rule is only told in words. `source` names where it is from.
    """

    sentence: str
    formula: Formula | None = None
    source: str = ""


def rule_for(apply: Apply) -> Rule | None:
    """Return the rule of an apply node's op, None where none is written yet."""
    if has(apply.op.kind, "reduces") and apply.op.param("axis") == NO_AXIS:
        return rules()[REDUCES_NOTHING]
    return usual_rule(apply.op)


def usual_rule(op: Op) -> Rule | None:
    """Return the rule of a kind of op, whatever its properties; None where none is written yet."""
    known = rules()
    if op.kind not in known and op.family == "random":
        return known["random_function"]
    return known.get(op.kind)


def rules() -> Mapping[str, Rule]:
    """Return all rules by kind of op."""
    from xorexplain.gradients.rules import (
        convolutions,
        elementwise,
        linear,
        others,
        reductions,
        shapes,
        sparse,
        systems,
    )

    return {
        **elementwise.RULES,
        **linear.RULES,
        **systems.RULES,
        **convolutions.RULES,
        **sparse.RULES,
        **reductions.RULES,
        **shapes.RULES,
        **others.RULES,
    }


def local_of(
    graph: Graph, apply: Apply, names: Mapping[str, Expr], delta: Callable[[str], Expr]
) -> Local:
    """Bind a rule's symbols to the variables of an apply node."""
    return Local(
        x=[names[v] for v in apply.inputs],
        y=[names[v] for v in apply.outputs],
        g=[delta(v) for v in apply.outputs],
        apply=apply,
        ndim=[_ndim(graph, v) for v in apply.inputs],
    )


def _ndim(graph: Graph, variable: str) -> int | None:
    shape = graph.variable[variable].shape
    return None if shape is None else len(shape)
