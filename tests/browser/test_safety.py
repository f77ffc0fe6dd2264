"""Nothing in the data becomes markup or script, and nothing is asked of a network."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from exploring import OpenStory, Story, eventually, graph
from models import HOSTILE_NAMES

pytestmark = pytest.mark.browser


def test_the_policy_allows_the_packed_script_and_style_only(
    story_of: Callable[[str], tuple[Story, Path]],
) -> None:
    text = story_of("xor")[1].read_text(encoding="utf-8")
    policy = re.findall(r'Content-Security-Policy" content="([^"]+)"', text)[0]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert re.fullmatch(r".*script-src 'sha256-[\w+/=]+'; style-src 'sha256-[\w+/=]+';.*", policy)
    for sign in ("<", ">", "&"):
        data = re.findall(r'id="story">(.*?)</script>', text, re.DOTALL)[0]
        assert sign not in data


def test_the_policy_stops_foreign_scripts_and_styles(open_story: OpenStory) -> None:
    visit = open_story()
    visit.page.evaluate(
        "() => {"
        "  const script = document.createElement('script');"
        "  script.textContent = 'window.broken = 1';"
        "  document.body.append(script);"
        "  document.body.setAttribute('onclick', 'window.broken = 1');"
        "  document.body.click();"
        "}"
    )
    assert visit.page.evaluate("window.broken") is None
    # The browser tells of them when it has time.
    eventually(lambda: (visit.address(), len(visit.errors))[1], 2)
    assert all("Content Security Policy" in error for error in visit.errors)
    visit.errors.clear()


@pytest.mark.parametrize("view", ["symbolic", "optimized", "rewrites&step=1"])
def test_hostile_names_stay_text(open_story: OpenStory, view: str) -> None:
    visit = open_story(f"view={view}", model="hostile")
    page = visit.page
    assert page.locator("script").count() == 2
    assert page.locator("#main b, #main img, #main iframe").count() == 0
    assert page.evaluate("document.querySelectorAll('[onclick], [onerror], [onload]').length") == 0
    for id_ in sorted(visit.shown()):
        visit.go(f"view={view}&node={id_}")
        assert page.locator("#panel h2").first.inner_text()
        assert page.locator("script").count() == 2
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_hostile_names_are_shown_as_they_are(open_story: OpenStory) -> None:
    visit = open_story(model="hostile")
    name = HOSTILE_NAMES[1]
    id_ = next(n["id"] for n in graph(visit.story, "symbolic")["nodes"] if n["name"] == name)
    visit.page.get_by_role("combobox", name="Find a node").fill("alert(1)")
    assert visit.page.get_by_role("option").first.inner_text().startswith(name)
    visit.page.keyboard.press("Escape")
    visit.node(id_).click()
    assert name in visit.page.locator("#panel").inner_text()
    assert visit.page.title() == visit.story["title"]


def test_no_view_asks_for_anything(open_story: OpenStory, story: Story) -> None:
    visit = open_story()
    for view in (*(entry["key"] for entry in story["views"]), "derivation", "rewrites"):
        visit.page.locator(f"#tab-{view}").click()
        visit.settle()
    assert [url.partition(":")[0] for url in visit.requests] == ["file"]
