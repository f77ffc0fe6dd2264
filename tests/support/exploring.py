"""Open pages of the explorer in a browser, and read what they show."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import parse_qs

from windows import PATIENCE, Handlers, Windows

if TYPE_CHECKING:
    from playwright.sync_api import Locator, LocatorAssertions, Page

Story = Mapping[str, Any]
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
FIRST = "view=symbolic"
# The browser tells a page of a new address after it has it.
FOLLOW = """hash => new Promise(done => {
  if (location.hash === `#${hash}`) return done();
  addEventListener("hashchange", () => done(), { once: true });
  location.hash = hash;
})"""
SAYS = """said => {
  const found = new URLSearchParams(location.hash.slice(1));
  return Object.entries(said).every(([key, value]) => found.get(key) === value);
}"""
# Where all is, in frame after frame: arrived is what stays for some. The first frames are for what
# begins to move only when the browser tells of a new size.
ARRIVED = """() => new Promise(done => {
  const places = () => JSON.stringify(
    [...document.querySelectorAll(".world, .node, #left, #panel, #source")].map((element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      return [x, y, width, height, element.scrollTop];
    }));
  const began = performance.now();
  let [last, same] = ["", 0];
  const look = () => {
    const now = places();
    same = now === last ? same + 1 : 0;
    last = now;
    if (same >= 5 && performance.now() - began > 300) done();
    else requestAnimationFrame(look);
  };
  look();
})"""
FIGURE = "#panes [data-pane=main] > svg.canvas"


@dataclass
class Visit:
    """Hold an open page with the story it tells, and all that went wrong in it."""

    page: Page
    story: Story
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def node(self, id_: str, pane: str = "main") -> Locator:
        """Return a node of the picture."""
        return self.page.locator(f'[data-pane={pane}] > svg.canvas [data-id="{id_}"]')

    def ids(self, selector: str, pane: str = "main") -> set[str]:
        """Return the ids of the nodes that a selector finds in the picture."""
        found = f"[data-pane={pane}] > svg.canvas .node{selector}"
        return set(self.page.eval_on_selector_all(found, "all => all.map(n => n.dataset.id)"))

    def shown(self, pane: str = "main") -> set[str]:
        """Return the ids of the nodes in the picture that are not left out of it."""
        return self.ids(":not(.absent, .shut)", pane)

    def address(self) -> dict[str, str]:
        """Return what the address says is shown."""
        said = parse_qs(self.page.evaluate("location.hash").removeprefix("#"))
        return {key: values[0] for key, values in said.items()}

    def zoom(self) -> float:
        """Return how large the picture is drawn."""
        moved = self.page.locator(f"{FIGURE} > .world").get_attribute("transform") or ""
        return float(re.findall(r"scale\(([^)]+)\)", moved)[0])

    def place(self) -> tuple[float, float]:
        """Return where the picture has been moved to."""
        moved = self.page.locator(f"{FIGURE} > .world").get_attribute("transform") or ""
        x, y = re.findall(r"translate\(([^)]+)\)", moved)[0].split()
        return float(x), float(y)

    def go(self, hash_: str) -> None:
        """Follow a link to another view of the page, and wait until the page has."""
        self.page.evaluate(FOLLOW, hash_)

    def until(self, **said: str) -> None:
        """Wait until the address says what is shown."""
        self.page.wait_for_function(SAYS, arg=said)

    def shows(self, selector: str, ids: set[str], pane: str = "main") -> None:
        """Wait until a selector finds these nodes in the picture, and no others."""
        eventually(lambda: self.ids(selector, pane), ids)

    def resize(self, width: int, height: int) -> None:
        """Give the window another size, and wait until the page has it."""
        resized(self.page, width, height)

    def settle(self) -> None:
        """Wait until what glides, scrolls and fades has arrived."""
        self.page.evaluate(ARRIVED)


def expect(part: Locator) -> LocatorAssertions:
    """Return what waits until a part of a page is as wanted; the tests load without Playwright."""
    from playwright.sync_api import expect as expected

    return expected(part)


def eventually(read: Callable[[], Any], wanted: Any) -> None:
    """Look again and again until what is read is as wanted; fail with what it was at last."""
    end = time.monotonic() + PATIENCE / 1000
    while (found := read()) != wanted and time.monotonic() < end:
        time.sleep(0.02)
    assert found == wanted


def resized(page: Page, width: int, height: int) -> None:
    """Give the window of a page another size, and wait until the page has it."""
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_function("wanted => innerWidth === wanted", arg=width)


class OpenStory(Protocol):
    """Open the story of a model at an address, that of its first stage where none is named."""

    def __call__(self, hash_: str = FIRST, model: str = "xor", **context: Any) -> Visit: ...


def watching(errors: list[str], requests: list[str]) -> Handlers:
    """Return what notes the errors and the requests of a page."""
    return {
        "pageerror": lambda error: errors.append(str(error)),
        "console": lambda line: (
            errors.append(line.text) if line.type in ("error", "warning") else None
        ),
        "request": lambda request: requests.append(request.url),
        "dialog": lambda dialog: errors.append(f"dialog: {dialog.message}"),
    }


def visiting(windows: Windows, story: Story, **context: Any) -> Visit:
    """Take a window to see a story in; `context` are options of the window."""
    errors: list[str] = []
    requests: list[str] = []
    options = {"viewport": DESKTOP, "reduced_motion": "reduce", **context}
    return Visit(windows.take(watching(errors, requests), **options), story, errors, requests)


def open_page(windows: Windows, path: Path, story: Story, hash_: str, **context: Any) -> Visit:
    """Open a page in a window that nobody else uses until it is given back."""
    visit = visiting(windows, story, **context)
    visit.page.goto(f"{path.as_uri()}#{hash_}" if hash_ else path.as_uri())
    visit.page.locator("main[data-ready]").wait_for(state="attached")
    return visit


def graph(story: Story, view: str) -> Mapping[str, Any]:
    """Return the graph of a view."""
    key = next(entry["graph"] for entry in story["views"] if entry["key"] == view)
    return story["graphs"][key]


def reach(found: Mapping[str, Any], start: str, way: str) -> set[str]:
    """Return the nodes that feed a node (`to`), or that it feeds (`from`), itself among them."""
    other = {"to": "from", "from": "to"}[way]
    seen, queue = {start}, [start]
    while queue:
        here = queue.pop()
        for edge in found["edges"]:
            if edge[way] == here and edge[other] not in seen:
                seen.add(edge[other])
                queue.append(edge[other])
    return seen


def quiet_steps(story: Story) -> list[int]:
    """Return the numbers of the steps that are no noise."""
    steps: Sequence[Mapping[str, Any]] = story["trace"]["steps"]
    return [number for number, step in enumerate(steps, 1) if not step.get("noise")]


def drawn_steps(story: Story) -> Iterator[tuple[int, Mapping[str, Any], Mapping[str, Any]]]:
    """Return the number, the state before and the state after of steps drawn on one graph."""
    states = story["trace"]["states"]
    for number in range(1, len(states)):
        before, after = states[number - 1], states[number]
        if before["segment"] == after["segment"]:
            yield number, before, after
