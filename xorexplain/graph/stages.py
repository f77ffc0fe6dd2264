"""Name the stages of a model's graph, in their order; nothing is imported here."""

from __future__ import annotations

from typing import Literal, get_args

Stage = Literal["symbolic", "gradient", "updates", "optimized", "compiled"]
STAGES: tuple[Stage, ...] = get_args(Stage)
WRITTEN: tuple[str, ...] = ("symbolic", "gradient", "updates")
"""Stages made of the variables the user and T.grad wrote; the others are the rewriter's copies."""
MODEL = "model"
"""What a statistical model says, before any graph: its random variables."""
REWRITES = "rewrites"
"""What a trace is of: all that was in the graph between the updates and the optimized stage."""
