"""Run the code of a model that is written where it is shown, as in a page of documentation."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import numpy

from xorexplain.engines import Engine, choose, engine_of
from xorexplain.errors import XorexplainError
from xorexplain.models.files.running import call, failed, put_on_path
from xorexplain.models.loading import as_model
from xorexplain.models.model import Model
from xorexplain.models.pymc.recognized import unwrapped

RESULT = "<model>"
"""Stands for the value of the last expression of some code."""


def load_code(
    code: str, file: str, line: int = 1, engine_name: str | None = None
) -> tuple[Engine, Model]:
    """Run code and return the engine and model that its last statement gives.

    That is the value of an expression or of an assignment, or what a function defined there
    returns. The code may use the engine as `theano` and its tensors as `T`, as the tutorial calls
    them, and `numpy` and `Model`. `file` and `line` are where the code stands, for tracebacks.
    Raise XorexplainError as `load_model` does.
    """
    engine = choose(engine_name)
    given = {"theano": engine.module, "T": engine.tensor, "numpy": numpy, "Model": Model}
    namespace: dict[str, Any] = {**given, "__name__": "inline_model", "__file__": file}
    try:
        tree = ast.parse("\n" * (line - 1) + code, file)
        name = _last_value(tree)
        program = compile(tree, file, "exec")
    except SyntaxError as error:
        raise failed("code", error) from error
    put_on_path(Path(file).resolve().parent)
    call(lambda: exec(program, namespace), "code")
    made = unwrapped(namespace[name])
    if callable(made) and engine_of(made) is None and not isinstance(made, Model):
        made = call(made, name)
    return as_model(made, engine_name, None if name == RESULT else name)


def _last_value(tree: ast.Module) -> str:
    """Return the name of what the last statement gives; an expression is given one first."""
    last = tree.body[-1] if tree.body else None
    if isinstance(last, ast.Expr):
        target = ast.Name(RESULT, ast.Store())
        tree.body[-1] = ast.fix_missing_locations(
            ast.copy_location(ast.Assign([target], last.value), last)
        )
        return RESULT
    if isinstance(last, ast.FunctionDef):
        return last.name
    if isinstance(last, ast.Assign) and isinstance(last.targets[-1], ast.Name):
        return last.targets[-1].id
    raise XorexplainError(
        "the code gives no model: end it with the model, an assignment or a def that returns it"
    )
