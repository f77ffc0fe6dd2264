"""Say which shapes an op gives, from those it reads: a rule a kind or a family."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from xorexplain.graph.ops import KINDS, axes_of, entries_of, having
from xorexplain.graph.records import Apply, Family, Graph
from xorexplain.graph.views.equations_of_length import Equations
from xorexplain.graph.views.forms_of_length import Form, divided, known, minus, plus, product
from xorexplain.graph.views.length_given import Given, Lengths
from xorexplain.graph.views.length_indexing import by_arrays, cut, rows
from xorexplain.graph.views.length_signatures import by_signature, diagonal
from xorexplain.graph.views.length_values import Shapes, Value
from xorexplain.graph.views.length_windows import (
    convolved,
    convolved_signals,
    pooled,
    received_by_filters,
    received_by_images,
)

Rule = Callable[[Given], Sequence[Lengths | None] | None]


def shape_rule(
    graph: Graph,
    apply: Apply,
    shapes: Shapes,
    values: Sequence[Value | None],
    equations: Equations,
) -> Sequence[Lengths | None] | None:
    """Return the shapes of an apply node's results, None where no rule tells them."""
    rule = _RULES.get(apply.op.kind) or _OF_FAMILY.get(apply.op.family)
    if rule is None or apply.op.kind == "fused_elemwise":
        # What is fused with elementwise ops may be a sum or an index.
        return None
    try:
        found = rule(Given(graph, apply, shapes, values, equations))
    except (IndexError, ValueError):
        # A graph from a file may have ops with other inputs or properties than engines give them.
        return None
    return list(found) * len(apply.outputs) if found is not None and len(found) == 1 else found


def _broadcast(given: Given) -> list[Lengths | None] | None:
    """Give each axis the length of those inputs that are not repeated along it: all are equal."""
    if None in given.shapes or not given.shapes:
        return None
    # Native scalars stand beside arrays without having their axes.
    shapes = {i: shape for i, shape in enumerate(given.shapes) if shape}
    ranks = {len(shape) for shape in shapes.values()} or {0}
    if len(ranks) != 1:
        return None
    return [given.whole(shapes, ranks.pop())]


def _reduce(given: Given) -> list[Lengths | None] | None:
    shape, axes = given.shapes[0], axes_of(given.apply.op.param("axis"))
    if shape is None:
        return None
    if axes is None:
        return [()]
    dropped = {a % len(shape) for a in axes} if shape else set()
    return [tuple(length for position, length in enumerate(shape) if position not in dropped)]


def _matrix_product(given: Given) -> list[Lengths | None] | None:
    left, right = given.shapes[0], given.shapes[1]
    if not left or not right:
        return None
    if max(len(left), len(right)) > 2 and given.apply.op.kind not in ("dot", "dot22_scalar"):
        # Of more than two axes, the leading ones are those of a batch.
        if len(left) != len(right):
            return None
        given.equations.equate(left[-1], right[-2])
        return [(*given.whole({0: left, 1: right}, len(left) - 2), left[-2], right[-1])]
    given.equations.equate(left[-1], right[max(len(right) - 2, 0)])
    return [left[:-1] + (right[:-2] + right[-1:] if len(right) > 1 else ())]


def _batched_dot(given: Given) -> list[Lengths | None] | None:
    """Multiply the entries of two batches, each of which is a matrix or a vector."""
    left, right = given.shapes[0], given.shapes[1]
    if left is None or right is None:
        return None
    given.equations.equate(left[-1], right[1])
    return [(*given.whole({0: left, 1: right}, 1), *left[1:-1], *right[2:])]


def _transposed(given: Given) -> list[Lengths | None] | None:
    shape = given.shapes[0]
    return None if shape is None else [shape[::-1]]


def _put_together(given: Given) -> list[Lengths | None] | None:
    """Give a sparse matrix the shape that is its last part."""
    shape = given.values[-1]
    return [shape] if isinstance(shape, tuple) else None


def _kernel(given: Given) -> list[Lengths | None]:
    """Give the shape of the first input, whose lengths are those of a product of two others."""
    first, left, right = (given.shapes[position] for position in (0, 2, 3))
    if first is not None and left and right:
        if given.apply.op.kind != "ger":
            given.equations.equate(left[-1], right[0])
        outer = (*left[:1], *right[-1:])
        for one, other in zip(first, outer, strict=False):
            given.equations.equate(one, other)
    return [first]


def _reordered(given: Given) -> list[Lengths | None] | None:
    shape, order = given.shapes[0], given.apply.op.param("order")
    if shape is None or order is None:
        return None
    return [tuple(known(1) if axis == "x" else shape[int(axis)] for axis in entries_of(order))]


def _accumulate(given: Given) -> list[Lengths | None] | None:
    return None if given.apply.op.param("axis") is None else _as_first(given)


def _as_first(given: Given) -> list[Lengths | None]:
    return [given.shapes[0]]


def _normalized(given: Given) -> list[Lengths | None]:
    """Give a batch its own shape, and what was counted of it that of the factors."""
    factors = given.shapes[2 if given.apply.op.kind.endswith("_grad") else 1]
    return [given.shapes[0], *[factors] * (len(given.apply.outputs) - 1)]


def _of_values(values: Sequence[Value | None]) -> list[Lengths | None]:
    return [tuple(v if isinstance(v, Form) else None for v in values)]


def _alloc(given: Given) -> list[Lengths | None]:
    return _of_values(given.values[1:])


def _by_rows_and_columns(given: Given) -> list[Lengths | None]:
    return _of_values(given.values[:2])


def _alloc_empty(given: Given) -> list[Lengths | None]:
    return _of_values(given.values)


def _arange(given: Given) -> list[Lengths | None] | None:
    numbers = [v if isinstance(v, Form) else None for v in given.values]
    start, stop, step = numbers
    if start is None or stop is None or step is None or step.number != 1:
        return None
    length = minus(stop, start)
    return [(length,)] if length.is_surely_no_less_than_0 else None


def _reshape(given: Given) -> list[Lengths | None] | None:
    shape, wanted = given.shapes[0], given.values[1]
    if not isinstance(wanted, tuple):
        return None
    free = [axis for axis, length in enumerate(wanted) if length is None or length.number == -1]
    if len(free) != 1 or shape is None:
        return [tuple(None if axis in free else form for axis, form in enumerate(wanted))]
    rest = product(tuple(f for a, f in enumerate(wanted) if f is not None and a not in free))
    left = divided(product(shape), rest)
    return [tuple(left if axis in free else form for axis, form in enumerate(wanted))]


def _row(given: Given) -> list[Lengths | None]:
    return [(known(len(given.values)),)]


def _join(given: Given) -> list[Lengths | None] | None:
    written, shapes, first = given.apply.op.param("axis"), list(given.shapes), None
    if written is None:
        first, shapes = given.values[0], shapes[1:]
        axis = first.number if isinstance(first, Form) else None
    else:
        axis = int(written)
    if axis is None or not shapes or not all(shapes):
        return None
    parts = [shape for shape in shapes if shape is not None]
    axis %= len(parts[0])
    found: list[Form | None] = []
    for position in range(len(parts[0])):
        lengths = [part[position] for part in parts]
        total = known(0)
        for length in lengths:
            total = plus(total, length)
        found.append(total if position == axis else given.equal(lengths))
    return [tuple(found)]


def _chances_of_labels(given: Given) -> list[Lengths | None] | None:
    shape, labels = given.shapes[0], given.shapes[2]
    if shape is None or len(shape) != 2 or not labels:
        return None
    given.equations.equate(shape[0], labels[0])
    return [shape[:1], shape, shape[:1]]


def _losses_of_labels(given: Given) -> list[Lengths | None] | None:
    chances, labels = given.shapes[0], given.shapes[1]
    if not chances or not labels:
        return None
    given.equations.equate(chances[0], labels[0])
    return [chances[:1]]


def _as_second(given: Given) -> list[Lengths | None]:
    return [given.shapes[1]]


def _chosen(given: Given) -> list[Lengths | None] | None:
    """Give what both branches of a condition have in common."""
    count = len(given.apply.outputs)
    then, other = given.shapes[1 : 1 + count], given.shapes[1 + count :]
    return [
        None
        if a is None or b is None or len(a) != len(b)
        else tuple(x if x == y else None for x, y in zip(a, b, strict=True))
        for a, b in zip(then, other, strict=True)
    ]


def _drawn(given: Given) -> list[Lengths | None] | None:
    """Give what is drawn its size, the second input; the generator's next state keeps its shape.

    A state that is no array has none, wherever it stands.
    """
    is_plain = len(given.values) > 1 and given.apply.op.kind != "op_from_graph"
    size = given.values[1] if is_plain else None
    drawn = size if isinstance(size, tuple) else None
    state = given.shapes[0] if given.apply.op.kind == "mrg_uniform" else drawn
    return [state, *[drawn] * (len(given.apply.outputs) - 1)]


_RULES: Mapping[str, Rule] = {
    **dict.fromkeys(having("same shape"), _as_first),
    **dict.fromkeys(having("carries"), _as_first),
    **dict.fromkeys(having("passes"), _as_first),
    **dict.fromkeys(having("matrix product"), _matrix_product),
    **dict.fromkeys(having("reorders axes"), _reordered),
    **dict.fromkeys(having("slides filters"), convolved),
    **dict.fromkeys(having("received by filters"), received_by_filters),
    **dict.fromkeys(having("received by images"), received_by_images),
    **dict.fromkeys((k.name for k in KINDS.values() if k.signatures), by_signature),
    "advanced_subtensor": by_arrays,
    "advanced_subtensor1": rows,
    "abstract_batch_norm_inference": _normalized,
    "abstract_batch_norm_train": _normalized,
    "abstract_batch_norm_train_grad": _normalized,
    "alloc": _alloc,
    "alloc_empty": _alloc_empty,
    "arange": _arange,
    "batched_dot": _batched_dot,
    "blockwise": by_signature,
    "convolve1d": convolved_signals,
    "convolve2d": convolved_signals,
    "crossentropy_categorical1_hot": _losses_of_labels,
    "crossentropy_categorical1_hot_grad": _as_second,
    "crossentropy_softmax1_hot_with_bias_dx": _as_second,
    "crossentropy_softmax_argmax1_hot_with_bias": _chances_of_labels,
    "cumprod": _accumulate,
    "cumsum": _accumulate,
    "dot22_scalar": _matrix_product,
    "extract_diag": diagonal,
    "eye": _by_rows_and_columns,
    "gemm": _kernel,
    "gemv": _kernel,
    "ger": _kernel,
    "if_else": _chosen,
    "join": _join,
    "make_vector": _row,
    "pool": pooled,
    "reshape": _reshape,
    "second": _broadcast,
    "csm": _put_together,
    "sp_sum": _reduce,
    "sparse_dot": _matrix_product,
    "sparse_transpose": _transposed,
    "structured_dot": _matrix_product,
    "subtensor": cut,
    "tri": _by_rows_and_columns,
    "true_dot": _matrix_product,
}
_OF_FAMILY: Mapping[Family, Rule] = {
    "elementwise": _broadcast,
    "random": _drawn,
    "reduction": _reduce,
}
"""Rules for the kinds of a family that have none of their own."""
