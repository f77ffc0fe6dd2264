"""The tabs of the explorer page."""

from __future__ import annotations

import pytest
from exploring import OpenStory, Story

pytestmark = pytest.mark.browser

TITLES = [
    *("Start", "Symbolic", "Gradient", "Derivation", "Updates", "Rewrites", "Optimized"),
    "Compiled",
]


def test_a_tab_for_each_view_in_the_order_of_the_story(open_story: OpenStory, story: Story) -> None:
    page = open_story().page
    counts = {view["title"]: view["count"] for view in story["views"]}
    counts["Derivation"] = len(story["gradient"]["equations"])
    counts["Rewrites"] = len(story["trace"]["steps"])
    tabs = page.get_by_role("tab")
    assert [counts[title] for title in ("Symbolic", "Gradient", "Updates")] == [8, 34, 40]
    assert tabs.all_inner_texts() == [f"{t} {counts[t]}" if t in counts else t for t in TITLES]
    for title in TITLES:
        tabs.get_by_text(title, exact=True).click()
        chosen = page.get_by_role("tab", selected=True)
        assert chosen.inner_text().startswith(title)
        panel = page.get_by_role("tabpanel")
        assert panel.get_attribute("aria-labelledby") == chosen.get_attribute("id")


def test_arrow_keys_home_and_end_go_between_tabs(open_story: OpenStory) -> None:
    visit = open_story()
    keys = visit.page.keyboard
    visit.page.get_by_role("tab", name="Symbolic").focus()
    seen = []
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "End", "ArrowRight", "ArrowLeft", "Home"):
        keys.press(key)
        seen.append(visit.address()["view"])
    assert seen == [
        *("gradient", "derivation", "gradient", "compiled", "start", "compiled", "start"),
    ]
    focused = visit.page.evaluate("document.activeElement.id")
    assert focused == "tab-start"


def test_only_the_chosen_tab_is_in_the_tab_order(open_story: OpenStory) -> None:
    page = open_story("view=optimized").page
    orders = page.eval_on_selector_all("[role=tab]", "all => all.map(tab => tab.tabIndex)")
    assert orders == [0 if title == "Optimized" else -1 for title in TITLES]


def test_a_number_key_chooses_a_tab(open_story: OpenStory) -> None:
    visit = open_story()
    visit.page.keyboard.press("7")
    assert visit.address()["view"] == "optimized"


def test_each_picture_shows_every_node_of_its_graph(open_story: OpenStory, story: Story) -> None:
    visit = open_story()
    for view in story["views"]:
        visit.page.get_by_role("tab", name=view["title"]).click()
        nodes = {node["id"] for node in story["graphs"][view["graph"]]["nodes"]}
        assert visit.shown() == nodes


def test_a_stage_the_model_cannot_have_says_why(open_story: OpenStory) -> None:
    visit = open_story("view=updates", model="hostile")
    reason = next(view["why"] for view in visit.story["views"] if view["key"] == "updates")
    tab = visit.page.get_by_role("tab", name="Updates")
    assert tab.get_attribute("aria-disabled") == "true"
    assert tab.get_attribute("title") == reason
    tab.click(force=True)
    assert visit.page.locator(".toast").inner_text() == reason
    assert visit.page.get_by_role("tab", selected=True).inner_text().startswith("Symbolic")
