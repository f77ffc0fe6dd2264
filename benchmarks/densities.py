"""Measure what exploring a PyMC model costs, beside PyMC's own function and its first call.

    python benchmarks/densities.py             measure the models of tests/support/pymc_models.py
    python benchmarks/densities.py poisson     and of them those that are named
    python benchmarks/densities.py --write     and put the table into benchmarks/README.md

Each model is measured in a process of its own, forked with everything imported, which makes the
model once more for each task: `compile_logp()` and `compile_dlogp()` with a first call of each, the
page of the explorer, the walk-through as pages, and the check of the gradient. All is in seconds
that processors worked, with those of compilers and of the layout process. Nothing is compiled
before it starts: PyTensor gets an empty compile directory, but where PYTENSOR_FLAGS names one.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from run import Table, markdown, write

from xorexplain import engines
from xorexplain.explorer.bundle import bundle, page_of
from xorexplain.models.loading import as_model
from xorexplain.render.reports.gather import Subject
from xorexplain.sphinxext.walkthrough import walkthrough

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "support"))
MOST = {"explore": 1.5, "pages": 2.0}
"""Times PyMC's own functions and first calls that a task may take, in the median."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="models to measure; all by default")
    parser.add_argument("--write", action="store_true", help="put the table into README.md")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="xorexplain-") as folder:
        flags = os.environ.get("PYTENSOR_FLAGS", "")
        if "compiledir" not in flags:
            os.environ["PYTENSOR_FLAGS"] = ",".join([f"base_compiledir={folder}", flags])
        import pymc_models

        names = arguments.names or list(pymc_models.MODELS)
        found = {name: measured(pymc_models.MODELS[name]) for name in names}
    engine = engines.choose()
    title = f"PyMC models of {engine.title}"
    text = "\n".join([f"### {title} {engine.version}", "", *markdown(table(found))])
    print(text)
    if arguments.write:
        write(title, text)


def table(found: dict[str, dict[str, float]]) -> Table:
    """Set what each task costs beside PyMC's own, and the medians of that below."""
    rows = [["model", "PyMC's own, s", *(f"{task}, times" for task in MOST), "wrong gradients"]]
    ratios = {task: [costs[task] / costs["own"] for costs in found.values()] for task in MOST}
    for position, (name, costs) in enumerate(found.items()):
        told = [f"{ratios[task][position]:.2f}" for task in MOST]
        rows.append([name, f"{costs['own']:.2f}", *told, f"{costs['wrong']:.0f}"])
    middle = [f"{median(ratios[task]):.2f}, at most {MOST[task]:g}" for task in MOST]
    return [*rows, ["median", "", *middle, ""]]


def measured(make: Callable[[], Any]) -> dict[str, float]:
    """Return what the tasks cost, measured in a process that ends with them."""
    receives, sends = os.pipe()
    child = os.fork()
    if not child:
        warnings.simplefilter("ignore")
        tasks = {"own": own, "explore": explored, "pages": told}
        costs = {task: cost(run, make()) for task, run in tasks.items()}
        costs["wrong"] = wrong(make())
        with os.fdopen(sends, "w") as pipe:
            json.dump(costs, pipe)
        os._exit(0)
    os.close(sends)
    with os.fdopen(receives) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    found: dict[str, float] = json.loads(text)
    return found


def cost(run: Callable[[Any], object], theirs: Any) -> float:
    """Return the seconds that processors work for a task."""
    began = worked()
    run(theirs)
    return worked() - began


def worked() -> float:
    """Return the seconds of this process and of those that it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def own(theirs: Any) -> None:
    """Compile and call what PyMC samples with."""
    point = theirs.initial_point()
    theirs.compile_logp()(point)
    if theirs.continuous_value_vars:
        theirs.compile_dlogp()(point)


def explored(theirs: Any) -> bytes:
    return page_of(bundle(subject(theirs)))


def told(theirs: Any) -> object:
    return walkthrough(subject(theirs))


def wrong(theirs: Any) -> int:
    """Count the checks of the gradient that fail."""
    if not theirs.continuous_value_vars:
        return 0
    made = subject(theirs)
    return sum(row.is_fine is False for row in made.gradient_checks())


def subject(theirs: Any) -> Subject:
    engine, model = as_model(theirs)
    return Subject(engine, model)


if __name__ == "__main__":
    main()
