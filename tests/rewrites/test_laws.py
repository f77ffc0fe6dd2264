"""Hold the dictionary of rewrites to its word: every law is checked by numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from functools import cache
from pathlib import Path
from typing import Any

import mathematics
import numpy
import pytest
from models import GALLERY
from rewrite_models import OWN_MODELS, REWRITE_MODELS

from xorexplain.engines import Engine
from xorexplain.engines.recorder import Recorder
from xorexplain.notation import evaluate as evaluation
from xorexplain.notation.evaluate import evaluate
from xorexplain.notation.expr import SYMBOL, postorder, symbols_in
from xorexplain.notation.latex import latex
from xorexplain.notation.text import text
from xorexplain.rewrites.laws import AIMS, TABLES, Formula, Law, described, laws, lookup, members
from xorexplain.rewrites.laws.corners import CORNERS, ENDS, holds_at_corners, is_close
from xorexplain.rewrites.laws.terms import exp, log, lt, pow_, softplus, sqr, sqrt, sum_, v, x, y

Values = dict[str, Any]

ENGINES = ("theano", "pytensor")
ALL = [law for table in TABLES.values() for law in (*table.both, *table.theano, *table.pytensor)]
FORMULAS = [
    pytest.param(formula, id=f"{law.name}-{position}")
    for law in ALL
    for position, formula in enumerate(law.formulas)
]
TRIALS, ENOUGH = 2000, 20


def sampled(name: str, random: numpy.random.RandomState) -> Any:
    """Draw a value of the shape that a symbol's name stands for in the dictionary."""
    if name in "nm":
        return random.randint(1, 5)
    if name == "p":
        return random.randint(2)
    if name == "π":
        return numpy.pi
    return numpy.asarray(random.uniform(-3, 3, size=(3,) * ((name in "vwABC") + (name in "ABC"))))


def regular(values: Values, random: numpy.random.RandomState) -> Values:
    return {name: value + 12 * numpy.eye(3) for name, value in values.items() if name in "ABC"}


def positive(values: Values, random: numpy.random.RandomState) -> Values:
    return {"A": values["A"] @ values["A"].T + numpy.eye(3)}


WHERE: Mapping[str, Callable[[Values, numpy.random.RandomState], Values]] = {
    "": lambda values, random: {},
    "approximately, for large x": lambda values, random: {"x": random.uniform(10, 20)},
    "where the matrices have inverses": regular,
    "where A is symmetric and positive definite": positive,
    "where x and y are one value; so for any op": lambda values, random: {"y": values["x"]},
    "where A is symmetric": lambda values, random: {"A": values["A"] + values["A"].T},
    "where A is lower triangular, its diagonal > 0": lambda values, random: {
        "A": numpy.tril(values["A"], -1) + numpy.diag(random.uniform(1, 2, size=3))
    },
    **dict.fromkeys(
        (
            "where v and w have one length",
            "where v has length 3",
            "where w has length 3",
            "where n is a length",
            "where no index is repeated",
        ),
        lambda values, random: {},
    ),
}
"""Make drawn values keep what a formula demands in words."""


@pytest.fixture
def more_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    both = {**evaluation.FUNCTIONS, **mathematics.KINDS}
    monkeypatch.setattr(evaluation, "FUNCTIONS", both)


def check(formula: Formula) -> None:
    """Compute both sides from random values that meet the formula's conditions."""
    random = numpy.random.RandomState(0)
    names = {e.text for e in postorder([formula.equation]) if e.kind == SYMBOL}
    tolerance = 1e-5 if formula.where.startswith("approximately") else 1e-9
    checked = finite = 0
    with numpy.errstate(all="ignore"):
        for _ in range(TRIALS):
            values: Values = {name: sampled(name, random) for name in sorted(names)}
            values |= WHERE[formula.where](values, random)
            condition = formula.condition
            if condition is not None and not numpy.all(evaluate(condition, values)):
                continue
            left, right = evaluate(formula.left, values), evaluate(formula.right, values)
            assert numpy.shape(left) == numpy.shape(right)
            numpy.testing.assert_allclose(left, right, rtol=tolerance, atol=tolerance)
            checked += 1
            finite += bool(numpy.all(numpy.isfinite(left)))
            if checked == ENOUGH:
                break

    assert checked == ENOUGH
    assert finite >= ENOUGH // 4


@pytest.mark.usefixtures("more_kinds")
@pytest.mark.parametrize("formula", FORMULAS)
def test_both_sides_have_the_same_value(formula: Formula) -> None:
    check(formula)


@pytest.mark.parametrize(
    "wrong",
    [
        Formula(x + y, x * y),
        Formula(log(exp(x) + 1), softplus(x) + 1e-6),
        Formula(sqrt(sqr(x)), x),
        Formula(sum_(v), v),
        Formula(log(x), log(x) * 1, lt(x, 0)),
    ],
)
def test_a_wrong_formula_does_not_pass(wrong: Formula) -> None:
    with pytest.raises(AssertionError):
        check(wrong)


@pytest.mark.parametrize("formula", FORMULAS)
def test_formulas_are_written_in_both_notations(formula: Formula) -> None:
    assert text(formula.left) != text(formula.right)
    assert "=" in text(formula.equation)
    assert latex(formula.equation).isascii()


@pytest.mark.parametrize("law", ALL, ids=lambda law: law.name)
def test_a_law_is_one_sentence_in_plain_words(law: Law) -> None:
    assert law.kind in AIMS
    assert law.sentence[0].isupper()
    assert law.sentence.endswith(".")
    assert not re.search(r"[.!?] ", law.sentence[:-1])
    assert len(law.sentence) <= 260
    assert law.caveat == "" or law.caveat.endswith(".")


@pytest.mark.parametrize("engine_name", ENGINES)
def test_no_name_has_two_laws(engine_name: str) -> None:
    for own in ("both", engine_name):
        written = [law for table in TABLES.values() for law in getattr(table, own)]
        names = [name for law in written for name in (law.name, *law.aliases)]

        assert len(names) == len(set(names))


# Names that the engines put together while they run.
MADE_UP = re.compile(r"useless_[A-Z]\w+_of_\w+|\w+_inplace_optimizer|Print\d\.\d+")


def test_every_name_is_one_the_engine_knows(engine: Engine) -> None:
    folder = Path(engine.module.__file__).parent
    source = "\n".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))
    words = set(re.findall(r"[\w.]+", source))
    own = [law for table in TABLES.values() for law in getattr(table, engine.name)]
    shared = [law for table in TABLES.values() for law in table.both]
    names = {name for law in own for name in (law.name, *law.aliases)}

    assert {name for name in names if not MADE_UP.fullmatch(name)} - words == set()
    assert [law.name for law in shared if not words & {law.name, *law.aliases}] == []


MODELS = {**GALLERY, **REWRITE_MODELS, **OWN_MODELS["theano"], **OWN_MODELS["pytensor"]}
ONLY_ONE = {
    "convolution": "theano",
    **{name: own for own, models in OWN_MODELS.items() for name in models},
}
FEWEST = {"theano": 110, "pytensor": 200}


@cache
def fired(engine: Engine, name: str, mode: str = "") -> frozenset[str]:
    """Return the names under which rewrites fired on a model."""
    made = MODELS[name](engine)
    cost = [] if made.cost is None else [made.cost]
    recorders = []
    flags = engine.module.config.change_flags(mode=mode) if mode else nullcontext()
    with flags:
        for results, updates in (([*made.outputs.values(), *cost], []), ([], made.update_pairs)):
            if results or updates:
                recorders.append(Recorder())
                engine.record(list(made.inputs), results, updates, recorders[-1])
    return frozenset(firing.rewrite for recorder in recorders for firing in recorder.firings)


def unknown(engine: Engine, names: frozenset[str]) -> list[str]:
    every = {member for name in names for member in members(name)} | names
    return sorted(name for name in every if lookup(engine.name, name) is None)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[getattr(pytest.mark, ONLY_ONE[name])] if name in ONLY_ONE else [])
        for name in MODELS
    ],
)
def test_every_rewrite_that_fires_has_a_law(engine: Engine, name: str) -> None:
    assert unknown(engine, fired(engine, name)) == []


@pytest.mark.pytensor
@pytest.mark.parametrize("name", ["xor", "products", "train_linear", "reductions", "conditional"])
def test_every_rewrite_for_the_c_backend_has_a_law(engine: Engine, name: str) -> None:
    names = fired(engine, name, "CVM")

    assert unknown(engine, names) == []


def test_the_models_make_many_rewrites_fire(engine: Engine) -> None:
    names = [name for name in MODELS if ONLY_ONE.get(name, engine.name) == engine.name]
    all_fired = frozenset[str]().union(*(fired(engine, name) for name in names))

    assert len(all_fired) >= FEWEST[engine.name]


def test_a_group_has_the_laws_of_its_members() -> None:
    name = "LocalOptGroup(local_inplace_gemm,SequentialNodeRewriter(use_c_gemv,unheard_of))"
    law = lookup("theano", name)

    assert members(name) == ("local_inplace_gemm", "use_c_gemv", "unheard_of")
    assert law is not None
    assert law.name == name
    assert [member.name for member in law.members] == ["local_inplace_gemm", "use_c_gemv"]
    assert lookup("theano", "LocalOptGroup(unheard_of)") is None


def test_a_rewrite_named_after_a_class_is_found() -> None:
    name = "<class 'pytensor.tensor.elemwise.Elemwise'>_inplace_optimizer"
    law = lookup("pytensor", name)

    assert law is not None
    assert law.kind == "in-place"
    assert members(name) == (name,)


def test_one_name_may_mean_two_things_in_two_engines() -> None:
    theano, pytensor = (lookup(name, "local_log_sum_exp") for name in ENGINES)

    assert theano is not None
    assert pytensor is not None
    assert theano.sentence != pytensor.sentence


def test_the_docstring_speaks_where_the_dictionary_does_not() -> None:
    docstring = """Turn ``a`` into
    ``b``. Nothing more is said.

    Notes
    """
    law = described("theano", "local_unheard_of", docstring)

    assert law is not None
    assert law.sentence == "Turn a into b."
    assert law.is_quoted
    assert described("theano", "local_unheard_of", None) is None
    assert described("theano", "local_unheard_of", "...") is None


def test_the_dictionary_speaks_before_the_docstring() -> None:
    law = described("theano", "local_log1p", "Something else.")

    assert law is laws("theano")["local_log1p"]


def test_a_law_without_a_condition_holds_for_every_number_or_says_where_not() -> None:
    """A reader asked whether x ** 1 = x holds for 0, for negative numbers and for NaN."""
    told = [one for law in ALL for one in (law, *law.members)]
    found = {(law.name, f): holds_at_corners(f, ENDS) for law in told for f in law.formulas}
    silent = [
        name
        for (name, f), holds in found.items()
        if holds is False
        and not any("NaN" in law.caveat for law in told if law.name == name and f in law.formulas)
    ]

    assert sum(holds is True for holds in found.values()) > 60
    assert silent == []
    assert holds_at_corners(Formula(pow_(x, 1), x))


FINITE = [number for number in CORNERS if numpy.isfinite(number)]
SAID = re.compile("infini|NaN|overflow|rounded to|digits")
"""What a caveat has of numbers that are rounded or overflow."""


def apart(formula: Formula) -> bool:
    """Tell whether the sides differ for numbers from tiny to huge that meet the condition.

    Of what stands for matrices, or is told in words, nothing is known.
    """
    letters = sorted(symbols_in([formula.left, formula.right]))
    if formula.where or not letters or not set(letters) <= set("xyzabvw"):
        return False
    random = numpy.random.RandomState(0)
    for _ in range(50):
        values = {c: numpy.asarray(random.choice(FINITE, (3,) * (c in "vw"))) for c in letters}
        if formula.condition is not None and not numpy.all(evaluate(formula.condition, values)):
            continue
        if not is_close(evaluate(formula.left, values), evaluate(formula.right, values)):
            return True
    return False


@pytest.mark.usefixtures("more_kinds")
def test_where_overflow_or_rounding_to_0_makes_a_difference_the_caveat_says_so() -> None:
    """A reader found log(σ(x)) = −softplus(−x) without a word on −800, where the first is −∞."""
    told = [law for law in ALL if not SAID.search(law.caveat)]
    with numpy.errstate(all="ignore"):
        silent = {
            law.name
            for law in told
            for formula in law.formulas
            if holds_at_corners(formula, FINITE) is not True and apart(formula)
        }
        assert apart(Formula(log(exp(x)), x))
        assert not apart(Formula(sqr(sqrt(x)), x, lt(0, x)))

    assert silent == set()
