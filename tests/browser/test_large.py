"""Networks too large for one picture: layers folded together, steps drawn by their surroundings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from exploring import OpenStory, Story, Visit, drawn_steps, graph, open_page
from windows import Windows

from xorexplain.explorer import page as html
from xorexplain.explorer.bundle import to_json

pytestmark = pytest.mark.browser


def inside(story: Story, stage: str = "gradient") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the nodes of a stage that are in folded layers, with the path of the fold."""
    queue = [("", graph(story, stage))]
    while queue:
        prefix, of = queue.pop(0)
        folds = {node["id"] for node in of["nodes"] if node["kind"] == "fold"}
        for node in of["nodes"] if prefix else ():
            yield prefix, node
        for fold in [fold for fold in of["folds"] if fold in folds]:
            path = f"{prefix}/{fold}" if prefix else fold
            queue.append((path, story["graphs"][of["folds"][fold]["graph"]]))


def first_apply(story: Story) -> tuple[str, Mapping[str, Any]]:
    return next((path, node) for path, node in inside(story) if node["kind"] == "apply")


def test_folded_layers_open_and_their_nodes_are_picked(open_story: OpenStory) -> None:
    visit = open_story("view=gradient", model="deep")
    path, node = first_apply(visit.story)
    outer, *inner = path.split("/")
    visit.node(outer).focus()
    visit.page.keyboard.press("o")
    for fold in inner:
        visit.page.locator(f'.fold .node[data-id="{fold}"]').focus()
        visit.page.keyboard.press("o")
    visit.page.locator(f'.fold .node[data-id="{node["id"]}"]').click()
    assert visit.address()["node"] == f"{path}/{node['id']}"
    assert node["formula"] in visit.page.locator("#panel").inner_text()
    assert visit.ids(".picked") == {outer}


def test_the_start_shows_the_folded_stages(open_story: OpenStory) -> None:
    visit = open_story("", model="deep")
    views = [view for view in visit.story["views"] if view["graph"]]
    counts = visit.page.locator(".stages .count").all_inner_texts()
    assert counts == [f"{view['count']:,}" for view in views]
    for view, size in zip(views, visit.page.locator(".thumbnail").all(), strict=True):
        drawn = " ".join(path.get_attribute("d") or "" for path in size.locator("path").all())
        assert drawn.count("z") == len(graph(visit.story, view["key"])["nodes"])
    assert visit.page.locator(".tries li").count() == 3


def test_nodes_in_folded_layers_have_values(open_story: OpenStory) -> None:
    visit = open_story("view=gradient&values=1", model="deep")
    fold, _ = first_apply(visit.story)
    applied = [
        node["id"] for path, node in inside(visit.story) if path == fold and node["kind"] == "apply"
    ]
    visit.go(f"view=gradient&values=1&open={fold}")
    # Those of the open fold come with its layout. An expression in place of a function would be
    # evaluated by the page at each look, which its policy forbids.
    visit.page.wait_for_function(
        "least => document.querySelectorAll('.fold .value text').length >= least", arg=len(applied)
    )


def test_links_lead_into_a_fold_and_out_of_it(open_story: OpenStory) -> None:
    visit = open_story("view=symbolic", model="deep")
    links = visit.story["links"]["symbolic"]
    homes = {node["id"]: fold for fold, node in inside(visit.story) if node["kind"] == "apply"}
    here = {node["id"]: f"{fold}/" for fold, node in inside(visit.story, "symbolic")}
    id_, other = next(
        (id_, entry["gradient"][0])
        for id_, entry in links.items()
        if entry.get("gradient") and homes.get(entry["gradient"][0])
    )
    visit.go(f"view=symbolic&node={here.get(id_, '')}{id_}")
    visit.page.locator("#tab-gradient").click()
    assert homes[other].split("/")[0] in visit.ids(".linked")
    chain = visit.page.locator(".chain > li").filter(has_text="Gradient")
    chain.get_by_role("button").first.click()
    assert visit.address() == {
        "view": "gradient",
        "node": f"{homes[other]}/{other}",
        "open": homes[other],
    }
    visit.page.locator("#tab-symbolic").click()
    linked = visit.story["links"]["gradient"][other]["symbolic"]
    assert visit.ids(".linked") == {f"{here.get(id_, '')}{id_}".split("/")[0] for id_ in linked}


def test_a_value_from_outside_of_a_fold_leads_there(open_story: OpenStory) -> None:
    visit = open_story(model="deep")
    found: dict[str, list[Mapping[str, Any]]] = {}
    for path, node in inside(visit.story):
        found.setdefault(path, []).append(node)
    fold, edge = next(
        (path, edge)
        for path in found
        for edge in visit.story["graphs"][".".join(["gradient", *path.split("/")])]["edges"]
        if edge["from"].startswith("o:") and not edge["to"].startswith("o:")
    )
    visit.go(f"view=gradient&node={fold}/{edge['to']}&open={fold}")
    names = [n["label"][0] for n in found[fold] if n["id"] == edge["from"]]
    visit.page.locator("#panel .node-link").filter(has_text=names[0]).first.click()
    assert visit.address()["node"].split("/")[-1] == edge["from"].removeprefix("o:")


def test_an_equation_opens_the_fold_that_computes_it(open_story: OpenStory) -> None:
    visit = open_story("view=derivation", model="deep")
    homes = {node["id"]: fold for fold, node in inside(visit.story) if node["kind"] == "apply"}
    equation, node = next(
        (equation, equation["nodes"]["gradient"][0])
        for equation in visit.story["gradient"]["equations"]
        if equation["nodes"].get("gradient") and equation["nodes"]["gradient"][0] in homes
    )
    visit.page.locator(".equation-text").get_by_text(equation["text"], exact=True).first.click()
    assert visit.address()["node"] == f"{homes[node]}/{node}"
    assert visit.page.locator(f'.fold .node[data-id="{node}"]').is_visible()


@pytest.fixture
def local(windows: Windows, story: Story, tmp_path: Path) -> Iterator[tuple[Visit, int]]:
    """A page whose steps are drawn one by one; with the number of the step that is drawn."""
    number, before, after = next(
        (number, set(before["nodes"]), set(after["nodes"]))
        for number, before, after in drawn_steps(story)
        if set(after["nodes"]) - set(before["nodes"]) and set(before["nodes"]) - set(after["nodes"])
    )
    trace = story["trace"]
    whole = story["graphs"][trace["segments"][trace["states"][number]["segment"]]["graph"]]
    nodes = [
        {
            **node,
            "mark": ""
            if node["id"] in before & after
            else "added"
            if node["id"] in after
            else "removed",
        }
        for node in whole["nodes"]
        if node["id"] in before | after
    ]
    kept = {node["id"] for node in nodes}
    edges = [edge for edge in whole["edges"] if {edge["from"], edge["to"]} <= kept]
    states = [{"local": "near" if k == number else None} for k in range(len(trace["states"]))]
    changed = {
        **story,
        "graphs": {**story["graphs"], "near": {**whole, "nodes": nodes, "edges": edges}},
        "trace": {**trace, "states": states, "segments": []},
    }
    path = tmp_path / "local.html"
    path.write_bytes(html.page("local", to_json(changed)))
    visit = open_page(windows, path, changed, f"view=rewrites&step={number}")
    yield visit, number
    windows.give_back(visit.page)
    assert visit.errors == []


def test_a_step_may_be_drawn_by_its_surroundings_alone(local: tuple[Visit, int]) -> None:
    visit, number = local
    nodes = visit.story["graphs"]["near"]["nodes"]
    for mark in ("added", "removed"):
        assert visit.ids(f"[data-mark={mark}]") == {n["id"] for n in nodes if n["mark"] == mark}
    visit.page.keyboard.press("s")
    assert visit.shown("side") == {n["id"] for n in nodes if n["mark"] != "added"}
    assert visit.shown("main") == {n["id"] for n in nodes if n["mark"] != "removed"}
    visit.go(f"view=rewrites&step={number - 1}")
    assert visit.page.get_by_role("slider").input_value() == str(number - 1)
    assert visit.shown()
    visit.page.get_by_role("combobox", name="Find a node").fill(nodes[0]["id"])
    assert visit.page.get_by_role("option").count() > 0
