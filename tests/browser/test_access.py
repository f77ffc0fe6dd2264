"""The page without a mouse, and for those who do not see it."""

from __future__ import annotations

import pytest
from axe import COLOURS, grave
from exploring import PHONE, OpenStory, Story, drawn_steps, graph

pytestmark = pytest.mark.browser

VIEWS = [
    "view=start",
    "view=symbolic&values=1",
    "view=updates&split=symbolic",
    "view=derivation",
    "view=compiled",
    "view=rewrites&step=12",
    "view=rewrites&step=12&split=before",
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_axe_finds_nothing_grave(
    open_story: OpenStory, story: Story, scheme: str, size: str
) -> None:
    window = {"viewport": PHONE, "has_touch": True} if size == "phone" else {}
    visit = open_story(color_scheme=scheme, **window)
    fold = next(iter(graph(story, "optimized")["folds"]))
    only = COLOURS if scheme == "dark" else ()
    for hash_ in (*VIEWS, f"view=optimized&node={fold}&open={fold}"):
        visit.go(hash_)
        assert grave(visit.page, only) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_grave_in_what_opens(open_story: OpenStory, scheme: str) -> None:
    visit = open_story(color_scheme=scheme)
    only = COLOURS if scheme == "dark" else ()
    visit.page.get_by_role("combobox", name="Find a node").fill("dot")
    assert grave(visit.page, only) == []
    visit.page.keyboard.press("Escape")
    visit.page.get_by_role("button", name="Copy or save").click()
    assert grave(visit.page, only) == []
    visit.page.keyboard.press("Escape")
    visit.page.get_by_role("button", name="Help").click()
    assert grave(visit.page, only) == []


def test_axe_finds_nothing_grave_where_stages_are_missing(open_story: OpenStory) -> None:
    assert grave(open_story("view=start", model="hostile").page) == []


def test_every_control_is_reached_by_tab_and_shows_the_focus(
    open_story: OpenStory, story: Story
) -> None:
    page = open_story("view=rewrites&step=12").page
    rewrites = f"Rewrites {len(story['trace']['steps'])}"
    reached = set()
    for _ in range(400):
        page.keyboard.press("Tab")
        here = page.evaluate(
            "() => {"
            "  const node = document.activeElement;"
            "  if (node === document.body) return null;"
            "  const style = getComputedStyle(node);"
            "  const shape = node.querySelector('.shape, .group-tab');"
            "  const seen = style.outlineStyle !== 'none' ||"
            "    (shape && parseFloat(getComputedStyle(shape).strokeWidth) > 2);"
            "  const name = node.getAttribute('aria-label') || node.textContent || node.id;"
            "  return [name.trim(), Boolean(seen)];"
            "}"
        )
        if here is None:
            break
        name, seen = here
        assert seen, name
        reached.add(name)
    for wanted in (
        *("Skip to the picture", "Find a node, formula, rewrite or shape", "Copy or save"),
        *("Light or dark", "Help: keys"),
        *(rewrites, "Search the steps", "Phase", "Row of the data", "Moment"),
        *("Before and after", "Zoom in", "Fit", "Previous step", "Play", "Next step", "Step"),
    ):
        assert wanted in reached


def test_the_outline_says_what_the_picture_shows(open_story: OpenStory, story: Story) -> None:
    visit = open_story()
    for view in ("symbolic", "gradient", "updates", "optimized", "compiled"):
        visit.go(f"view={view}")
        items = visit.page.get_by_role("treeitem")
        told = items.evaluate_all("all => all.map(item => [item.dataset.node, item.textContent])")
        assert [text for _, text in told] == [e["text"] for e in graph(story, view)["outline"]]
        assert visit.shown() <= {id_ for id_, _ in told}


def test_a_step_is_told_as_text_too(open_story: OpenStory, story: Story) -> None:
    number, before, after = next(drawn_steps(story))
    visit = open_story(f"view=rewrites&step={number}")
    visit.page.get_by_text("The picture as text").click()
    items = visit.page.locator(".listing li")
    # The browser tells of what was opened afterwards, and only then is it written.
    items.first.wait_for()
    told = dict(items.evaluate_all("all => all.map(li => [li.dataset.node, li.textContent])"))
    assert set(told) == visit.shown() == set(before["nodes"]) | set(after["nodes"])
    for mark in ("added", "removed"):
        assert {id_ for id_, text in told.items() if mark in text} == visit.ids(
            f"[data-mark={mark}]"
        )
    items.first.get_by_role("button").click()
    assert visit.ids(".picked") == {next(iter(told))}


def test_the_outline_is_walked_by_keys(open_story: OpenStory, story: Story) -> None:
    visit = open_story()
    entries = graph(story, "symbolic")["outline"]
    visit.page.locator(".outline li").first.focus()
    for _ in range(2):
        visit.page.keyboard.press("ArrowDown")
    visit.page.keyboard.press("Enter")
    assert visit.address()["node"] == entries[2]["id"]
    assert visit.ids(".picked") == {entries[2]["id"]}
    chosen = visit.page.locator(".outline li[aria-selected=true]")
    assert entries[2]["text"] in chosen.all_text_contents()


def test_steps_are_announced(open_story: OpenStory, story: Story) -> None:
    visit = open_story("view=rewrites&step=7")
    visit.page.keyboard.press("ArrowRight")
    number = int(visit.address()["step"])
    said = visit.page.locator("#live").inner_text()
    assert said.startswith(f"Step {number} of {len(story['trace']['steps'])}")
    assert story["trace"]["steps"][number - 1]["rewrite"] in said


def test_help_lists_the_keys(open_story: OpenStory) -> None:
    page = open_story().page
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    assert "arrows in the picture" in dialog.inner_text()
    page.keyboard.press("Escape")
    assert not dialog.is_visible()


def test_headings_and_landmarks(open_story: OpenStory, story: Story) -> None:
    page = open_story().page
    assert page.get_by_role("heading", level=1).all_inner_texts() == [story["title"]]
    for role in ("banner", "main", "search"):
        assert page.get_by_role(role).count() == 1
    for name in ("Contents", "Details"):
        assert page.get_by_role("complementary", name=name).is_visible()
