"""Build expressions from a graph, without what only makes shapes fit."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from xorexplain.graph.ops import (
    NO_AXIS,
    adds_leading_axes,
    distribution,
    generator_at,
    has,
    is_complete,
)
from xorexplain.graph.records import EVERYWHERE, Apply, Graph, Variable
from xorexplain.graph.views.checks import CHECK
from xorexplain.notation.by_names import placed
from xorexplain.notation.expr import FILL, OUTPUT, Expr, call, number, symbol, with_args
from xorexplain.notation.kernels import added_product
from xorexplain.notation.loose import Long, Written, along
from xorexplain.notation.properties import as_both_have_it, properties


def express(
    graph: Graph,
    variable: str,
    names: Mapping[str, str],
    expanded: Collection[str] = (),
    broadcasts: bool = False,
    loose: bool = False,
) -> Expr:
    """Write a variable as an expression that stops at named variables.

    `names` gives a name to the variables to stop at, except those in `expanded`. A variable below
    keeps one record however often it is used. Broadcasts that NumPy would do by itself are left
    out unless `broadcasts` is set, as far as the value keeps its shape; `loose` lets it lack what
    an elementwise op that reads it repeats. Only what lies above the named variables is walked.
    """
    found = _written(graph, variable, names, expanded, {}, broadcasts)
    return found.loose if loose else found.full


def _written(
    graph: Graph,
    variable: str,
    names: Mapping[str, str],
    expanded: Collection[str],
    given: Mapping[str, Written],
    broadcasts: bool,
) -> Written:
    """Write a variable on others, of which some are `given` as they are written elsewhere."""
    built = dict(given)
    stack = [variable]
    while stack:
        id_ = stack[-1]
        apply = graph.owner(id_)
        if id_ in built:
            stack.pop()
        elif id_ in names and id_ not in expanded:
            built[id_] = _same(symbol(names[id_]), graph.variable[id_])
        elif apply is None:
            built[id_] = _leaf(graph.variable[id_])
        else:
            missing = [v for v in apply.inputs if v not in built]
            stack.extend(reversed(missing))
            if not missing:
                args = [built[v] for v in apply.inputs]
                built[id_] = _apply(graph, apply, id_, args, broadcasts)
    return built[variable]


def _same(written: Expr, variable: Variable) -> Written:
    return Written(written, written, _long(variable), _long(variable))


def _long(variable: Variable) -> Long:
    return tuple(not is_one for is_one in variable.broadcastable or ())


def _leaf(variable: Variable) -> Written:
    """Write a variable nothing computes: a constant's number, else its name or id."""
    value, digits = variable.value or "", variable.filling or ""
    if _is_number(value):
        return Written(number(value), number(value), (), _long(variable))
    shape = variable.shape or ()
    if value.endswith(EVERYWHERE) and _is_number(digits) and None not in shape:
        lengths = [number(str(length)) for length in shape]
        made = call("alloc", number(digits), *lengths)
        return Written(made, number(digits), (), _long(variable))
    if variable.name is None and value.startswith("[") and _is_number(digits):
        return Written(symbol(value), number(digits), (), _long(variable))
    return _same(symbol(variable.name or value or variable.id), variable)


def _of_each_element(variable: Variable, written: Written) -> Written:
    """Write an array of one number as the number: what is fused computes element by element."""
    digits = variable.filling or ""
    is_one = (variable.value or "").startswith("[") and _is_number(digits)
    return (
        replace(written, full=number(digits), loose=number(digits), long=()) if is_one else written
    )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _apply(
    graph: Graph, apply: Apply, output: str, given: Sequence[Written], broadcasts: bool
) -> Written:
    kind, variable = apply.op.kind, graph.variable[output]
    args = along(apply.op, given)
    read = [argument.full for argument in args]
    if not is_complete(kind, len(args)):
        bare = Expr(kind, tuple(read), params=properties(graph, apply))
        return _same(_one_of(apply, output, bare), variable)
    if has(kind, "carries") or _reduces_nothing(graph, apply) or _is_steered(graph, apply):
        is_as_wide = graph.variable[apply.inputs[0]].broadcastable == variable.broadcastable
        return args[0] if is_as_wide else _same(args[0].full, variable)
    full, params = as_both_have_it(apply, read, properties(graph, apply))
    if _is_fused(graph, apply):
        # What is fused reads as loosely as its parts would.
        if broadcasts:
            written = inlined(graph, apply, output, [argument.full for argument in given])
            return _same(written, variable)
        return replace(_inlined(graph, apply, output, args), whole=_long(variable))
    whole = _as_a_whole(graph, apply, output, full, params)
    if whole is not None:
        return _same(whole, variable)
    if kind == "squeeze" and args[0].loose.is_number and variable.broadcastable == ():
        return _same(args[0].loose, variable)
    if kind == "second":
        if not broadcasts and _is_filled_already(graph, apply, variable):
            return args[1]
        made = call(FILL, full[1] if broadcasts else args[1].loose, full[0])
    else:
        made = Expr(kind, tuple(full), params=params)
    made = _one_of(apply, output, made)
    return _same(made, variable) if broadcasts else _loosened(apply, variable, made, args)


def _loosened(apply: Apply, variable: Variable, made: Expr, args: Sequence[Written]) -> Written:
    """Write a value as an op may read it that repeats what is short by itself."""
    kind = apply.op.kind
    if kind != "second" and apply.op.family == "elementwise" and len(apply.outputs) == 1:
        return _elementwise(made, args)
    if variable.broadcastable is None:
        return _same(made, variable)
    if kind == "second":
        return Written(made, args[1].loose, args[1].long, _long(variable))
    if kind == "alloc" or (kind == "expand_dims" and adds_leading_axes(apply.op.params)):
        return Written(made, args[0].loose, args[0].long, _long(variable))
    return _same(made, variable)


def _as_a_whole(
    graph: Graph,
    apply: Apply,
    output: str,
    full: Sequence[Expr],
    params: tuple[tuple[str, str], ...],
) -> Expr | None:
    """Write what is no call of its own kind: a draw, what is fused, a product of BLAS."""
    kind = apply.op.kind
    if kind == "max_and_argmax" and len(apply.outputs) == 2:
        part = "argmax" if apply.outputs.index(output) else "max"
        return Expr(part, tuple(full), params=params)
    generator = None if has(kind, "draws by dims") else generator_at(apply.op)
    if generator is not None and len(full) > generator + 1:
        return _drawn(graph, apply, output, full[generator:])
    return added_product(kind, full) or placed(apply.op, full, apply.outputs.index(output))


def _one_of(apply: Apply, output: str, made: Expr) -> Expr:
    """Say which of several outputs of its apply node an expression is."""
    if len(apply.outputs) < 2:
        return made
    return call(OUTPUT, made, position=str(apply.outputs.index(output)))


def _drawn(graph: Graph, apply: Apply, output: str, full: Sequence[Expr]) -> Expr:
    """Write a random draw by the name of its distribution, or the generator after it."""
    size = graph.variable[apply.inputs[1 - len(full)]]
    is_sized = size.value != "None" and size.shape != (0,)
    args = (full[0], full[1] if is_sized else symbol("None"), *full[2:])
    named = {**dict(apply.op.params), "name": distribution(apply.op)}
    made = call("random_variable", *args, **named)
    if len(apply.outputs) == 2:
        return made if output == apply.outputs[1] else call("next_rng", made)
    return _one_of(apply, output, made)


def _is_fused(graph: Graph, apply: Apply) -> bool:
    """Tell whether an op computes what its inner graph does, which a file may lack in part."""
    # What a view folded, as a product with transposes, is written as it was.
    is_along = has(apply.op.kind, "matrix product") and apply.op.param("axis")
    is_folded = is_along or apply.op.param("transposed") or apply.op.param("batched")
    if not (is_folded or apply.op.kind in (CHECK, "lengths") or has(apply.op.kind, "fused")):
        return False
    return apply.inner is not None and len(graph.inner[apply.inner].outputs) == len(apply.outputs)


def inlined(graph: Graph, apply: Apply, output: str, args: Sequence[Expr]) -> Expr:
    """Write an output of a fused op as what it fuses, on the op's own arguments."""
    operands = [graph.variable[v] for v in apply.inputs]
    told = [_same(written, v) for v, written in zip(operands, args, strict=True)]
    return _inlined(graph, apply, output, along(apply.op, told)).full


def _inlined(graph: Graph, apply: Apply, output: str, args: Sequence[Written]) -> Written:
    assert apply.inner is not None
    inner = graph.inner[apply.inner]
    if apply.op.kind == "composite":
        operands = (graph.variable[v] for v in apply.inputs)
        args = [_of_each_element(v, written) for v, written in zip(operands, args, strict=True)]
    result = inner.outputs[apply.outputs.index(output)].variable
    fed = zip(inner.inputs, apply.inner_inputs, strict=False)
    given = {v: args[feed] for v, feed in fed if feed is not None}
    return _written(inner, result, {}, (), given, False)


def express_on(graph: Graph, variable: str, given: Mapping[str, Expr]) -> Expr:
    """Write a variable as an expression of others, each of which is one itself."""
    told = {id_: _same(value, graph.variable[id_]) for id_, value in given.items()}
    return _written(graph, variable, {}, (), told, False).full


def _is_filled_already(graph: Graph, apply: Apply, variable: Variable) -> bool:
    """Tell whether a fill repeats nothing: the value is as wide as the result, or both scalars."""
    value = graph.variable[apply.inputs[1]]
    long = _long(variable)
    return value.broadcastable == variable.broadcastable and (not long or any(long))


def _elementwise(made: Expr, args: Sequence[Written]) -> Written:
    """Let an op read its arguments loosely, as long as one of them has each dimension."""
    loose = with_args(made, tuple(argument.loose for argument in args))
    wanted = _union([argument.whole for argument in args])
    lax = _union([argument.long for argument in args])
    if lax == wanted:
        return Written(loose, loose, lax, wanted)
    chosen: list[Expr] = []
    covered = lax
    for argument in args:
        with_this = _union([covered, argument.whole])
        chosen.append(argument.loose if with_this == covered else argument.full)
        covered = with_this
    return Written(with_args(made, tuple(chosen)), loose, lax, wanted)


def _union(longs: Sequence[Long]) -> Long:
    """Tell which dimensions are long when arrays are broadcast together."""
    ndim = max(map(len, longs), default=0)
    padded = [(False,) * (ndim - len(long)) + long for long in longs]
    return tuple(any(entries) for entries in zip(*padded, strict=True))


def _is_steered(graph: Graph, apply: Apply) -> bool:
    """Tell whether an op says what becomes of the gradient of a constant, which has none."""
    is_steering = has(apply.op.kind, "steers gradient")
    return is_steering and graph.variable[apply.inputs[0]].role == "constant"


def _reduces_nothing(graph: Graph, apply: Apply) -> bool:
    """Tell whether a reduction over no axis hands on its input, in the same type."""
    bare = has(apply.op.kind, "reduces") and apply.op.param("axis") == NO_AXIS
    return bare and graph.variable[apply.inputs[0]].dtype == graph.variable[apply.outputs[0]].dtype
