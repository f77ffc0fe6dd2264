"""Put the page in which the rewriting can be played beside the pages that tell it."""

from __future__ import annotations

from xorexplain.explorer.bundle import ADJOINTS, REWRITE_PARTS, bundle, page_of, trace_story
from xorexplain.render.reports.stored import StoredSubject
from xorexplain.render.writers.marks import directive, heading
from xorexplain.sphinxext.walkthrough.material import Material

FILE = "player/rewrites.html"
MAX_STEPS = 150
"""Longer rewritings are left to the command `explore`, which makes a page of its own."""


def player(material: Material) -> tuple[list[str], dict[str, bytes]]:
    """Return what shows the player on a page, and its file by path; nothing for long rewritings."""
    if not 0 < len(material.explained) <= MAX_STEPS:
        return [], {}
    subject = material.subject
    if isinstance(subject, StoredSubject):
        story = trace_story(subject.trace)
    else:
        story = bundle(subject, (*REWRITE_PARTS, ADJOINTS))
    words = (
        "Click on it: then the arrow keys step through the rewriting; what is new is marked with a "
        "plus, what goes with a minus. Pick a node to see where it comes from."
    )
    shown = directive("player", FILE, [("view", "rewrites")])
    return [heading("Play it", 1), words, shown], {FILE: page_of(story)}
