"""Copying and saving what is shown."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from exploring import OpenStory, Story, expect, graph

pytestmark = pytest.mark.browser

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize("name", ["DOT", "Mermaid", "LaTeX"])
def test_the_graph_is_copied_as_text(open_story: OpenStory, story: Story, name: str) -> None:
    visit = open_story("view=optimized", permissions=["clipboard-read", "clipboard-write"])
    visit.page.get_by_role("button", name="Copy or save").click()
    visit.page.get_by_role("button", name=f"Copy as {name}", exact=True).click()
    visit.page.locator(".toast").wait_for()
    text = visit.page.evaluate("navigator.clipboard.readText()")
    drawn = graph(story, "optimized")
    if name == "LaTeX":
        assert text == drawn["latex"]
        return
    # One statement each: `  "n0" [label=...]`, `  n0["tanh"]:::plain`, and one for each edge.
    nodes = re.findall(r"^ +(\w+)[\[(]" if name == "Mermaid" else r'^ +"(\w+)" \[', text, re.M)
    assert nodes == [node["id"] for node in drawn["nodes"]]
    assert len(re.findall(r" (?:->|-->|==>|-\.->)", text)) == len(drawn["edges"])


def test_without_a_clipboard_the_text_is_shown(open_story: OpenStory, story: Story) -> None:
    visit = open_story("view=symbolic")
    visit.page.evaluate(
        "() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')) }"
    )
    visit.page.get_by_role("button", name="Copy or save").click()
    visit.page.get_by_role("button", name="Copy as DOT").click()
    dialog = visit.page.get_by_role("dialog")
    text = dialog.get_by_label("DOT").last.input_value()
    assert all(f'  "{node["id"]}" [' in text for node in graph(story, "symbolic")["nodes"])
    dialog.get_by_role("button", name="Close").click()
    expect(visit.page.get_by_role("dialog")).to_have_count(0)


def test_the_menu_is_used_by_keys(open_story: OpenStory) -> None:
    page = open_story().page
    opener = page.get_by_role("button", name="Copy or save")
    opener.focus()
    page.keyboard.press("Enter")
    assert opener.get_attribute("aria-expanded") == "true"
    first = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.textContent") != first
    page.keyboard.press("Escape")
    assert opener.get_attribute("aria-expanded") == "false"
    assert opener.evaluate("button => button === document.activeElement")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_svg_is_saved_as_it_is_drawn(
    open_story: OpenStory, story: Story, tmp_path: Path, scheme: str
) -> None:
    visit = open_story("view=symbolic", color_scheme=scheme)
    visit.page.get_by_role("button", name="Copy or save").click()
    with visit.page.expect_download() as saving:
        visit.page.get_by_role("button", name="Save as SVG").click()
    assert saving.value.suggested_filename == "xor-symbolic.svg"
    target = tmp_path / "picture.svg"
    saving.value.save_as(target)
    root = ElementTree.parse(target).getroot()
    words = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
    for node in graph(story, "symbolic")["nodes"]:
        assert node["label"][0] in words
    assert "var(" not in target.read_text(encoding="utf-8")
    back = root.findall("{http://www.w3.org/2000/svg}rect")[0].get("fill")
    assert back == {"light": "rgb(255, 255, 255)", "dark": "rgb(21, 25, 30)"}[scheme]


def test_png_is_saved(open_story: OpenStory, tmp_path: Path) -> None:
    visit = open_story("view=rewrites&step=4")
    visit.page.get_by_role("button", name="Copy or save").click()
    with visit.page.expect_download() as saving:
        visit.page.get_by_role("button", name="Save as PNG").click()
    target = tmp_path / "picture.png"
    saving.value.save_as(target)
    assert target.read_bytes().startswith(PNG)
    assert target.stat().st_size > 5000
