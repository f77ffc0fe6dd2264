"""A sum that should leave out what is not known, and the same sum mended."""

import numpy

from xorexplain import Model

try:
    import pytensor as theano
    import pytensor.tensor as T
except ImportError:
    import theano
    import theano.tensor as T

x = theano.shared(numpy.array([1.0, numpy.nan, 3.0]), name="x")


def differing():
    """Find NaN as the one number that is not equal to itself."""
    bad = T.neq(x, x)
    return summed(bad)


def asked():
    """Find NaN by asking for it."""
    bad = T.isnan(x)
    return summed(bad)


def summed(bad):
    total = T.sum(T.switch(bad, 0.0, x))
    bad.name, total.name = "bad", "total"
    return Model(outputs={"total": total})


if __name__ == "__main__":
    total = differing().outputs["total"]
    print("compiled: ", theano.function([], total)())
    plain = theano.compile.get_default_mode().excluding("local_useless_elemwise")
    print("without:  ", theano.function([], total, mode=plain)())
    print("isnan:    ", theano.function([], asked().outputs["total"])())
