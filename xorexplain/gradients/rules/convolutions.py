"""Rules of convolutions and of pooling, and of the ops that their own gradients are made of."""

from __future__ import annotations

from collections.abc import Mapping

from xorexplain.gradients.rules import Rule

_CONVOLUTION = Rule(
    "A convolution is linear in image and filters: the image receives the adjoint "
    "convolved with the flipped filters, the filters the image correlated with the adjoint."
)
_OF_FILTERS = Rule(
    "What the filters receive is linear in the image and in what arrives at the convolution: the "
    "image receives the latter convolved with the adjoint, and that the image convolved with it."
)
_OF_IMAGE = Rule(
    "What the image receives is linear in the filters and in what arrives at the convolution: the "
    "filters receive the adjoint correlated with the latter, and that the adjoint convolved with "
    "the filters."
)

RULES: Mapping[str, Rule] = {
    **dict.fromkeys(
        (
            "abstract_conv2d",
            "abstract_conv3d",
            "abstract_conv",
            "conv2d",
            "convolve1d",
            "convolve2d",
            "corr_mm",
            "corr3d_mm",
        ),
        _CONVOLUTION,
    ),
    **dict.fromkeys(
        (
            "abstract_conv2d_grad_weights",
            "abstract_conv3d_grad_weights",
            "abstract_conv_grad_weights",
            "corr_mm_grad_weights",
            "corr3d_mm_grad_weights",
        ),
        _OF_FILTERS,
    ),
    **dict.fromkeys(
        (
            "abstract_conv2d_grad_inputs",
            "abstract_conv3d_grad_inputs",
            "abstract_conv_grad_inputs",
            "corr_mm_grad_inputs",
            "corr3d_mm_grad_inputs",
        ),
        _OF_IMAGE,
    ),
    "pool": Rule(
        "Of each window, the largest element receives what arrives at it, the others nothing; "
        "where the window is averaged or summed, each element receives its share."
    ),
    "max_pool_grad": Rule(
        "What is spread over the windows is linear in what arrived at the pooling: that receives "
        "the adjoint of each window's largest element; which one it is has no slope."
    ),
    "average_pool_grad": Rule(
        "What is spread over the windows is linear in what arrived at the pooling: that receives "
        "the adjoint pooled in the same way."
    ),
}
