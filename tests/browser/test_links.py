"""A node followed from stage to stage."""

from __future__ import annotations

import pytest
from exploring import OpenStory, Story

pytestmark = pytest.mark.browser


def linked(story: Story, view: str, *others: str) -> str:
    """Return a node of a view that has links to all the others."""
    return next(id_ for id_, entry in story["links"][view].items() if all(map(entry.get, others)))


@pytest.mark.parametrize(
    ("view", "other"),
    [
        ("optimized", "symbolic"),
        ("optimized", "gradient"),
        ("symbolic", "optimized"),
        ("symbolic", "gradient"),
        ("gradient", "updates"),
        ("updates", "optimized"),
    ],
)
def test_the_next_tab_outlines_what_belongs_to_the_picked_node(
    open_story: OpenStory, story: Story, view: str, other: str
) -> None:
    id_ = linked(story, view, other)
    visit = open_story(f"view={view}&node={id_}")
    visit.page.locator(f"#tab-{other}").click()
    assert visit.ids(".linked") == set(story["links"][view][id_][other])
    assert visit.address() == {"view": other, "node": id_, "of": view}
    visit.page.reload()
    assert visit.ids(".linked") == set(story["links"][view][id_][other])
    visit.page.locator(f"#tab-{view}").click()
    assert visit.ids(".picked") == {id_}


def test_links_go_to_where_a_node_came_from(open_story: OpenStory, story: Story) -> None:
    id_ = linked(story, "optimized", "symbolic", "gradient")
    visit = open_story(f"view=optimized&node={id_}")
    chain = visit.page.locator(".chain")
    stages = chain.locator(".stage-name").all_inner_texts()
    assert stages[:2] == ["Symbolic", "Gradient"]
    chain.locator("> li").first.get_by_role("button").first.click()
    assert visit.address()["view"] == "symbolic"
    assert visit.address()["node"] in story["links"]["optimized"][id_]["symbolic"]


def test_steps_that_made_a_node_are_links(open_story: OpenStory, story: Story) -> None:
    links = story["links"]["optimized"]
    id_ = next(id_ for id_, entry in links.items() if entry["steps"])
    visit = open_story(f"view=optimized&node={id_}")
    visit.page.locator(".chip").first.click()
    assert visit.address() == {
        "view": "rewrites",
        "step": str(links[id_]["steps"][0]),
        "node": id_,
        "of": "optimized",
    }


def test_two_stages_side_by_side(open_story: OpenStory, story: Story) -> None:
    visit = open_story("view=optimized")
    visit.page.get_by_label("Beside it").select_option("symbolic")
    assert visit.address()["split"] == "symbolic"
    id_ = linked(story, "optimized", "symbolic")
    visit.node(id_).hover()
    visit.shows(".linked", set(story["links"]["optimized"][id_]["symbolic"]), "side")
    visit.node(id_).click()
    assert visit.ids(".linked", "side") == set(story["links"]["optimized"][id_]["symbolic"])
    back = linked(story, "symbolic", "optimized")
    visit.page.keyboard.press("Escape")
    visit.node(back, "side").click()
    assert visit.address()["of"] == "symbolic"
    assert visit.ids(".picked", "side") == {back}
    assert visit.ids(".linked", "main") == set(story["links"]["symbolic"][back]["optimized"])
    visit.page.keyboard.press("s")
    assert not visit.page.locator("[data-pane=side]").is_visible()
