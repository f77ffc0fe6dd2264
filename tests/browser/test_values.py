"""Values and gradients, by row of the data and moment of training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy
import pytest
from exploring import OpenStory, Story, Visit, graph

pytestmark = pytest.mark.browser


def record(story: Story, table: str, node: Mapping[str, Any], moment: str, row: int) -> Any:
    values = story["values"]
    key = values[table]["symbolic"][node["outputs"][0]]
    return values["table"][key][moment][row]


def array(entry: Mapping[str, Any]) -> Any:
    """Return the numbers of a value."""
    return numpy.array(entry["cells"], dtype=entry["dtype"]).reshape(entry["shape"])


def shown(visit: Visit) -> list[list[list[str]]]:
    """Return the tables of the panel, row by row, with numbers as Python writes them."""
    found: list[list[list[str]]] = visit.page.eval_on_selector_all(
        "#panel table.matrix",
        "all => all.map(t => [...t.rows].map(r => "
        "[...r.cells].map(c => c.textContent.replace('−', '-'))))",
    )
    return [[[f"{float(cell):.4g}" for cell in row] for row in table] for table in found]


def output(story: Story) -> Mapping[str, Any]:
    """Return the node that computes the network's output."""
    return next(node for node in graph(story, "symbolic")["nodes"] if node["name"] == "output")


def test_the_panel_has_value_and_gradient_of_the_chosen_row_and_moment(
    open_story: OpenStory, story: Story
) -> None:
    node = output(story)
    visit = open_story(f"view=symbolic&node={node['id']}")
    for moment in story["values"]["moments"]:
        visit.page.get_by_label("Moment").select_option(moment["key"])
        for row, case in enumerate(story["values"]["cases"]):
            visit.page.get_by_label("Row of the data").select_option(case["key"])
            wanted = [
                record(story, table, node, moment["key"], row) for table in ("data", "adjoints")
            ]
            assert shown(visit) == [
                [[f"{cell:.4g}" for cell in line] for line in array(entry).reshape(-1, 1)]
                for entry in wanted
            ]


def test_values_are_written_on_the_nodes(open_story: OpenStory, story: Story) -> None:
    node = output(story)
    row = len(story["values"]["cases"]) - 1
    visit = open_story(f"case={story['values']['cases'][row]['key']}&moment=after")
    assert visit.node(node["id"]).locator(".value text").count() == 0
    visit.page.get_by_label("values on nodes").check()
    text = visit.node(node["id"]).locator(".value text").first.text_content()
    assert text == record(story, "data", node, "after", row)["text"]
    assert text in (visit.node(node["id"]).get_attribute("aria-label") or "")
    visit.page.keyboard.press("v")
    assert visit.node(node["id"]).locator(".value text").count() == 0


@pytest.mark.neutral
def test_the_choice_is_in_the_address(open_story: OpenStory, story: Story) -> None:
    visit = open_story()
    case = story["values"]["cases"][2]["key"]
    visit.page.get_by_label("Row of the data").select_option(case)
    visit.page.get_by_label("Moment").select_option("after")
    visit.page.keyboard.press("v")
    visit.page.reload()
    assert visit.page.get_by_label("Row of the data").input_value() == case
    assert visit.page.get_by_label("Moment").input_value() == "after"
    assert visit.page.get_by_label("values on nodes").is_checked()


@pytest.mark.neutral
def test_nodes_of_the_rewriting_have_values_too(open_story: OpenStory) -> None:
    visit = open_story("view=rewrites&step=3&values=1")
    assert visit.page.locator("[data-pane=main] .value text").count() > 5


@pytest.mark.neutral
def test_a_matrix_is_copied_as_numpy(open_story: OpenStory, story: Story) -> None:
    visit = open_story("view=symbolic")
    values = [v[0] for found in story["values"]["table"].values() for v in found.values()]
    made = [entry for entry in values if entry is not None and "cells" in entry]
    odd = {"cells": ["nan", "-inf", 1e-300, -2.5], "shape": [2, 1, 2], "dtype": "float64"}
    empty = {"cells": [], "shape": [0, 3], "dtype": "float32"}
    for entry in (*made, odd, empty, {**odd, "shape": [4]}):
        text = visit.page.evaluate("r => window.xorexplain.matrix.numpy(r)", entry)
        found = eval(text, {"np": numpy})
        numpy.testing.assert_array_equal(found, array(entry))
        assert found.dtype == entry["dtype"]
        assert found.shape == tuple(entry["shape"])


@pytest.mark.neutral
def test_large_numbers_are_tinted_more_and_by_sign(open_story: OpenStory, story: Story) -> None:
    node = output(story)
    visit = open_story(f"view=symbolic&node={node['id']}")
    heats = visit.page.eval_on_selector_all(
        "#panel table.matrix td",
        "all => all.map(c => [c.className, parseFloat(c.style.getPropertyValue('--heat'))])",
    )
    cells = [
        cell
        for table in ("data", "adjoints")
        for cell in record(story, table, node, "before", 0)["cells"]
    ]
    assert [style == "below" for style, _ in heats] == [cell < 0 for cell in cells]
    largest = max(cells[:4], key=abs)
    assert heats[cells.index(largest)][1] == max(heat for _, heat in heats[:4])
