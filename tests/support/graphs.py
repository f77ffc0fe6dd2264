"""Build small graphs from lines that read like a program: `h = dot(x, W)`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from xorexplain.graph.ops import KINDS
from xorexplain.graph.records import Apply, Graph, Op, Origin, Output, Variable

Shape = tuple[int | None, ...]
LINE = re.compile(r"(?P<outputs>[^=]+?) = (?P<kind>\w+)(\[(?P<params>[^]]*)\])?\((?P<inputs>.*)\)")
NUMBER = re.compile(r"-?\d+(\.\d*)?")


def graph(
    *lines: str,
    outputs: str | Sequence[str] | None = None,
    shapes: Mapping[str, Shape] | None = None,
    shared: Sequence[str] = (),
    inner: Sequence[Graph] = (),
) -> Graph:
    """Build a graph from lines such as `s = sum[axis=0](x)`; a number stands for a constant.

    What no line computes is an input, or shared. `outputs` are names, by default what the last
    line computes. A variable whose shape is not given is a scalar. `inner=0` among the parameters
    of an op gives it that inner graph.
    """
    statements = [_parse(line) for line in lines]
    computed = {name: f"n{i}" for i, (names, *_) in enumerate(statements) for name in names}
    order: dict[str, str] = {}
    for names, _, _, inputs in statements:
        for name in (*inputs, *names):
            order.setdefault(name, f"v{len(order)}")
    if outputs is None:
        outputs = statements[-1][0]
    wanted = [outputs] if isinstance(outputs, str) else list(outputs)
    for name in wanted:
        order.setdefault(name, f"v{len(order)}")
    known = shapes or {}

    def variable(name: str) -> Variable:
        shape = known.get(name, ())
        is_constant = NUMBER.fullmatch(name) is not None
        role = "constant" if is_constant else "shared" if name in shared else "input"
        if name in computed:
            role = "output" if name in wanted else "intermediate"
        return Variable(
            id=order[name],
            name=None if is_constant else name,
            type="float64",
            role=role,  # type: ignore[arg-type]
            dtype="float64",
            shape=shape,
            broadcastable=tuple(length == 1 for length in shape),
            value=name if is_constant else None,
            owner=computed.get(name),
        )

    def apply(number: int, names: list[str], kind: str, params: dict[str, str], inputs: list[str]):
        position = params.pop("inner", None)
        op = Op(
            kind,
            KINDS[kind].family if kind in KINDS else "elementwise",
            kind.title(),
            tuple(params.items()),
        )
        return Apply(
            id=f"n{number}",
            op=op,
            inputs=tuple(order[name] for name in inputs),
            outputs=tuple(order[name] for name in names),
            inner=None if position is None else int(position),
            inner_inputs=() if position is None else tuple(range(len(inputs))),
        )

    variables = tuple(variable(name) for name in order)
    return Graph(
        origin=Origin("theano", "1.0.5", "test", "symbolic"),
        variables=variables,
        applies=tuple(apply(number, *statement) for number, statement in enumerate(statements)),
        inputs=tuple(v.id for v in variables if v.owner is None and v.role != "constant"),
        outputs=tuple(Output(order[name], name) for name in wanted),
        inner=tuple(inner),
    )


def _parse(line: str) -> tuple[list[str], str, dict[str, str], list[str]]:
    match = LINE.fullmatch(line)
    assert match is not None, f"cannot read {line!r}"
    params = dict(_pairs(match["params"] or ""))
    inputs = [name for name in match["inputs"].split(", ") if name]
    return match["outputs"].split(", "), match["kind"], params, inputs


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for pair in filter(None, text.split(";")):
        name, _, value = pair.partition("=")
        yield name, value


def named(graph: Graph, name: str) -> Variable:
    """Return the one variable of that name, or the constant of that value."""
    (found,) = [v for v in graph.variables if name in (v.name, v.value)]
    return found


def kinds(graph: Graph) -> list[str]:
    """List the kinds of the apply nodes, in order."""
    return [apply.op.kind for apply in graph.applies]


def chain(length: int) -> Graph:
    """Return `length` elementwise ops one after another: `x1 = tanh(x0)`, ..."""
    return graph(*(f"x{i + 1} = tanh(x{i})" for i in range(length)))


def squares(length: int) -> Graph:
    """Return `length` products of a value with itself, each with two uses of the one before."""
    return graph(*(f"x{i + 1} = mul(x{i}, x{i})" for i in range(length)))


def fibonacci(length: int) -> Graph:
    """Return a heavily shared graph: written out as a tree it grows as the Fibonacci numbers."""
    return graph(*(f"x{i + 2} = add(x{i}, x{i + 1})" for i in range(length)))


def consistent(graph: Graph) -> bool:
    """Tell whether every id that a graph mentions belongs to one of its variables or nodes."""
    mentioned = {v for apply in graph.applies for v in (*apply.inputs, *apply.outputs)}
    mentioned |= {*graph.inputs, *graph.parameters, *graph.output_ids}
    owners = {v.id: v.owner for v in graph.variables}
    computed = {v: apply.id for apply in graph.applies for v in apply.outputs}
    return (
        mentioned <= owners.keys()
        and len(owners) == len(graph.variables)
        and {v: owner for v, owner in owners.items() if owner is not None} == computed
    )


def anonymous(graph: Graph, given: bool = False) -> Graph:
    """Take the names off what is computed, also off what is `given`; a name is never hidden."""
    variables = (
        v if v.owner is None and not given else replace(v, name=None) for v in graph.variables
    )
    return replace(graph, variables=tuple(variables))
