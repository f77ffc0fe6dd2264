"""The user's file beside the picture: a line has its nodes, a node its lines."""

from __future__ import annotations

import pytest
from exploring import PHONE, OpenStory, Story, Visit, eventually, graph

pytestmark = [pytest.mark.browser, pytest.mark.neutral]


def line_of(node: Story) -> str:
    """Return the key of the line that wrote a node of a model with one file."""
    return f"0:{node['source']['line']}"


def written(story: Story) -> Story:
    """Return a node of the symbolic stage whose line wrote others too."""
    nodes = [node for node in graph(story, "symbolic")["nodes"] if node["kind"] == "apply"]
    lines = [line_of(node) for node in nodes]
    found: Story = next(node for node in nodes if lines.count(line_of(node)) > 1)
    return found


def marked(visit: Visit, style: str) -> list[str]:
    """Return the lines that are marked."""
    return visit.page.eval_on_selector_all(
        f"#source .{style}", "all => all.map(line => line.dataset.line)"
    )


def test_a_line_marks_its_nodes_in_every_stage(open_story: OpenStory, story: Story) -> None:
    visit = open_story("view=symbolic&source=open")
    node = written(story)
    visit.page.locator(f'#source [data-line="{line_of(node)}"]').click()
    assert visit.address()["source"] == line_of(node)
    same = {
        other["id"]
        for other in graph(story, "symbolic")["nodes"]
        if "source" in other and line_of(other) == line_of(node)
    }
    assert visit.ids(".linked") == same
    for view in ("gradient", "optimized", "compiled"):
        visit.page.get_by_role("tab", name=view.capitalize()).click()
        derived = story["sources"]["from"][view]
        wanted = {
            other["id"]
            for other in graph(story, view)["nodes"]
            if line_of(node) in derived.get(other["id"], [])
            or (
                "source" in other and other["id"] not in derived and line_of(other) == line_of(node)
            )
        }
        assert visit.ids(".linked") == wanted != set()


def test_a_state_of_the_rewriting_leads_to_the_lines_too(
    open_story: OpenStory, story: Story
) -> None:
    made = {id_ for step in story["trace"]["steps"] for id_ in step["added"]}
    derived = story["sources"]["from"]["trace"]
    number, state = next(
        (k, state)
        for k, state in enumerate(story["trace"]["states"])
        if made & {*state["nodes"]} & derived.keys()
    )
    id_ = min(made & {*state["nodes"]} & derived.keys())
    visit = open_story(f"view=rewrites&step={number}&node={id_}&source=open")
    assert marked(visit, "here") == sorted(derived[id_], key=lambda key: int(key[2:]))
    assert "From what was written at" in visit.page.locator("#panel").inner_text()


def test_a_node_marks_its_line_and_brings_it_into_sight(
    open_story: OpenStory, story: Story
) -> None:
    visit = open_story("view=symbolic&source=open", viewport={"width": 1440, "height": 500})
    node = written(story)
    visit.node(node["id"]).click()
    assert marked(visit, "here") == [line_of(node)]
    visit.settle()
    line = visit.page.locator("#source .here")
    shown = line.bounding_box()
    room = visit.page.locator("#source").bounding_box()
    assert shown
    assert room
    assert room["y"] < shown["y"] < room["y"] + room["height"] - shown["height"]
    # The next click of it lets go of the line, and of its nodes.
    line.click()
    assert visit.address()["source"] == line_of(node)
    line.click()
    assert visit.address()["source"] == "open"
    assert visit.ids(".linked") == set()


def test_hovering_colours_the_nodes_of_a_line_and_the_line_of_a_node(
    open_story: OpenStory, story: Story
) -> None:
    visit = open_story("view=symbolic&source=open")
    node = written(story)
    visit.node(node["id"]).hover()
    eventually(lambda: marked(visit, "hot"), [line_of(node)])
    visit.page.locator(f'#source [data-line="{line_of(node)}"]').hover()
    eventually(lambda: node["id"] in visit.ids(".linked"), True)
    visit.page.locator("#title").hover()
    eventually(lambda: marked(visit, "hot"), [])
    visit.shows(".linked", set())


def test_the_file_is_one_tab_stop_and_the_keys_go_from_line_to_line(
    open_story: OpenStory,
) -> None:
    visit = open_story("view=symbolic")
    visit.page.keyboard.press("l")
    assert visit.address()["source"] == "open"
    stops = visit.page.locator('#source [role=option][tabindex="0"]')
    used = visit.page.locator("#source .used")
    used.first.focus()
    visit.page.keyboard.press("ArrowDown")
    assert stops.count() == 1
    second = used.nth(1).get_attribute("data-line")
    assert stops.get_attribute("data-line") == second
    visit.page.keyboard.press("Enter")
    assert visit.address()["source"] == second
    assert visit.ids(".linked")
    visit.page.get_by_role("button", name="Close the source").click()
    assert not visit.page.locator("#source").is_visible()


def test_the_panel_opens_the_file(open_story: OpenStory, story: Story) -> None:
    node = written(story)
    visit = open_story(f"view=symbolic&node={node['id']}")
    visit.page.locator("#panel .written button").click()
    assert marked(visit, "here") == [line_of(node)]
    assert visit.ids(".picked") == {node["id"]}


def test_on_a_phone_it_is_a_sheet(open_story: OpenStory, story: Story) -> None:
    visit = open_story("view=symbolic", viewport=PHONE)
    node = written(story)
    visit.page.get_by_role("button", name="Source", exact=True).last.click()
    visit.page.locator(f'#source [data-line="{line_of(node)}"]').click()
    assert node["id"] in visit.ids(".linked")
    visit.settle()
    sheet = visit.page.locator("#source").bounding_box()
    shown = visit.node(node["id"]).bounding_box()
    assert sheet
    assert shown
    assert shown["y"] + shown["height"] <= sheet["y"]
    # A link to where it is closed gives its room back.
    visit.go("view=symbolic")
    assert not visit.page.locator("#source").is_visible()
    room, main = (visit.page.locator(s).bounding_box() for s in ("#stage", "#main"))
    assert room == main
