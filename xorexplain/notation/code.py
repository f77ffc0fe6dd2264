"""Write expressions as NumPy code that computes them, for what NumPy can compute.

What NumPy has no function for stands in `arrays.py`, whose functions the code carries along.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from inspect import getsource

from xorexplain.graph.ops import axes_of, entries_of, having, is_complete
from xorexplain.notation import arrays
from xorexplain.notation.evaluate import READ, UFUNCS
from xorexplain.notation.expr import FILL, NUMBER, OUTPUT, SYMBOL, Expr, postorder

Writer = Callable[[Expr, Sequence[str]], str]
LONGEST = 4_000
"""Code of one op that is longer helps nobody."""


def code(root: Expr) -> str | None:
    """Write an expression; its symbols stand as they are. None for what NumPy does not compute.

    What is read several times is computed once: `(_1 := ...)`.
    """
    uses = Counter(id(argument) for part in postorder([root]) for argument in part.args)
    written: dict[int, str] = {}
    known: dict[int, str] = {}
    for part in postorder([root]):
        args = []
        for argument in part.args:
            key = id(argument)
            args.append(known.get(key) or written[key])
            if uses[key] > 1 and argument.args and key not in known:
                known[key] = f"_{len(known) + 1}"
                args[-1] = f"({known[key]} := {written[key]})"
        found = _written(part, args)
        if found is None or len(found) > LONGEST:
            return None
        written[id(part)] = found
    return written[id(root)]


@cache
def sources() -> Mapping[str, str]:
    """Return the functions of `arrays.py` by name, as code without types."""
    found = {}
    for name, function in vars(arrays).items():
        if callable(function) and getattr(function, "__module__", "") == arrays.__name__:
            tree = ast.parse(getsource(function))
            for node in ast.walk(tree):
                if isinstance(node, ast.arg):
                    node.annotation = None
                elif isinstance(node, ast.FunctionDef):
                    node.returns = None
            found[name] = ast.unparse(tree)
    return found


def _written(part: Expr, args: Sequence[str]) -> str | None:
    if part.kind == SYMBOL:
        return part.text
    if part.kind == NUMBER:
        return {"inf": "numpy.inf", "-inf": "-numpy.inf", "nan": "numpy.nan"}.get(
            part.text, part.text
        )
    writer = WRITERS.get(part.kind)
    unread = {name for name, _ in part.params} - _READ
    is_whole = is_complete(part.kind, len(args)) and (part.kind != FILL or len(args) == 2)
    if writer is None or not is_whole or (unread and part.kind not in _PASSING):
        return None
    return writer(part, args)


_READ = READ | {"dtype", "initial"}
_PASSING = having("passes")


def _operand(text: str) -> str:
    """Put parentheses around what is no name, number, call or index."""
    depth = 0
    for at, sign in enumerate(text):
        depth += (sign in "([") - (sign in ")]")
        if depth == 0 and (sign == " " or (sign in "-~" and at == 0)):
            return f"({text})"
    return text


def _between(sign: str) -> Writer:
    return lambda part, args: f" {sign} ".join(map(_operand, args))


def _before(sign: str) -> Writer:
    return lambda part, args: f"{sign}{_operand(args[0])}"


def _call(name: str) -> Writer:
    return lambda part, args: f"{name}({', '.join(args)})"


def _nested(name: str) -> Writer:
    """Write a function of two arguments for more of them, from the left."""

    def nested(part: Expr, args: Sequence[str]) -> str:
        first, *rest = args
        for other in rest:
            first = f"{name}({first}, {other})"
        return first

    return nested


def _along(name: str, typed: bool = False) -> Writer:
    """Write a function along the axes of an op, over all of them where it names none."""

    def along(part: Expr, args: Sequence[str]) -> str:
        axes = axes_of(part.param("axis"))
        more = [] if axes is None else [f"axis={axes[0] if len(axes) == 1 else axes}"]
        dtype = part.param("dtype")
        if typed and dtype is not None:
            more.append(f'dtype="{dtype}"')
        return f"{name}({', '.join([*args, *more])})"

    return along


def _dimshuffle(part: Expr, args: Sequence[str]) -> str:
    order = part.param("order")
    if order is None:
        return f"numpy.transpose({args[0]})"
    entries = ["None" if entry == "x" else entry for entry in entries_of(order)]
    return f"dimshuffle({', '.join([args[0], *entries])})"


def _index(part: Expr, given: Sequence[str]) -> str:
    """Write the index an op has: in its text each `·` takes the next of the given values."""
    text = part.param("index") or ""
    values = iter(given)
    found = "".join(next(values) if sign == "·" else sign for sign in text)
    return found or "()"


def _taken(part: Expr, args: Sequence[str]) -> str:
    return f"{_operand(args[0])}[{_index(part, args[1:])}]"


def _changed(name: str) -> Writer:
    """Write what replaces or adds elements; `numpy.s_` turns an index text into a value."""

    def changed(part: Expr, args: Sequence[str]) -> str:
        return f"{name}({args[0]}, numpy.s_[{_index(part, args[2:])}], {args[1]})"

    return changed


def _split(part: Expr, args: Sequence[str]) -> str:
    axes = axes_of(part.param("axis")) or (0,)
    ends = f"numpy.cumsum(numpy.atleast_1d({args[1]}))[:-1]"
    return f"numpy.split({args[0]}, {ends}, axis={axes[0]})"


def _shape(lengths: Sequence[str]) -> str:
    return f"({', '.join(lengths)}{',' * (len(lengths) == 1)})"


WHOLE = frozenset({"gemm", "gemv", "split", "join", "squeeze"})
"""Kinds of which a number among the inputs says how they are written."""
WRITERS: Mapping[str, Writer] = {
    **{kind: _call(f"numpy.{kind}") for kind in UFUNCS},
    **{kind: _nested(f"numpy.{kind}") for kind in ("maximum", "minimum", "dot")},
    **{kind: _along(f"numpy.{kind}", typed=True) for kind in ("sum", "prod", "mean")},
    **{kind: _along(f"numpy.{kind}") for kind in ("any", "all", "max", "min")},
    **{kind: _along(f"numpy.{kind}") for kind in ("argmax", "cumsum", "cumprod")},
    **dict.fromkeys(("transpose", "expand_dims", "squeeze", "dimshuffle"), _dimshuffle),
    **dict.fromkeys(_PASSING, lambda part, args: args[0]),
    "add": _between("+"),
    "mul": _between("*"),
    "sub": _between("-"),
    "true_div": _between("/"),
    "int_div": _between("//"),
    "mod": _between("%"),
    "pow": _between("**"),
    "and": _between("&"),
    "or": _between("|"),
    "xor": _between("^"),
    "eq": _between("=="),
    "neq": _between("!="),
    "lt": _between("<"),
    "le": _between("<="),
    "gt": _between(">"),
    "ge": _between(">="),
    "neg": _before("-"),
    "invert": _before("~"),
    "is_nan": _call("numpy.isnan"),
    "is_inf": _call("numpy.isinf"),
    "sqr": _call("numpy.square"),
    "reciprocal": lambda part, args: f"1 / {_operand(args[0])}",
    "sigmoid": lambda part, args: f"1 / (1 + numpy.exp(-{_operand(args[0])}))",
    "softplus": lambda part, args: f"numpy.logaddexp(0, {args[0]})",
    "softsign": lambda part, args: f"{_operand(args[0])} / (1 + numpy.abs({args[0]}))",
    "switch": _call("numpy.where"),
    "identity": lambda part, args: args[0],
    "cast": lambda part, args: f'numpy.asarray({args[0]}).astype("{part.param("dtype")}")',
    # What is filled may be wider than what gives the shape.
    FILL: lambda part, args: f"numpy.broadcast_arrays({args[0]}, {args[1]})[0]",
    "alloc": lambda part, args: f"numpy.broadcast_to({args[0]}, {_shape(args[1:])})",
    "alloc_empty": lambda part, args: f"numpy.zeros({_shape(args)})",
    "dot22": _call("numpy.dot"),
    "dot22_scalar": lambda part, args: f"{_operand(args[2])} * numpy.dot({args[0]}, {args[1]})",
    "mat_mul": _call("numpy.matmul"),
    "matmul": _call("numpy.matmul"),
    "batched_dot": lambda part, args: (
        f"numpy.stack([numpy.dot(one, other) for one, other in zip({args[0]}, {args[1]})])"
    ),
    # Of sparse operands NumPy's own functions know nothing.
    **dict.fromkeys(("sparse_dot", "structured_dot", "true_dot"), _between("@")),
    "sparse_transpose": lambda part, args: f"{_operand(args[0])}.T",
    "matrix_inverse": _call("numpy.linalg.inv"),
    "det": _call("numpy.linalg.det"),
    "softmax": _along("softmax"),
    "softmax_with_bias": lambda part, args: f"softmax({' + '.join(map(_operand, args))}, axis=-1)",
    "softmax_grad": _along("softmax_grad"),
    "log_softmax": _along("log_softmax"),
    "crossentropy_softmax_argmax1_hot_with_bias": _call("label_loss_of_scores"),
    "crossentropy_softmax1_hot_with_bias_dx": _call("label_loss_of_scores_grad"),
    "crossentropy_categorical1_hot": _call("label_loss"),
    "crossentropy_categorical1_hot_grad": _call("label_loss_grad"),
    **dict.fromkeys(("subtensor", "advanced_subtensor"), _taken),
    "advanced_subtensor1": lambda part, args: f"{_operand(args[0])}[{args[1]}]",
    **dict.fromkeys(("set_subtensor", "advanced_set_subtensor"), _changed("put")),
    **dict.fromkeys(("inc_subtensor", "advanced_inc_subtensor"), _changed("add_at")),
    "advanced_inc_subtensor1": lambda part, args: f"add_at({args[0]}, {args[2]}, {args[1]})",
    "advanced_set_subtensor1": lambda part, args: f"put({args[0]}, {args[2]}, {args[1]})",
    "join": lambda part, args: f"numpy.concatenate([{', '.join(args[1:])}], axis={args[0]})",
    "make_vector": lambda part, args: f"numpy.asarray([{', '.join(args)}])",
    "shape": lambda part, args: f"numpy.asarray(numpy.shape({args[0]}))",
    "shape_i": lambda part, args: (
        f"numpy.shape({args[0]})[{(axes_of(part.param('axis')) or (0,))[0]}]"
    ),
    "split": _split,
    OUTPUT: lambda part, args: f"{_operand(args[0])}[{part.param('position') or 0}]",
    "reshape": lambda part, args: f"numpy.reshape({args[0]}, {args[1]})",
}
"""How each kind of op is written; the first argument is the expression itself."""
