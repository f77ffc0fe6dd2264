"""Measure xorexplain against its peers in one run and print the results as Markdown tables.

    python benchmarks/run.py            all of it, in a few minutes
    python benchmarks/run.py --write    and put the tables into benchmarks/README.md

Times are medians of interleaved runs. What counts are the ratios: they hold on other machines, the
seconds do not. The peer is the engine's own pydotprint with a system `dot`; without one on PATH
its rows say so.
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

from networks import deep

from xorexplain import engines
from xorexplain.api import picture
from xorexplain.engines.recorder import Recorder
from xorexplain.graph.json import to_json
from xorexplain.models.model import Model
from xorexplain.models.stages import view
from xorexplain.models.targets import function_inputs, function_parts
from xorexplain.models.tutorial import xor
from xorexplain.render import Layout
from xorexplain.render.look import Look
from xorexplain.render.pictures.tree import tree
from xorexplain.rewrites.record import record
from xorexplain.rewrites.replay import replay, state_at
from xorexplain.rewrites.trace import State, Trace

HERE = Path(__file__).resolve().parent
ROUNDS = 9
PEER_LIMIT = 60.0
LAYERS = (100, 300, 1000)
Table = list[list[str]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="put the tables into README.md")
    arguments = parser.parse_args()
    engine = engines.choose()
    title = f"{engine.title} {engine.version}, Python {sys.version.split()[0]}"
    text = "\n".join(
        [
            f"### {title}",
            "",
            *markdown(command_table(engine)),
            "",
            *markdown(drawing_table(engine)),
            "",
            *markdown(scaling_table(engine)),
            "",
            *markdown(rewriting_table(engine)),
            "",
            *markdown(replay_table(engine)),
        ]
    )
    print(text)
    if arguments.write:
        write(engine.title, text)


def command_table(engine: engines.Engine) -> Table:
    """Time whole commands, warm, as ratios to a bare import of the engine."""
    environment = as_installed()
    if engine.name == "theano":
        # Without this flag Theano cannot be imported with current NumPy wheels.
        flags = environment.get("THEANO_FLAGS", "")
        environment["THEANO_FLAGS"] = ",".join(filter(None, [flags, "blas.ldflags="]))
    with tempfile.TemporaryDirectory() as folder:
        out = str(Path(folder) / "graph.png")
        ours = [sys.executable, "-m", "xorexplain"]
        commands = {
            "bare import": [sys.executable, "-c", f"import {engine.name}"],
            "`--help`": [*ours, "--help"],
            "`graph --out graph.png`": [*ours, "graph", "--out", out],
            "`graph --stage optimized`": [*ours, "graph", "--stage", "optimized", "--out", out],
        }
        limits = {"`--help`": "0.25", "`graph --out graph.png`": "1.4"}
        limits["`graph --stage optimized`"] = "1.8"
        if shutil.which("dot"):
            commands["peer: compile, pydotprint, dot"] = [
                sys.executable,
                str(HERE / "peer.py"),
                out,
            ]
        times = interleaved(
            {
                name: lambda argv=argv: subprocess.run(
                    argv, check=True, env=environment, capture_output=True
                )
                for name, argv in commands.items()
            }
        )
    bare = times["bare import"]
    rows = [["command, warm", "seconds", "times a bare import", "at most"]]
    rows += [
        [name, f"{seconds:.2f}", f"{seconds / bare:.2f}", limits.get(name, "")]
        for name, seconds in times.items()
    ]
    if not shutil.which("dot"):
        rows.append(["peer: compile, pydotprint, dot", "no `dot` on PATH", "", ""])
    return rows


@cache
def byte_code() -> tempfile.TemporaryDirectory[str]:
    """Make a folder in which Python keeps what it compiled, until this process ends."""
    return tempfile.TemporaryDirectory()


def as_installed() -> dict[str, str]:
    """Return an environment in which Python keeps byte code of us too, as of what is installed."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": byte_code().name}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment


def interleaved(
    runs: dict[str, Callable[[], object]],
    rounds: int = ROUNDS,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, float]:
    """Run everything once to warm up, then in turn, and return the median of each."""
    for run in runs.values():
        run()
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            times[name].append(seconds(run, clock))
    return {name: statistics.median(found) for name, found in times.items()}


def seconds(run: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    # As `timeit` does: a collection looks at all that the engine holds.
    gc.disable()
    began = clock()
    run()
    spent = clock() - began
    gc.enable()
    return spent


def drawing_table(engine: engines.Engine) -> Table:
    """Draw the gradient graph of 30 layers: ours as SVG, and pydotprint's DOT with `dot`."""
    model = deep(engine, 30)
    built = view(engine, model, "gradient")
    graph = built.graph()
    ours = seconds(lambda: picture(built.graph(), "svg", Look(), Layout()))
    raw = seconds(lambda: picture(built.graph(), "svg", Look(raw=True), Layout()))
    rows = [[f"gradient graph of 30 layers, {len(graph.applies)} apply nodes, as SVG", "seconds"]]
    rows += [["ours", f"{ours:.2f}"], ["ours, `--raw`", f"{raw:.2f}"]]
    if not shutil.which("dot"):
        return [*rows, ["peer: pydotprint, dot", "no `dot` on PATH"]]
    text = engine.pydotprint(built.source.object)
    try:
        peer = seconds(
            lambda: subprocess.run(
                ["dot", "-Tsvg"], input=text.encode(), capture_output=True, timeout=PEER_LIMIT
            )
        )
        rows.append(["peer: pydotprint, dot", f"{peer:.2f} ({peer / ours:.0f} times ours)"])
    except subprocess.TimeoutExpired:
        least = PEER_LIMIT / ours
        rows.append(
            ["peer: pydotprint, dot", f"stopped at {PEER_LIMIT:.0f} (over {least:.0f} times ours)"]
        )
    return rows


def rewriting_table(engine: engines.Engine) -> Table:
    """Record a rewriting, beside the bare rewriter and PyTensor's FullHistory."""
    rows = [
        [
            "rewriting",
            "steps",
            "bare, s",
            "recorded, times bare",
            "at most",
            "FullHistory, times bare",
        ]
    ]
    for name, model, target in (
        ("XOR, train", xor(engine), "train"),
        ("gradient of 100 layers", deep(engine, 100), "gradient"),
    ):
        runs = {
            "bare": lambda m=model, t=target: rewrite(engine, m, t),
            "ours": lambda m=model, t=target: rewrite(engine, m, t, Recorder()),
        }
        if engine.name == "pytensor":
            runs["peer"] = lambda m=model, t=target: with_full_history(engine, m, t)
        times = interleaved(runs)
        trace = record(engine, model, target).trace
        peer = f"{times['peer'] / times['bare']:.2f}" if "peer" in times else "Theano has none"
        row = [name, str(len(trace.steps)), f"{times['bare']:.3f}"]
        row += [
            f"{times['ours'] / times['bare']:.2f}",
            "1.5",
            peer,
        ]
        rows.append(row)
    return rows


def replay_table(engine: engines.Engine) -> Table:
    """Read the states of a trace nobody has read yet: all, every second one, and any one."""
    trace = record(engine, deep(engine, 100), "gradient").trace
    count = len(trace.steps)
    half = in_pairs(trace)
    chance = random.Random(0)
    rows = [
        [
            f"replay of {count} steps",
            "seconds",
            "times half the steps",
            "at most",
            "one state, part of all",
            "at most",
        ]
    ]
    reads: dict[str, Callable[[State], object]] = {
        "all states": lambda state: state.results,
        "and the graph of each": lambda state: state.graph,
    }
    for name, read in reads.items():
        times = interleaved(
            {
                "all": lambda r=read: list(map(r, states(trace))),
                "half": lambda r=read: list(map(r, states(half))),
                "one": lambda r=read: r(state_at(unread(trace), chance.randrange(1, count))),
            },
            25 if name == "all states" else 3,
            time.process_time,
        )
        ratios = [f"{times['all'] / times['half']:.2f}", "2.2"]
        ratios += [f"{times['one'] / times['all']:.4f}", "0.1" if "graph" in name else ""]
        rows.append([name, f"{times['all']:.3f}", *ratios])
    return rows


def states(trace: Trace) -> Iterator[State]:
    return (state for _, state in replay(unread(trace)))


def in_pairs(trace: Trace) -> Trace:
    """Return a trace of the same edits in half the steps."""
    pairs = zip(trace.steps[::2], trace.steps[1::2], strict=False)
    steps = (
        replace(one, number=number, edits=one.edits + other.edits)
        for number, (one, other) in enumerate(pairs, 1)
    )
    return replace(trace, steps=tuple(steps))


def unread(trace: Trace) -> Trace:
    """Return the same trace without what reading it has left."""
    return replace(trace, universe=replace(trace.universe))


def rewrite(
    engine: engines.Engine, model: Model, target: str, recorder: Recorder | None = None
) -> object:
    outputs, _, updates = function_parts(engine, model, target)
    inputs = function_inputs(engine, model, outputs, updates)
    if recorder is None:
        return engine.rewrite(inputs, outputs, updates)
    return engine.record(inputs, outputs, updates, recorder)


def with_full_history(engine: engines.Engine, model: Model, target: str) -> object:
    """Rewrite with PyTensor's own FullHistory attached, which keeps changed edges only."""
    from pytensor.compile.aliasing import add_supervisor_to_fgraph
    from pytensor.compile.io import In
    from pytensor.compile.mode import get_default_mode
    from pytensor.graph.features import FullHistory
    from pytensor.graph.fg import FunctionGraph

    outputs, _, updates = function_parts(engine, model, target)
    graph = FunctionGraph(outputs=[*outputs, *(new for _, new in updates)], clone=True)
    add_supervisor_to_fgraph(graph, [In(variable) for variable in graph.inputs])
    graph.attach_feature(FullHistory())
    return get_default_mode().optimizer.rewrite(graph)


def scaling_table(engine: engines.Engine) -> Table:
    """Record, write as JSON and print gradient graphs of growing depth."""
    rows = [["layers", "apply nodes", "snapshot, s", "JSON, s", "text, s", "µs a node, all three"]]
    for layers in LAYERS:
        built = view(engine, deep(engine, layers), "gradient")
        snapshots = statistics.median(seconds(built.graph) for _ in range(3))
        graph = built.graph()
        jsons = statistics.median(seconds(lambda g=graph: to_json(g)) for _ in range(3))
        texts = statistics.median(seconds(lambda g=graph: tree(g, Look())) for _ in range(3))
        each = (snapshots + jsons + texts) / len(graph.applies) * 1e6
        row = [layers, len(graph.applies), f"{snapshots:.2f}", f"{jsons:.2f}", f"{texts:.2f}"]
        rows.append([*map(str, row), f"{each:.0f}"])
    return rows


def markdown(table: Table) -> list[str]:
    head, *body = table
    rule = ["---"] + ["---:"] * (len(head) - 1)
    return ["| " + " | ".join(row) + " |" for row in [head, rule, *body]]


def write(head_words: str, text: str) -> None:
    """Replace the section of README.md whose title begins with these words, or add it."""
    readme = HERE / "README.md"
    head, *sections = readme.read_text(encoding="utf-8").split("\n### ")
    kept = [s for s in sections if not s.startswith(head_words)]
    parts = sorted([*kept, text.removeprefix("### ")], reverse=True)
    body = "\n### ".join([head.rstrip() + "\n", *(part.rstrip() + "\n" for part in parts)])
    readme.write_text(body, encoding="utf-8")


if __name__ == "__main__":
    main()
