"""Write the ops that look the same in every notation: indices, new axes, repeated values, casts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xorexplain.errors.escaping import check_sum
from xorexplain.graph.ops import NO_AXIS, entries_of
from xorexplain.graph.records import DELTA
from xorexplain.notation.expr import FILL, OUTPUT, Expr
from xorexplain.notation.writing import ATOM, Form, Notation, Operation, Term

ADJOINT = "adjoint"
"""The sign of `δx`, which binds tightly but is no base of a power."""
MAX_BESIDE = 16
"""How much of an assertion's message stands beside its conditions."""
OPEN = "·"
"""Stands in an index for a value that is given as an argument."""
_DIVISION, _POWER = Expr("true_div"), Expr("pow")


def is_adjoint(name: str) -> bool:
    """Tell whether a name is that of an adjoint, `δx`."""
    return name.startswith(DELTA) and name != DELTA


def axes_words(axes: str) -> str:
    """Say which axes an op works along: `axis 0`, `axes 0, 1`, `no axis`."""
    if axes == NO_AXIS:
        return "no axis"
    return f"axes {axes}" if "," in axes else f"axis {axes}"


def is_matrix_transpose(operation: Operation) -> bool:
    """Tell whether a transpose is the one of a matrix."""
    return operation.param("order") in (None, "1, 0")


def base(notation: Notation, term: Term) -> str:
    """Write what an index or a transpose is attached to."""
    return term.text if term.sign == ADJOINT else notation.wrap(term, ATOM)


def listed(start: str, entries: Sequence[str], end: str) -> Term:
    """Write entries between brackets; a line may be broken between them."""
    pieces = [f" {entry}," for entry in entries] or [","]
    pieces[0] = start + pieces[0].removeprefix(" ")
    pieces[-1] = pieces[-1].removesuffix(",") + end
    return Term("".join(pieces), parts=tuple(pieces))


def reordered(notation: Notation, operation: Operation, args: Sequence[Term]) -> Term:
    """Write axes in another order, by their numbers."""
    order = entries_of(operation.param("order"))
    entries = [notation.symbol("new").text if axis == "x" else axis for axis in order]
    return notation.called(notation.function(operation.kind), [args[0].text, *entries], None)


def _cast(notation: Notation, operation: Operation, args: Sequence[Term]) -> Term:
    name = notation.function(operation.param("dtype") or "cast")
    return notation.called(name, [args[0].text], None)


def _reciprocal(notation: Notation, operation: Operation, args: Sequence[Term]) -> Term:
    return notation.term(_DIVISION, [notation.number("1"), *args])


def _square(notation: Notation, operation: Operation, args: Sequence[Term]) -> Term:
    return notation.term(_POWER, [*args, notation.number("2")])


def _last(notation: Notation, operation: Operation, args: Sequence[Term]) -> Term:
    return args[-1]


def _output(notation: Notation, operation: Operation, args: Sequence[Term]) -> Term:
    return Term(f"{base(notation, args[0])}[{operation.param('position')}]")


def _vector(notation: Notation, operation: Operation, args: Sequence[Term]) -> Term:
    return listed("[", [argument.text for argument in args], "]")


def _joined(notation: Notation, operation: Operation, args: Sequence[Term]) -> Term:
    parts = [argument.text for argument in args[1:]]
    return notation.called(notation.function("join"), parts, args[0].text)


def _repeated(notation: Notation, value: Term, shape: Sequence[Term]) -> Term:
    """Write a value repeated to a shape as ones times it."""
    lengths = [length.text for length in shape]
    if value.is_number and value.text in ("0", "1"):
        return notation.repeated(value.text, lengths)
    return notation.infix("mul", [notation.repeated("1", lengths), value])


def _fill(notation: Notation, operation: Operation, args: Sequence[Term]) -> Term:
    return _repeated(notation, args[0], args[1:])


def _new_axes(notation: Notation, operation: Operation, args: Sequence[Term]) -> Term:
    """Write inserted axes as NumPy has them: `x[:, None]`."""
    order = entries_of(operation.param("order"))
    new = notation.symbol("None").text
    index = ", ".join(new if axis == "x" else notation.colon for axis in order)
    return Term(f"{base(notation, args[0])}[{index}]")


def _picked(notation: Notation, array: Term, operation: Operation, indices: Sequence[Term]) -> Term:
    """Write an array with an index, the given values in their places."""
    given = [index.text for index in indices]
    pattern = operation.param("index") or ""
    places = pattern.replace(":", notation.colon).replace("-", notation.minus).split(OPEN)
    index = ", ".join(given)
    if len(places) == len(given) + 1 and "".join(places):
        index = "".join(place + value for place, value in zip(places, [*given, ""], strict=True))
    return Term(f"{base(notation, array)}[{index}]")


def _indexed(notation: Notation, operation: Operation, args: Sequence[Term]) -> Term:
    return _picked(notation, args[0], operation, args[1:])


def _slice(notation: Notation, operation: Operation, args: Sequence[Term]) -> Term:
    none = notation.symbol("None").text
    bounds = ["" if argument.text == none else argument.text for argument in args]
    return Term(notation.colon.join(bounds if any(bounds[2:]) else bounds[:2]))


def _changed(verb: str) -> Form:
    def form(notation: Notation, operation: Operation, args: Sequence[Term]) -> Term:
        place = _picked(notation, args[0], operation, args[2:])
        return notation.called(notation.function(verb), [place.text, args[1].text], None)

    return form


def _length(notation: Notation, operation: Operation, args: Sequence[Term]) -> Term:
    """Write the length of one axis."""
    shape = notation.called(notation.function("shape"), [args[0].text], None)
    return Term(f"{shape.text}[{operation.param('axis')}]")


def _squeezed(notation: Notation, operation: Operation, args: Sequence[Term]) -> Term:
    """Write what drops axes with the axes that stay, none where all go."""
    order = operation.param("order")
    kept = [notation.word(f"keep {axes_words(order)}")] if order else []
    return notation.called(notation.function("squeeze"), [args[0].text, *kept], None)


def _asserted(notation: Notation, operation: Operation, args: Sequence[Term]) -> Term:
    """Write what is handed on if a condition holds; a message stands for one that is not there.

    Beside conditions stands the beginning of the message, with the check sum of the whole.
    """
    message = operation.param("msg") or ""
    told = [argument.text for argument in args[1:]]
    if told and message:
        message = f"{message[:MAX_BESIDE].strip()}… {check_sum(message)}"
    told += [notation.word(message)] if message else []
    return notation.called(notation.function("assert"), [args[0].text, *told], None)


_INDEXING = (("", ""), ("advanced_", ""), ("advanced_", "1"), ("advanced_boolean_", ""))
"""What comes before and after the verb in the name of a kind of indexing."""
FORMS: Mapping[str, Form] = {
    "cast": _cast,
    "reciprocal": _reciprocal,
    "sqr": _square,
    "identity": _last,
    "second": _last,
    OUTPUT: _output,
    "shape_i": _length,
    "squeeze": _squeezed,
    "make_vector": _vector,
    "make_slice": _slice,
    "join": _joined,
    FILL: _fill,
    "assert": _asserted,
    "check_and_raise": _asserted,
    "alloc": _fill,
    "expand_dims": _new_axes,
    "x_index": _indexed,
    "x_add_at": _changed("add_at"),
    "x_set_at": _changed("set_at"),
    "dimshuffle": reordered,
    **{
        f"{prefix}{verb}subtensor{n}": form
        for prefix, n in _INDEXING
        for verb, form in (
            ("", _indexed),
            ("inc_", _changed("add_at")),
            ("set_", _changed("set_at")),
        )
    },
}
"""The kinds that are written neither with a sign nor as a call of their own name."""
