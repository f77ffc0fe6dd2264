"""The search box."""

from __future__ import annotations

import pytest
from exploring import OpenStory, Story, Visit, graph

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
    assert visit.page.locator(".results").inner_text() == "0 results"
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


def groups(visit: Visit) -> dict[str, tuple[int, list[str]]]:
    """Return for each group what it says it has, and its results."""
    found = visit.page.eval_on_selector_all(
        "#results [role=group]",
        """all => all.map(g => [
             g.querySelector(".kind").firstChild.textContent,
             Number(g.querySelector(".count").textContent),
             [...g.querySelectorAll("[role=option]")].map(o => o.innerText)])""",
    )
    return {name: (count, results) for name, count, results in found}


def test_results_are_grouped_and_counted(open_story: OpenStory, story: Story) -> None:
    visit = open_story("view=symbolic")
    box = visit.page.get_by_role("combobox", name="Find a node")
    box.fill("W1")
    found = groups(visit)
    assert list(found) == ["Nodes", "Formulas", "Rewrites"]
    steps = [s for s in story["trace"]["steps"] if any("W1" in text for _, text, *_ in s["lines"])]
    assert found["Rewrites"][0] == len(steps)
    total = sum(count for count, _ in found.values())
    assert (
        visit.page.locator(".results > [role=status]").inner_text().startswith(f"{total} results: ")
    )
    assert all(len(results) == min(count, 25) for count, results in found.values())


def test_a_shape_is_found_however_it_is_written(open_story: OpenStory, story: Story) -> None:
    visit = open_story("view=symbolic")
    box = visit.page.get_by_role("combobox", name="Find a node")
    told = []
    for query in ("4x5", "(4, 5)", "4×5"):
        box.fill(query)
        told.append(groups(visit))
        assert list(told[-1]) == ["Shapes"]
    assert told[0] == told[1] == told[2]
    stage = [node for node in graph(story, "symbolic")["nodes"] if node["tensor_shape"] == "4×5"]
    assert told[0]["Shapes"][0] >= len(stage) > 0
    visit.page.keyboard.press("Enter")
    assert visit.address()["node"] in {node["id"] for node in stage}


def test_enter_goes_to_an_equation_and_to_a_step(open_story: OpenStory, story: Story) -> None:
    visit = open_story("view=symbolic")
    box = visit.page.get_by_role("combobox", name="Find a node")
    equation = next(e for e in story["gradient"]["equations"] if e["nodes"].get("gradient"))
    box.fill(equation["text"])
    assert next(iter(groups(visit))) == "Formulas"
    visit.page.keyboard.press("Enter")
    assert visit.address()["view"] == "derivation"
    number = next(k for k, s in enumerate(story["trace"]["steps"], 1) if not s["noise"])
    box.fill(story["trace"]["steps"][number - 1]["rewrite"])
    at = list(groups(visit)).index("Rewrites")
    before = sum(len(results) for _, results in list(groups(visit).values())[:at])
    for _ in range(before):
        visit.page.keyboard.press("ArrowDown")
    assert visit.page.locator("#results [aria-selected=true]").inner_text().count("Step ")
    visit.page.keyboard.press("Enter")
    assert visit.address()["view"] == "rewrites"
    assert int(visit.address()["step"]) <= number
