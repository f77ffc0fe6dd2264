"""Nodes of a statistical model belong to the term of its log-probability that they lead to."""

from __future__ import annotations

import graphs

from xorexplain.explorer.terms import by_term


def placed(*lines: str) -> dict[str, str]:
    """Return the title of what each value belongs to."""
    graph = graphs.graph(*lines)
    titles, place = by_term(graph)
    named = {v.owner: str(v.name) for v in graph.variables if v.owner}
    return {named[apply]: titles[position] for apply, position in place.items()}


def test_a_node_belongs_to_the_only_term_that_needs_it() -> None:
    found = placed(
        "tau = exp(tau_log__)",
        "inner_logprob = log1p(tau)",
        "tau_log___logprob = add(inner_logprob, tau_log__)",
        "theta = mul(tau, z)",
        "y_logprob = sub(y, theta)",
        "logp = add(tau_log___logprob, y_logprob)",
    )

    assert found == {
        "tau": "values",
        "inner_logprob": "tau_log__",
        "tau_log___logprob": "tau_log__",
        "theta": "y",
        "y_logprob": "y",
        "logp": "logp",
    }


def test_without_names_of_terms_nothing_is_told() -> None:
    assert by_term(graphs.graph("y = exp(x)")) == ((), {})
