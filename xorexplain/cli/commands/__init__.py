"""Name the commands, in the order of the help; each is the module of its name."""

from __future__ import annotations

COMMANDS = {
    "graph": "draw a stage of a model's graph",
    "print": "print a stage of a model's graph as text",
    "rewrites": "list what the optimizer did, step by step, and why it may",
    "gradient": "explain the gradient node by node, and check it",
    "values": "show what every node holds, before and after training",
    "nan": "find where NaN or infinity began",
    "explore": "write one page in which the whole story can be explored",
    "run": "run a program and report what it compiled, rewrote and called",
    "report": "show the report of a program that was run",
    "docs": "build the walk-through of a model into a site",
    "pages": "write the walk-through of a model as pages for Sphinx",
    "train": "train the XOR network and show what it learned",
    "doctor": "report what this machine has and what is missing",
}
