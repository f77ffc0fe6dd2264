"""Hide constants, and lose none that is a result."""

from __future__ import annotations

import graphs

from xorexplain.graph.views.fold import fold_constants


def test_constants_are_folded_but_for_results() -> None:
    graph = graphs.graph("y = mul(x, 2.0)", outputs=["y", "3.0"])

    folded = fold_constants(graph)

    assert [v.value for v in folded.variables if v.folded] == ["2.0"]
    assert folded.applies == graph.applies
