"""Read from the text of a file which names it binds, and which of them may be models.

Nothing is run and no engine is imported, so this is what completion asks.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import cached_property

from xorexplain.errors.records import dataclass

_NOT_MODELS = ("None", "bool", "int", "float", "complex", "str", "bytes", "ndarray")
_COMPUTING = (ast.Call, ast.BinOp, ast.UnaryOp, ast.Compare, ast.Subscript)
_MAKERS = {"function": "compiled function", "Model": "model"}
_LOOPS = ("scan", "map", "reduce", "foldl", "foldr", "scan_checkpoints")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Outline:
    """Hold the statements at the top of a file, those under its main guard left out."""

    statements: Sequence[ast.stmt]

    @cached_property
    def functions(self) -> Mapping[str, Function]:
        """The functions that are defined."""
        return {s.name: s for s in self.statements if isinstance(s, Function)}

    @cached_property
    def imported(self) -> frozenset[str]:
        """The names that are imported; `*` for all of a module."""
        return frozenset(
            (alias.asname or alias.name).partition(".")[0]
            for node in self._outside()
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        )

    @cached_property
    def bound(self) -> frozenset[str]:
        """The names that are bound in any way that can be seen."""
        defined = (n.name for n in self._outside() if isinstance(n, Function | ast.ClassDef))
        stored = (n.id for n in self._outside() if isinstance(n, ast.Name) and _is_stored(n))
        return frozenset((*defined, *stored, *self.imported))

    @cached_property
    def is_open(self) -> bool:
        """Tell whether names may be bound in ways that cannot be seen."""
        read = {n.id for n in self._outside() if isinstance(n, ast.Name)}
        return "*" in self.imported or bool(read & {"globals", "exec", "vars", "setattr"})

    @cached_property
    def helpers(self) -> frozenset[str]:
        """The functions that others are made with: they are called, or hand on what they get.

        Called is what the top of the file or another function that gives a model calls.
        """
        givers = [f for name, f in self.functions.items() if self.gives(name)]
        inside = [n for f in givers for s in f.body for n in ast.walk(s)]
        called = frozenset(
            n.func.id
            for n in (*self._outside(), *inside)
            if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
        ) & frozenset(self.functions)
        return called | {name for name, f in self.functions.items() if f.args.vararg}

    @cached_property
    def decorators(self) -> frozenset[str]:
        """The functions by which others in the file are decorated."""
        used = (d for f in self.functions.values() for d in f.decorator_list)
        return frozenset(n.id for d in used for n in ast.walk(d) if isinstance(n, ast.Name))

    def gives(self, name: str) -> bool:
        """Tell whether a function may give a model when it is called without arguments."""
        return (
            not needed(self.functions[name])
            and name not in self.decorators
            and self.returns_model(name)
        )

    def returns_model(self, name: str) -> bool:
        """Tell whether what a function returns may be a model, which no other function is."""
        function = self.functions[name]
        own = list(_own(function.body))
        inner = {n.name for n in own if isinstance(n, Function | ast.ClassDef)}
        returned = [n.value for n in own if isinstance(n, ast.Return)]
        yields = any(isinstance(n, ast.Yield | ast.YieldFrom) for n in own)
        return (
            isinstance(function, ast.FunctionDef)
            and not yields
            and _may_be_model(function.returns)
            and any(not _is_no_model(value, inner) for value in returned)
        )

    def kinds(self) -> dict[str, str]:
        """Return what may be a model, with what the text lets one think it is.

        Of variables they are those that nothing else at the top of the file reads.
        """
        found = {name: "function" for name in self.functions if self.gives(name)}
        read = {n.id for n in self._outside() if isinstance(n, ast.Name) and not _is_stored(n)}
        for statement in self.statements:
            for name, value in _assigned(statement):
                kind = _MAKERS.get(_called(value), "variable")
                if kind != "variable" or name not in read:
                    found[name] = kind
            if isinstance(statement, ast.With):
                targets = [i.optional_vars for i in statement.items if i.optional_vars]
                found |= {n.id: "model" for n in targets if isinstance(n, ast.Name)}
        return {name: kind for name, kind in found.items() if not name.startswith("_")}

    def words(self, name: str | None = None) -> list[str]:
        """List what may be names of variables: what is assigned to, and text given to a call.

        They are those of one function, where one is named. What is assigned in the function that a
        loop runs is inside of the loop, and no variable of the model.
        """
        function = self.functions.get(name or "")
        statements = self.statements if function is None else function.body
        nodes = [node for statement in statements for node in ast.walk(statement)]
        steps = {step for node in nodes for step in _steps(node)}
        rounds = [n for n in nodes if isinstance(n, Function) and n.name in steps]
        inside = {id(node) for step in rounds for node in ast.walk(step)}
        found = dict.fromkeys(w for node in nodes if id(node) not in inside for w in _words(node))
        return [word for word in found if not word.startswith("_")]

    def _outside(self) -> Iterator[ast.AST]:
        """Yield what runs when the file is run: nothing inside functions and classes."""
        return _own(self.statements)


def outline(text: str, file: str = "<code>") -> Outline:
    """Read the top of a file; raise SyntaxError where it is no Python."""
    return Outline([s for s in ast.parse(text, file).body if not _is_main_guard(s)])


def needed(function: Function) -> list[str]:
    """List the arguments of a function that have no default."""
    given = function.args
    positional = [*given.posonlyargs, *given.args]
    first = len(positional) - len(given.defaults)
    named = zip(given.kwonlyargs, given.kw_defaults, strict=True)
    lacking = [arg for arg, default in named if default is None]
    return [arg.arg for arg in (*positional[:first], *lacking)]


def _own(statements: Sequence[ast.stmt]) -> Iterator[ast.AST]:
    """Yield the nodes below some statements, not those of functions and classes in them."""
    waiting: list[ast.AST] = list(reversed(statements))
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, Function | ast.ClassDef | ast.Lambda):
            waiting.extend(reversed(list(ast.iter_child_nodes(node))))


def _is_main_guard(statement: ast.stmt) -> bool:
    if not isinstance(statement, ast.If):
        return False
    names = {n.id for n in ast.walk(statement.test) if isinstance(n, ast.Name)}
    return "__name__" in names


def _is_stored(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Store)


def _may_be_model(annotation: ast.expr | None) -> bool:
    """Tell whether what a function says it returns may be a model."""
    if annotation is None:
        return True
    return ast.unparse(annotation).rpartition(".")[2].strip("'\"") not in _NOT_MODELS


def _is_no_model(value: ast.expr | None, inner: Set[str]) -> bool:
    """Tell whether what is returned is a literal or a function that was defined `inner`."""
    if isinstance(value, ast.Name):
        return value.id in inner
    return isinstance(value, ast.Constant | ast.JoinedStr | ast.Lambda | None)


def _assigned(statement: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Yield the names that a statement gives to what an expression computes."""
    if not isinstance(statement, ast.Assign | ast.AnnAssign) or statement.value is None:
        return
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    for target in targets:
        pairs = [(target, statement.value)]
        if isinstance(target, ast.Tuple) and isinstance(statement.value, ast.Tuple):
            pairs = list(zip(target.elts, statement.value.elts, strict=False))
        elif isinstance(target, ast.Tuple):
            pairs = [(name, statement.value) for name in target.elts]
        for name, value in pairs:
            if isinstance(name, ast.Name) and isinstance(value, _COMPUTING):
                yield name.id, value


def _called(value: ast.expr | None) -> str:
    function = value.func if isinstance(value, ast.Call) else None
    return getattr(function, "attr", getattr(function, "id", ""))


def _steps(node: ast.AST) -> Iterator[str]:
    """Yield the functions that a call of a loop is given."""
    if isinstance(node, ast.Call) and _called(node) in _LOOPS:
        given = (*node.args, *(keyword.value for keyword in node.keywords))
        yield from (value.id for value in given if isinstance(value, ast.Name))


def _words(node: ast.AST) -> Iterator[str]:
    """Yield what may be the name of a variable: what is assigned, and the name a call is given."""
    yield from (name for name, _ in _assigned(node))
    if isinstance(node, ast.Call):
        named = [keyword.value for keyword in node.keywords if keyword.arg == "name"]
        texts = [v.value for v in (*node.args[:1], *named) if isinstance(v, ast.Constant)]
        yield from (text for text in texts if isinstance(text, str) and text.isidentifier())
