"""Have the `dot` program of the system place a graph that the layout process holds.

The program says where everything is. All else, how a picture is wrapped, what is checked, numbers
at arrows, the drawing, is done as with the embedded Graphviz, with the same font.
"""

from __future__ import annotations

import subprocess
import tempfile
import time

from xorexplain.render.layout.handles import Attributes, read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from xorexplain.render.layout.handles import Handles

EDGE = b"edge_number"
"""The attribute by which an edge is known in the answer."""
NODES, EDGES = (b"pos", b"width", b"height"), (b"pos", b"lp")
FRAMES = (b"bb", b"lp", b"lwidth", b"lheight")
"""What says where they are, and the whole picture as a frame."""


def placer(program: str, seconds: float) -> Callable[[Any, Any, Any], None]:
    """Return what places graphs by a program, all of them in so many seconds.

    It raises TimeoutError when they are over, and RuntimeError where the program refuses a graph.
    """
    end = time.monotonic() + seconds

    def place(gv: Any, context: Any, graph: Any) -> None:
        found = read(gv, graph)
        number = Attributes(gv, graph, gv.AGEDGE, EDGE)
        for i, edge in enumerate(found.edges):
            number.set(edge, str(i))
        try:
            done = subprocess.run(
                [program, "-Tdot"],
                input=_text(gv, graph),
                capture_output=True,
                timeout=max(end - time.monotonic(), 0.0),
                check=True,
            )
        except subprocess.TimeoutExpired:
            raise TimeoutError from None
        except subprocess.CalledProcessError as error:
            raise RuntimeError(error.stderr.decode(errors="replace")) from error
        _take_places(gv, found, done.stdout)
        gv.gvLayout(context, graph, b"nop2")

    return place


def _text(gv: Any, graph: Any) -> bytes:
    with tempfile.TemporaryFile() as file:
        gv.agwrite(graph, file)
        file.seek(0)
        return file.read()


def _take_places(gv: Any, found: Handles, text: bytes) -> None:
    """Set where all parts of a graph are, as the answer of the program says."""
    with tempfile.TemporaryFile() as file:
        file.write(text)
        file.seek(0)
        answer = gv.agread(file, None)
    placed = read(gv, answer)
    known = Attributes(gv, answer, gv.AGEDGE, EDGE)
    edges = {known.get(edge): edge for edge in placed.edges}
    nodes = {gv.agnameof(node): node for node in placed.nodes}
    frames = {gv.agnameof(part): part for part in placed.clusters}
    for kind, names, pairs in (
        (gv.AGNODE, NODES, [(node, nodes[gv.agnameof(node)]) for node in found.nodes]),
        (gv.AGEDGE, EDGES, [(edge, edges[str(i)]) for i, edge in enumerate(found.edges)]),
    ):
        for name in names:
            there = Attributes(gv, answer, kind, name)
            here = Attributes(gv, found.graph, kind, name)
            for own, other in pairs:
                here.set(own, there.get(other))
    for part, other in [
        (found.graph, answer),
        *((part, frames[gv.agnameof(part)]) for part in found.clusters),
    ]:
        for name in FRAMES:
            gv.agsafeset(part, name, gv.agget(other, name) or b"", b"")
    gv.agclose(answer)
