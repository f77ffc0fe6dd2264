"""Answer what a rewriting made of a node, what a rewrite is good for, and why one did not fire."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from xorexplain.cli.options import print_lines, say, working
from xorexplain.cli.rewrites_views import Asked

if TYPE_CHECKING:
    from xorexplain.render.lines import Line


def origin(asked: Asked, name: str, as_json: bool) -> None:
    """Say what a node of the rewritten graph was made from, or what became of an earlier one."""
    from xorexplain.render.reports.origin import (
        ancestry_json,
        descent_json,
        descent_lines,
        origin_lines,
    )
    from xorexplain.rewrites.questions.origins import (
        descendants,
        find_apply,
        gradient_rules,
        result_names,
        with_ancestry,
    )

    trace, live = asked.trace, asked.live
    results = result_names(live.engine, live.model, trace) if live is not None else None
    apply = find_apply(trace, name, results)
    if apply not in trace.end:
        made = descendants(trace, apply)
        if as_json:
            say(descent_json(trace, apply, made), end="")
        else:
            print_lines(descent_lines(trace, apply, made))
        return
    with working("deriving the gradient"):
        rules = gradient_rules(live.engine, live.model, trace) if live is not None else {}
    graph = with_ancestry(trace, rules)
    if as_json:
        say(ancestry_json([e for e in graph.ancestry if e.apply == apply]), end="")
    else:
        print_lines(origin_lines(trace, graph, apply))


def without(asked: Asked, names: Sequence[str], as_json: bool) -> None:
    """Show what changes when some rewrites are excluded."""
    from xorexplain.render.reports.rewriting_report import without_json, without_listing
    from xorexplain.rewrites.questions.without import without as compare

    live = asked.need_live("be rewritten again")
    with working("rewriting without it, and measuring both"):
        found = compare(live.engine, live.model, live.target, names)
    _answer(as_json, lambda: without_json(found), lambda: without_listing(found))


def why_not(asked: Asked, name: str, node: str | None, as_json: bool) -> None:
    """Say why a rewrite did not fire."""
    from xorexplain.render.reports.why_not import verdict_json, verdict_lines
    from xorexplain.rewrites.questions.why_not import why_not as explain

    live = asked.need_live("be rewritten again")
    with working("looking for the reason"):
        found = explain(live.engine, live.model, live.target, name, node)
    _answer(as_json, lambda: verdict_json(found), lambda: verdict_lines(found))


def _answer(as_json: bool, data: Callable[[], str], lines: Callable[[], Iterable[Line]]) -> None:
    if as_json:
        say(data(), end="")
    else:
        print_lines(lines())
