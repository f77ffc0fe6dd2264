"""The picture shows what each step of the rewriting marks, wherever it is and whatever is open."""

from __future__ import annotations

from typing import Any

import pytest
from exploring import DESKTOP, PHONE, OpenStory

pytestmark = pytest.mark.browser

# Go through all states, and back where asked to, and list what is not as it should be.
WALK = """
(back) => {
  const faults = [];
  const { last, change } = window.xorexplain.trace;
  const over = ".minimap, .pane-title, .fold, .side, .player, #head, .top, nav.tabs, .sheet-bar";
  const meet = (a, b) =>
    a.left < b.right - 0.5 && b.left < a.right - 0.5 &&
    a.top < b.bottom - 0.5 && b.top < a.bottom - 0.5;
  const within = (a, b) =>
    a.left >= b.left && a.right <= b.right && a.top >= b.top && a.bottom <= b.bottom;
  const span = (boxes, low, high) =>
    Math.max(...boxes.map((box) => box[high])) - Math.min(...boxes.map((box) => box[low]));
  const see = (step) => {
    const covers = [...document.querySelectorAll(over)]
      .filter((e) => getComputedStyle(e).visibility === "visible")
      .map((e) => e.getBoundingClientRect())
      .filter((box) => box.width);
    for (const pane of document.querySelectorAll("#panes > .pane:not([hidden])")) {
      const svg = pane.querySelector(":scope > svg.canvas");
      const frame = svg.getBoundingClientRect();
      const zoom = svg.querySelector(".world").getScreenCTM().a;
      const shown = [...svg.querySelectorAll(".node:not(.absent, .shut)")].map((node) => ({
        id: node.dataset.id,
        mark: node.dataset.mark,
        box: node.querySelector(".shape").getBoundingClientRect(),
      }));
      const marked = shown.filter((node) => node.mark);
      const told = new Set(change(step, "both").marks.keys());
      if (pane.dataset.pane === "main" && !document.querySelector(".panes.two")) {
        if (told.size !== marked.length) faults.push([step, "marks", told.size, marked.length]);
        if (step && !marked.length) faults.push([step, "nothing is marked"]);
      }
      for (const { id, mark, box } of marked) {
        if (!within(box, frame)) faults.push([step, id, mark, "out of sight"]);
        if (covers.some((cover) => meet(box, cover))) faults.push([step, id, mark, "covered"]);
        const other = mark === "removed" && shown.find((n) => n.id !== id && meet(n.box, box));
        if (other) faults.push([step, id, "lies over", other.id]);
      }
      const boxes = marked.map((node) => node.box);
      const room = [span(boxes, "left", "right"), span(boxes, "top", "bottom")]
        .map((length) => (1.1 * length) / zoom);
      const fits = room[0] < 0.6 * frame.width && room[1] < 0.4 * frame.height;
      const alone = !document.querySelector(".panes.two");
      if (marked.length && zoom < 1.1 - 1e-6 && fits && alone) faults.push([step, "small", zoom]);
      const some = shown.some((node) => meet(node.box, frame));
      if (!some) faults.push([step, "nothing in sight"]);
    }
  };
  const way = [...Array(last).keys()];
  for (const step of [...way.map((k) => k + 1), ...(back ? way.reverse() : [])]) {
    window.xorexplain.state.set({ step }, { replace: true });
    see(step);
  }
  return faults;
}
"""


@pytest.mark.parametrize(
    ("model", "more", "window"),
    [
        pytest.param("xor", "", DESKTOP, id="xor"),
        pytest.param("xor", "&split=before", DESKTOP, id="beside", marks=pytest.mark.neutral),
        pytest.param("xor", "", PHONE, id="phone", marks=pytest.mark.neutral),
        pytest.param(
            *("rewrites of scan", "", {"width": 1280, "height": 800}),
            id="scan",
            marks=pytest.mark.neutral,
        ),
        pytest.param("rewrites of deep", "", DESKTOP, id="deep", marks=pytest.mark.neutral),
    ],
)
def test_each_step_is_in_sight(
    open_story: OpenStory, model: str, more: str, window: dict[str, Any]
) -> None:
    visit = open_story(f"view=rewrites{more}", model, viewport=window)
    assert visit.page.evaluate(WALK, model == "xor" and not more) == []


@pytest.mark.neutral
def test_a_step_is_seen_above_an_open_sheet(open_story: OpenStory) -> None:
    visit = open_story("view=rewrites", viewport=PHONE)
    visit.page.get_by_role("button", name="Steps", exact=True).click()
    visit.settle()
    faults = visit.page.evaluate(WALK, False)
    assert [fault for fault in faults if fault[-1] in ("out of sight", "covered")] == []


# The zoom at each step, one after the other.
ZOOMS = """
() => [...Array(window.xorexplain.trace.last).keys()].map((k) => {
  window.xorexplain.state.set({ step: k + 1 }, { replace: true });
  const world = document.querySelector("[data-pane=main] > svg.canvas > .world");
  return Number(world.getAttribute("transform").match(/scale\\((.*)\\)/)[1]);
})
"""


@pytest.mark.neutral
@pytest.mark.parametrize(("key", "times"), [("-", 3), ("+", 1)])
def test_the_zoom_of_the_reader_is_kept_while_a_step_is_seen(
    open_story: OpenStory, key: str, times: int
) -> None:
    visit = open_story("view=rewrites&step=1")
    for _ in range(times):
        visit.page.keyboard.press(key)
    chosen = visit.zoom()
    found = visit.page.evaluate(ZOOMS)
    assert max(found) == pytest.approx(chosen)
    assert sum(zoom == pytest.approx(chosen) for zoom in found) > 0.5 * len(found)
