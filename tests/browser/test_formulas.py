"""Formulas are set as mathematics, and are copied as text."""

from __future__ import annotations

import pytest
from exploring import OpenStory, Story, graph

pytestmark = [pytest.mark.browser, pytest.mark.neutral]

COPIED = """
element => {
  const range = document.createRange();
  range.selectNodeContents(element);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
  const held = new DataTransfer();
  document.dispatchEvent(new ClipboardEvent("copy", {clipboardData: held, cancelable: true}));
  return held.getData("text/plain");
}
"""


def test_a_node_says_its_formula_in_mathml_that_is_copied_as_text(
    open_story: OpenStory, story: Story
) -> None:
    node = next(n for n in graph(story, "symbolic")["nodes"] if n.get("math"))
    visit = open_story(f"view=symbolic&node={node['id']}")
    shown = visit.page.locator("#panel .facts .formula")
    assert shown.locator("math").count() == len(node["math"])
    assert shown.locator("math").first.evaluate("m => m.namespaceURI").endswith("/MathML")
    assert shown.evaluate(COPIED) == node["formula"]
    around = visit.page.locator("#panel .facts").first.evaluate(COPIED)
    assert node["formula"] in around
    assert around.count(node["formula"]) == 1


def test_a_long_formula_is_text(open_story: OpenStory) -> None:
    visit = open_story("view=symbolic", model="deep")
    drawn = graph(visit.story, "symbolic")["nodes"]
    for node in drawn:
        assert "math" not in node or len(node["formula"]) <= 240


def test_a_step_marks_the_words_that_differ(open_story: OpenStory, story: Story) -> None:
    number, lines = next(
        (number, step["lines"])
        for number, step in enumerate(story["trace"]["steps"], 1)
        if [line[0] for line in step["lines"]] == ["−", "+"]
        and step["lines"][0][3]
        and step["lines"][1][3]
        and step["lines"][0][1] != step["lines"][1][1]
    )
    visit = open_story(f"view=rewrites&step={number}")
    rows = visit.page.locator(".diff li")
    for row, (_, text, *_) in zip((rows.nth(0), rows.nth(1)), lines, strict=True):
        assert row.locator(".formula").get_attribute("data-text") == text
        marked = row.locator(".differs").count()
        assert marked < row.locator("mi, mn, mo, mtext").count()
    assert visit.page.locator(".diff .differs").count()


def test_an_equation_is_set_and_read_out_as_text(open_story: OpenStory, story: Story) -> None:
    visit = open_story("view=derivation")
    equations = [e for e in story["gradient"]["equations"] if e.get("math")]
    assert equations
    assert visit.page.locator(".equation-text math").count() >= len(equations)
    first = visit.page.get_by_role("button", name=equations[0]["text"], exact=True).first
    assert first.locator("math").count()
