"""Tell what could not be compiled: a rewrite that fails, code that does not compile, a backend."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from xorexplain.engines.attempts import name_of
from xorexplain.errors.escaping import on_one_line
from xorexplain.errors.records import dataclass
from xorexplain.runs.building.faults import Building, node_in
from xorexplain.runs.building.stack import Held
from xorexplain.runs.calls import chain
from xorexplain.runs.failing import said
from xorexplain.runs.records import Problem

AROUND = 2
"""Lines of generated code that are shown before and after the one that is wrong."""
MAX_LINE = 120
LIBRARIES = {
    "jax": "JAX",
    "numba": "Numba",
    "torch": "PyTorch",
    "mlx": "MLX",
}
"""Libraries that backends need, with their names."""
_WHERE = re.compile(
    r"mod\.(?:cpp|c|cu):(\d+):(?:\d+:)?\s*(?:fatal )?error:\s*(.*?)(?:\.?\s+\d+ \||$)", re.MULTILINE
)
"""Where the compiler finds its first error; Theano joins its lines by full stops."""
_MISSING = re.compile(r"No module named '(\w+)")


@dataclass(frozen=True)
class Uncompiled:
    """Name the problem, say it, name the cure; `node` is the apply node, None where none is known.

    `rewrite` names the rewrite that failed, `generated` are lines of code that do not compile.
    """

    problem: Problem
    sentence: str
    cure: str
    node: Any = None
    rewrite: str = ""
    generated: tuple[str, ...] = ()


def _rewrite(built: Building) -> Uncompiled | None:
    """Tell a rewrite that raised, with the apply node that it was asked about."""
    held = built.asked.of("process_node")
    if held is not None:
        rewriter = held.values.get("node_rewriter", held.values.get("lopt"))
        inner = built.asked.of("transform")
        own = inner.values.get("self") if inner is not None else None
        rewriter = own if hasattr(own, "transform") else rewriter
    else:
        frames = [f for f in built.asked.frames if f.name in ("apply", "rewrite", "optimize")]
        rewriters = [f.values.get("self") for f in frames]
        inside = [r for r in rewriters if hasattr(r, "add_requirements") and hasattr(r, "apply")]
        rewriter = inside[-1] if inside else None
    if rewriter is None:
        return None
    name = name_of(rewriter)
    if " object at " in name:
        name = type(rewriter).__name__
    node = node_in(held) if held is not None else None
    on = f" at {built.name(node.outputs[0])}" if node is not None else ""
    return Uncompiled(
        "failed rewrite",
        f"the rewrite {name} fails{on}: {said_first(built.error)}",
        f"compile without it, mode.excluding('{name}'), and tell whoever wrote it; "
        "on_opt_error='warn' in the flags goes on without that one change",
        node,
        name,
    )


def _library(built: Building) -> Uncompiled | None:
    """Tell a backend whose library is not installed."""
    for error in chain(built.error):
        found = _MISSING.search(str(error)) if isinstance(error, ImportError) else None
        if found is not None and found[1] in LIBRARIES:
            title = LIBRARIES[found[1]]
            return Uncompiled(
                "not supported",
                f"the mode computes with {title}, which is not installed",
                f"pip install {found[1]}; or compile in another mode",
            )
    return None


def _backend(built: Building) -> Uncompiled | None:
    """Tell an op that a backend has no code for."""
    found = re.search(r"No (\w+) conversion|(\w+) will use object mode", built.words)
    held = built.asked.holding("op") or built.asked.holding("node")
    if found is None or held is None:
        return None
    title = LIBRARIES.get((found[1] or found[2]).lower(), found[1] or found[2])
    node = _node(built.asked.frames)
    named = (
        built.name(node.outputs[0]) if node is not None else type(held.values.get("op")).__name__
    )
    is_slow = found[2] is not None
    return Uncompiled(
        "not supported",
        f"{title} has no code for {named}"
        + (": it calls back into Python there, which is slow" if is_slow else ""),
        "let the warning pass, or compile in another mode: mode='CVM'"
        if is_slow
        else "compile in another mode, compute it of ops that have code, or register code for it",
        node,
    )


def _compiler(built: Building) -> Uncompiled | None:
    """Tell code that the C compiler refuses, with the lines around its first error."""
    held = built.asked.holding("src_code")
    code = held.values["src_code"] if held is not None else None
    message = next((str(e) for e in chain(built.error) if _WHERE.search(str(e))), "")
    if held is not None and not message:
        message = "\n".join(str(v) for v in held.values.values() if isinstance(v, (str, bytes)))
    if not isinstance(code, str) and not message:
        return None
    node = _node(built.asked.frames)
    where = _WHERE.search(message)
    of = f" of {built.name(node.outputs[0])}" if node is not None else ""
    said = where[2] if where is not None else said_first(built.error)
    return Uncompiled(
        "failed compiler",
        f"the C code{of} does not compile: {on_one_line(said)}",
        "mend the op's c_code where it is your own; else compile without C: mode='FAST_COMPILE', "
        "or cxx='' in the flags; `xorexplain doctor` tells of the compiler",
        node,
        generated=tuple(_lines(code or "", int(where[1]))) if where is not None else (),
    )


def _lines(code: str, number: int) -> Iterator[str]:
    """Yield the lines around one, each with its number."""
    lines = code.splitlines()
    for n in range(max(number - AROUND, 1), min(number + AROUND, len(lines)) + 1):
        mark = ">" if n == number else " "
        yield f"{mark} {n:>4}  {lines[n - 1].rstrip()[:MAX_LINE]}"


def _node(frames: Sequence[Held]) -> Any:
    """Return the apply node of the function that the engine was at; it may hold others in turn."""
    return next((node for frame in frames if (node := node_in(frame)) is not None), None)


def said_first(error: BaseException) -> str:
    """Return the first line of a message that tells something."""
    lines = [line.strip() for line in said(error).partition(": ")[2].splitlines() if line.strip()]
    told = next((line for line in lines if not line.startswith("Failed in")), "")
    return on_one_line(told)[:200] if told else type(error).__name__


def rules() -> Sequence[Callable[[Building], Uncompiled | None]]:
    """List the rules, in the order in which they are asked."""
    return (_library, _backend, _compiler, _rewrite)
