"""Two explorers in one page, driven by clicks and keys: in step, with counterparts and tints."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from axe import AXE
from exploring import FIGURE, PHONE, Visit, expect, visiting
from windows import Windows

from xorexplain.engines import Engine
from xorexplain.engines.settings import Settings
from xorexplain.explorer.against import Told, against, pair_page, told
from xorexplain.models.tutorial import xor
from xorexplain.render.reports.gather import Subject

if TYPE_CHECKING:
    from playwright.sync_api import FrameLocator, Locator, Page

pytestmark = pytest.mark.browser
PARTS = ("symbolic", "optimized", "rewrites")
Pair = dict[str, Any]


@pytest.fixture(scope="module")
def pair(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> tuple[Pair, Path]:
    """Write the page of the XOR network with and without fused nodes."""

    def side(settings: Settings) -> Told:
        with engine.configured(settings):
            return told(Subject(engine, xor(engine)), "xor", PARTS)

    found, data = against(side(Settings()), side(Settings(excluding=("fusion",))))
    path = tmp_path_factory.mktemp("pair") / "pair.html"
    path.write_bytes(pair_page(data, found))
    return data, path


Open = Callable[..., "Page"]


@pytest.fixture
def open_pair(windows: Windows, pair: tuple[Pair, Path]) -> Iterator[Open]:
    """Open the page; at the end it may have had no error and asked for nothing."""
    visits: list[Visit] = []

    def open_(hash_: str = "", url: str = "", **context: Any) -> Page:
        visits.append(visiting(windows, pair[0], **context))
        visits[-1].page.goto((url or pair[1].as_uri()) + hash_)
        return visits[-1].page

    yield open_
    for visit in visits:
        windows.give_back(visit.page)
        assert visit.errors == []
        assert all(url.startswith(("file:", "blob:", "data:")) for url in visit.requests)


def frame(page: Page | FrameLocator, side: str) -> FrameLocator:
    return page.frame_locator(f"#frame-{side} iframe")


def where(page: Page | FrameLocator) -> Locator:
    return page.locator("#rows .where")


def expect_row(page: Page, data: Pair, number: int) -> None:
    """Wait until both sides are at a row."""
    row = [{"a": 0, "b": 0}, *data["comparison"]["rows"]][number]
    expect(where(page)).to_have_text(["Both start.", *data["words"]][number])
    for side in "ab":
        slider = frame(page, side).locator(".player input[type=range]")
        expect(slider).to_have_value(str(row[side]))


def first_of(data: Pair) -> int:
    kinds = [row["kind"] for row in data["comparison"]["rows"]]
    return next(n for n, kind in enumerate(kinds, 1) if kind != "same")


def test_both_go_in_step(open_pair: Open, pair: tuple[Pair, Path]) -> None:
    data, page = pair[0], open_pair()
    first, last = first_of(data), len(data["comparison"]["rows"])

    expect_row(page, data, first)
    waits = "b" if data["comparison"]["rows"][first - 1]["kind"] == "a" else "a"
    expect(page.locator(f"#side-{waits}")).to_have_class("pair-side waits")
    expect(frame(page, waits).locator("html")).to_have_class(re.compile("waiting"))
    marks = frame(page, waits).locator("[data-pane=main] .mark")
    assert all(not mark.is_visible() for mark in marks.all())
    page.get_by_role("button", name="Next row").click()
    expect_row(page, data, first + 1)
    page.keyboard.press("Home")
    expect_row(page, data, 0)
    page.keyboard.press("ArrowRight")
    expect_row(page, data, 1)
    page.get_by_role("button", name="First difference").click()
    expect_row(page, data, first)
    # The keys are those of both inside a frame too, where a click has left the focus.
    frame(page, "b").locator(FIGURE).click(position={"x": 4, "y": 4})
    page.keyboard.press("ArrowLeft")
    expect_row(page, data, first - 1)
    page.keyboard.press("End")
    expect_row(page, data, last)
    page.get_by_role("button", name="Previous difference").click()
    earlier = [n for n, row in enumerate(data["comparison"]["rows"], 1) if row["kind"] != "same"]
    expect_row(page, data, max(n for n in earlier if n < last))


def test_a_step_of_a_side_takes_the_other_along(open_pair: Open, pair: tuple[Pair, Path]) -> None:
    data, page = pair[0], open_pair()
    first = first_of(data)
    expect_row(page, data, first)

    steps = frame(page, "b").locator("ol.steps")
    frame(page, "b").get_by_role("button", name="Steps").click()
    chosen = steps.locator("button[data-step]").first
    number = int(chosen.get_attribute("data-step") or 0)
    assert 0 < number < first
    chosen.click()
    expect_row(page, data, number)
    mine = {row["b"] for row in data["comparison"]["rows"] if row["kind"] in ("b", "other")}
    marked = steps.locator("button:has(.apart)")
    found = {int(button.get_attribute("data-step") or 0) for button in marked.all()}
    assert found
    assert found <= mine


def test_nodes_have_counterparts_and_those_without_are_tinted(
    open_pair: Open, pair: tuple[Pair, Path]
) -> None:
    data, page = pair[0], open_pair()
    expect_row(page, data, first_of(data))
    frame(page, "a").get_by_role("tab", name="Optimized").click()

    for side in "ab":
        expect(frame(page, side).get_by_role("tab", name="Optimized")).to_have_attribute(
            "aria-selected", "true"
        )
    left, right = data["nodes"]["optimized"]
    known = {number for _, *numbers in left.values() for number in numbers}
    only = {i for i, (_, *numbers) in right.items() if known.isdisjoint(numbers)}
    tinted = frame(page, "b").locator(".node.side-only")
    expect(tinted.first).to_be_attached()
    drawn = {node["id"] for node in data["sides"][1]["graphs"]["optimized"]["nodes"]}
    assert {node.get_attribute("data-id") for node in tinted.all()} == only & drawn != set()
    # A node that both have, by its value and its op: it is picked on both sides.
    id_, code = next((i, c) for i, c in left.items() if i[0] == "n" and c in right.values())
    there = {i for i, c in right.items() if c == code}
    frame(page, "a").locator(f'#panes [data-id="{id_}"]').first.click(force=True)
    picked = frame(page, "b").locator(".node.picked")
    expect(picked).to_have_count(1)
    assert picked.get_attribute("data-id") in there
    # One that B alone has: nothing of A stands for it, and that is said.
    alone = next(i for i in only if i[0] == "n")
    frame(page, "b").locator(f'#panes [data-id="{alone}"]').first.focus()
    page.keyboard.press("Enter")
    expect(frame(page, "a").locator(".node.picked")).to_have_count(0)
    expect(page.locator(".note")).to_have_text(
        "No node of the other side is known to compute this."
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_grave(open_pair: Open, pair: tuple[Pair, Path], scheme: str) -> None:
    """The page and its tints; the rest of a frame is the page of one explorer."""
    data, page = pair[0], open_pair(viewport=PHONE, color_scheme=scheme)
    expect_row(page, data, first_of(data))
    page.get_by_text("Counts and types").click()

    for each in page.frames:
        found = each.evaluate(
            AXE.read_text(encoding="utf-8")
            + "; axe.run(document, {iframes: false}).then(found => found.violations)"
        )
        assert [e["id"] for e in found if e["impact"] in ("serious", "critical")] == []


def test_an_address_holds_both_sides(open_pair: Open, pair: tuple[Pair, Path]) -> None:
    data, page = pair[0], open_pair()
    first = first_of(data)
    expect_row(page, data, first)
    # The address follows a moment later; two rows within it are one entry of the history.
    page.wait_for_function("row => location.hash.startsWith(`#row=${row}&`)", arg=first)
    page.get_by_role("button", name="Next row").click()
    expect_row(page, data, first + 1)
    page.wait_for_function("row => location.hash.startsWith(`#row=${row}&`)", arg=first + 1)
    again = open_pair(page.evaluate("location.hash"))
    expect_row(again, data, first + 1)
    page.go_back()
    expect_row(page, data, first)


def test_a_narrow_window_shows_a_side_at_a_time(open_pair: Open, pair: tuple[Pair, Path]) -> None:
    data, page = pair[0], open_pair(viewport=PHONE)
    expect_row(page, data, first_of(data))

    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    expect(page.locator("#side-b")).to_be_hidden()
    page.get_by_role("tab", name="B", exact=True).click()
    expect(page.locator("#side-a")).to_be_hidden()
    expect(frame(page, "b").locator(FIGURE)).to_be_visible()


def test_colours_are_those_of_all_three(open_pair: Open, pair: tuple[Pair, Path]) -> None:
    data, page = pair[0], open_pair()
    expect_row(page, data, first_of(data))
    frame(page, "a").locator("#theme").click()

    for root in (page.locator(":root"), *(frame(page, side).locator(":root") for side in "ab")):
        expect(root).to_have_attribute("data-theme", "dark")


def test_it_works_in_the_frame_of_a_notebook(
    open_pair: Open, pair: tuple[Pair, Path], tmp_path: Path
) -> None:
    data, path = pair
    cell = tmp_path / "cell.html"
    cell.write_text(
        "<!DOCTYPE html><iframe sandbox='allow-scripts allow-downloads' width=1200 height=700 "
        f"srcdoc='{escape(path.read_text('utf-8'))}'></iframe>",
        encoding="utf-8",
    )
    notebook = open_pair(url=cell.as_uri()).frame_locator("iframe").first

    expect(where(notebook)).to_have_text(["", *data["words"]][first_of(data)])
    notebook.get_by_role("button", name="Both to the end").click()
    last = data["comparison"]["rows"][-1]
    for side in "ab":
        slider = frame(notebook, side).locator(".player input[type=range]")
        expect(slider).to_have_value(str(last[side]))
