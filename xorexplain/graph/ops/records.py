"""Hold what is known of one kind of op."""

from __future__ import annotations

from typing import Literal

from xorexplain.errors.records import dataclass
from xorexplain.graph.records import Family

Trait = Literal[
    "activation",
    "adds axes",
    "associates",
    "by numbers",
    "carries",
    "chooses",
    "commutes",
    "comparison",
    "converts",
    "draws",
    "draws by dims",
    "factor",
    "fills",
    "fused",
    "graph",
    "kernel",
    "matrix by matrix",
    "matrix product",
    "odd",
    "own graph",
    "passes",
    "power",
    "reads shape",
    "rearranges",
    "received by filters",
    "received by images",
    "reduces",
    "reorders axes",
    "repeats",
    "same shape",
    "same value",
    "seeds",
    "sized",
    "slides filters",
    "sparse",
    "steers gradient",
    "step",
    "stops gradient",
    "sum",
    "truth",
    "unit right",
    "windows",
    "wraps",
]
"""What kinds of ops may have in common; `MEANINGS` says what each is."""
MEANINGS: dict[Trait, str] = {
    "activation": "bends the sum of a layer in a network",
    "adds axes": "gives a value axes of length 1, which may be repeated along another",
    "associates": "a sign after which a row of the same sign needs no parentheses",
    "by numbers": "makes an array that a few numbers, its arguments, tell all of",
    "carries": "hands on the value of its first input, and does nothing else",
    "chooses": "hands on one of several elements",
    "commutes": "its arguments may be swapped, so that their position need not be shown",
    "comparison": "tells how two inputs compare",
    "converts": "hands a number from one type of the engine to another",
    "draws": "draws random numbers, from a generator and of a size, its first two inputs",
    "draws by dims": "draws along dimensions: from a generator, of the lengths of its `dims`",
    "factor": "a sign between factors",
    "fills": "fills a shape with one value",
    "fused": "computes what its inner graph does, element by element",
    "graph": "its inner graph, where it has one, computes its outputs from its inputs",
    "kernel": "one call of the BLAS library, written as a formula of its inputs",
    "matrix by matrix": "multiplies over the last two axes, for each entry of those before",
    "matrix product": "multiplies rows of its first input by columns of its second",
    "odd": "the minus of its first input may be written before the whole",
    "own graph": "holds a graph or a function of the user's own, by whose name it is called",
    "passes": "hands on its first input, and does something beside",
    "power": "raises its first input to a power",
    "reads shape": "reads only the shape of its first input",
    "rearranges": "gives its first input in another shape or type, and computes nothing",
    "received by filters": "gives what filters receive, from images and what the places receive",
    "received by images": "gives what images receive, from filters and what the places receive",
    "reduces": "combines elements along axes, each of them alone where there is no axis",
    "reorders axes": "has an order of axes, with those of length 1 that it adds",
    "repeats": "repeats a value along an axis and computes nothing",
    "same shape": "gives the shape of its first input",
    "same value": "gives its input as it is, under another name or copied",
    "seeds": "may stand between a constant and what a gradient begins with",
    "sized": "is told the lengths of its results by its first input, before those of a draw",
    "slides filters": "slides its second input, filters, over the axes of its first after two",
    "sparse": "reads or gives sparse matrices, and no op on arrays has its name",
    "steers gradient": "hands on its input, and says what becomes of its gradient",
    "step": "is flat between its jumps",
    "stops gradient": "is there to stop the gradient",
    "sum": "a sign between terms of a sum",
    "truth": "answers yes or no",
    "unit right": "leaves its first input as it is where the second is 1",
    "windows": "slides a window; its size, its step and the rim are the last three inputs",
    "wraps": "does what the op inside does, which is its parameter `core`",
}

Zero = Literal["", "any", "all", "first", "second", "first two", "choice"]
"""Which inputs make a result zero by being zero: any of them, all, the first, the second, the first
two, or both that a condition chooses from; empty where none is known to."""


@dataclass(frozen=True)
class Kind:
    """Hold what is known of a kind of op, whatever engine it is of.

    `sentence` says what it computes, `words` name it where its name is no word. `sign` is what
    people write between two arguments, `before` the one they write before one, `binds` how tightly
    it does (a higher number binds tighter, as in Python). `least` is how many inputs it has at
    least. `implied` are parameters that say again what the kind or its arguments say, or what comes
    of no elements at all; `said` those that the form of a formula says. `folds` is the elementwise
    kind that a reduction repeats, `flag` what the last input says where it is a constant: a name,
    and the words for False and for True. `stem` is what a made-up name of a result begins with
    where the kind's own name will not do. `signatures` tell axes of one length, as those of NumPy's
    generalized functions do: `(m,m),(m)->(m)`. `example` is what an apply node of it may read, each
    input as the names of its axes with `1` for one that is repeated (`nm`, `1m`, empty for a
    number), then its parameters (`axis=0`). None where its family's example will do, empty where
    none would tell anything.
    """

    family: Family
    name: str
    sentence: str
    words: str = ""
    sign: str = ""
    before: str = ""
    binds: int = 0
    traits: tuple[Trait, ...] = ()
    zero: Zero = ""
    least: int = 1
    implied: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    folds: str = ""
    flag: tuple[str, str, str] | None = None
    stem: str = ""
    signatures: tuple[str, ...] = ()
    example: tuple[str, ...] | None = None
