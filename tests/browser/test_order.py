"""The compiled stage shows the order in which its nodes run, at the nodes and as a list."""

from __future__ import annotations

import pytest
from exploring import OpenStory, Story

pytestmark = pytest.mark.browser


def order(story: Story) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = next(v for v in story["views"] if v["key"] == "compiled")[
        "order"
    ]
    return found


def test_each_node_has_its_number_and_the_list_has_them_in_order(
    open_story: OpenStory, story: Story
) -> None:
    visit = open_story("view=compiled")
    turns = [turn for turn, _ in order(story)]
    assert turns == sorted(turns)
    listed = visit.page.locator(".runs li")
    assert listed.evaluate_all(
        "all => all.map(i => [Number(i.querySelector('.number').textContent), i.dataset.runs])"
    ) == [list(pair) for pair in order(story)]
    for turn, id_ in order(story):
        assert visit.node(id_).locator(".turn text").text_content() == str(turn)
    # What reads a value runs after what computes it.
    at = {id_: turn for turn, id_ in order(story)}
    for edge in story["graphs"]["compiled"]["edges"]:
        if edge["from"] in at and edge["to"] in at:
            assert at[edge["from"]] < at[edge["to"]]


@pytest.mark.neutral
def test_hovering_goes_both_ways_and_a_click_picks(open_story: OpenStory, story: Story) -> None:
    visit = open_story("view=compiled")
    _, id_ = order(story)[1]
    entry = visit.page.locator(f'.runs [data-runs="{id_}"]')
    entry.hover()
    visit.shows(".linked", {id_})
    visit.node(id_).hover()
    visit.page.locator(f'.runs .hot[data-runs="{id_}"]').wait_for()
    entry.get_by_role("button").click()
    assert visit.ids(".picked") == {id_}
    assert visit.page.locator(".runs .here").get_attribute("data-runs") == id_


@pytest.mark.neutral
def test_only_what_is_compiled_has_an_order(open_story: OpenStory) -> None:
    visit = open_story("view=optimized")
    assert not visit.page.locator(".running").is_visible()
    assert visit.page.locator(".turn").count() == 0
