"""Hold what is found out about a call, as plain frozen records."""

from __future__ import annotations

from typing import Literal

from xorexplain.errors.records import dataclass
from xorexplain.graph.records import Role, SourceLine

Found = Literal["node", "argument", "building", "compiling", "nothing"]
"""Where a call fails: at an apply node that fails alone too, at an argument, before any call while
a graph was built or compiled, or nowhere that could be found."""
Problem = Literal[
    "dimension mismatch",
    "broadcasting forbidden",
    "index out of bounds",
    "division by zero",
    "singular matrix",
    "not positive definite",
    "wrong dtype",
    "wrong type",
    "wrong number of arguments",
    "missing input",
    "assertion failed",
    "wrong length",
    "cost not scalar",
    "wrong number of dimensions",
    "no gradient",
    "failed rewrite",
    "failed compiler",
    "out of memory",
    "parameter out of range",
    "logp not finite",
    "wrong axis",
    "not a number yet",
    "unused input",
    "updated twice",
    "unknown mode",
    "not supported",
    "other",
]


@dataclass(frozen=True)
class Value:
    """Describe a value that went into an apply node, or came out of it.

    `expression` is as the user wrote it, `text` the value itself where it is small, else a
    summary. `came` says from where, as "argument 1 of the call"; `source` is the line that wrote
    it. `made_of` are the named values its expression is made of.
    """

    expression: str
    role: Role
    dtype: str
    shape: tuple[int, ...] | None
    text: str
    came: str
    source: SourceLine | None = None
    made_of: tuple[Value, ...] = ()


@dataclass(frozen=True)
class Operand:
    """Describe what a graph was built of, before there are values.

    `shape` has an entry a dimension, None where the type leaves it open; it is None as a whole for
    what is no array. `came` and `source` are as for a `Value`.
    """

    expression: str
    role: Role
    type: str
    dtype: str
    shape: tuple[int | None, ...] | None
    came: str
    source: SourceLine | None = None


@dataclass(frozen=True)
class Compiled:
    """Say what the engine made of an apply node: the node that runs, and by which rewrites.

    `position` counts the nodes of the compiled function in order of execution, from 1. `rewrites`
    pairs the number of a step with its name.
    """

    op: str
    position: int
    count: int
    rewrites: tuple[tuple[int, str], ...] = ()
    others: int = 0
    """How many apply nodes of the graph as written it computes besides."""


@dataclass(frozen=True)
class Explanation:
    """Tell why a call failed.

    `sentence` says what does not fit, with the numbers at hand; `expression` and `source` are of
    the apply node, or of the input. `inside` are the graphs it is inside of, as a round of a loop,
    the outermost first. `is_written` tells that it is of the graph as the user wrote it, and not
    only of what the engine made of it. `error` is the engine's own message.
    """

    found: Found
    problem: Problem
    sentence: str
    expression: str
    kind: str
    source: SourceLine | None
    values: tuple[Value, ...]
    cure: str
    error: str
    inside: tuple[str, ...] = ()
    compiled: Compiled | None = None
    is_written: bool = True
    notes: tuple[str, ...] = ()
    operands: tuple[Operand, ...] = ()
    """What a graph that could not be built was built of."""
    asked: SourceLine | None = None
    """The line that compiled the function, where `source` is that of one of its nodes."""
    rewrite: str = ""
    """The rewrite that failed."""
    generated: tuple[str, ...] = ()
    """Lines of the code that was generated and does not compile."""
    source_of: str = ""
    """What `source` is the line of, where that of the node itself is not known."""


Bad = Literal["NaN", "infinity"]
Effect = Literal["hides", "makes", "changes", "stays", "still hidden", "not tried"]
"""What is seen without a rewrite: results are not finite which it kept finite; they are finite
which it did not; others are finite than with it; all as with it, not finite or finite; or it could
not be left out."""


@dataclass(frozen=True)
class Tried:
    """Say what rewrites do to what is not finite, by leaving them out.

    `caveat` is what is known of the rewrite, where it may change a NaN; `results` are the numbers
    of those that are not finite without it. `reason` says why it could not be tried.
    """

    names: tuple[str, ...]
    effect: Effect
    results: tuple[int, ...] = ()
    caveat: str = ""
    reason: str = ""


@dataclass(frozen=True)
class ByRewrites:
    """Compare a graph as it was written with what the engine makes of it, and with less of that.

    `written` and `rewritten` are the numbers of the results that are not finite; `written` is None
    where that graph is not known. `left` counts the rewrites that were not looked at, `reason` says
    why none was.
    """

    written: tuple[int, ...] | None
    rewritten: tuple[int, ...]
    tried: tuple[Tried, ...] = ()
    left: int = 0
    reason: str = ""


@dataclass(frozen=True)
class Elements:
    """Count the elements of a value that are not finite, and name the first: places and values."""

    count: int
    total: int
    first: tuple[tuple[int, ...], ...]
    values: tuple[str, ...]


@dataclass(frozen=True)
class Finding:
    """Tell where a NaN or an infinity began.

    `rule` is what made it, `example` the numbers of one element. `position` is that of its apply
    node among the `count` that run, from 1, and 0 for what was given so. `results` are the numbers
    of the results it reached. `in_gradient` tells that the engine made the node while it
    differentiated, `is_forward_finite` that all else is finite, the cost too. `before` is what made
    the infinity of which the NaN was made.
    """

    bad: Bad
    rule: str
    example: str
    expression: str
    kind: str
    source: SourceLine | None
    elements: Elements
    values: tuple[Value, ...]
    cure: str
    inside: tuple[str, ...] = ()
    position: int = 0
    count: int = 0
    results: tuple[int, ...] = ()
    in_gradient: bool = False
    is_forward_finite: bool = True
    gradient_of: str = ""
    """The value of whose gradient it is a part, where that is certain."""
    before: Finding | None = None
    call: int = 0
    """The number of the call, from 1, where several were looked at."""
    notes: tuple[str, ...] = ()
    by_rewrites: ByRewrites | None = None
    """Which rewrites hide or make it."""
    is_written: bool = True
    """Whether it is in the graph as it was written, and not only in what the engine made of it."""
    source_of: str = ""
    """What `source` is the line of, where that of the node itself is not known."""


Wrong = Literal["", "fails", "memory", "overwritten", "rewrite", "backend"]
"""What is wrong with an answer: a node cannot be computed and the function does not say so, memory
is read that nobody wrote, a node writes into what it reads without saying so, a rewrite changed the
value, or the code of the backend did."""


@dataclass(frozen=True)
class CallCheck:
    """Say whether the answer of a call is what its graph says, computed node by node.

    `results` are the numbers of the results that differ, updates after the others, `absolute` and
    `relative` the largest difference. `failure` explains the node that cannot be computed; the
    function is not called then, since it could read foreign memory. `rewrite` is the number and
    the name of the step that changed a value. `compared` counts the results that were compared.
    """

    wrong: Wrong
    sentence: str
    compared: int = 0
    results: tuple[int, ...] = ()
    absolute: float = 0.0
    relative: float = 0.0
    expression: str = ""
    source: SourceLine | None = None
    expected: str = ""
    got: str = ""
    rewrite: tuple[int, str] | None = None
    failure: Explanation | None = None
    notes: tuple[str, ...] = ()
