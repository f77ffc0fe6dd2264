"""Measure the page of the explorer: how long it takes to make, to be seen, and to go a step.

    python benchmarks/pages.py            all of it, in some minutes; needs Playwright's Chromium
    python benchmarks/pages.py --write    and put the tables into benchmarks/README.md

Making a page is measured beside the engine's own rewriting of the very function that the page
tells of, in turn, in seconds that a processor worked, those of the layout process with them:
another program on the machine does not count. In the browser all is seconds of a clock, and of a
processor in brackets; a step ends when the frame that shows it is painted.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import statistics
import tempfile
from pathlib import Path
from typing import Any

from networks import deep
from people import MODELS
from playwright.sync_api import Browser, CDPSession, sync_playwright
from run import Table, interleaved, markdown, rewrite, write

from xorexplain import engines, explore
from xorexplain.models.model import Model
from xorexplain.models.tutorial import xor

LAYERS = (30, 100)
TARGETS = {"cost": "", "gradient": "3"}
"""The functions whose pages are made, and how many times their rewriting that may take."""
ROUNDS = 3
MOST_STEPS = 400
PAINTED = """step => new Promise(seen => {
  const begun = performance.now();
  window.xorexplain.state.set({ view: "rewrites", step });
  requestAnimationFrame(() => {
    const after = new MessageChannel();
    after.port1.onmessage = () => seen(performance.now() - begun);
    after.port2.postMessage(0);
  });
})"""
SEEN = """() => ({
  paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
  load: performance.getEntriesByType("navigation")[0].loadEventEnd,
})"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="put the tables into README.md")
    arguments = parser.parse_args()
    engine = engines.choose()
    title = f"Explorer of {engine.title}"
    made, opened = markdown(making_table(engine)), markdown(page_table(engine))
    text = "\n".join([f"### {title} {engine.version}", "", *made, "", *opened])
    print(text)
    if arguments.write:
        write(title, text)


def tanh_layers(engine: engines.Engine, layers: int) -> Model:
    """Return a network of tanh(dot(h, W)) again and again."""
    return deep(engine, layers, engine.tensor.tanh)


def making_table(engine: engines.Engine) -> Table:
    """Make the pages of deep networks beside the engine's own rewriting of the same function."""
    rows = [["`explore`, layers", "function", "rewriting, s", "page, s", "times", "at most"]]
    for layers in LAYERS:
        for target, most in TARGETS.items():
            times = interleaved(
                {
                    "bare": lambda n=layers, t=target: rewrite(engine, tanh_layers(engine, n), t),
                    "page": lambda n=layers, t=target: explore(tanh_layers(engine, n), target=t),
                },
                ROUNDS,
                worked,
            )
            ratio = f"{times['page'] / times['bare']:.1f}"
            row = [f"{times['bare']:.2f}", f"{times['page']:.2f}", ratio, most]
            rows.append([str(layers), target, *row])
    return rows


def worked() -> float:
    """Return how many seconds a processor worked for this process and those it ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def page_table(engine: engines.Engine) -> Table:
    """Open each page, and go through its steps."""
    models = {"XOR": lambda: xor(engine), **{f"{n} layers": deeper(engine, n) for n in LAYERS}}
    models |= {name: lambda n=name: MODELS[n](engine) for name in ("mlp", "rnn", "adam")}
    head = ["page", "MB", "first paint, ms", "loaded, ms", "steps", "a step, 95 of 100, ms"]
    rows = [head]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        for name, model in models.items():
            path = explore(model(), Path(folder) / "page.html")
            rows.append([name, f"{path.stat().st_size / 1e6:.2f}", *seen(browser, path)])
        browser.close()
    return rows


def deeper(engine: engines.Engine, layers: int) -> Any:
    return lambda: tanh_layers(engine, layers)


def seen(browser: Browser, path: Path) -> list[str]:
    """Return when a page is first painted and loaded, how many steps it has and how long one is."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    told = page.context.new_cdp_session(page)
    told.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(path.as_uri())
    page.wait_for_selector("main[data-ready]")
    page.wait_for_function("() => performance.getEntriesByName('first-contentful-paint').length")
    loading = computed(told)
    times = page.evaluate(SEEN)
    steps = page.evaluate("window.xorexplain.trace.last")
    taken, work = [], []
    for step in range(1, min(steps, MOST_STEPS) + 1):
        before = computed(told)
        taken.append(page.evaluate(PAINTED, step))
        work.append(computed(told) - before)
    page.close()
    load = f"{times['load']:.0f} ({loading:.0f})"
    return [f"{times['paint']:.0f}", load, str(steps), f"{late(taken):.0f} ({late(work):.0f})"]


def computed(told: CDPSession) -> float:
    """Return how many ms the page's thread has worked."""
    metrics = told.send("Performance.getMetrics")["metrics"]
    return 1000 * next(entry["value"] for entry in metrics if entry["name"] == "TaskDuration")


def late(times: list[float]) -> float:
    """Return what 95 of 100 times are within."""
    return statistics.quantiles(times, n=20)[-1] if len(times) > 1 else sum(times)


if __name__ == "__main__":
    main()
