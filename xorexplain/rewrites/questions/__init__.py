"""Answer questions about a rewriting: where a node comes from, why a rewrite did not fire."""
