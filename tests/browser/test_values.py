"""Values and gradients, by row of the data and moment of training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from exploring import OpenStory, Story, graph

pytestmark = pytest.mark.browser


def record(story: Story, table: str, node: Mapping[str, Any], moment: str, row: int) -> Any:
    values = story["values"]
    key = values[table]["symbolic"][node["outputs"][0]]
    return values["table"][key][moment][row]


def output(story: Story) -> Mapping[str, Any]:
    """Return the node that computes the network's output."""
    return next(node for node in graph(story, "symbolic")["nodes"] if node["name"] == "output")


def test_the_panel_has_value_and_gradient_of_the_chosen_row_and_moment(
    open_story: OpenStory, story: Story
) -> None:
    node = output(story)
    visit = open_story(f"view=symbolic&node={node['id']}")
    for moment in story["values"]["moments"]:
        visit.page.get_by_label("Moment").select_option(moment["key"])
        for row, case in enumerate(story["values"]["cases"]):
            visit.page.get_by_label("Row of the data").select_option(case["key"])
            numbers = visit.page.locator("#panel .number code").all_inner_texts()
            wanted = [
                record(story, table, node, moment["key"], row) for table in ("data", "adjoints")
            ]
            assert numbers == [entry.get("full", entry["text"]) for entry in wanted]


def test_values_are_written_on_the_nodes(open_story: OpenStory, story: Story) -> None:
    node = output(story)
    row = len(story["values"]["cases"]) - 1
    visit = open_story(f"case={story['values']['cases'][row]['key']}&moment=after")
    assert visit.node(node["id"]).locator(".value text").count() == 0
    visit.page.get_by_label("values on nodes").check()
    text = visit.node(node["id"]).locator(".value text").first.text_content()
    assert text == record(story, "data", node, "after", row)["text"]
    assert text in (visit.node(node["id"]).get_attribute("aria-label") or "")
    visit.page.keyboard.press("v")
    assert visit.node(node["id"]).locator(".value text").count() == 0


def test_the_choice_is_in_the_address(open_story: OpenStory, story: Story) -> None:
    visit = open_story()
    case = story["values"]["cases"][2]["key"]
    visit.page.get_by_label("Row of the data").select_option(case)
    visit.page.get_by_label("Moment").select_option("after")
    visit.page.keyboard.press("v")
    visit.page.reload()
    assert visit.page.get_by_label("Row of the data").input_value() == case
    assert visit.page.get_by_label("Moment").input_value() == "after"
    assert visit.page.get_by_label("values on nodes").is_checked()


def test_nodes_of_the_rewriting_have_values_too(open_story: OpenStory) -> None:
    visit = open_story("view=rewrites&step=3&values=1")
    assert visit.page.locator("[data-pane=main] .value text").count() > 5
