"""Names that try to get out of wherever they are written."""

import numpy

from xorexplain import Model
from xorexplain.engines import choose

ENGINE = choose()
theano, T = ENGINE.module, ENGINE.tensor


SCRIPT = "</svg><script>alert(1)</script>"
QUOTE = "\" onload='alert(2)' ]]> --> &amp;"
TEX = "\\end{document} $x_1^2$ 100% #{}~"
RST = "`x` |y| *z* loss_\n\n.. raw:: html\n\n   <b>"
ODD = "\x00\x1b[31m\x9b5m\x85\u202e\u2066σ\U0001f600"


def model():
    x = T.dvector(SCRIPT)
    w = theano.shared(numpy.ones(2), name=QUOTE)
    a = T.tanh(x * w)
    a.name = TEX
    b = a + T.exp(x)
    b.name = RST
    cost = T.sum(b * b)
    cost.name = ODD
    return Model(
        name=SCRIPT,
        outputs={QUOTE: b},
        cost=cost,
        parameters=[w],
        updates=[(w, w - T.grad(cost, w))],
    )
