"""Test the table of kinds: a row for each kind that occurs, and no set of kinds anywhere else."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import models
import pytest

import xorexplain
from xorexplain.engines import Engine
from xorexplain.gradients.rules import rules
from xorexplain.graph.ops import (
    _TABLES,
    KINDS,
    axes_of,
    entries_of,
    has,
    having,
    is_complete,
    is_kernel,
)
from xorexplain.graph.ops.records import MEANINGS, Trait
from xorexplain.graph.records import Graph
from xorexplain.notation.evaluate import FUNCTIONS
from xorexplain.notation.expr import FILL
from xorexplain.rewrites.record import record_rewriting

PACKAGE = Path(xorexplain.__file__).parent
REGISTRIES = {
    "engines/shared/kinds.py": "classes of the engines, which kind each is",
    "engines/shared/xtensors.py": "what a running reduction by names is called on axes",
    "gradients/cuts.py": "words about a kind that cuts a path",
    "gradients/rules/*": "a rule a kind",
    "graph/ops/*": "the table itself",
    "graph/views/length_rules.py": "a shape rule a kind",
    "graph/views/length_values.py": "how a kind computes with lengths",
    "graph/views/undecided.py": "what a kind leaves open of lengths",
    "notation/kernels.py": "what the inputs of a kernel are",
    "notation/code.py": "a NumPy expression a kind, as code",
    "notation/evaluate.py": "a NumPy function a kind",
    "notation/forms.py": "a form a kind",
    "notation/latex.py": "a sign or a form a kind, in LaTeX",
    "notation/mathml.py": "a form a kind, in MathML",
    "notation/special.py": "a function a kind",
    "notation/simplify.py": "how numbers are computed with",
    "notation/text.py": "a form a kind, in text",
    "notation/writing.py": "the opposite of a sign",
    "render/pictures/words.py": "a verb a kind",
    "runs/cures.py": "what does not fit, for kinds that fail in a way of their own",
    "runs/nan_rules.py": "the rule by which a kind makes a NaN",
    "rewrites/laws/terms.py": "names by which laws call the kinds",
}
"""Where functions or words are registered by kind; what several kinds have in common is a trait."""


def graphs(graph: Graph) -> Iterator[Graph]:
    stack = [graph]
    while stack:
        yield stack[-1]
        stack.extend(stack.pop().inner)


@models.each_model
def test_every_kind_that_occurs_has_a_row(engine: Engine, name: str) -> None:
    trace = record_rewriting(engine, models.model(engine, name))

    ops = {apply.op for graph in graphs(trace.universe) for apply in graph.applies}

    assert {op.kind for op in ops if op.kind not in KINDS and op.family != "random"} == set()
    assert {op.kind for op in ops if op.kind in KINDS and op.family != KINDS[op.kind].family} == {
        op.kind for op in ops if op.kind == "blockwise" and op.family != "linear algebra"
    }


def test_rules_and_functions_are_of_kinds_that_have_a_row() -> None:
    known = {*KINDS, FILL, "reduces nothing", "output"}

    assert set(rules()) - known == set()
    assert set(FUNCTIONS) - known == set()


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_a_row_is_whole(kind: xorexplain.graph.ops.Kind) -> None:
    assert kind.sentence[0].isupper()
    assert kind.sentence.endswith(".")
    assert len(set(kind.traits)) == len(kind.traits)
    assert all(isinstance(part, tuple) for part in (kind.traits, kind.implied, kind.said))
    assert set(kind.traits) <= set(MEANINGS)
    assert not kind.sign or kind.binds
    assert not kind.folds or has(kind.folds, "associates") or kind.folds in having("commutes")


def test_no_kind_has_two_rows() -> None:
    """A table of names keeps the last of them: `repeat` once was what stands for equal layers."""
    named = Counter(kind.name for table in _TABLES for kind in table.KINDS)

    assert [name for name, times in named.items() if times > 1] == []


def test_every_trait_has_a_meaning_and_a_kind() -> None:
    assert set(get_args(Trait)) == set(MEANINGS)
    assert [trait for trait in MEANINGS if not having(trait)] == []


def test_an_op_from_a_file_may_have_fewer_inputs() -> None:
    assert is_complete("true_div", 2)
    assert not is_complete("true_div", 1)
    assert is_complete("nobody_knows", 1)
    assert is_kernel("gemm", 5)
    assert not is_kernel("gemm", 4)
    assert not is_kernel("dot", 2)


@pytest.mark.neutral
@pytest.mark.parametrize(
    ("text", "entries"), [(None, []), ("", []), ("1", ["1"]), ("x, 0", ["x", "0"])]
)
def test_what_a_parameter_lists_is_read_entry_by_entry(
    text: str | None, entries: list[str]
) -> None:
    assert entries_of(text) == entries


def test_no_axis_is_another_thing_than_all_axes() -> None:
    assert [axes_of(text) for text in (None, "", "0, 2")] == [None, (), (0, 2)]


def test_sets_of_kinds_stand_in_the_table_alone() -> None:
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        place = path.relative_to(PACKAGE)
        if not any(place.match(registry) for registry in REGISTRIES):
            found += [f"{place}:{n} {words}" for n, words in collections(path.read_text("utf-8"))]

    assert found == []


@pytest.mark.parametrize(
    "planted",
    [
        'X = {"dot", "dot22"}',
        'if kind in ("add", "mul"): ...',
        'X = frozenset("add mul".split())',
        'X = {"add": 1, "mul": 2}',
        'if op.kind == "add" or op.kind == "mul": ...',
        'if op.kind != "add" and op.kind != "mul": ...',
        """match kind:
               case "add" | "mul": ...""",
    ],
)
def test_a_set_that_is_planted_is_found(planted: str) -> None:
    assert len(list(collections(planted))) == 1


def collections(source: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the line and the kinds of each collection that is of kinds of ops for the most part.

    Comparisons of one value with several kinds are a set too.
    """
    for node in ast.walk(ast.parse(source)):
        words: list[object] = []
        if isinstance(node, ast.BoolOp):
            same = (ast.Eq if isinstance(node.op, ast.Or) else ast.NotEq,)
            compared = [c for c in node.values if isinstance(c, ast.Compare)]
            alike = [c for c in compared if isinstance(c.ops[0], same)]
            left = Counter(ast.unparse(c.left) for c in alike)
            words = [
                c.comparators[0].value
                for c in alike
                if left[ast.unparse(c.left)] > 1 and isinstance(c.comparators[0], ast.Constant)
            ]
        elif isinstance(node, ast.MatchOr):
            values = [p.value for p in node.patterns if isinstance(p, ast.MatchValue)]
            words = [value.value for value in values if isinstance(value, ast.Constant)]
        if isinstance(node, ast.Set | ast.Tuple | ast.List):
            words = [part.value for part in node.elts if isinstance(part, ast.Constant)]
        elif isinstance(node, ast.Dict):
            words = [part.value for part in node.keys if isinstance(part, ast.Constant)]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            words = [*node.value.split()]
        kinds = [word for word in words if isinstance(word, str) and word in KINDS]
        if len(kinds) > 1 and len(kinds) * 2 >= len(words):
            yield node.lineno, kinds
