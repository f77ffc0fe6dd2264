"""Answer questions about a rewriting: where a node comes from, why a rewrite did not fire.

How an answer reads is in `render/reports`, how a question is asked in `cli/commands/rewrites`.
"""
