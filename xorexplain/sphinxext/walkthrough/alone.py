"""Tell what one rewrite is worth by itself: what is another where it alone is left out."""

from __future__ import annotations

from xorexplain.render.writers.marks import listed
from xorexplain.sphinxext.walkthrough.episodes import Told
from xorexplain.sphinxext.walkthrough.material import Material
from xorexplain.sphinxext.walkthrough.trials import apart, around_fusion, measured

MAX_NAMED = 4


def without_it_alone(material: Material, told: Told) -> str:
    """Tell what becomes of the function without the rewrite that is shown; empty if not known."""
    found = material.alone.get(told.episode.page)
    if found is None:
        return ""
    before, after = measured(found.before.last.graph), measured(found.after.last.graph)
    fusing = [around_fusion(trace) for trace in (found.before, found.after)]
    counts = [
        (len(found.before.steps), len(found.after.steps), "steps"),
        *(
            [(len(fusing[0][0]), len(fusing[1][0]), "nodes just before fusion")]
            if fusing[0] is not None and fusing[1] is not None
            else []
        ),
        (before.nodes, after.nodes, "that run"),
        (before.operations, after.operations, "operations"),
    ]
    known = [(one, other, what) for one, other, what in counts if None not in (one, other)]
    same = listed([f"{other} {what}" for one, other, what in known if one == other])
    changed = [f"{other} {what} instead of {one}" for one, other, what in known if one != other]
    more = [count for count in found.firings if count.after > count.before]
    often = [f"{material.rewrite(c.name)} ({c.after} instead of {c.before})" for c in more]
    words = [listed(changed), f"as with it, {same}" if same else "", apart(found.run)]
    return (
        f"Without {material.rewrite(found.names[0])} alone: "
        f"{'; '.join(filter(None, words))}."
        + (f" More often then: {listed(often[:MAX_NAMED])}." if often else "")
    )
