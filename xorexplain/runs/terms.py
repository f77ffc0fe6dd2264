"""Tell which term of a PyMC model's logp is not finite at a point, and what makes it.

The terms are computed node by node, and nothing is compiled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy

from xorexplain.engines import Engine, engine_of
from xorexplain.engines.shared.common import toposort
from xorexplain.errors import XorexplainError
from xorexplain.errors.records import dataclass
from xorexplain.graph.records import SourceLine
from xorexplain.models.pymc.failed import Point, in_logp, is_written_by_user, parameters_of
from xorexplain.models.pymc.names import terms_of
from xorexplain.models.pymc.structure import structure_of
from xorexplain.runs.arrays import number_text, value_text
from xorexplain.runs.finite import is_bad
from xorexplain.runs.nan import find_in_graph
from xorexplain.runs.records import Value
from xorexplain.runs.walk import Walk
from xorexplain.runs.words import Words
from xorexplain.runs.written import Written

MAX_TOLD = 60
"""Letters of what a variable is drawn from, or computed of, that are written out."""


@dataclass(frozen=True)
class BadTerm:
    """Tell the first term of logp that is not finite: of what, why, its line, and the cure.

    `told` is what the variable is drawn from, `logp` the value of its term, `others` name the
    terms that are not finite besides.
    """

    words: str
    cure: str
    told: str
    kind: str
    source: SourceLine | None
    values: tuple[Value, ...]
    logp: Any
    others: Sequence[str]
    is_own: bool
    """Whether it is what the user wrote to compute the term that makes it so."""


def bad_term(found: Point) -> BadTerm | None:
    """Find the first term of a model that is not finite at a point, None where all are finite."""
    terms = [*found.theirs.basic_RVs, *found.theirs.potentials]
    engine = engine_of(terms[0]) if terms else None
    bad = None if engine is None else _first(_At(engine, found, terms))
    if bad is None:
        return None
    before = _given(bad) or _computed(bad) or _checked(bad)
    cause = before or _outside(bad)
    engine = bad.at.engine
    return BadTerm(
        cause.words,
        cause.cure,
        bad.told,
        engine.op_of(bad.term.owner).kind if bad.term.owner is not None else "",
        cause.source or engine.source_line(bad.term),
        cause.values,
        bad.result,
        bad.others,
        before is None and (bad.stands is None or is_written_by_user(bad.term)),
    )


@dataclass(frozen=True)
class _At:
    """Hold the terms of a model, and a point."""

    engine: Engine
    found: Point
    terms: Sequence[Any]

    def computed(self, outputs: Sequence[Any]) -> Walk:
        """Compute what is in logp at the point, node by node."""
        written, values = self.graph(outputs)
        walk = Walk(self.engine, dict(values))
        for _ in walk.run(written.outputs):
            pass
        return walk

    def graph(self, outputs: Sequence[Any]) -> tuple[Written, Mapping[Any, Any]]:
        """Return a graph of what is in logp, and the values of its inputs."""
        inputs = list(self.found.theirs.value_vars)
        values = {v: self.found.point[str(v.name)] for v in inputs}
        return Written(inputs, outputs, toposort(outputs)), values

    def words(self, outputs: Sequence[Any]) -> Words:
        """Write what the user wrote, in the names of the model."""
        applies = toposort(outputs)
        leaves = dict.fromkeys(v for n in applies for v in n.inputs if v.owner is None)
        return Words(self.engine, Written([*leaves], outputs, applies))

    def value(self, told: Value) -> Value:
        """Lead what stands for a random variable back to the line that draws it."""
        parts = tuple(map(self.value, told.made_of))
        own = self.found.theirs.named_vars.get(told.expression)
        if own is None or own not in self.found.theirs.free_RVs:
            return replace(told, made_of=parts)
        line = self.engine.source_line(own)
        return replace(told, came=self.found.where, source=line, made_of=())


@dataclass(frozen=True)
class _Term:
    """Hold the first term of logp that is not finite.

    `stands` is what stands for its variable in logp, None for a potential.
    """

    at: _At
    term: Any
    walk: Walk
    logp: Any
    stands: Any
    others: Sequence[str]

    @property
    def name(self) -> str:
        """What the model calls the variable."""
        return str(self.term.name)

    @property
    def result(self) -> Any:
        """What its term is: −∞ where all is finite but a condition does not hold."""
        result = numpy.asarray(self.walk.known[self.logp])
        return result if is_bad(result) else numpy.full_like(result, -numpy.inf)

    @property
    def is_data(self) -> bool:
        """Whether the variable is observed."""
        return self.term in self.at.found.theirs.observed_RVs

    @cached_property
    def value(self) -> Any:
        """The value that its variable has, None for a potential."""
        if self.stands is None:
            return None
        known = self.walk.known
        is_known = self.stands in known
        value = known[self.stands] if is_known else self.at.engine.value_of(self.stands)
        return numpy.asarray(value)

    @property
    def told(self) -> str:
        """What it is drawn from, as PyMC writes it, or what the potential is computed of."""
        if self.stands is None:
            return self.at.words([self.term]).expression(self.term)
        try:
            members = structure_of(self.at.engine, self.at.found.theirs).members
        except XorexplainError:
            return self.name
        line = next((member.line for member in members if member.name == self.name), self.name)
        return line if len(line) <= MAX_TOLD else self.name


@dataclass(frozen=True)
class _Cause:
    """Say why a term is not finite, and what mends it."""

    words: str
    cure: str
    values: tuple[Value, ...]
    source: SourceLine | None = None


def _first(at: _At) -> _Term | None:
    logps = terms_of(at.found.theirs, list(at.terms))
    walk = at.computed(logps)
    # Of a condition that does not hold PyMC makes −∞, whatever the formula gives.
    unheld = {ran.apply for ran in walk.asserted}
    wrong = [
        (term, logp)
        for term, logp in zip(at.terms, logps, strict=True)
        if logp in walk.known
        and (is_bad(walk.known[logp]) or not unheld.isdisjoint(toposort([logp])))
    ]
    if not wrong:
        return None
    term, logp = wrong[0]
    stands = at.found.theirs.rvs_to_values.get(term)
    return _Term(at, term, walk, logp, stands, [str(other.name) for other, _ in wrong[1:]])


def _checked(bad: _Term) -> _Cause | None:
    """Tell a condition on parameters that does not hold."""
    within = set(toposort([bad.logp]))
    failed = next((ran for ran in bad.walk.asserted if ran.apply in within), None)
    if failed is None:
        return None
    return _Cause(
        f"the parameters of {bad.name} are not as they must be: "
        f"{' '.join(str(failed.error).split())}",
        "keep the parameters where the distribution is defined: a scale by HalfNormal or exp, a "
        "probability by Beta or sigmoid; or give an initval at which they are",
        _values(bad),
    )


def _given(bad: _Term) -> _Cause | None:
    """Tell data, or a point, that are not finite themselves."""
    if not is_bad(bad.value):
        return None
    wrong = ~numpy.isfinite(bad.value)
    place = tuple(int(n) for n in numpy.argwhere(wrong)[0])
    more = f", and {int(wrong.sum()) - 1} more are not finite" if wrong.sum() > 1 else ""
    return _Cause(
        f"{_element(bad.name, place)} is {number_text(bad.value[place])}{more}",
        f"see where {bad.name} is made, or leave such data out",
        _values(bad),
    )


def _computed(bad: _Term) -> _Cause | None:
    """Tell what makes a parameter, or a potential, not finite."""
    given = [bad.term] if bad.stands is None else parameters_of(bad.term)
    outputs = in_logp(bad.at.found.theirs, given)
    found = find_in_graph(bad.at.engine, *bad.at.graph(outputs))
    if found is None or not found.kind:
        return None
    example = f" ({found.example})" if found.example else ""
    of = f"of {bad.name} " if bad.stands is None else f"for {bad.name} "
    bad_words = "∞" if found.bad == "infinity" else "NaN"
    return _Cause(
        f"{of}{found.expression} is {bad_words}: {found.rule}{example}",
        found.cure,
        tuple(map(bad.at.value, found.values)),
        found.source,
    )


def _outside(bad: _Term) -> _Cause:
    """Tell a value that the distribution cannot have, or a potential that forbids the point."""
    result = bad.result
    place = tuple(int(n) for n in numpy.argwhere(~numpy.isfinite(result))[0])
    told = f"the term of {bad.name} is {number_text(result[place])}"
    if bad.stands is None:
        return _Cause(
            told,
            "give the variables an initval at which the potential is finite, or let it fall off "
            "where it is −∞ now: no sampler finds its way out of −∞",
            _points(bad.at),
        )
    if len(place) == bad.value.ndim:
        told += f" where {_element(bad.name, place)} is {number_text(bad.value[place])}"
    kind = "data" if bad.is_data else "an initval"
    other = ", or another distribution" if bad.is_data else ""
    return _Cause(
        told,
        f"give {bad.name} {kind} that the distribution can have with these parameters{other}",
        _values(bad),
    )


def _values(bad: _Term) -> tuple[Value, ...]:
    """Describe the value of a variable, and the parameters of what it is drawn from."""
    given = parameters_of(bad.term)
    words = bad.at.words(given)
    given = [words.behind(v) for v in given]
    now = in_logp(bad.at.found.theirs, given)
    computed = bad.at.computed(now).known
    known = {v: computed[n] for v, n in zip(given, now, strict=True) if n in computed}
    own = Value(
        bad.name,
        "input",
        str(bad.value.dtype),
        bad.value.shape,
        value_text(bad.value),
        "observed" if bad.is_data else bad.at.found.where,
        bad.at.engine.source_line(bad.term),
    )
    told = (bad.at.value(words.value(v, known, deep=False)) for v in given)
    return (own, *dict.fromkeys(v for v in told if v.role != "constant" or v.shape))


def _points(at: _At) -> tuple[Value, ...]:
    """Describe the point itself."""
    return tuple(
        Value(name, "input", str(value.dtype), value.shape, value_text(value), at.found.where)
        for name, value in sorted(at.found.point.items())
    )


def _element(name: str, place: Sequence[int]) -> str:
    return f"{name}[{', '.join(map(str, place))}]" if place else name
