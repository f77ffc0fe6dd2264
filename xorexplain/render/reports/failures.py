"""Tell why a call failed or a graph was not built: what does not fit, its line, the cure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from xorexplain.errors.escaping import counted, json_text
from xorexplain.graph.ops import kind_words
from xorexplain.graph.records import SourceLine
from xorexplain.render.reports.document import (
    Block,
    Code,
    Column,
    Document,
    Field,
    Fields,
    Fold,
    Heading,
    Inlines,
    Reference,
    Run,
    Table,
    Verbatim,
    field,
    inlines,
    listed,
    paragraph,
)
from xorexplain.runs.arrays import shape_words
from xorexplain.runs.records import Compiled, Explanation, Operand, Value

OWN_MESSAGE = "the engine's own message: "
MAX_REWRITES = 12
"""Rewrites on the way to a compiled node that are named."""


def failure(told: Explanation) -> Document:
    """Tell an explanation: first what does not fit, last the engine's own message."""
    return Document("failure", tuple(_blocks(told)))


def failure_json(told: Explanation) -> str:
    """Write an explanation as JSON."""
    return json_text(told)


def headline(told: Explanation) -> str:
    """Say in one line what went wrong."""
    if told.problem == "other":
        return told.sentence
    return f"{told.problem}: {told.sentence}"


def _blocks(told: Explanation) -> Iterator[Block]:
    yield Heading(inlines(headline(told), style="heading"), level=3)
    yield Fields(tuple(_fields(told)))
    if told.generated:
        yield paragraph("the generated code:")
        yield Verbatim("\n".join(told.generated))
    if told.values:
        yield values_table(told.values)
    if told.operands:
        yield operands_table(told.operands)
    for note in told.notes:
        yield paragraph(note, tone="small")
    if told.error:
        first, _, rest = told.error.partition("\n")
        said = inlines(OWN_MESSAGE, Code(first))
        yield Fold(said, (Verbatim(rest),)) if rest.strip() else paragraph(*said)


def _fields(told: Explanation) -> Iterator[Field]:
    if told.source is not None:
        yield field("line", *place(told.source), *less_certain(told.source_of))
    if told.asked is not None and told.asked != told.source:
        yield field("compiled at", *place(told.asked))
    if told.found in ("building", "compiling") and not told.kind:
        if told.source is None or told.expression != told.source.code:
            yield field(told.found, Code(told.expression))
    elif told.expression:
        op = Reference("op", told.kind, kind_words(told.kind))
        name = (*inlines("  ("), op, *inlines(")")) if told.kind else ()
        yield field("node" if told.kind else "input", Code(told.expression), *name)
    for title in told.inside:
        yield field("inside", title)
    if told.compiled is not None:
        yield from compiled_fields(told.compiled)
    if told.rewrite:
        yield field("rewrite", Reference("rewrite", told.rewrite))
    if told.cure:
        yield field("cure", told.cure)


def compiled_fields(compiled: Compiled) -> Iterator[Field]:
    """Tell which node of the compiled function it is, and by which rewrites."""
    with_others = (
        f", with {counted(compiled.others, 'other node')} in it" if compiled.others else ""
    )
    place_ = f", node {compiled.position} of {compiled.count}{with_others}"
    yield field("runs as", Code(compiled.op), place_)
    names = list(dict.fromkeys(name for _, name in compiled.rewrites))
    if names:
        more = f" and {len(names) - MAX_REWRITES} more" if len(names) > MAX_REWRITES else ""
        shown = listed(Reference("rewrite", name) for name in names[:MAX_REWRITES])
        yield field("made by", *shown, more)


def place(source: SourceLine) -> Inlines:
    """Write a line of the user's program, with its place before it."""
    return (Run(f"{source.file}:{source.line}: ", "id"), Code(source.code))


def less_certain(source_of: str) -> Inlines:
    """Say what a line is the line of, where that of the node is not known."""
    return inlines(f"  ({source_of})") if source_of else ()


def values_table(values: Iterable[Value]) -> Table:
    """Write values, and below each the named ones that it is made of."""
    rows = []
    for value in values:
        rows.append(_row(value, ""))
        rows += [_row(part, "  ") for part in value.made_of]
    columns = (
        Column("went in", grows=True),
        Column("shape"),
        Column("dtype"),
        Column("value", grows=True),
        Column("from", grows=True),
    )
    return Table(columns, tuple(rows))


def operands_table(operands: Iterable[Operand]) -> Table:
    """Write what a graph was built of: types, where there are no values yet."""
    columns = (
        Column("of", grows=True),
        Column("dimensions"),
        Column("shape"),
        Column("dtype"),
        Column("from", grows=True),
    )
    return Table(columns, tuple(map(_operand, operands)))


def _operand(operand: Operand) -> tuple[Inlines, ...]:
    shape = operand.shape
    line = operand.source
    origin = operand.came if line is None else f"{operand.came}, {line.file}:{line.line}"
    return (
        inlines(Code(operand.expression)),
        inlines("" if shape is None else str(len(shape))),
        inlines("" if shape is None else shape_words(shape)),
        inlines(operand.dtype or operand.type),
        inlines(origin),
    )


def _row(value: Value, indent: str) -> tuple[Inlines, ...]:
    shape = shape_words(value.shape) if value.shape is not None else ""
    line = value.source
    origin = value.came if line is None else f"{value.came}, {line.file}:{line.line}"
    return (
        inlines(indent, Code(value.expression)),
        inlines(shape),
        inlines(value.dtype),
        inlines(value.text),
        inlines(origin),
    )
