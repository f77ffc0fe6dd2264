"""Measure what graphs cost on a page of documentation: python benchmarks/sphinx_pages.py [runs].

Compares the build of a page with ten graphs with that of a page without any, and the difference
with drawing the same ten graphs by `xorexplain.draw` in one process; then builds again from the
cache. Each number is the median of the runs.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

GRAPHS = [
    (stage, direction)
    for stage in ("symbolic", "gradient", "optimized")
    for direction in ("TB", "LR", "BT")
] + [("updates", "TB")]

CONF = 'extensions = ["xorexplain.sphinxext"]\nhtml_theme = "alabaster"\n'

DRAW = """
import sys, time
start = time.perf_counter()
from xorexplain.api import draw
from xorexplain.engines import choose
from xorexplain.xor import xor
for number, (stage, direction) in enumerate({graphs!r}):
    draw(xor(choose()), f"{{sys.argv[1]}}/{{number}}.svg", stage=stage, direction=direction)
print(time.perf_counter() - start)
"""


def page(graphs: list[tuple[str, str]]) -> str:
    directives = [
        f".. xorexplain-graph::\n   :stage: {stage}\n   :direction: {direction}\n"
        for stage, direction in graphs
    ]
    return "Page\n====\n\n" + "\n".join(directives)


def build(source: Path, folder: Path) -> float:
    start = time.perf_counter()
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "-E", "-a", "-b", "html"]
    subprocess.run(
        [*command, "-d", str(folder / "doctrees"), str(source), str(folder / "html")], check=True
    )
    return time.perf_counter() - start


def draw(folder: Path) -> float:
    folder.mkdir()
    command = [sys.executable, "-c", DRAW.format(graphs=GRAPHS), str(folder)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main(runs: int) -> None:
    os.environ.setdefault("PYTHONPATH", str(Path(__file__).resolve().parents[1]))
    times: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        for kind, graphs in (("none", []), ("ten", GRAPHS)):
            (root / kind).mkdir()
            (root / kind / "conf.py").write_text(CONF)
            (root / kind / "index.rst").write_text(page(graphs))
        for run in range(runs):
            out = root / f"run-{run}"
            for label, seconds in (
                ("page without graphs", lambda out=out: build(root / "none", out / "none")),
                ("page with ten graphs", lambda out=out: build(root / "ten", out / "ten")),
                ("the same from the cache", lambda out=out: build(root / "ten", out / "ten")),
                ("ten calls of draw", lambda out=out: draw(out / "drawn")),
            ):
                times.setdefault(label, []).append(seconds())
    medians = {label: statistics.median(found) for label, found in times.items()}
    for label, seconds in medians.items():
        print(f"{label:<26} {seconds:6.2f} s")
    added = medians["page with ten graphs"] - medians["page without graphs"]
    print(
        f"{'ten graphs add':<26} {added:6.2f} s, {added / medians['ten calls of draw']:.2f} times"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
