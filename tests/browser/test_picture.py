"""The picture: moving, zooming, hovering, picking."""

from __future__ import annotations

import pytest
from exploring import FIGURE, OpenStory, Story, Visit, eventually, graph, reach

pytestmark = pytest.mark.browser


def centre(visit: Visit) -> tuple[float, float]:
    box = visit.page.locator(FIGURE).bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def empty_spot(visit: Visit) -> tuple[float, float]:
    box = visit.page.locator(FIGURE).bounding_box()
    assert box is not None
    return box["x"] + 8, box["y"] + box["height"] - 8


def test_the_wheel_zooms_about_the_pointer(open_story: OpenStory, story: Story) -> None:
    visit = open_story("view=updates")
    first = graph(story, "updates")["nodes"][0]["id"]
    before = visit.node(first).bounding_box()
    assert before is not None
    visit.page.mouse.move(before["x"] + 5, before["y"] + 5)
    zoom = visit.zoom()
    visit.page.mouse.wheel(0, -300)
    eventually(lambda: visit.zoom() > zoom * 1.3, True)
    after = visit.node(first).bounding_box()
    assert after is not None
    assert abs(after["x"] - before["x"]) < 12
    assert abs(after["y"] - before["y"]) < 12


def test_keys_zoom_in_out_and_fit(open_story: OpenStory) -> None:
    visit = open_story()
    start = visit.zoom()
    visit.page.keyboard.press("+")
    assert visit.zoom() == pytest.approx(start * 1.25)
    visit.page.keyboard.press("-")
    visit.page.keyboard.press("-")
    assert visit.zoom() == pytest.approx(start / 1.25)
    visit.page.keyboard.press("0")
    assert visit.zoom() == pytest.approx(start)


def test_buttons_zoom_and_fit(open_story: OpenStory) -> None:
    visit = open_story()
    start = visit.zoom()
    visit.page.get_by_role("button", name="Zoom in").click()
    assert visit.zoom() == pytest.approx(start * 1.25)
    visit.page.get_by_role("button", name="Zoom out").click()
    assert visit.zoom() == pytest.approx(start)
    visit.page.get_by_role("button", name="Zoom in").click()
    visit.page.get_by_role("button", name="Fit", exact=True).click()
    assert visit.zoom() == pytest.approx(start)


def test_dragging_moves_the_picture_and_picks_nothing(open_story: OpenStory, story: Story) -> None:
    visit = open_story()
    box = visit.node(graph(story, "symbolic")["nodes"][0]["id"]).bounding_box()
    assert box is not None
    before = visit.place()
    mouse = visit.page.mouse
    mouse.move(box["x"] + 10, box["y"] + 10)
    mouse.down()
    mouse.move(box["x"] + 60, box["y"] + 50, steps=4)
    mouse.up()
    wanted = pytest.approx((before[0] + 50, before[1] + 40), abs=1)
    eventually(visit.place, wanted)
    assert "node" not in visit.address()


def test_two_fingers_zoom(open_story: OpenStory) -> None:
    visit = open_story(has_touch=True)
    start = visit.zoom()
    x, y = centre(visit)
    touch = visit.page.context.new_cdp_session(visit.page)

    def fingers(kind: str, *apart: float) -> None:
        points = [{"x": x + offset, "y": y} for offset in apart]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    fingers("touchStart", -40, 40)
    for half in (50, 60, 70, 80):
        fingers("touchMove", -half, half)
    fingers("touchEnd")
    eventually(lambda: visit.zoom() > start * 1.5, True)


def test_a_map_shows_where_the_view_is_once_it_is_not_the_whole(open_story: OpenStory) -> None:
    visit = open_story("view=updates")
    visit.page.get_by_role("button", name="Zoom in").click(click_count=3)
    small = visit.page.locator("[data-pane=main] > .minimap")
    assert small.is_visible()
    box = small.bounding_box()
    assert box is not None
    before = visit.place()
    visit.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] - 6)
    assert visit.place()[1] < before[1]
    visit.page.keyboard.press("0")
    assert not small.is_visible()


def test_hovering_lights_ancestors_and_descendants(open_story: OpenStory, story: Story) -> None:
    found = graph(story, "optimized")
    visit = open_story("view=optimized")
    id_ = next(n["id"] for n in found["nodes"] if n["kind"] == "apply")
    visit.node(id_).hover()
    visit.shows(".up", reach(found, id_, "to"))
    assert visit.ids(".down") == reach(found, id_, "from")
    visit.page.mouse.move(*empty_spot(visit))
    visit.shows(".up", set())


def test_a_click_picks_a_node_and_one_beside_it_lets_go(
    open_story: OpenStory, story: Story
) -> None:
    visit = open_story()
    id_ = graph(story, "symbolic")["nodes"][-2]["id"]
    visit.node(id_).click()
    assert visit.address()["node"] == id_
    assert visit.ids(".picked") == {id_}
    assert visit.node(id_).get_attribute("aria-pressed") == "true"
    visit.page.mouse.click(*empty_spot(visit))
    assert "node" not in visit.address()
    assert visit.ids(".picked") == set()


def test_arrow_keys_walk_through_the_picture(open_story: OpenStory, story: Story) -> None:
    visit = open_story()
    nodes = {node["id"]: node for node in graph(story, "symbolic")["nodes"]}
    first = next(id_ for id_, node in nodes.items() if node["kind"] == "apply")
    visit.node(first).focus()
    for _ in range(3):
        here = visit.page.evaluate("document.activeElement.dataset.id")
        visit.page.keyboard.press("ArrowDown")
        there = visit.page.evaluate("document.activeElement.dataset.id")
        assert nodes[there]["y"] > nodes[here]["y"]
    visit.page.keyboard.press("Enter")
    assert visit.address()["node"] == there
    visit.page.keyboard.press("Escape")
    assert "node" not in visit.address()


def test_the_skip_button_goes_to_the_picture(open_story: OpenStory) -> None:
    page = open_story().page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.closest('svg.canvas') !== null")


TABS_MEET_NUMBERS = """
() => {
  const boxes = (kind) =>
    [...document.querySelectorAll(`[data-pane=main] > svg.canvas ${kind}`)]
      .map((part) => part.getBoundingClientRect());
  const tabs = boxes(".group-tab");
  const meet = (a, b) =>
    a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  const covered = boxes(".edge-label").filter((box) => tabs.some((tab) => meet(tab, box)));
  return { tabs: tabs.length, covered: covered.length };
}
"""


def test_the_name_of_a_layer_covers_no_number_of_an_argument(open_story: OpenStory) -> None:
    found = open_story("view=gradient").page.evaluate(TABS_MEET_NUMBERS)
    assert found["tabs"]
    assert found["covered"] == 0


LINES_OUTSIDE = """
() => {
  xorexplain.state.set({ view: "optimized" });
  const { graph } = xorexplain.bundle.view("optimized");
  const nodes = xorexplain.bundle.graph(graph).nodes;
  const outside = nodes.filter(({ id, y, h }) => {
    const lines = document.querySelector(
      `[data-pane=main] > svg.canvas .node[data-id="${id}"] > .text`);
    const box = lines.getBBox();
    return box.y < y - h / 2 || box.y + box.height > y + h / 2 + 1;
  });
  return { most: Math.max(...nodes.map(({ label }) => label.length)), outside };
}
"""


def test_the_lines_of_a_formula_stand_inside_of_their_node(open_story: OpenStory) -> None:
    found = open_story("view=optimized", "scan").page.evaluate(LINES_OUTSIDE)
    assert found["most"] > 2
    assert found["outside"] == []
