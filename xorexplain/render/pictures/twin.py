"""Draw the forward graph and its gradient side by side, so that each op stands beside its rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from graphviz.quoting import attr_list, quote

from xorexplain.errors.escaping import encoded
from xorexplain.gradients.explain import tell
from xorexplain.gradients.records import Derivation
from xorexplain.render import Layout, Rendering, draw_dot
from xorexplain.render.look import Look
from xorexplain.render.pictures import labels
from xorexplain.render.pictures.dot import document, edge, edge_style, label, nodes
from xorexplain.render.pictures.records import Line, Scene
from xorexplain.render.pictures.twin_plan import plan, sum_id
from xorexplain.render.pictures.twin_scene import COST, Twin, twin_scene
from xorexplain.render.reports.gradient import gradient
from xorexplain.render.theme import Theme, theme
from xorexplain.render.writers import terminal

MAX_OPEN = 30
"""With more steps than this, each step is drawn as one node."""
MAX_DESCRIBED = 100
"""Pictures of up to this many steps carry the whole derivation as a description."""
Numbers = Mapping[str, Sequence[str]]
NONE: Numbers = {}
_HIDDEN = {"style": "invis"}


def draw_twin(
    derivation: Derivation, format_: str, theme_: str, numbers: Numbers = NONE
) -> Rendering:
    """Draw a derivation as png, svg or pdf, or write its DOT text.

    `numbers` are lines to show at a value or an adjoint, by its name.
    """
    written = twin_dot(derivation, Look(theme=theme_), numbers)
    if format_ == "dot":
        return Rendering(encoded(written))
    title = labels.title(derivation.graph.origin)
    is_small = len(derivation.steps) <= MAX_DESCRIBED
    words = terminal.plain(gradient(tell(derivation))) if is_small else title
    return draw_dot(written, format_, Layout(), title, words)


def twin_dot(derivation: Derivation, look: Look, numbers: Numbers = NONE) -> str:
    """Write the forward graph at the left and its gradient at the right as DOT text.

    The forward part flows down, the backward part up; the group of nodes that an op's rule made
    stands in the rank of the op.
    """
    is_open = len(derivation.steps) <= MAX_OPEN
    twin = Twin(derivation, tell(derivation), plan(derivation, is_open), numbers)
    drawn, colours = twin_scene(twin), theme(look.theme)
    options = {"newrank": "true", "compound": "true", "nodesep": "0.22", "ranksep": "0.26"}
    body = [*_titles(twin, colours), *nodes(drawn, colours), *_links(twin, drawn, colours)]
    return document(drawn, colours, options, body, look.legend)


def _titles(twin: Twin, colours: Theme) -> Iterator[str]:
    """Write a title above each side, led to its topmost nodes.

    Edges in one rank order nodes but not clusters. The titles, in no cluster, hold their order, and
    hold the sides below them by the crossings that swapping would make.
    """
    titles = {
        "forward": "forward: from the inputs down to the cost",
        "backward": "backward: from the cost up to the gradients",
    }
    for name, words in titles.items():
        style = {"label": label([Line("word", words)], colours), "shape": "plain", "style": ""}
        yield f"  title_{name}{attr_list(kwargs=style)}"
    yield "  { rank=min; title_forward; title_backward }"
    yield edge("title_forward", "title_backward", _HIDDEN)
    for name, ids in _tops(twin).items():
        yield from (edge(f"title_{name}", id_, _HIDDEN) for id_ in ids)


def _tops(twin: Twin) -> dict[str, list[str]]:
    """Name the nodes that stand first at the left, and those beside them at the right."""
    variable = twin.graph.variable
    first = [a for a in twin.forward if all(variable[v].owner is None for v in a.inputs)]
    read = dict.fromkeys(v for apply in first for v in apply.inputs if not variable[v].folded)
    gives = {group.apply: group.gives for group in twin.plan.groups}
    beside = [id_ for apply in first for id_ in gives.get(apply.id, ())]
    return {
        "forward": list(read) or [apply.id for apply in first],
        "backward": beside or list(twin.plan.groups[-1].gives),
    }


def _links(twin: Twin, drawn: Scene, colours: Theme) -> Iterator[str]:
    """Write the edges, and those that are not seen and set the backward part beside the forward.

    An arrow up is written from its head to its tail, since Graphviz ranks tails higher.
    """
    variable = twin.graph.variable
    loose = {(arrow.source, arrow.target) for arrow in twin.plan.arrows if not arrow.ranked}
    for found in drawn.edges:
        ends, style = (found.source, found.target), edge_style(found, colours)
        if found.kind == "beside":
            is_step = twin.plan.is_open and found.source != COST
            yield f"  {{ rank=same; {quote(ends[0])}; {quote(ends[1])} }}"
            yield edge(*ends, {**style, "lhead": f"cluster_{found.source}" if is_step else ""})
        elif found.variable:
            yield edge(*ends, {**style, "weight": "4" if variable[found.variable].owner else "2"})
        else:
            style |= {"constraint": "false"} if ends in loose else {"weight": "3"}
            yield edge(found.target, found.source, {"dir": "back", **style})
    for group in twin.plan.groups if twin.plan.is_open else ():
        yield f"  {{ rank=same; {'; '.join(map(quote, group.gives))} }}"
        # What it reads from stays above the whole group, and so do the groups up there.
        for id_ in group.gives:
            inputs = twin.graph.apply[group.apply].inputs
            yield from _above({variable[v].owner for v in inputs}, id_)
    for summed in twin.plan.sums:
        yield from _above({variable[summed].owner}, sum_id(summed))


def _above(forward: set[str | None], target: str) -> Iterator[str]:
    for owner in sorted(filter(None, forward)):
        yield edge(owner, target, {"style": "invis", "weight": "0"})
