"""Read the user's statements: what a line assigns, and what operation that value ends with."""

from __future__ import annotations

import ast
import linecache
from functools import lru_cache

from xorexplain.engines.shared.frames import Frame
from xorexplain.errors.records import dataclass
from xorexplain.models.files.outline import Function

_OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "true_div",
    ast.Pow: "pow",
    ast.FloorDiv: "int_div",
    ast.Mod: "mod",
    ast.USub: "neg",
}
_VALUES = (
    ast.Attribute,
    ast.BinOp,
    ast.Call,
    ast.Compare,
    ast.IfExp,
    ast.Subscript,
    ast.UnaryOp,
)


@dataclass(frozen=True)
class Statement:
    """Describe what one statement does with the value that its code computes.

    `name` is what it is assigned to, None where that is not one name, `names` where it is several.
    `last` is what computes it last: the name of a function, or that of an operator (`add`); `times`
    how often the code has that, `is_operator` tells the two apart; `parts` are what computes parts
    of the value.
    `is_returned` tells that the value is the one result of the function around, `calls` the
    function of which it is a call and nothing else.
    """

    file: str
    line: int
    name: str | None
    last: str | None
    times: int
    is_operator: bool
    parts: frozenset[str]
    is_returned: bool
    calls: str | None
    names: tuple[str, ...] = ()


def statement_of(frame: Frame) -> Statement | None:
    """Return the statement that ran in a frame; None where the line holds none, or several.

    A line that is not what the frame says it was has changed since, and tells nothing.
    """
    found = node_of(frame)
    return None if found is None else _read(frame.file, *found)


def node_of(frame: Frame) -> tuple[ast.stmt, Function | None] | None:
    """Return the same as it is parsed, with the function around it."""
    code = frame.code.strip()
    lines = linecache.getlines(frame.file)
    if lines:
        now = lines[frame.line - 1].strip() if frame.line <= len(lines) else None
        return None if code and now != code else _statements(tuple(lines)).get(frame.line)
    alone = _statements((code,)).get(1)
    return None if alone is None or isinstance(alone[0], ast.Return) else alone


def scope_of(frame: Frame, around: Function | None) -> ast.AST:
    """Return where the names of a statement that ran are known: in its function, else its file."""
    return around or _tree(tuple(linecache.getlines(frame.file))) or ast.Module([], [])


@lru_cache(maxsize=64)
def _tree(lines: tuple[str, ...]) -> ast.Module | None:
    try:
        return ast.parse("".join(lines))
    except (SyntaxError, ValueError):
        return None


@lru_cache(maxsize=64)
def _statements(lines: tuple[str, ...]) -> dict[int, tuple[ast.stmt, Function | None]]:
    """Return the simple statements of a file, with the functions around them, by their lines."""
    tree = _tree(lines)
    if tree is None:
        return {}
    found: dict[int, tuple[ast.stmt, Function | None]] = {}
    shared: set[int] = set()
    todo: list[tuple[ast.AST, Function | None]] = [(tree, None)]
    while todo:
        node, around = todo.pop()
        if isinstance(node, ast.stmt) and not hasattr(node, "body"):
            for line in range(node.lineno, (node.end_lineno or node.lineno) + 1):
                if line in found or line in shared:
                    shared.add(line)
                    found.pop(line, None)
                else:
                    found[line] = node, around
        elif not isinstance(node, ast.expr):
            inside = node if isinstance(node, Function) else around
            todo += [(child, inside) for child in ast.iter_child_nodes(node)]
    return found


def _read(file: str, node: ast.stmt, around: Function | None) -> Statement:
    target, value = _assigned(node)
    is_updated = isinstance(node, ast.AugAssign)
    last = _operator(node.op) if isinstance(node, ast.AugAssign) else _last(value)
    walked = list(ast.walk(value or node))
    inside = sum(_last(part) == last for part in walked if type(part) is type(value))
    lasts = (_last(part) for part in walked if part is not value)
    return Statement(
        file=file,
        line=node.lineno,
        name=target,
        last=last,
        times=inside + is_updated,
        is_operator=is_updated or isinstance(value, (ast.BinOp, ast.UnaryOp)),
        parts=frozenset(name for name in lasts if name is not None),
        is_returned=value is not None and _is_result(node, target, around),
        calls=last if isinstance(value, ast.Call) and not is_updated else None,
        names=_several(node),
    )


def _several(node: ast.stmt) -> tuple[str, ...]:
    """Return `x` and `y` of `x, y = dmatrix(), dmatrix()`, and of `x, y = made()`."""
    target = node.targets[0] if isinstance(node, ast.Assign) else None
    if not isinstance(node, ast.Assign) or not isinstance(target, ast.Tuple):
        return ()
    names = [_last_name(element) for element in target.elts]
    values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
    are_calls = all(isinstance(value, ast.Call) for value in values)
    are_paired = len(values) in (1, len(names))
    return tuple(map(str, names)) if are_calls and are_paired and all(names) else ()


def _assigned(node: ast.stmt) -> tuple[str | None, ast.expr | None]:
    """Return the one name that a statement gives a value, and the value.

    Lists, dicts and the like are no values of a graph. Of what a Scan gives, the first is its
    result.
    """
    if isinstance(node, ast.Return):
        return None, node.value if isinstance(node.value, _VALUES) else None
    if isinstance(node, ast.Assign):
        target = node.targets[0]
        if isinstance(target, ast.Tuple) and _last(node.value) == "scan":
            is_pair = len(target.elts) == 2 and not gives_results_alone(node.value)
            target = target.elts[0] if is_pair else target
    elif isinstance(node, (ast.AugAssign, ast.AnnAssign)):
        target = node.target
    else:
        return None, None
    is_value = isinstance(node.value, _VALUES) or isinstance(node, ast.AugAssign)
    is_value = is_value and not _makes_an_object(node.value)
    return (_last_name(target), node.value) if is_value else (None, None)


def gives_results_alone(value: ast.AST | None) -> bool:
    """Tell whether a value is what a Scan computes, without the updates that it returns too."""
    if isinstance(value, ast.Subscript):
        is_first = isinstance(value.slice, ast.Constant) and value.slice.value == 0
        return is_first and _last(value.value) == "scan" and not gives_results_alone(value.value)
    if not isinstance(value, ast.Call) or _last(value) != "scan":
        return False
    told = [option.value for option in value.keywords if option.arg == "return_updates"]
    return any(isinstance(option, ast.Constant) and option.value is False for option in told)


def _makes_an_object(value: ast.AST | None) -> bool:
    """Tell whether a value is no value of a graph, but what a class or a compiler makes."""
    name = _last(value) if isinstance(value, ast.Call) else None
    return name is not None and (name[:1].isupper() or name == "function")


def _last_name(target: ast.expr) -> str | None:
    """Return `h` of `h`, of `self.h` and of `layers.h`; None of anything else."""
    if isinstance(target, ast.Attribute):
        return target.attr
    return target.id if isinstance(target, ast.Name) else None


def _last(value: ast.AST | None) -> str | None:
    """Return what computes a value last: a function's name, or an operator's."""
    if isinstance(value, ast.Call):
        return _last_name(value.func)
    if isinstance(value, (ast.BinOp, ast.UnaryOp)):
        return _operator(value.op)
    if isinstance(value, ast.Subscript):
        return "subtensor"
    if isinstance(value, ast.Attribute):
        return value.attr
    return None


def _operator(op: ast.AST) -> str | None:
    return _OPERATORS.get(type(op))


def _is_result(node: ast.stmt, name: str | None, around: Function | None) -> bool:
    """Tell whether a statement returns the only result of a function, or sets what is that."""
    if around is None:
        return False
    if isinstance(node, ast.Return):
        return True
    nodes = list(ast.walk(around))
    returned = [found.value for found in nodes if isinstance(found, ast.Return)]
    if len(returned) != 1:
        return False
    names = [found for found in nodes if isinstance(found, ast.Name) and found.id == name]
    is_returned = isinstance(returned[0], ast.Name) and returned[0].id == name
    return is_returned and sum(isinstance(found.ctx, ast.Store) for found in names) == 1
