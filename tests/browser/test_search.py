"""The search box."""

from __future__ import annotations

import pytest
from exploring import OpenStory, Story, graph

pytestmark = pytest.mark.browser


def test_nodes_are_found_by_name_op_and_type(open_story: OpenStory, story: Story) -> None:
    visit = open_story()
    node = next(n for n in graph(story, "symbolic")["nodes"] if n["name"] == "output")
    box = visit.page.get_by_role("combobox", name="Find a node")
    results = visit.page.get_by_role("option")
    for query in (node["name"], f"{node['op']} {node['name']}", f"{node['type']} output"):
        box.fill(query)
        assert results.count() > 0
        assert "output" in results.first.inner_text()


def test_a_result_is_gone_to_by_keys(open_story: OpenStory) -> None:
    visit = open_story("view=gradient")
    visit.page.keyboard.press("/")
    visit.page.keyboard.type("W1")
    box = visit.page.get_by_role("combobox", name="Find a node")
    assert box.get_attribute("aria-expanded") == "true"
    marked = visit.page.locator("#results [aria-selected=true]")
    first = marked.inner_text()
    visit.page.keyboard.press("ArrowDown")
    assert marked.inner_text() != first
    assert box.get_attribute("aria-activedescendant") == marked.get_attribute("id")
    visit.page.keyboard.press("ArrowUp")
    visit.page.keyboard.press("Enter")
    assert visit.address()["view"] == "gradient"
    assert visit.ids(".picked") == {visit.address()["node"]}
    assert box.get_attribute("aria-expanded") == "false"


def test_a_result_of_another_stage_goes_there(open_story: OpenStory, story: Story) -> None:
    visit = open_story()
    visit.page.get_by_role("combobox", name="Find a node").fill("update W2")
    visit.page.get_by_role("option").filter(has_text="Updates").first.click()
    address = visit.address()
    assert address["view"] == "updates"
    assert address["node"] in {node["id"] for node in graph(story, "updates")["nodes"]}


def test_nothing_found_is_said(open_story: OpenStory) -> None:
    visit = open_story()
    visit.page.get_by_role("combobox", name="Find a node").fill("no such node")
    assert visit.page.locator(".results").inner_text() == "0 nodes"
    visit.page.keyboard.press("Escape")
    assert not visit.page.locator(".results").is_visible()


def test_a_node_of_a_rewriting_is_shown_where_it_exists(
    open_story: OpenStory, story: Story
) -> None:
    visit = open_story("view=rewrites")
    first, last = (set(story["trace"]["states"][k]["nodes"]) for k in (0, -1))
    id_ = min(last - first)
    visit.page.get_by_role("combobox", name="Find a node").fill(id_)
    visit.page.get_by_role("option").filter(has_text="Rewrites").first.click()
    assert visit.ids(".picked") == {visit.address()["node"]}
    assert visit.address()["node"] in visit.shown()
