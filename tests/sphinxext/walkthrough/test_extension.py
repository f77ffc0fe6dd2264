"""The pages lead past their appendix, and wide pictures keep their letters."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("sphinx", reason="needs sphinx")

from docutils import nodes
from docutils.utils import new_document

from xorexplain.sphinxext.walkthrough.extension import (
    WIDE,
    OnScreen,
    breakable_names,
    without_appendix,
)

IN_PLACE, APPENDIX, PHASE, COMPILED = (
    f"walkthrough/{name}" for name in ("in-place", "rewrites-appendix", "merge1", "compiled")
)
RELATIONS = {
    IN_PLACE: ["walkthrough/rewrites", None, APPENDIX],
    APPENDIX: ["walkthrough/rewrites", IN_PLACE, PHASE],
    PHASE: [APPENDIX, APPENDIX, COMPILED],
    COMPILED: ["walkthrough/index", PHASE, None],
}


def led(docname: str) -> dict[str, Any]:
    """Return where a page leads, as an own title and an own link each."""
    builder = SimpleNamespace(
        relations=RELATIONS,
        render_partial=lambda title: {"title": title},
        get_relative_uri=lambda _, other: f"{other}.html",
    )
    app: Any = SimpleNamespace(
        builder=builder, env=SimpleNamespace(titles={name: name.title() for name in RELATIONS})
    )
    context: dict[str, Any] = {}
    without_appendix(app, docname, "page.html", context, None)
    return context


def test_the_last_episode_leads_to_what_runs() -> None:
    title = COMPILED.title()

    assert led(IN_PLACE) == {"next": {"link": f"{COMPILED}.html", "title": title}}


def test_what_runs_leads_back_to_the_last_episode() -> None:
    assert led(COMPILED) == {"prev": {"link": f"{IN_PLACE}.html", "title": IN_PLACE.title()}}


def test_in_the_appendix_one_goes_from_page_to_page() -> None:
    assert led(APPENDIX) == {}
    assert led(PHASE) == {}


def test_a_page_of_no_tree_leads_where_it_did() -> None:
    assert led("search") == {}


@pytest.mark.parametrize(("width", "shown"), [(WIDE, "100%"), (1000, "960px")])
def test_a_wide_picture_is_shown_as_wide_as_it_has_to_be(
    tmp_path: Path, width: int, shown: str
) -> None:
    (tmp_path / "a.svg").write_text(
        f'<svg role="img" width="{width}pt" height="9pt"></svg>', "utf-8"
    )
    document = new_document("page")
    document.settings.env = SimpleNamespace(srcdir=str(tmp_path))
    image = nodes.image(uri="a.*", candidates={"image/svg+xml": "a.svg"}, width="100%")
    image["classes"] = ["xorexplain-drawn"]
    document += image

    OnScreen(document).run()

    assert image["width"] == shown
    assert ("xorexplain-wide" in image["classes"]) is (width > WIDE)


def test_a_long_name_in_code_may_be_broken_at_underscores_and_slashes() -> None:
    body = (
        '<span class="pre">local_mul_canonizer</span> <span class="pre">cli/commands/__init__.py'
        "</span>=<i>a_b</i>"
    )
    app: Any = SimpleNamespace(builder=SimpleNamespace(name="html"))
    context = {"body": body}

    breakable_names(app, "page", "page.html", context, None)

    assert re.sub("<wbr>", "", context["body"]) == body
    assert "local_<wbr>mul_<wbr>canonizer" in context["body"]
    assert ">cli/<wbr>commands/<wbr>__init__.py<" in context["body"]
    assert context["body"].endswith("<i>a_b</i>")
