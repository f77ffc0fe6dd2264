"""Measure what it costs to watch a program with `xorexplain run`.

    python benchmarks/watching.py            measure the programs of the engine that is installed
    python benchmarks/watching.py --write    and put the table into benchmarks/README.md

Each program runs plain, with `--calls-only` and recorded, in turn, several times. Told are medians
of the ratios within a turn, so that a machine that is busy for a while does not count.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from run import Table, as_installed, markdown, write

from xorexplain import engines

TURNS = 3
WAYS = {"plain": None, "--calls-only": ["--calls-only"], "recorded": []}
AT_MOST = {"--calls-only": 1.05, "recorded": 1.25}
MOST_MEMORY = 200
"""Megabytes by which memory may grow."""
SAMPLING = """
import numpy, pymc
if __name__ == "__main__":
    numbers = numpy.random.default_rng(0)
    with pymc.Model():
{model}
        pymc.sample({draws}, tune={draws}, chains=2, cores=1, progressbar=False, random_seed=1)
"""
SCHOOLS = """
        mu, tau = pymc.Normal("mu", 0, 5), pymc.HalfCauchy("tau", 5)
        z = pymc.Normal("z", 0, 1, shape=8)
        pymc.Normal("y", mu + tau * z, 10.0, observed=numbers.normal(size=8) * 10)
"""
LOGISTIC = """
        X = numbers.normal(size=(500, 10))
        w, b = pymc.Normal("w", 0, 1, shape=10), pymc.Normal("b", 0, 1)
        pymc.Bernoulli("y", logit_p=pymc.math.dot(X, w) + b,
                       observed=numbers.integers(0, 2, 500))
"""
MIXTURE = """
        w = pymc.Dirichlet("w", numpy.ones(3))
        centre = pymc.Normal("centre", [-3, 0, 3], 1, shape=3)
        width = pymc.HalfNormal("width", 1, shape=3)
        pymc.NormalMixture("y", w, centre, sigma=width, observed=numbers.normal(size=200) * 3)
"""
LOOP = """
import xorexplain
import numpy, theano, theano.tensor as T
numbers = numpy.random.RandomState(0)
x, y = T.dmatrix("x"), T.lvector("y")
W1 = theano.shared(numbers.normal(0, 0.1, (64, 100)), name="W1")
W2 = theano.shared(numbers.normal(0, 0.1, (100, 10)), name="W2")
p = T.nnet.softmax(T.dot(T.tanh(T.dot(x, W1)), W2))
cost = T.nnet.categorical_crossentropy(p, y).mean()
updates = [(w, w - 0.1 * g) for w, g in zip([W1, W2], T.grad(cost, [W1, W2]))]
step = theano.function([x, y], cost, updates=updates)
check = theano.function([x, y], T.mean(T.eq(p.argmax(axis=1), y)))
X, Y = numbers.normal(size=(2000, 64)), numbers.randint(0, 10, 2000)
for epoch in range(60):
    for at in range(0, 2000, 50):
        step(X[at : at + 50], Y[at : at + 50])
    check(X, Y)
"""
PROGRAMS = {
    "pytensor": {
        "PyMC: eight schools": SAMPLING.format(model=SCHOOLS, draws=1000),
        "PyMC: logistic regression": SAMPLING.format(model=LOGISTIC, draws=1000),
        "PyMC: mixture": SAMPLING.format(model=MIXTURE, draws=1000),
    },
    "theano": {"a training loop": LOOP},
}


@dataclass(frozen=True)
class Cost:
    """Hold seconds on the clock, seconds that processors worked, and megabytes at most."""

    wall: float
    worked: float
    memory: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="put the table into README.md")
    parser.add_argument("--turns", type=int, default=TURNS, help="how often each program runs")
    arguments = parser.parse_args()
    engine = engines.choose()
    title = f"Watching programs of {engine.title}"
    table = markdown(watching_table(PROGRAMS[engine.name], arguments.turns))
    text = "\n".join([f"### {title} {engine.version}", "", *table])
    print(text)
    if arguments.write:
        write(title, text)


def watching_table(programs: dict[str, str], turns: int) -> Table:
    """Run each program in each way, and compare."""
    head = ["program", "way", "seconds", "times plain", "at most", "work, times plain"]
    rows = [[*head, "memory, MB more", "at most"]]
    for name, program in programs.items():
        cost(program, [])  # fills the engine's caches
        costs = [
            {way: cost(program, options) for way, options in WAYS.items()} for _ in range(turns)
        ]
        rows.append([name, "plain", f"{median(c['plain'].wall for c in costs):.2f}", *[""] * 5])
        for way, limit in AT_MOST.items():
            wall = median(c[way].wall / c["plain"].wall for c in costs)
            worked = median(c[way].worked / c["plain"].worked for c in costs)
            memory = median(c[way].memory - c["plain"].memory for c in costs)
            seconds = median(c[way].wall for c in costs)
            told = [f"{seconds:.2f}", f"{wall:.2f}", f"{limit:g}", f"{worked:.2f}"]
            rows.append([name, way, *told, f"{memory:.0f}", str(MOST_MEMORY)])
    return rows


def cost(program: str, options: list[str] | None) -> Cost:
    """Run a program, plain where there are no options to watch it with."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "program.py"
        file.write_text(program, encoding="utf-8")
        report = ["-m", "xorexplain", "run", "--out", f"{folder}/report"]
        watched = [] if options is None else [*report, *options]
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *watched, str(file)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env=as_installed(),
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"a program ended with {process.returncode}: {options}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


if __name__ == "__main__":
    main()
