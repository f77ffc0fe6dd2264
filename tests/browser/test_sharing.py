"""A link leads to what was seen; what a name holds steers nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from exploring import OpenStory, Story, Visit

pytestmark = pytest.mark.browser

CLIPBOARD = ["clipboard-read", "clipboard-write"]
STEERING = (
    r"[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f]"
)
FOUND = """steering => {
  const sign = new RegExp(steering, "u");
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (texts.nextNode())
    if (!texts.currentNode.parentElement.closest("script") && sign.test(texts.currentNode.data))
      found.push(texts.currentNode.data);
  for (const element of document.querySelectorAll("*"))
    for (const { name, value } of element.attributes) if (sign.test(value)) found.push(name);
  return found;
}"""


def copied_link(visit: Visit) -> str:
    visit.page.get_by_role("button", name="Copy or save").click()
    visit.page.get_by_role("button", name="Copy link to this view").click()
    visit.page.locator(".toast").wait_for()
    return str(visit.page.evaluate("navigator.clipboard.readText()"))


@pytest.mark.parametrize(
    "hash_", ["view=rewrites&step=12&split=before", "view=gradient&node=n8", "view=updates"]
)
def test_a_link_restores_view_camera_and_colours(open_story: OpenStory, hash_: str) -> None:
    visit = open_story(hash_, permissions=CLIPBOARD)
    visit.page.get_by_role("button", name="Zoom in").click()
    visit.page.get_by_role("button", name="Light or dark").click()
    visit.settle()
    link = copied_link(visit)
    said = hash_.split("&")
    assert set(said) <= set(link.partition("#")[2].split("&"))
    other = open_story(link.partition("#")[2])
    assert other.zoom() == pytest.approx(visit.zoom(), rel=1e-6)
    assert other.place() == pytest.approx(visit.place(), abs=0.01)
    theme = "document.documentElement.dataset.theme"
    assert other.page.evaluate(theme) == visit.page.evaluate(theme) == "dark"
    assert other.ids(".picked") == visit.ids(".picked")
    # What the reader does next has an address of its own.
    other.page.get_by_role("tab", name="Symbolic").click()
    assert "at" not in other.address()


def test_a_page_in_a_document_says_that_it_has_no_address(
    open_story: OpenStory, story_of: Callable[[str], tuple[Story, Path]]
) -> None:
    visit = open_story("view=symbolic")
    page = visit.page
    text = story_of("xor")[1].read_text(encoding="utf-8")
    page.set_content("<iframe width='1200' height='700'></iframe>")
    page.evaluate("text => { document.querySelector('iframe').srcdoc = text }", text)
    frame = page.frames[-1]
    frame.locator("main[data-ready]").wait_for(state="attached")
    frame.evaluate("location.hash = 'view=rewrites&step=12'")
    frame.get_by_role("button", name="Next step").click()
    frame.wait_for_function(
        "said => location.href.startsWith(said)", arg="about:srcdoc#view=rewrites&step=13"
    )
    frame.get_by_role("button", name="Copy or save").click()
    frame.get_by_role("button", name="Copy link to this view").click()
    said = frame.locator(".toast, dialog h2").inner_text()
    assert "no address here" in said


def test_no_name_steers_the_text_around_it(open_story: OpenStory) -> None:
    visit = open_story("view=start", model="hostile")
    for hash_ in ("view=start", "view=symbolic", "view=symbolic&node=n3", "view=rewrites&step=1"):
        visit.go(hash_)
        assert visit.page.evaluate(FOUND, STEERING) == []
    written = visit.page.evaluate(
        "xorexplain.copies.texts({ graph: xorexplain.bundle.graph('symbolic') })"
        ".map(([, make]) => make()).join('')"
    )
    assert all(sign.isprintable() or sign == "\n" for sign in written)


def test_the_formula_of_a_node_is_copied(open_story: OpenStory) -> None:
    visit = open_story("view=symbolic", permissions=CLIPBOARD)
    id_ = next(n["id"] for n in visit.story["graphs"]["symbolic"]["nodes"] if n.get("op") == "dot")
    visit.go(f"view=symbolic&node={id_}")
    for name, part in (("text", "·"), ("LaTeX", r"\cdot "), ("NumPy", "numpy.dot(")):
        visit.page.get_by_role("button", name="Copy or save").click()
        visit.page.get_by_role("button", name=f"Copy formula as {name}").click()
        visit.page.locator(".toast", has_text=name).wait_for()
        assert part in visit.page.evaluate("navigator.clipboard.readText()")
