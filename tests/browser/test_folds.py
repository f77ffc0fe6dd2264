"""Inner graphs and groups, folded and unfolded in place."""

from __future__ import annotations

import pytest
from exploring import OpenStory, Story, graph

from xorexplain.render.layout.faults import overlaps

pytestmark = pytest.mark.browser

INNER = ".fold .node"
COVERED = """() => {
  const pane = document.querySelector("[data-pane=main]");
  const map = pane.querySelector(".minimap").getBoundingClientRect();
  const holds = (x, y) => map.left < x && x < map.right && map.top < y && y < map.bottom;
  const boxes = [...pane.querySelectorAll(".node, .group-tab")].filter((shown) => {
    const box = shown.getBoundingClientRect();
    const isBeside = box.right < map.left || map.right < box.left;
    return !isBeside && box.top < map.bottom && map.top < box.bottom;
  });
  const lines = [...pane.querySelectorAll(".edge path")].filter((line) => {
    const matrix = line.getScreenCTM();
    const steps = Array.from({ length: Math.ceil(line.getTotalLength() / 5) }, (_, at) => 5 * at);
    return steps.some((at) => {
      const point = line.getPointAtLength(at).matrixTransform(matrix);
      return holds(point.x, point.y);
    });
  });
  return [...boxes, ...lines].map((shown) => shown.outerHTML.slice(0, 80));
}"""


def test_an_inner_graph_opens_beside_its_node_and_closes(
    open_story: OpenStory, story: Story
) -> None:
    found = graph(story, "optimized")
    id_, fold = next(iter(found["folds"].items()))
    visit = open_story("view=optimized")
    frame = visit.page.get_by_role("region", name="Inner graph")
    visit.node(id_).locator(".unfold").click()
    assert frame.is_visible()
    assert visit.address() == {"view": "optimized", "node": id_, "open": id_}
    inner = story["graphs"][fold["graph"]]["nodes"]
    assert visit.page.locator(INNER).count() == len(inner)
    visit.page.locator(f'{INNER}[data-id="{inner[0]["id"]}"]').click()
    assert visit.address()["node"] == f"{id_}/{inner[0]['id']}"
    visit.page.reload()
    assert visit.page.locator(f"{INNER}.picked").count() == 1
    visit.page.get_by_role("button", name="Close the inner graph").click()
    assert not frame.is_visible()
    assert visit.address() == {"view": "optimized", "node": id_}


def test_keys_open_and_close_an_inner_graph(open_story: OpenStory, story: Story) -> None:
    id_ = next(iter(graph(story, "optimized")["folds"]))
    visit = open_story("view=optimized")
    visit.node(id_).focus()
    visit.page.keyboard.press("o")
    assert visit.address()["open"] == id_
    visit.page.keyboard.press("Escape")
    assert "open" not in visit.address()


def test_the_panel_opens_it_too(open_story: OpenStory, story: Story) -> None:
    id_ = next(iter(graph(story, "optimized")["folds"]))
    visit = open_story(f"view=optimized&node={id_}")
    visit.page.get_by_role("button", name="Open the inner graph").click()
    assert visit.address()["open"] == id_


def test_what_is_inside_is_told_as_text(open_story: OpenStory, story: Story) -> None:
    id_, fold = next(iter(graph(story, "optimized")["folds"].items()))
    visit = open_story(f"view=optimized&node={id_}")
    visit.page.get_by_text("What is inside").click()
    items = visit.page.locator(".listing li")
    items.first.wait_for()
    told = items.evaluate_all("all => all.map(li => li.dataset.node)")
    inner = story["graphs"][fold["graph"]]["nodes"]
    assert told == [node["id"] for node in inner]
    visit.page.locator(".listing button").first.click()
    assert visit.address()["node"] == f"{id_}/{inner[0]['id']}"


def test_the_body_of_a_loop_opens(open_story: OpenStory) -> None:
    visit = open_story("view=symbolic", model="rewrites of scan")
    found = graph(visit.story, "symbolic")
    id_, fold = next(iter(found["folds"].items()))
    visit.node(id_).dblclick()
    assert visit.page.locator(INNER).count() == len(visit.story["graphs"][fold["graph"]]["nodes"])


def test_in_the_pane_at_the_side_things_fold_too(open_story: OpenStory, story: Story) -> None:
    visit = open_story("view=symbolic&split=optimized")
    group = graph(story, "optimized")["groups"][0]
    before = visit.shown("side")
    title = f'[data-pane=side] .group-title[data-group="{group["id"]}"]'
    visit.page.locator(title).click()
    assert visit.shown("side") == before - set(group["nodes"])
    id_ = next(iter(graph(story, "optimized")["folds"]))
    visit.node(id_, "side").locator(".unfold").click()
    assert visit.address() == {
        "view": "optimized",
        "split": "symbolic",
        "node": id_,
        "open": id_,
    }


def test_a_group_closes_to_one_box_and_opens_again(open_story: OpenStory, story: Story) -> None:
    found = graph(story, "symbolic")
    group = found["groups"][0]
    visit = open_story("view=symbolic")
    everything = visit.shown()
    title = visit.page.locator(f'.group-title[data-group="{group["id"]}"]')
    title.click()
    assert visit.shown() == everything - set(group["nodes"])
    box = visit.page.locator(".closed-group")
    assert box.count() == 1
    assert group["title"] in (box.text_content() or "")
    inside = set(group["nodes"])
    crossing = {
        (
            edge["from"] if edge["from"] not in inside else "",
            edge["to"] if edge["to"] not in inside else "",
        )
        for edge in found["edges"]
        if (edge["from"] in inside) != (edge["to"] in inside)
    }
    assert visit.page.locator(".edge.detour").count() == len(crossing)
    visit.page.reload()
    assert visit.shown() == everything - inside
    visit.page.locator(".closed-group").focus()
    visit.page.keyboard.press("Enter")
    assert visit.shown() == everything


SHOWN = """() => [...document.querySelectorAll(
  "[data-pane=main] .node:not(.shut) > .shape, [data-pane=main] .closed-group > .shape:not(.back)"
)].map((shape) => {
  const { x, y, width, height } = shape.getBBox();
  return [x, y, x + width, y + height];
})"""


def test_closed_groups_free_their_room(open_story: OpenStory, story: Story) -> None:
    found = graph(story, "updates")
    visit = open_story("view=updates")
    before = visit.page.evaluate(SHOWN)
    for group in found["groups"]:
        visit.page.locator(f'.group-title[data-group="{group["id"]}"]').dispatch_event("click")
    assert visit.page.locator(".closed-group").count() == len(found["groups"])
    after = visit.page.evaluate(SHOWN)

    def area(boxes: list[list[float]]) -> float:
        left, top, right, bottom = zip(*boxes, strict=True)
        return (max(right) - min(left)) * (max(bottom) - min(top))

    assert area(after) < 0.7 * area(before)
    assert overlaps([(x, y, right, bottom) for x, y, right, bottom in after]) == []


def test_the_map_covers_nothing_that_is_drawn(open_story: OpenStory) -> None:
    visit = open_story("view=updates")
    shown = 0
    for _ in range(6):
        visit.page.get_by_role("button", name="Zoom in").click()
        small = visit.page.locator("[data-pane=main] > .minimap")
        if small.is_visible():
            shown += 1
            assert visit.page.evaluate(COVERED) == []
    assert shown
