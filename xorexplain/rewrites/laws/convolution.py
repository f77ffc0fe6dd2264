"""Laws of Theano's abstract convolutions and batch normalization."""

from __future__ import annotations

from xorexplain.rewrites.laws.records import Law, Table

TABLE = Table(
    theano=(
        Law(
            "local_abstractconv_gemm",
            "backend",
            "An abstract convolution only names what is to be computed; laid out as matrices, the "
            "patches and the filters (turned around where they are to be flipped) give it as one "
            "matrix product.",
            aliases=("local_abstractconv3d_gemm",),
        ),
        Law(
            "local_abstractconv_gradinputs_gemm",
            "backend",
            "The gradient for the images is the matrix product of the convolution with its factors "
            "transposed, on filters turned around as in the convolution itself.",
            aliases=("local_abstractconv3d_gradinputs_gemm",),
        ),
        Law(
            "local_abstractconv_gradweight_gemm",
            "backend",
            "The gradient for the filters is a matrix product of the patches and the arriving "
            "adjoints, turned around afterwards as the filters are in the convolution.",
            aliases=("local_abstractconv3d_gradweight_gemm",),
        ),
        Law(
            "local_conv2d_cpu",
            "backend",
            "An abstract convolution only names what is to be computed; the loop of the older "
            "convolution op computes the same for the borders and strides it knows.",
        ),
        Law(
            "local_conv2d_gradinputs_cpu",
            "backend",
            "The gradient for the images is a convolution of the adjoints with the filters turned "
            "around, wide where the convolution was narrow and narrow where it was wide, so the "
            "same loop computes it.",
        ),
        Law(
            "local_conv2d_gradweight_cpu",
            "backend",
            "The gradient for the filters is a convolution of the images with the adjoints, so "
            "the same loop computes it.",
        ),
        Law(
            "conv_opts",
            "backend",
            "An abstract convolution only names what is to be computed; the op that replaces it "
            "computes that on this machine, by matrix products or in a loop.",
        ),
        Law(
            "batchnorm_opts",
            "backend",
            "The abstract op only names a formula of means, variances, a scale and a shift; here "
            "the formula is written out.",
        ),
        Law(
            "AbstractConvCheck",
            "bookkeeping",
            "Nothing is replaced: an abstract convolution that is still there has no code to run, "
            "and the check says so.",
            aliases=("local_abstractconv_check",),
        ),
        Law(
            "local_abstract_batch_norm_inference",
            "backend",
            "The abstract op only names the formula: the distance to the mean in standard "
            "deviations, scaled and shifted.",
        ),
        Law(
            "local_abstract_batch_norm_train",
            "backend",
            "The abstract op only names the formula: mean and variance are those of the batch, "
            "and the running ones move a step towards them.",
        ),
        Law(
            "local_abstract_batch_norm_train_grad",
            "backend",
            "The abstract op only names the formula, which is the chain rule through the mean and "
            "the variance of the batch.",
        ),
    ),
)
