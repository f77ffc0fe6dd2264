"""Explain why PyMC could not begin to sample: which term of logp is not finite, and why."""

from __future__ import annotations

from xorexplain.models.pymc.failed import failed_start
from xorexplain.runs.failing import said
from xorexplain.runs.own_work import aside
from xorexplain.runs.records import Explanation
from xorexplain.runs.terms import bad_term

MAX_OTHERS = 5
"""Terms beside the first that are named."""


@aside()
def explanation_of_start(error: BaseException) -> Explanation | None:
    """Tell which term of a PyMC model is not finite where it began; None for any other error."""
    found = failed_start(error)
    bad = None if found is None else bad_term(found)
    if bad is None:
        return None
    others = f"{len(bad.others)} more not finite: {', '.join(bad.others[:MAX_OTHERS])}"
    return Explanation(
        "node",
        "logp not finite",
        f"at the starting point {bad.words}",
        bad.told,
        bad.kind,
        bad.source,
        bad.values,
        bad.cure,
        said(error),
        notes=(others,) if bad.others else (),
    )
