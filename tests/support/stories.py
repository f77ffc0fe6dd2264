"""Tell the gradient of models of the gallery, once for all tests."""

from __future__ import annotations

from functools import cache

import gradient_models
import models

from xorexplain.engines import Engine
from xorexplain.gradients.choose import differentiate
from xorexplain.gradients.explain import Story, tell
from xorexplain.render.reports.gradient import gradient
from xorexplain.render.writers import latex as typesetting
from xorexplain.render.writers import terminal

NAMES = (
    *("xor", "mlp", "lstm", "embedding", "recurrent", "op_from_graph", "fused"),
    *("softmax over columns", "binary cross entropy", "cross entropy of distributions"),
)


@cache
def told(engine: Engine, name: str) -> Story:
    """Explain the gradient of a model for all its parameters."""
    build = models.GALLERY.get(name) or gradient_models.GALLERY[name]
    return tell(differentiate(engine, build(engine)))


def equations(story: Story) -> list[str]:
    """List the names of all that the story says equals something, inner stories left out."""
    steps = [e.name for step in story.steps for e in (*step.forward, *step.rule, *step.gives)]
    return [e.name for e in story.forward] + steps + [e.name for e in story.sums]


def story(of: Story) -> str:
    """Write a story as text, 100 columns wide."""
    return terminal.plain(gradient(of))


def latex(of: Story) -> str:
    """Write a story as a document of LaTeX."""
    return typesetting.latex(gradient(of))
