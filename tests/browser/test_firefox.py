"""The page in Firefox, where that is installed: all views, steps, copies, and no error."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from exploring import Story
from marionette import Firefox, firefox

pytestmark = [pytest.mark.browser, pytest.mark.firefox]

WATCH = """
  window.faults = [];
  addEventListener("error", (event) => faults.push(event.message));
  addEventListener("unhandledrejection", (event) => faults.push(String(event.reason)));
  addEventListener("securitypolicyviolation", (event) => faults.push(event.violatedDirective));
"""
SEEN = """
  const box = document.querySelector("#panes [data-pane=main]").getBoundingClientRect();
  const nodes = [...document.querySelectorAll(
    "[data-pane=main] > svg.canvas .node:not(.absent, .shut)")];
  return nodes.filter((node) => {
    const { left, right, top, bottom } = node.getBoundingClientRect();
    return right > box.left && left < box.right && bottom > box.top && top < box.bottom;
  }).length;
"""


@pytest.fixture(scope="module")
def fox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    with firefox(tmp_path_factory.mktemp("firefox")) as found:
        yield found


@pytest.fixture
def page(fox: Firefox, story_of: Callable[[str], tuple[Story, Path]]) -> Iterator[Firefox]:
    """The XOR network's page; at the end it may have had no error."""
    fox.go("about:blank")
    fox.go(story_of("xor")[1].as_uri())
    fox.run(WATCH)
    assert fox.run("return document.querySelector('main').dataset.ready") == ""
    yield fox
    assert fox.run("return faults") == []


def test_every_view_is_drawn(page: Firefox) -> None:
    views = page.run("return xorexplain.bundle.views.filter((v) => !v.why).map((v) => v.key)")
    assert {"symbolic", "derivation", "rewrites", "compiled"} <= set(views)
    for view in views:
        page.run("document.getElementById(`tab-${arguments[0]}`).click()", view)
        if view != "start":
            assert page.run(SEEN) > 5, view
        width = page.run("return document.documentElement.scrollWidth - innerWidth")
        assert width <= 0, view


def test_the_marks_of_every_step_are_seen(page: Firefox) -> None:
    lost = page.run("""
      const lost = [];
      for (let step = 1; step <= xorexplain.trace.last; step += 1) {
        xorexplain.state.set({ view: "rewrites", step });
        const box = document.querySelector("#panes [data-pane=main]").getBoundingClientRect();
        const marked = document.querySelectorAll(
          "[data-pane=main] > svg.canvas .node[data-mark]:not([data-mark=''], .absent)");
        for (const node of marked) {
          const { left, right, top, bottom } = node.getBoundingClientRect();
          if (right < box.left || left > box.right || bottom < box.top || top > box.bottom)
            lost.push([step, node.dataset.id]);
        }
      }
      return lost;
    """)
    assert lost == []


def test_texts_and_pictures_are_made(page: Firefox) -> None:
    page.run("xorexplain.state.set({ view: 'rewrites', step: 12 })")
    made = page.run("""
      const drawing = { graph: xorexplain.trace.at(12).graph };
      return xorexplain.copies.texts(drawing).map(([name, make]) => [name, make().length]);
    """)
    assert {name for name, length in made if length > 200} == {"DOT", "Mermaid", "LaTeX", "NumPy"}


def test_colours_and_formulas_are_set(page: Firefox) -> None:
    page.run("xorexplain.state.set({ view: 'symbolic', node: 'n3' })")
    back = "return getComputedStyle(document.body).backgroundColor"
    before = page.run(back)
    page.run("document.getElementById('theme').click()")
    assert page.run(back) != before
    assert page.run("return document.querySelectorAll('#panel math').length") > 0
