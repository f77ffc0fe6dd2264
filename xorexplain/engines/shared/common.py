"""Do for both engines what their common ancestry lets one piece of code do."""

from __future__ import annotations

import copy
import re
import tempfile
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from xorexplain.graph.records import Role


def role_of(variable: Any, constant: type, shared: type) -> Role:
    """Tell a variable's role from its class and from whether an apply node computes it."""
    if isinstance(variable, constant):
        return "constant"
    if isinstance(variable, shared):
        return "shared"
    return "input" if variable.owner is None else "intermediate"


def dtype_of(kind: Any) -> str | None:
    """Return the dtype of a variable's type; a list of arrays has a type there, and so none."""
    dtype = getattr(kind, "dtype", None)
    return dtype if isinstance(dtype, str) else None


def storage_of(variable: Any) -> Any:
    """Return what identifies a shared variable: its container, which an engine's clones share."""
    return getattr(variable, "container", variable)


def plain(value: Any) -> str:
    """Write anything as text that is the same in every run and can be written to a file.

    Objects without a text of their own name their address in memory, which is left out. What
    raises when it is written is the name of its class.
    """
    try:
        written = str(value)
    except Exception:  # noqa: BLE001 - the user's own code writes it
        written = type(value).__name__
    text = re.sub(r" at 0x[0-9A-Fa-f]+", "", written)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def read(thing: Any, name: str, default: Any = None) -> Any:
    """Return an attribute; the default where there is none, or where reading it raises."""
    try:
        return getattr(thing, name, default)
    except Exception:  # noqa: BLE001 - a property of an op of the user's own
        return default


def dot_text(write: Callable[[str], None]) -> str:
    """Return the DOT text a pydotprint call writes, with nodes numbered in order of appearance.

    pydot's format `raw` writes its text and runs no program. pydotprint names nodes by `id()`;
    numbering them makes two runs give the same bytes.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "graph.raw"
        write(str(path))
        text = path.read_text(encoding="utf-8")
    numbers: dict[str, str] = {}

    def number(match: re.Match[str]) -> str:
        return numbers.setdefault(match[0], f"n{len(numbers)}")

    def renumber(line: str) -> str:
        head, bracket, rest = line.partition(" [")
        return re.sub(r"\b\d+\b", number, head) + bracket + rest

    statement = re.compile(r"^\s*\d+(\s*->\s*\d+)?\s*(\[|;)")
    lines = text.split("\n")
    return "\n".join(renumber(line) if statement.match(line) else line for line in lines)


def toposort(outputs: Sequence[Any]) -> list[Any]:
    """Return the apply nodes below `outputs`, inputs first, in depth-first order, iteratively."""
    order: list[Any] = []
    done: set[Any] = set()
    stack = [variable.owner for variable in reversed(outputs) if variable.owner is not None]
    while stack:
        node = stack[-1]
        if node in done:
            stack.pop()
            continue
        waiting = [
            variable.owner
            for variable in node.inputs
            if variable.owner is not None and variable.owner not in done
        ]
        if waiting:
            stack.extend(reversed(waiting))
        else:
            done.add(node)
            order.append(node)
            stack.pop()
    return order


def makes_room(apply: Any) -> bool:
    """Tell whether an apply node only makes room, which others write."""
    return type(apply.op).__name__ in ("AllocEmpty", "GpuAllocEmpty")


def default_updates(
    results: Sequence[Any], updates: Sequence[tuple[Any, Any]]
) -> list[tuple[Any, Any]]:
    """Return the updates that an engine adds to a function of these results by itself.

    A shared variable may carry a default update, as random generators and counters do; it counts
    where the function reads the variable and does not update it otherwise.
    """
    known = {shared for shared, _ in updates}
    found: list[tuple[Any, Any]] = []
    waiting = [*results, *(new for _, new in updates)]
    while waiting:
        read = dict.fromkeys([*(v for node in toposort(waiting) for v in node.inputs), *waiting])
        waiting = []
        for variable in read:
            new = getattr(variable, "default_update", None)
            if new is not None and variable not in known:
                known.add(variable)
                found.append((variable, new))
                waiting.append(new)
    return found


def accepting(linker: Any) -> Any:
    """Return a mode's linker as one that a function maker takes.

    That of DebugMode only stands for what its own maker does; nothing is linked here anyway.
    """
    if isinstance(linker, str) or hasattr(linker, "accept"):
        return linker
    stand_in = copy.copy(linker)
    stand_in.accept = lambda *arguments, **options: stand_in
    return stand_in


def run_python(node: Any, values: Sequence[Any]) -> list[Any]:
    """Run the Python code of a node's op on copies of values of its inputs.

    Each input is a copy of its own, also where two are the same variable: what a loop that works
    in place on one of its states does must not be seen by another that starts from the same.
    """
    return run_on_copies(node, values)[0]


def run_on_copies(node: Any, values: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """Run the Python code of a node's op; return its outputs, and what became of the copies."""
    inputs = [v if v not in node.inputs[:n] else v.type() for n, v in enumerate(node.inputs)]
    node = type(node)(node.op, inputs, [output.clone() for output in node.outputs])
    storage = {v: [copy.deepcopy(value)] for v, value in zip(inputs, values, strict=True)}
    storage |= {output: [None] for output in node.outputs}
    computed = {variable: [variable.owner is not node] for variable in storage}
    with warnings.catch_warnings():
        # PyTensor's code for `invert` uses what Python 3.16 will no longer have.
        warnings.simplefilter("ignore", DeprecationWarning)
        node.op.make_thunk(node, storage, computed, [], impl="py")()
    left = [storage[variable][0] for variable in inputs]
    return [storage[output][0] for output in node.outputs], left
