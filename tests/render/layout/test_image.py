"""Check that pictures come out, the same on every machine, within the time there is."""

from __future__ import annotations

import os
import queue
import re
import shutil
import signal
import stat
import struct
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from xorexplain.errors import XorexplainError
from xorexplain.render.layout import image, process
from xorexplain.render.layout import worker as layout_worker
from xorexplain.render.layout.image import Picture, render, start_worker
from xorexplain.render.layout.node_places import Placer
from xorexplain.render.layout.process import Answer, Worker

SVG = "{http://www.w3.org/2000/svg}"
SIGNATURES = {"png": b"\x89PNG\r\n", "svg": b"<?xml", "pdf": b"%PDF-"}
SMALL = 'digraph { node [fontname="DejaVu Sans"] x -> y [label="0"] }'
GOLDEN = Path(__file__).parents[2] / "golden"
QUICK = "placed by the built-in quick method"
POSIX = pytest.mark.skipif(os.name != "posix", reason="signals")


def chain_network(layers: int) -> str:
    """Write a graph shaped like the gradient of a network: long edges from each layer back."""
    lines = ["digraph {", 'node [shape=box fontname="DejaVu Sans"]']
    for i in range(layers):
        lines += [f"w{i} -> f{i}", f"f{i} -> f{i + 1}", f"f{i} -> g{i}", f"g{i + 1} -> g{i}"]
        lines += [f"g{i} -> u{i}", f"w{i} -> u{i}"]
    return "\n".join([*lines, f"f{layers} -> g{layers}", "}"])


def size_of(png: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def texts(svg: bytes) -> list[str]:
    root = ElementTree.fromstring(svg)
    return [each.text or "" for each in root.iter(f"{SVG}text")]


@pytest.mark.parametrize("format_", SIGNATURES)
def test_each_format_is_what_it_says(format_: str) -> None:
    picture = render(SMALL, format_)

    assert picture.data.startswith(SIGNATURES[format_])
    assert picture.notes == ()


@pytest.mark.parametrize("format_", SIGNATURES)
def test_a_worker_started_early_draws_the_same(format_: str) -> None:
    with start_worker() as worker:
        assert render(SMALL, format_, worker=worker) == render(SMALL, format_)


def test_a_worker_draws_again_what_it_drew_and_may_remain_unused() -> None:
    with start_worker() as worker:
        first = render(SMALL, "svg", worker=worker)
        pid = worker._process.pid
        render(chain_network(60), "svg", worker=worker)
        render(SMALL, "png", worker=worker)
        assert render(SMALL, "svg", worker=worker) == first
        assert worker.ready
        assert worker._process.pid == pid
    assert render(SMALL, "svg", worker=worker) == first

    start_worker().close()


def test_the_next_picture_is_drawn_by_the_same_process() -> None:
    first = render(SMALL, "svg")
    kept = image._kept[os.getpid()]

    assert render(SMALL, "svg") == first
    assert image._kept == {os.getpid(): kept}


def test_a_kept_process_draws_what_a_new_one_does() -> None:
    dots = [dot.read_text(encoding="utf-8") for dot in GOLDEN.glob("*.dot")]
    drawings = [*((dot, "svg") for dot in dots), *((dots[0], each) for each in SIGNATURES)]
    kept = [render(*drawing) for drawing in drawings]
    kept_again = [render(*drawing) for drawing in reversed(drawings)]
    for drawing, first, second in zip(drawings, kept, reversed(kept_again), strict=True):
        with start_worker() as worker:
            assert first == second == render(*drawing, worker=worker)


def test_a_process_that_refused_or_died_or_drew_what_is_large_is_not_kept() -> None:
    with pytest.raises(RuntimeError, match="syntax error"):
        render("digraph { a -> }", "svg")
    assert not image._kept
    first = render(SMALL, "svg")
    image._kept[os.getpid()]._process.kill()
    assert render(SMALL, "svg") == first
    assert image._kept
    render(SMALL + " " * image.MOST_KEPT, "svg")
    assert not image._kept


def test_svg_carries_title_and_description() -> None:
    root = ElementTree.fromstring(render(SMALL, "svg", title="A <b>", description="c & d").data)

    assert [root[0].text, root[1].text] == ["A <b>", "c & d"]


def test_png_has_the_dots_per_inch_of_print() -> None:
    width, height = size_of(render(SMALL, "png").data)
    root = ElementTree.fromstring(render(SMALL, "svg").data)
    points = [float(root.attrib[name].removesuffix("pt")) for name in ("width", "height")]

    assert width == pytest.approx(points[0] * image.DPI / 72, abs=3)
    assert height == pytest.approx(points[1] * image.DPI / 72, abs=3)


def pixels(png: bytes) -> Iterator[bytes]:
    """Yield the rows of a PNG with a palette, as bytes of red, green and blue."""
    width, height = size_of(png)
    depth = png[24]
    start = png.index(b"PLTE")
    palette = png[start + 4 : start + 4 + int.from_bytes(png[start - 4 : start], "big")]
    data = b""
    for found in re.finditer(rb"(?s)(....)IDAT", png):
        data += png[found.end() : found.end() + int.from_bytes(found[1], "big")]
    rows = zlib.decompress(data)
    line = (width * depth + 7) // 8 + 1
    for y in range(height):
        row = rows[y * line : (y + 1) * line]
        assert row[0] == 0, "this reader knows unfiltered rows only"
        per_byte = 8 // depth
        places = [
            row[1 + x // per_byte] >> (8 - depth * (x % per_byte + 1)) & ((1 << depth) - 1)
            for x in range(width)
        ]
        yield b"".join(palette[3 * place : 3 * place + 3] for place in places)


def test_paper_is_white_to_the_edge_and_ink_is_black() -> None:
    rows = list(pixels(render('digraph { node [style=filled fillcolor="#ff0000"] a }', "png").data))
    colours = {bytes(row[i : i + 3]) for row in rows for i in range(0, len(row), 3)}

    edge = rows[0] + rows[-1] + b"".join(row[:3] + row[-3:] for row in rows)
    assert set(edge) == {255}
    assert b"\x00\x00\x00" in colours
    assert b"\xff\x00\x00" in colours


def test_transparent_paper_stays_transparent() -> None:
    png = render('digraph { bgcolor="transparent" a }', "png").data

    assert png[25] == 6, "red, green, blue and alpha"


# the same on every machine


def test_fonts_of_the_machine_do_not_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dot = 'digraph { a [label=<<b>W</b> <i>σ(x)</i> ∂>] b [fontname="Helvetica"] a -> b }'
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    image.end_kept()
    here = {format_: render(dot, format_).data for format_ in SIGNATURES}
    image.end_kept()
    empty = tmp_path / "fonts.conf"
    empty.write_text("<fontconfig></fontconfig>", encoding="utf-8")
    for name in ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "FONTCONFIG_PATH"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("FONTCONFIG_FILE", str(empty))
    monkeypatch.setenv("LC_ALL", "tr_TR.UTF-8")
    monkeypatch.setenv("TZ", "America/Lima")

    assert {format_: render(dot, format_).data for format_ in SIGNATURES} == here
    image.end_kept()


def test_drawing_leaves_the_package_as_it_was() -> None:
    before = sorted(path.name for path in process.FONTS.iterdir())
    render(SMALL, "png")

    assert sorted(path.name for path in process.FONTS.iterdir()) == before


def test_text_is_as_wide_as_the_font_that_is_shipped() -> None:
    wide = render('digraph { a [shape=plain margin=0 label="mmmmmmmmmm"] }', "svg").data
    root = ElementTree.fromstring(wide)

    # An m of DejaVu Sans is 0.974 wide, of the replacement box of a missing font about 0.6.
    assert float(root.attrib["width"].removesuffix("pt")) == pytest.approx(8 + 136.4, abs=2)


# labels


@pytest.mark.parametrize(
    "label",
    [
        'quotes \\" and \\\\ backslash',
        "less < and > and & and &amp; and &nosuch; and &#0;",
        "two\nlines",
        "control \x00\x01\x08\x1b\x7f characters",
        "emoji 🎉, CJK 漢字, right to left العربية",
        "lone \ud800 surrogate",
        "-->]]><!--",
        "m" * 10_000,
    ],
)
def test_any_label_gives_valid_pictures(label: str) -> None:
    dot = f'digraph {{ a [label="{label}" tooltip="{label}" URL="{label}"] a -> a }}'

    assert texts(render(dot, "svg", title=label, description=label).data)
    assert render(dot, "pdf").data.startswith(SIGNATURES["pdf"])
    assert render(dot, "png").data.startswith(SIGNATURES["png"])


def test_links_are_kept() -> None:
    svg = render('digraph { a [URL="https://example.org/?a=1&b=2"] }', "svg").data

    link = ElementTree.fromstring(svg).find(f".//{SVG}a")
    assert link is not None
    assert "https://example.org/?a=1&b=2" in link.attrib.values()


def test_dot_that_graphviz_refuses_is_our_mistake() -> None:
    with pytest.raises(RuntimeError, match="syntax error in line 1"):
        render("digraph { a -> }", "svg")


# size and time


@pytest.mark.parametrize("format_", SIGNATURES)
def test_a_graph_too_large_for_graphviz_is_placed_in_layers(format_: str) -> None:
    picture = render(chain_network(60), format_)

    assert picture.data.startswith(SIGNATURES[format_])
    assert QUICK in picture.notes[0]


def test_layers_show_every_node_edge_and_label() -> None:
    dot = chain_network(60).replace(
        "}",
        'subgraph cluster_a { label="inside" c1 -> c2 } c2 -> w0 [label="fed"]\n'
        'f0 -> f0; label="whole" }',
    )
    picture = render(dot, "svg")
    assert QUICK in picture.notes[0]
    root = ElementTree.fromstring(picture.data)
    kinds = [each.get("class") for each in root.iter(f"{SVG}g")]

    assert kinds.count("node") == 5 * 60 - 60 + 4
    assert kinds.count("edge") == dot.count("->")
    assert kinds.count("cluster") == 1
    assert {"inside", "fed", "whole", "f59"} <= set(texts(picture.data))


def test_a_longer_limit_buys_graphvizs_own_placement() -> None:
    large = chain_network(30)

    assert "it tries with a time limit above 10" in render(large, "svg").notes[0]
    assert render(large, "svg", budget=60.0).notes == ()
    assert render(large, "svg", budget=60.0).data != render(large, "svg").data


@POSIX
def test_out_of_time_the_nodes_are_placed_in_layers() -> None:
    worker = start_worker()
    os.kill(worker._process.pid, signal.SIGSTOP)
    picture = render(SMALL, "svg", budget=0.5, worker=worker)

    assert picture.notes == (f"layout: 0.5 s were not enough for Graphviz; nodes were {QUICK}",)
    assert texts(picture.data) == ["0", "x", "y"]


@pytest.mark.parametrize("computing", [False, True])
def test_an_answer_that_was_read_too_late_is_late(computing: bool) -> None:
    """The thread that waits may wake up when all is drawn long since."""

    class Oversleeping(queue.Queue[tuple[str, bytes]]):
        def get(self, block: bool = True, timeout: float | None = None) -> tuple[str, bytes]:
            time.sleep(0.3)
            return super().get(block, timeout)

    with start_worker() as worker:
        worker._told = Oversleeping()
        wish = process.Wish("svg", 0.02)
        answer = worker.ask(wish, layout_worker.GRAPHVIZ, SMALL.encode(), 0.02, computing=computing)

    assert answer.late
    assert answer.data is None


@POSIX
def test_a_crash_of_graphviz_is_survived() -> None:
    worker = start_worker()
    pid = worker._process.pid
    os.kill(pid, signal.SIGSTOP)

    def crash() -> None:
        os.kill(pid, signal.SIGSEGV)
        os.kill(pid, signal.SIGCONT)

    timer = threading.Timer(0.2, crash)
    timer.start()
    picture = render(SMALL, "svg", worker=worker)
    timer.join()

    assert picture.notes == (f"layout: Graphviz failed; nodes were {QUICK}",)


def ill_worker(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every layout process get a signal as soon as it is there."""

    class Ill(Worker):
        def __init__(self) -> None:
            super().__init__()
            os.kill(self._process.pid, number)

    image.end_kept()
    monkeypatch.setattr(image, "Worker", Ill)
    if number == signal.SIGSTOP:
        # The others end, which may take longer than that on a busy machine.
        monkeypatch.setattr(process, "LAST_SECONDS", 0.5)


@POSIX
@pytest.mark.parametrize(
    ("number", "told"),
    [
        (signal.SIGSEGV, "the drawing ended with SIGSEGV: draw fewer"),
        (signal.SIGKILL, "the system ended the drawing"),
        (signal.SIGSTOP, r"the picture took more than 0\.5\d* s: draw fewer"),
    ],
)
def test_the_end_of_the_last_step_is_told_in_one_line(
    number: int, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first process got stuck, and the one that places in layers dies or stops too."""
    worker = start_worker()
    os.kill(worker._process.pid, signal.SIGSTOP)
    ill_worker(number, monkeypatch)

    with pytest.raises(XorexplainError, match=told):
        render(SMALL, "svg", budget=0.1, worker=worker)


@POSIX
def test_a_placer_that_dies_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    with Placer() as placer:
        monkeypatch.setattr(Worker, "ask", lambda *arguments, **named: Answer())
        with pytest.raises(XorexplainError, match="ended or does not answer"):
            placer.node_places(SMALL)


def test_the_last_step_has_time_for_what_is_large() -> None:
    """50,000 apply nodes are 15 MB of DOT, and take a minute."""
    assert process.last_seconds(b"x" * 15_000_000) > 300
    assert process.last_seconds(b"") <= 60


@POSIX
def test_a_worker_that_died_early_is_replaced() -> None:
    worker = start_worker()
    worker._process.kill()
    worker._process.wait()

    assert render(SMALL, "svg", worker=worker).notes == ()
    worker.close()


def test_a_png_of_a_large_graph_has_fewer_dots_per_inch() -> None:
    chain = " -> ".join(f"n{i}" for i in range(700))
    picture = render(f"digraph {{ node [width=6] {chain} }}", "png")

    width, height = size_of(picture.data)
    assert height <= layout_worker.MAX_SIDE
    assert width * height <= layout_worker.MAX_PIXELS
    assert re.search(r"\d+ dots per inch instead of 120", picture.notes[0])


def test_a_png_that_would_show_nothing_is_refused_with_the_cure() -> None:
    chain = " -> ".join(f"n{i}" for i in range(6_000))

    with pytest.raises(XorexplainError, match=r"choose \.svg, or draw fewer nodes"):
        render(f"digraph {{ {chain} }}", "png")


# processes


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="/proc")
@pytest.mark.parametrize("how", ["SIGKILL", "SIGINT"])
def test_no_worker_outlives_its_parent(tmp_path: Path, how: str) -> None:
    graph = tmp_path / "large.dot"
    graph.write_text(chain_network(1_500), encoding="utf-8")
    script = (
        "import sys\n"
        "from xorexplain.render.layout import image\n"
        "worker = image.start_worker()\n"
        "print(worker._process.pid, flush=True)\n"
        "dot = open(sys.argv[1]).read()\n"
        "print(image.render(dot, 'svg', budget=3600, worker=worker).notes)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(graph)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=Path(image.__file__).parents[2],
    ) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        time.sleep(0.5)
        assert is_running(worker)
        parent.send_signal(getattr(signal, how))
        assert parent.stdout.read() == b""
    for _ in range(600):
        if not is_running(worker):
            return
        time.sleep(0.1)
    pytest.fail("the worker is still there")


def test_the_module_imports_next_to_nothing() -> None:
    code = (
        "import sys, xorexplain.render.layout.image as image; "
        "slow = {'graphviz', 'pygraphviz', 'numpy', 'theano', 'pytensor'}; "
        "print(sorted(slow & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(image.__file__).parents[2],
    )

    assert done.stdout == "[]\n"


# the Graphviz of the system


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a program named `dot` on an otherwise empty PATH; it sleeps."""
    program = tmp_path / "dot"
    program.write_text("#!/bin/sh\nexec /bin/sleep 60\n", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path))
    return program


def test_without_dot_the_cure_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(XorexplainError, match=r"apt install graphviz.*leave --layout out"):
        render(SMALL, "svg", layout="system")


@POSIX
def test_a_dot_that_never_answers_is_replaced(stand_in: Path) -> None:
    picture = render(SMALL, "svg", layout="system", budget=0.5)

    assert picture.notes == (f"layout: 0.5 s were not enough for dot; nodes were {QUICK}",)
    assert texts(picture.data) == ["0", "x", "y"]


@POSIX
def test_dot_that_the_system_graphviz_refuses_is_our_mistake(stand_in: Path) -> None:
    stand_in.write_text("#!/bin/sh\necho 'syntax error' >&2; exit 1\n", encoding="utf-8")

    with pytest.raises(RuntimeError, match="syntax error"):
        render(SMALL, "svg", layout="system")


@POSIX
def test_places_are_those_of_dot_and_what_is_drawn_is_ours(stand_in: Path) -> None:
    """The stand-in answers like `dot -Tdot`, with one node far to the right of the other."""
    answer = """digraph { graph [bb="0,0,300,100"];
        x [pos="20,50" width=0.5 height=0.3]; y [pos="280,50" width=0.5 height=0.3];
        x -> y [edge_number=0 label=0 lp="150,60"
        pos="e,262,50 38,50 100,50 200,50 252,50"]; }"""
    stand_in.write_text(
        f"#!/bin/sh\n/bin/cat > /dev/null\n/bin/echo '{answer}'\n", encoding="utf-8"
    )
    svg = render(SMALL, "svg", layout="system", budget=30).data

    across = [float(x) for x in re.findall(rb'<text [^>]*x="([-\d.]+)"', svg)]
    assert texts(svg) == ["x", "y", "0"]
    assert across[1] - across[0] == pytest.approx(260)


@pytest.mark.exe
@pytest.mark.parametrize("format_", SIGNATURES)
def test_the_system_graphviz_draws(format_: str) -> None:
    assert shutil.which("dot")
    picture = render(SMALL, format_, layout="system", budget=60)

    assert picture.data.startswith(SIGNATURES[format_])
    assert picture.notes == ()


def test_without_pygraphviz_the_cure_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process.importlib.util, "find_spec", lambda name: None)

    with pytest.raises(XorexplainError, match="pip install 'pygraphviz>=2'"):
        Worker()


def test_a_picture_is_a_plain_record() -> None:
    assert Picture(b"x", ("note",)) == Picture(b"x", ("note",))


def test_a_layout_process_imports_next_to_nothing() -> None:
    """Each of these would take it as long as a small picture does."""
    folder = Path(layout_worker.__file__).parent
    code = (
        "import sys, worker; worker._import_graphviz(sys.argv[1], process_binding)\n"
        "from xorexplain.render.layout import numbering, wrapping\n"
        "print(*sorted({'dataclasses', 'inspect', 're', 'typing', 'collections'} & {*sys.modules}))"
    ).replace("process_binding", repr(process._binding()))
    line = f"import sys; sys.path.append({str(folder)!r})\n{code}"
    package = str(folder.parents[1])
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", line, package],
        capture_output=True,
        text=True,
        check=True,
        env=process._environment(),
    )

    assert done.stdout.split() == []
