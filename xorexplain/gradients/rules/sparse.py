"""Rules of sparse matrices: of their elements, only those that are stored may receive anything.

They are told in words: what computes formulas is for arrays.
"""

from __future__ import annotations

from collections.abc import Mapping

from xorexplain.gradients.rules import Rule

RULES: Mapping[str, Rule] = {
    "structured_dot": Rule(
        "As for a matrix product; only the elements that the sparse matrix stores receive anything."
    ),
    **dict.fromkeys(
        ("sparse_dot", "true_dot"),
        Rule("As for a matrix product: each factor receives the adjoint times the other."),
    ),
    "sparse_transpose": Rule("The adjoint is transposed back."),
    "sparse_neg": Rule("Turning the sign turns the sign of the adjoint."),
    "sparse_cast": Rule("A change of type passes the adjoint on in the input's type."),
    "sparse_from_dense": Rule(
        "The same elements are stored in another way: the adjoint is made dense."
    ),
    "dense_from_sparse": Rule(
        "The same elements are stored in another way: the adjoint is made sparse, by default only "
        "where the matrix stores an element."
    ),
    **dict.fromkeys(
        ("remove0", "ensure_sorted_indices"),
        Rule("The elements stay what they are, and the adjoint passes on."),
    ),
    "sp_sum": Rule(
        "Every element counts once in a sum, so each receives the whole adjoint; of a structured "
        "sum, each that is stored."
    ),
    "csm": Rule(
        "The stored elements receive the adjoint at their places; places are whole numbers and "
        "have no slope."
    ),
    "csm_properties": Rule(
        "The matrix receives the adjoint of its stored elements at their places; the places "
        "themselves have no slope."
    ),
}
