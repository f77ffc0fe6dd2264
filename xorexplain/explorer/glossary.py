"""Say in one sentence what each kind of op computes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from xorexplain.graph import Apply
from xorexplain.render.labels import kind_words
from xorexplain.rules import rule_for

Json = dict[str, Any]

SENTENCES = {
    "add": "Adds its inputs element by element.",
    "sub": "Subtracts the second input from the first, element by element.",
    "mul": "Multiplies its inputs element by element.",
    "true_div": "Divides the first input by the second, element by element.",
    "int_div": "Divides element by element and rounds down.",
    "mod": "Gives the remainder of a division, element by element.",
    "pow": "Raises the first input to the power of the second, element by element.",
    "neg": "Changes the sign of every element.",
    "abs": "Gives the absolute value of every element.",
    "sqr": "Multiplies every element by itself.",
    "sqrt": "Gives the square root of every element.",
    "exp": "Raises e to the power of every element.",
    "log": "Gives the natural logarithm of every element.",
    "log1p": "Gives log(1 + x), exact for small x too.",
    "expm1": "Gives exp(x) − 1, exact for small x too.",
    "sigmoid": "Squeezes every element to between 0 and 1: 1 ÷ (1 + exp(−x)).",
    "tanh": "Squeezes every element to between −1 and 1.",
    "softplus": "Gives log(1 + exp(x)), a smooth max(x, 0).",
    "maximum": "Takes the larger of its inputs, element by element.",
    "minimum": "Takes the smaller of its inputs, element by element.",
    "switch": "Takes the second input where the first is true, else the third.",
    "cast": "Changes the type of the elements.",
    "identity": "Hands its input on.",
    "sign": "Gives −1, 0 or 1 for every element.",
    "sin": "Gives the sine of every element.",
    "cos": "Gives the cosine of every element.",
    "erf": "Gives the error function of every element.",
    "lt": "Tells where the first input is less than the second.",
    "le": "Tells where the first input is at most the second.",
    "gt": "Tells where the first input is greater than the second.",
    "ge": "Tells where the first input is at least the second.",
    "eq": "Tells where its inputs are equal.",
    "neq": "Tells where its inputs differ.",
    "dot": "Multiplies two matrices: rows of the first times columns of the second.",
    "dot22": "Multiplies two matrices by one call of the BLAS library.",
    "dot22_scalar": "Multiplies two matrices and a number by one call of the BLAS library.",
    "gemm": "Adds a scaled matrix product to a scaled matrix by one call of the BLAS library.",
    "gemv": "Adds a scaled product of matrix and vector to a vector by one call of BLAS.",
    "ger": "Adds a scaled outer product of two vectors to a matrix by one call of BLAS.",
    "batched_dot": "Multiplies matrix by matrix, for each entry of the first axis.",
    "matmul": "Multiplies matrices over the last two axes.",
    "blockwise": "Repeats an op on matrices along the leading axes.",
    "outer": "Multiplies each element of one vector by each of the other.",
    "sum": "Adds up elements, all of them or along axes.",
    "prod": "Multiplies elements, all of them or along axes.",
    "mean": "Averages elements, all of them or along axes.",
    "max": "Takes the largest element, of all or along axes.",
    "min": "Takes the smallest element, of all or along axes.",
    "argmax": "Tells where the largest element is.",
    "max_and_argmax": "Takes the largest element and tells where it is.",
    "any": "Tells whether an element is true.",
    "all": "Tells whether every element is true.",
    "careduce": "Combines elements along axes.",
    "cumsum": "Adds up elements, keeping the sums on the way.",
    "softmax": "Turns numbers into chances that add up to 1, row by row.",
    "log_softmax": "Gives the logarithm of softmax without losing digits.",
    "softmax_grad": "Hands an adjoint back through softmax.",
    "transpose": "Swaps the axes.",
    "dimshuffle": "Reorders axes, adds axes of length 1 or drops them.",
    "expand_dims": "Adds axes of length 1, so that the value can be repeated along them.",
    "squeeze": "Drops axes of length 1.",
    "second": "Repeats the second input to the shape of the first.",
    "reshape": "Arranges the same elements in another shape.",
    "flatten": "Arranges the elements in fewer axes.",
    "shape": "Gives the lengths of the axes.",
    "shape_i": "Gives the length of one axis.",
    "specify_shape": "Promises that the value has a certain shape.",
    "alloc": "Makes an array of a shape, filled with a value.",
    "alloc_empty": "Makes an array of a shape without filling it.",
    "make_vector": "Puts numbers together into a vector.",
    "join": "Puts arrays together along an axis.",
    "split": "Cuts an array into parts along an axis.",
    "tile": "Repeats an array as a whole along axes.",
    "repeat": "Repeats each element along an axis.",
    "arange": "Gives whole numbers from a start to an end.",
    "eye": "Makes a matrix with ones on a diagonal.",
    "tensor_from_scalar": "Makes a tensor without axes of a number.",
    "scalar_from_tensor": "Takes the number out of a tensor without axes.",
    "rebroadcast": "Declares which axes may be repeated.",
    "unbroadcast": "Declares that an axis is not to be repeated.",
    "subtensor": "Takes elements by plain indices and slices.",
    "inc_subtensor": "Adds to the elements that indices and slices choose.",
    "set_subtensor": "Replaces the elements that indices and slices choose.",
    "advanced_subtensor": "Takes elements by arrays of indices.",
    "advanced_subtensor1": "Takes rows by a list of indices.",
    "advanced_inc_subtensor": "Adds to the elements that arrays of indices choose.",
    "advanced_inc_subtensor1": "Adds to the rows that a list of indices chooses.",
    "advanced_set_subtensor": "Replaces the elements that arrays of indices choose.",
    "extract_diag": "Takes the diagonal of a matrix.",
    "random_function": "Draws random numbers, and gives the generator's next state.",
    "random_variable": "Draws random numbers, and gives the generator's next state.",
    "scan": "Runs a loop: its inner graph once for each round.",
    "if_else": "Computes one of two branches, as a condition says.",
    "op_from_graph": "Computes a graph of its own, as one op.",
    "composite": "Computes a formula element by element in one pass over memory.",
    "fused_elemwise": "Computes several elementwise ops in one pass over memory.",
    "deep_copy": "Copies its input, so that a result shares no memory.",
    "view": "Hands its input on under another name, without copying.",
    "assert": "Hands its input on, if a condition holds.",
    "check_and_raise": "Hands its input on, if a condition holds.",
    "abstract_conv2d": "Slides filters over images and adds up what they cover.",
    "corr_m_m": "Slides filters over images by matrix products.",
}
"""One sentence for each kind, to read beside any use of it."""


def glossary(applies: Iterable[Apply]) -> Json:
    """Describe each kind of op that occurs: in words, what it computes, its gradient's rule."""
    found: Json = {}
    for apply in applies:
        kind = apply.op.kind
        if kind in found:
            continue
        rule = rule_for(apply)
        found[kind] = {
            "words": kind_words(kind),
            "sentence": SENTENCES.get(kind, ""),
            "gradient": rule.sentence if rule is not None else "",
            "family": apply.op.family,
        }
    return dict(sorted(found.items()))
