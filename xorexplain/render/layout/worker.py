"""Lay out and draw one picture with the Graphviz that pygraphviz carries, in a process of its own.

`render/layout/process` starts it and may end it at any time: Graphviz cannot be interrupted from
inside the process that runs it. Standard input brings requests: one line, the format, the first
step to try, the seconds there are, the dots per inch of a PNG and the length of the DOT text in
bytes, then that text. Standard output answers with lines `step: NAME`, `note: TEXT` or
`error: TEXT`, a line `picture: LENGTH`, and the picture. The format `places` is Graphviz's JSON.

It starts in a few hundredths of a second because it imports next to nothing.
"""

from __future__ import annotations

import math
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

GRAPHVIZ, LAYERS = "graphviz", "layers"  # the steps: best first, surest last
PATIENT = "patient"  # a request for the best, however long it takes
SYSTEM = "system"  # a request for the `dot` program on PATH
PLACES = "places"
BACKGROUND = b"_background"
"""What is drawn behind a graph. Where it has text, Graphviz crashes unless all has its place."""
STEP, NOTE, ERROR, PICTURE = "step", "note", "error", "picture"  # what is told

PROGRAM_SHARE = 0.9  # of the seconds, for a program that cannot draw by itself
DPI = 120  # of a PNG, where nothing else is wanted
BENDS_A_SECOND = 15_000  # of edges, by the method that always comes to an end
MAX_PIXELS = 40e6  # of a PNG, while text stays readable
READABLE_DPI = 72
NOTED_DPI = 96  # below this, a note says how coarse the PNG is
MOST_PIXELS = 100e6  # of any PNG
MAX_SIDE = 32_767  # pixels; cairo draws no more
MIN_DPI = 10  # below this, nodes are dots

# Graphviz takes about a second for a graph of this many, measured on chains, trees, random graphs
# and gradients of deep networks: its time grows with the squares of the ranks that edges span.
MAX_SQUARED_SPANS = 80_000
MAX_ITEMS = 4_000
SMALL = 150  # items; nothing is counted below


def main(arguments: Sequence[str]) -> None:
    """Answer requests on standard input until there are no more."""
    package, binding, *lifelines = arguments
    gv = _import_graphviz(package, binding)
    for lifeline in lifelines:
        _end_with(int(lifeline))
    context = gv.gvContextWithBuiltins()
    _warm_up(gv, context)
    # While nobody asks yet.
    from xorexplain.render.layout import numbering, wrapping  # noqa: F401

    while request := sys.stdin.buffer.readline().split():
        _answer(gv, context, *map(bytes.decode, request))


class _TooLargeError(Exception):
    """The user asked for a picture that would show nothing."""


def _import_graphviz(package: str, binding: str) -> Any:
    """Import pygraphviz's binding, and make our own modules importable, without the packages.

    Importing either package runs its `__init__`, which loads much that is of no use here.
    """
    module = type(sys)
    for name, folder in (
        ("xorexplain", package),
        ("xorexplain.render", f"{package}/render"),
        ("xorexplain.render.layout", f"{package}/render/layout"),
        ("pygraphviz", binding),
    ):
        sys.modules[name] = module(name)
        sys.modules[name].__path__ = [folder]
    if sys.platform == "win32":
        from pathlib import Path

        libraries = Path(binding).with_name("pygraphviz.libs")
        if libraries.is_dir():
            os.add_dll_directory(str(libraries))
    from pygraphviz import _graphviz

    return _graphviz


def _end_with(lifeline: int) -> None:
    """Have the system end this process when the other end of a pipe is closed.

    A process inside a long layout would notice nothing by itself. SIGIO ends a process that does
    not handle it.
    """
    import fcntl

    fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) | os.O_ASYNC)


def _warm_up(gv: Any, context: Any) -> None:
    """Draw something small, which loads the fonts."""
    graph = gv.agopen(b"", gv.cvar.Agdirected, None)
    node = gv.agnode(graph, b"x", 1)
    gv.agsafeset(node, b"fontname", b"DejaVu Sans", b"")
    gv.agsafeset_label(graph, node, b"label", b"<<b>x</b>x>", b"")
    gv.gvLayout(context, graph, b"dot")
    gv.gvRenderData(context, graph, b"png")
    gv.gvFreeLayout(context, graph)
    gv.agclose(graph)


def _answer(
    gv: Any, context: Any, format_: str, first: str, seconds: str, dpi: str, length: str
) -> None:
    """Lay one graph out and write the picture of it."""
    with _file() as file:
        file.write(sys.stdin.buffer.read(int(length)))
        file.seek(0)
        graph = gv.agread(file, None)
    picture = b""
    try:
        picture = _draw(gv, context, graph, format_, first, float(seconds), float(dpi))
    except _TooLargeError as error:
        _tell(ERROR, str(error))
    _tell(PICTURE, str(len(picture)))
    sys.stdout.buffer.write(picture)
    sys.stdout.buffer.flush()
    gv.gvFreeLayout(context, graph)
    gv.agclose(graph)


def _file() -> Any:
    """Return a file without a name: Graphviz reads ahead, so not from what brings requests."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("dot"), "w+b")
    import tempfile

    return tempfile.TemporaryFile()


def _tell(key: str, text: str) -> None:
    sys.stdout.write(f"{key}: {text}\n")
    sys.stdout.flush()


def _draw(
    gv: Any,
    context: Any,
    graph: Any,
    format_: str,
    first: str,
    seconds: float,
    dpi: float,
) -> bytes:
    if format_ == "png":
        gv.agattr(graph, gv.AGRAPH, b"dpi", b"%d" % DPI)
    if not _placed(gv, context, graph, first, seconds):
        _tell(STEP, LAYERS)
        from xorexplain.render.layout.handles import read
        from xorexplain.render.layout.layered import bridge
        from xorexplain.render.layout.layered.ordering import MAX_BENDS

        bends = int(min(MAX_BENDS, BENDS_A_SECOND * seconds))
        bridge.place_in_layers(gv, context, read(gv, graph), bends)
        gv.gvLayout(context, graph, b"nop2")
    if format_ == "png":
        return _png(gv, context, graph, dpi)
    return _rendered(gv, context, graph, "json0" if format_ == PLACES else format_)


def _placed(gv: Any, context: Any, graph: Any, first: str, seconds: float) -> bool:
    """Have Graphviz place a graph, this one or the system's; tell whether it is to be had."""
    columns = {PATIENT: 1, SYSTEM: 1, LAYERS: 0}.get(first)
    if columns is None:
        columns = _columns(gv, graph)
    if not columns:
        return False
    _tell(STEP, GRAPHVIZ)
    from xorexplain.render.layout import numbering, wrapping

    place: Callable[[Any, Any, Any], None] = wrapping.place
    if first == SYSTEM:
        from xorexplain.render.layout.system import placer

        place = placer("dot", PROGRAM_SHARE * seconds)
    behind = gv.agget(graph, BACKGROUND)
    if behind:
        gv.agset(graph, BACKGROUND, b"")
    try:
        faults = wrapping.lay_out(gv, context, graph, columns, seconds, place)
    except TimeoutError:
        return False
    finally:
        if behind:
            gv.agset(graph, BACKGROUND, behind)
    for fault in faults:
        _tell(NOTE, f"layout: {fault}, which Graphviz does at times; another --direction may help")
    numbering.number(gv, context, graph)
    if behind:
        gv.gvFreeLayout(context, graph)
        gv.gvLayout(context, graph, b"nop2")
    return True


def _columns(gv: Any, graph: Any) -> int:
    """Return in how many columns Graphviz places a graph in about a second, 0 where it does not."""
    items = gv.agnnodes(graph) + gv.agnedges(graph)
    if items <= SMALL:
        return 1
    from xorexplain.render.layout.handles import read
    from xorexplain.render.layout.wrapping import COLUMNS, fewest_columns

    found = read(gv, graph)
    # An edge with a label takes two ranks, and makes all others do so.
    step = 2 if any(gv.agget(edge, b"label") for edge in found.edges) else 1

    def is_quick(rows: Sequence[int]) -> bool:
        spans = sum((step * (rows[head] - rows[tail])) ** 2 for tail, head in found.arrows)
        return items * step <= MAX_ITEMS and spans <= MAX_SQUARED_SPANS

    return fewest_columns(found, int(gv.agget(graph, COLUMNS) or 1), is_quick)


def _rendered(gv: Any, context: Any, graph: Any, format_: str) -> bytes:
    status, data = gv.gvRenderData(context, graph, format_.encode())
    if status or not isinstance(data, bytes):
        raise RuntimeError(f"Graphviz could not write {format_}")
    return data


def _png(gv: Any, context: Any, graph: Any, wanted: float) -> bytes:
    """Draw with as many dots per inch as wanted, or as a file of bearable size allows."""
    from xorexplain.render.layout.wrapping import size

    width, height = size(gv, context, graph)
    dpi = _dots(width / 72, height / 72, wanted)
    if dpi < min(MIN_DPI, wanted):
        raise _TooLargeError(
            f"a PNG of this graph would be {width / 72 * wanted:,.0f} x "
            f"{height / 72 * wanted:,.0f} pixels: choose .svg, or draw fewer nodes with --max-nodes"
        )
    if dpi < min(NOTED_DPI, wanted):
        _tell(
            NOTE,
            f"png: {dpi:.0f} dots per inch instead of {wanted:g}, to stay a file that programs "
            "open; choose .svg for a sharp picture",
        )
    # Whole pixels: the last row and column would be half transparent otherwise.
    viewport = (
        math.ceil(width * dpi / 72) * 72 / DPI,
        math.ceil(height * dpi / 72) * 72 / DPI,
        dpi / DPI,
    )
    gv.agattr(graph, gv.AGRAPH, b"viewport", b"%.3f,%.3f,%.6f" % viewport)
    transparent = b"transparent" in (gv.agget(graph, b"bgcolor") or b"")
    if sys.platform == "darwin" or transparent:
        return _rendered(gv, context, graph, "png")
    # Drawn by cairo as always, but written by gd: in half of the time, to a third of the size.
    return _white_paper(_rendered(gv, context, graph, "png:cairo:gd"))


def _dots(width: float, height: float, wanted: float) -> float:
    """Return dots per inch for a picture of so many inches."""
    area = width * height
    most = MAX_PIXELS if wanted <= DPI else MOST_PIXELS
    dpi = min(wanted, max(math.sqrt(most / area), min(READABLE_DPI, math.sqrt(MOST_PIXELS / area))))
    return min(dpi, MAX_SIDE / width, MAX_SIDE / height)


def _white_paper(png: bytes) -> bytes:
    """Stretch the palette of a PNG so that white is white and black is black.

    gd gives each colour as the middle of a step, of 32 steps of red and blue and 64 of green.
    """
    import zlib

    start = png.index(b"PLTE")
    length = int.from_bytes(png[start - 4 : start], "big")
    colours = bytearray(png[start + 4 : start + 4 + length])
    for i, value in enumerate(colours):
        margin = 2 if i % 3 == 1 else 4
        colours[i] = round(min(max((value - margin) * 255 / (256 - 2 * margin), 0), 255))
    chunk = b"PLTE" + bytes(colours)
    return png[:start] + chunk + zlib.crc32(chunk).to_bytes(4, "big") + png[start + 8 + length :]
