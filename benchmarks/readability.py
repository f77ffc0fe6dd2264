"""Measure how large the text of the pictures is in a window, beside pydotprint's.

    python benchmarks/readability.py            the five models of people.py at their five stages
    python benchmarks/readability.py --write    and put the table into benchmarks/README.md

A picture is shown in a window of 1400 x 800 pixels, made smaller until it fits and never larger.
Its text height is the size there of what a node's largest text is set in, the median of all nodes.
Both pictures are placed by the same Graphviz: the `dot` on PATH, else the one embedded here.
"""

from __future__ import annotations

import argparse
import re
import shutil
import statistics
from dataclasses import dataclass

from people import MODELS
from run import Table, markdown, write

from xorexplain import engines
from xorexplain.api import picture
from xorexplain.models.stages import view
from xorexplain.render import Layout
from xorexplain.render.layout import image
from xorexplain.render.look import Look

STAGES = ("symbolic", "gradient", "updates", "optimized", "compiled")
WINDOW = (1400.0, 800.0)
AIM = 9.0
PIXELS = 96 / 72  # of a point
PEER_LIMIT = 30.0
GRAPHVIZ = "system" if shutil.which("dot") else "embedded"

_SIZE = re.compile(r'<svg[^>]* width="([\d.]+)pt"[^>]* height="([\d.]+)pt"', re.DOTALL)
_NODE = re.compile(r'<g id="[^"]*" class="node">(.*?)</g>', re.DOTALL)
_TEXT = re.compile(r'<text [^>]*font-size="([\d.]+)"')


@dataclass(frozen=True)
class Measured:
    """Hold what a picture measures: its nodes, its pixels, and its text height in the window."""

    nodes: int
    width: float
    height: float
    text: float

    @property
    def area(self) -> str:
        """How many windows the picture fills at its own size."""
        return f"{self.width * self.height / WINDOW[0] / WINDOW[1]:.1f}"


def measured(svg: str) -> Measured:
    """Measure a picture that Graphviz wrote."""
    found = _SIZE.search(svg)
    assert found is not None
    width, height = (float(number) * PIXELS for number in found.groups())
    scale = min(1.0, WINDOW[0] / width, WINDOW[1] / height)
    nodes = _NODE.findall(svg)
    sizes = [max(map(float, texts)) for node in nodes if (texts := _TEXT.findall(node))]
    return Measured(len(nodes), width, height, statistics.median(sizes) * PIXELS * scale)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="*", help="some of the models; all if there is none")
    parser.add_argument("--write", action="store_true", help="put the table into README.md")
    arguments = parser.parse_args()
    engine = engines.choose()
    names = [name for name in MODELS if name in (arguments.models or MODELS)]
    title = f"Pictures of {engine.title}"
    table = markdown(readability_table(engine, names))
    text = "\n".join([f"### {title} {engine.version}", "", *table])
    print(text)
    if arguments.write:
        write(title, text)


def readability_table(engine: engines.Engine, names: list[str]) -> Table:
    """Draw each model at each stage; say what is drawn and how high its text is."""
    head = ["model, stage", "nodes", "windows", f"text, px (aim {AIM:g})"]
    rows = [[*head, "pydotprint: nodes", "windows", "text, px"]]
    for name in names:
        for stage in STAGES:
            built = view(engine, MODELS[name](engine), stage)
            drawn = picture(built.graph(), "svg", Look(shapes=True), Layout(GRAPHVIZ))
            ours, peer = measured(drawn.data.decode()), peer_cells(engine, built.source.object)
            short = "" if ours.text >= AIM else " (short)"
            row = [f"{name}, {stage}", str(ours.nodes), ours.area, f"{ours.text:.1f}{short}"]
            rows.append([*row, *peer])
    return rows


def peer_cells(engine: engines.Engine, drawn: object) -> list[str]:
    """Measure the engine's own picture of what was drawn, by the same Graphviz."""
    found = image.render(engine.pydotprint(drawn), "svg", layout=GRAPHVIZ, budget=PEER_LIMIT)
    if found.notes:
        return ["", "", f"stopped at {PEER_LIMIT:g} s"]
    peer = measured(found.data.decode())
    return [str(peer.nodes), peer.area, f"{peer.text:.1f}"]


if __name__ == "__main__":
    main()
