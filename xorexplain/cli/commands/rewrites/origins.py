"""Say what a node of the rewritten graph was made from, or what became of an earlier one."""

from __future__ import annotations

import re

import click

from xorexplain.cli.commands.rewrites.request import Request, asks
from xorexplain.cli.options import Choice, completed
from xorexplain.cli.progress import working


@click.command("origins", epilog="Example:  xorexplain rewrites origins cost net.py")
@click.argument("node", shell_complete=completed("variables"))
@click.option(
    "--stage",
    type=Choice(("updates", "optimized", "compiled")),
    help="NODE is an id that `print` and `graph --ids` show of this stage.",
)
@asks()
def command(request: Request, node: str, stage: str | None) -> None:
    """Say what a node was made from, or what became of it.

    NODE is a name, a result, or an id of the rewriting, such as n67, which `rewrites step` and the
    explorer show; `print` and `graph` count the nodes of each stage anew: an id that they show is
    asked for with the --stage it is of. Of a node of the graph
    that runs: the expressions it computes, your lines, and the rewrites that led there. Of an
    input, or a random variable of a PyMC model: the nodes that read it, with the same of each.
    """
    from xorexplain.render.reports import origins as report
    from xorexplain.rewrites.questions.origins import (
        counterpart,
        descendants,
        find_apply,
        find_given,
        gradient_rules,
        readers,
        result_names,
        with_ancestry,
    )

    subject, trace = request.subject, request.trace
    note = ""
    if stage is not None:
        shown, node = node, counterpart(trace, request.live("tell stages").graph(stage), node)
        note = f"{shown} of the stage {stage} is {node} of the rewriting"
    elif re.fullmatch(r"n\d+", node):
        note = f"{node} of the rewriting; an id that print or graph shows is asked for with --stage"
    given = find_given(trace, node)
    if given is not None:
        read = readers(trace, given)
        graph = with_ancestry(trace, {})
        request.answer(
            lambda: report.readers_json(trace, given, read),
            lambda: report.readers(trace, graph, given, read),
            f"what reads {node}",
        )
        return
    results = result_names(subject.engine, subject.model, trace) if subject is not None else None
    apply = find_apply(trace, node, results)
    if apply not in trace.end:
        made = descendants(trace, apply)
        request.answer(
            lambda: report.descent_json(trace, apply, made),
            lambda: report.noted(note, report.descent(trace, apply, made)),
            f"what became of {node}",
        )
        return
    with working("deriving the gradient"):
        rules = gradient_rules(subject.engine, subject.model, trace) if subject is not None else {}
    graph = with_ancestry(trace, rules)
    request.answer(
        lambda: report.ancestry_json([e for e in graph.ancestry if e.apply == apply]),
        lambda: report.noted(note, report.origin(trace, graph, apply)),
        f"origins of {node}",
    )
