"""The panel: what is told of a picked node."""

from __future__ import annotations

import re

import pytest
from exploring import OpenStory, Story, graph

pytestmark = pytest.mark.browser


def test_everything_known_of_a_node_is_told(open_story: OpenStory, story: Story) -> None:
    visit = open_story("view=symbolic")
    node = next(n for n in graph(story, "symbolic")["nodes"] if n["kind"] == "apply")
    visit.node(node["id"]).click()
    said = visit.page.locator("#panel").inner_text()
    for wanted in (
        *(node["name"], node["type"], node["tensor_shape"], node["formula"]),
        story["glossary"][node["op"]]["sentence"],
        f"{node['source']['file']}:{node['source']['line']}",
        node["source"]["code"],
    ):
        assert wanted in said


def test_links_go_to_inputs_and_to_readers(open_story: OpenStory, story: Story) -> None:
    found = graph(story, "symbolic")
    id_ = next(n["id"] for n in found["nodes"] if n["kind"] == "apply")
    visit = open_story(f"view=symbolic&node={id_}")
    for heading, inner, outer in (("Reads", "to", "from"), ("Read by", "from", "to")):
        section = visit.page.locator("#panel section").filter(
            has=visit.page.get_by_role("heading", name=heading, exact=True)
        )
        wanted = {edge[outer] for edge in found["edges"] if edge[inner] == id_}
        links = section.get_by_role("button")
        assert links.count() == len(wanted)
        links.first.click()
        assert visit.address()["node"] in wanted
        visit.page.go_back()
        visit.shows(".picked", {id_})


def test_a_node_of_the_rewriting_links_to_the_steps_of_its_life(
    open_story: OpenStory, story: Story
) -> None:
    steps = story["trace"]["steps"]
    number, id_ = next((k, step["added"][0]) for k, step in enumerate(steps, 1) if step["added"])
    visit = open_story(f"view=rewrites&step={number}&node={id_}")
    visit.page.keyboard.press("ArrowRight")
    visit.page.locator(".chips").filter(has_text="added by").get_by_role("button").first.click()
    assert visit.address()["step"] == str(number)


def test_no_node_picked_shows_the_legend(open_story: OpenStory, story: Story) -> None:
    visit = open_story("view=optimized")
    legend = visit.page.locator(".legend").inner_text()
    nodes = graph(story, "optimized")["nodes"]
    for family in {node["family"] for node in nodes if node["kind"] == "apply"}:
        assert family in legend


def test_the_derivation_lists_equations_and_shows_their_nodes(
    open_story: OpenStory, story: Story
) -> None:
    visit = open_story("view=derivation")
    equations = story["gradient"]["equations"]
    shown = visit.page.locator(".equation-text")
    texts = shown.evaluate_all(
        "all => all.map(e => (e.querySelector('.formula > .hidden') ?? e).textContent)"
    )
    assert sorted(texts) == sorted(equation["text"] for equation in equations)
    equation = next(e for e in equations if e["nodes"].get("gradient"))
    at = texts.index(equation["text"])
    shown.nth(at).click()
    assert visit.ids(".picked") == {equation["nodes"]["gradient"][0]}
    assert shown.nth(at).get_attribute("aria-pressed") == "true"
    panel = visit.page.locator("#panel")
    panel.get_by_role("button", name=re.compile("^" + re.escape(equation["text"]))).first.click()
    assert visit.address()["view"] == "derivation"
