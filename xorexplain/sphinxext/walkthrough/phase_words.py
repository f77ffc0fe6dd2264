"""Say what each phase of the engines' rewriters is for."""

from __future__ import annotations

import re

_PURPOSES = (
    (r"merge\d*(\.\d+)?", "find nodes that compute the same thing, and keep one of them"),
    (r"useless", "leave out what cannot change a result"),
    (r"ShapeOpt", "work out lengths without computing the arrays"),
    (r"canonicalize", "write equal formulas in one form, so that later phases recognise them"),
    (r"stabilize", "replace formulas that lose digits or overflow by ones that do not"),
    (r"specialize(_device)?", "take an op made for the special case: a square for a second power"),
    (r"uncanonicalize", "take back forms that only helped to recognise patterns"),
    (r"BlasOpt", "call the linear algebra library (BLAS) for products of matrices"),
    (r"elemwise_fusion|add_mul_fusion", "fuse elementwise ops into one loop over the elements"),
    (r"fuse_indexed_into_elemwise", "let a fused loop also sum, or pick and write elements"),
    (r"inplace_elemwise(_opt(imizer)?)?", "let elementwise ops write over an input nobody needs"),
    (r"InplaceBlasOpt|c_blas_destructive|.*blas.*inplace.*", "let BLAS write over an input"),
    (r"blockwise_inplace", "let repeated ops write over an input"),
    (r"random_make_inplace", "let a random generator advance where it is"),
    (r".*scan.*", "move work out of loops, and let them use less memory"),
    (r".*inplace.*", "write a result where an input nobody needs was"),
    (r".*ifelse.*|cond.*", "compute only the branch that is taken"),
    (r".*inner_graph|.*ofg.*", "rewrite the graphs inside ops"),
    (r"introduce_explicit_core_shape.*", "make the lengths of results known to the backend"),
    (r".*subtensor.*", "write into arrays where they are"),
)


def purpose(phase: str) -> str:
    """Return what a phase is for, in a few words; of an unknown one, nothing."""
    return next((words for pattern, words in _PURPOSES if re.fullmatch(pattern, phase, re.I)), "")
