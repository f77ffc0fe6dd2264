"""The player of the rewrites: how it goes on, and what it shows of the steps of each engine."""

from __future__ import annotations

import itertools

import pytest
from exploring import OpenStory, Story, Visit, drawn_steps, expect, quiet_steps

pytestmark = pytest.mark.browser


def step(visit: Visit) -> int:
    return int(visit.address().get("step", 0))


def slider(visit: Visit) -> str:
    return visit.page.get_by_role("slider", name="Step").input_value()


def test_each_state_shows_its_nodes_and_marks_what_the_step_changed(
    open_story: OpenStory, story: Story
) -> None:
    visit = open_story("view=rewrites")
    assert visit.shown() == set(story["trace"]["states"][0]["nodes"])
    marked = False
    for number, before, after in drawn_steps(story):
        visit.go(f"view=rewrites&step={number}")
        old, new = set(before["nodes"]), set(after["nodes"])
        assert visit.shown() == old | new
        assert visit.ids("[data-mark=added]") == new - old
        assert visit.ids("[data-mark=removed]") == old - new
        marked |= bool(new - old) and bool(old - new)
    assert marked


@pytest.mark.neutral
def test_marks_are_signs_besides_colours(open_story: OpenStory, story: Story) -> None:
    number, before, after = next(
        (number, set(before["nodes"]), set(after["nodes"]))
        for number, before, after in drawn_steps(story)
        if set(after["nodes"]) - set(before["nodes"]) and set(before["nodes"]) - set(after["nodes"])
    )
    visit = open_story(f"view=rewrites&step={number}")
    added, removed = visit.node(min(after - before)), visit.node(min(before - after))
    assert added.locator(".mark text").text_content() == "+"
    assert removed.locator(".mark text").text_content() == "−"
    assert (added.get_attribute("aria-label") or "").endswith("; added")
    assert (removed.get_attribute("aria-label") or "").endswith("; removed")
    dashes = "node => getComputedStyle(node.querySelector('.shape')).strokeDasharray"
    # Dots: a dash means memory that is shared, and nothing else.
    assert removed.evaluate(dashes).replace("px", "").startswith("0")
    assert added.evaluate(dashes) == "none"


@pytest.mark.neutral
def test_positions_are_kept(open_story: OpenStory, story: Story) -> None:
    number = next(number for number, _, _ in drawn_steps(story))
    visit = open_story(f"view=rewrites&step={number - 1}")
    ids = visit.shown()
    places = (
        "all => Object.fromEntries("
        "all.map(node => [node.dataset.id, node.querySelector('.shape').getBBox().x]))"
    )
    before = visit.page.eval_on_selector_all("[data-pane=main] .node", places)
    visit.page.keyboard.press("ArrowRight")
    after = visit.page.eval_on_selector_all("[data-pane=main] .node", places)
    kept = ids & visit.shown()
    assert kept
    assert {id_: before[id_] for id_ in kept} == {id_: after[id_] for id_ in kept}


@pytest.mark.neutral
def test_arrow_keys_go_through_the_steps_that_are_no_noise(
    open_story: OpenStory, story: Story
) -> None:
    visit = open_story("view=rewrites")
    wanted = quiet_steps(story)[:3]
    seen = []
    for _ in wanted:
        visit.page.keyboard.press("ArrowRight")
        seen.append(step(visit))
    assert seen == wanted
    visit.page.keyboard.press("ArrowLeft")
    assert step(visit) == wanted[1]
    visit.page.keyboard.press("End")
    assert step(visit) == len(story["trace"]["steps"])
    visit.page.keyboard.press("Home")
    assert step(visit) == 0


@pytest.mark.neutral
def test_the_slider_goes_to_any_step(open_story: OpenStory) -> None:
    visit = open_story("view=rewrites")
    control = visit.page.get_by_role("slider", name="Step")
    control.fill("5")
    visit.page.wait_for_function("() => location.hash.includes('step=5')")
    said = control.get_attribute("aria-valuetext") or ""
    assert said.startswith("step 5 of ")
    control.focus()
    visit.page.keyboard.press("ArrowRight")
    assert step(visit) > 5
    assert slider(visit) == str(step(visit))


@pytest.mark.neutral
def test_buttons_step(open_story: OpenStory, story: Story) -> None:
    visit = open_story("view=rewrites")
    first, second = quiet_steps(story)[:2]
    forward = visit.page.get_by_role("button", name="Next step")
    forward.click()
    forward.click()
    assert step(visit) == second
    visit.page.get_by_role("button", name="Previous step").click()
    assert step(visit) == first
    visit.page.get_by_role("button", name="Last state").click()
    assert step(visit) == len(story["trace"]["steps"])
    visit.page.get_by_role("button", name="First state").click()
    assert step(visit) == 0


@pytest.mark.neutral
def test_play_goes_on_by_itself_until_paused(open_story: OpenStory, story: Story) -> None:
    visit = open_story("view=rewrites")
    visit.page.keyboard.press(" ")
    expect(visit.page.get_by_role("button", name="Pause")).to_be_visible()
    second = quiet_steps(story)[1]
    # A busy machine may look when it is further already.
    visit.page.wait_for_function(
        "value => Number(document.querySelector('.track input').value) >= value", arg=second
    )
    visit.page.keyboard.press(" ")
    expect(visit.page.get_by_role("button", name="Play")).to_be_visible()
    stopped = slider(visit)
    assert int(stopped) in quiet_steps(story)[1:]
    visit.page.wait_for_timeout(1200)  # longer than a step takes
    assert slider(visit) == stopped


@pytest.mark.neutral
def test_play_stops_at_the_end(open_story: OpenStory, story: Story) -> None:
    visit = open_story(f"view=rewrites&step={quiet_steps(story)[-2]}")
    visit.page.get_by_role("button", name="Play").click()
    visit.page.get_by_role("button", name="Play").wait_for()
    assert slider(visit) == str(quiet_steps(story)[-1])


def test_steps_are_filtered_by_noise_phase_and_words(open_story: OpenStory, story: Story) -> None:
    visit = open_story("view=rewrites")
    steps = story["trace"]["steps"]
    rows = visit.page.locator(".steps button")
    assert rows.count() == len(quiet_steps(story))
    visit.page.get_by_label("merges and other noise").check()
    assert rows.count() == len(steps)
    phase = steps[-1]["phase"]
    visit.page.get_by_label("Phase", exact=True).select_option(phase)
    assert rows.count() == sum(entry["phase"] == phase for entry in steps)
    visit.page.get_by_label("Phase", exact=True).select_option("")
    name = steps[-1]["rewrite"]
    visit.page.get_by_label("Search the steps").fill(name.upper())
    assert rows.count() == sum(name == entry["rewrite"] for entry in steps)
    rows.first.click()
    chosen = step(visit)
    assert steps[chosen - 1]["rewrite"] == name
    visit.page.get_by_role("button", name="Next step").click()
    assert steps[step(visit) - 1]["rewrite"] == name


@pytest.mark.neutral
def test_a_page_may_open_whole_and_go_through_every_step(open_story: OpenStory) -> None:
    visit = open_story("view=rewrites&whole=1")
    canvas = visit.page.locator("[data-pane=main] > svg.canvas")
    inside = """(canvas) => {
      const [frame, world] = [canvas, canvas.querySelector(".world")].map((e) =>
        e.getBoundingClientRect());
      return world.left >= frame.left && world.right <= frame.right
        && world.top >= frame.top && world.bottom <= frame.bottom;
    }"""
    assert canvas.evaluate(inside)
    visit.page.keyboard.press("ArrowRight")
    assert step(visit) == 1


def test_phases_are_as_wide_as_they_have_steps(open_story: OpenStory, story: Story) -> None:
    visit = open_story("view=rewrites")
    parts = visit.page.locator(".phase")
    shares = parts.evaluate_all("all => all.map(part => Number(part.style.flexGrow))")
    phases = [entry["phase"] for entry in story["trace"]["steps"]]
    runs = 1 + sum(a != b for a, b in itertools.pairwise(phases))
    assert len(shares) == runs
    assert sum(shares) == len(phases)
    parts.last.click()
    assert step(visit) == len(phases) - shares[-1] + 1


def test_a_step_is_told_with_reason_law_lines_and_check(
    open_story: OpenStory, story: Story
) -> None:
    number, told = next(
        (number, entry)
        for number, entry in enumerate(story["trace"]["steps"], 1)
        if entry["law"] and entry["lines"] and entry.get("check")
    )
    visit = open_story(f"view=rewrites&step={number}")
    panel = visit.page.locator("#panel")
    said = panel.inner_text()
    assert told["rewrite"] in said
    assert told["why"] in said
    assert told["check"]["words"] in said
    assert told["where"] in said
    signs = panel.locator(".diff .sign").all_inner_texts()
    assert signs == [line[0] for line in told["lines"]]
    assert panel.locator(".law").count() >= 1


@pytest.mark.neutral
def test_before_and_after_stand_side_by_side(open_story: OpenStory, story: Story) -> None:
    number, before, after = next(
        (number, set(before["nodes"]), set(after["nodes"]))
        for number, before, after in drawn_steps(story)
        if set(after["nodes"]) - set(before["nodes"])
    )
    visit = open_story(f"view=rewrites&step={number}")
    visit.page.get_by_role("button", name="Before and after").click()
    assert visit.shown("side") == before
    assert visit.shown("main") == after
    assert visit.ids("[data-mark=removed]", "side") == before - after
    assert visit.ids("[data-mark=added]", "main") == after - before
    visit.page.keyboard.press("+")
    moved = "all => all.map(world => world.getAttribute('transform'))"
    one, other = visit.page.eval_on_selector_all(".pane[data-pane] > svg.canvas > .world", moved)
    assert one == other
    visit.page.keyboard.press("s")
    assert not visit.page.locator("[data-pane=side]").is_visible()


@pytest.mark.neutral
def test_a_link_reopens_the_same_view(open_story: OpenStory, story: Story) -> None:
    number = quiet_steps(story)[2]
    node = story["trace"]["states"][number]["nodes"][-1]
    for hash_ in (f"view=rewrites&step={number}&node={node}", f"step={number}&node={node}"):
        visit = open_story(hash_)
        assert slider(visit) == str(number)
        assert visit.ids(".picked") == {node}


@pytest.mark.neutral
def test_back_and_forward_walk_through_what_was_seen(open_story: OpenStory, story: Story) -> None:
    visit = open_story("view=rewrites")
    first, second = quiet_steps(story)[:2]
    visit.page.keyboard.press("ArrowRight")
    visit.page.keyboard.press("ArrowRight")
    visit.page.get_by_role("tab", name="Symbolic").click()
    shown = visit.page.get_by_role("slider", name="Step")
    visit.page.go_back()
    expect(shown).to_have_value(str(second))
    visit.page.go_back()
    expect(shown).to_have_value(str(first))
    visit.page.go_forward()
    expect(shown).to_have_value(str(second))


@pytest.mark.neutral
@pytest.mark.parametrize(
    "hash_", ["view=nonsense", "step=99999", "step=x&node=none", "%%%", "open=n1/n2"]
)
def test_a_wrong_address_opens_what_it_can(open_story: OpenStory, hash_: str) -> None:
    visit = open_story(hash_)
    assert visit.shown()
