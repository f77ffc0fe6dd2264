"""Write the golden files of the engine that is installed: python tests/golden/regenerate.py

Run it once on a Python with Theano and once on one with PyTensor, and read the difference before
committing it. The files hold the XOR network as text and as DOT, without the engine's version.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from itertools import product
from pathlib import Path

from xorexplain import engines
from xorexplain.engines import Engine
from xorexplain.gradients.choose import differentiate
from xorexplain.gradients.explain import tell
from xorexplain.graph.views import DEFAULT_VIEWS, apply_views
from xorexplain.models.stages import view
from xorexplain.models.tutorial import xor
from xorexplain.render import Layout, render
from xorexplain.render.look import Look
from xorexplain.render.reports.gradient import gradient
from xorexplain.render.writers import terminal

FOLDER = Path(__file__).resolve().parent
STAGES = ("symbolic", "optimized")
FORMATS = ("txt", "dot")


def golden(engine: Engine) -> dict[str, str]:
    """Render what the golden files of an engine hold, by file name."""
    made = {}
    for stage, format_ in product(STAGES, FORMATS):
        graph = view(engine, xor(engine), stage).graph()
        graph = replace(graph, origin=replace(graph.origin, version="VERSION"))
        rendering = render(apply_views(graph, DEFAULT_VIEWS), format_, Look(), Layout())
        made[f"{engine.name}-{stage}.{format_}"] = rendering.data.decode()
    # One file for both engines: the mathematics is the same.
    made["gradient.txt"] = terminal.plain(gradient(tell(differentiate(engine, xor(engine)))))
    return made


def main() -> None:
    for name, text in golden(engines.choose()).items():
        (FOLDER / name).write_text(text, encoding="utf-8")
        sys.stdout.write(f"{name}\n")


if __name__ == "__main__":
    main()
