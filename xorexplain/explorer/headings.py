"""Say what stands above the picture of a stage."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
LEADS = {
    "model": "What the model says: random variables, what they are drawn from, and the plates they "
    "repeat over. Choose one to see its terms in logp, its gradient, and its rewrites.",
    "symbolic": "What was written: nothing is computed yet, each node only says what to compute "
    "from what.",
    "gradient": "What T.grad made: the forward nodes, and for each of them the nodes that hand the "
    "adjoint on to its inputs.",
    "updates": "The whole function before rewriting: the cost, the gradient, and the new values of "
    "the parameters.",
    "optimized": "The same function after the rewriter: fewer nodes, fused and in place, computing "
    "the same values.",
    "compiled": "What really runs, in this order: each node is a call of compiled code.",
}


def head_of(stage: str) -> Json:
    """Return the key, title and lead of a stage."""
    return {"key": stage, "title": stage.capitalize(), "lead": LEADS.get(stage, "")}


def lost(stage: str) -> Json:
    """Describe a stage whose picture a fault of ours took away."""
    return {**head_of(stage), "graph": None, "why": "a fault of xorexplain"}
