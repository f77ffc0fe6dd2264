"""Run a script piece by piece, and show beside each piece which nodes of the graph it made.

::

    .. code-line:: xor.txt 5

shows the fifth piece of the script (pieces are set apart by empty lines), what it printed, a table
from its expressions to the apply nodes they made, and the graph so far with what is new marked.
"""

from __future__ import annotations

import ast
import contextlib
import io
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy
from docutils import nodes
from run_command import folder_of
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from xorexplain import engines
from xorexplain.api import prepared
from xorexplain.engines.shared.common import toposort
from xorexplain.graph.records import Graph, Origin
from xorexplain.graph.views.names import intermediate_names
from xorexplain.graph.views.shapes import infer_shapes
from xorexplain.models.capture import capture, outputs_source, variable_ids
from xorexplain.notation.build import express
from xorexplain.notation.simplify import simplify
from xorexplain.render import Layout, draw_dot
from xorexplain.render.look import Look
from xorexplain.render.pictures.dot import document, statements
from xorexplain.render.pictures.labels import op_words, variable_name
from xorexplain.render.pictures.records import Group, Node, Scene
from xorexplain.render.pictures.scene import scene
from xorexplain.render.theme import theme
from xorexplain.render.writers.marks import escape, math, name, table
from xorexplain.sphinxext.walkthrough.chapters.data import shape_words

_ENGINES_OWN = re.compile(r"\(dcost/d(\w+)\)$")
ALL_NEW = 12
"""Where more apply nodes are new, the picture alone tells them."""


@dataclass
class Script:
    """Hold the names of a running script, and what each expression of its last piece returned."""

    names: dict[str, Any]
    pieces: list[str]
    said: list[tuple[str, Any]] = field(default_factory=list)
    printed: str = ""

    def run(self, number: int) -> None:
        """Run a piece; what it computes is called by the names it is given."""
        source = self.pieces[number - 1]
        tree = ast.fix_missing_locations(_Noting(source).visit(ast.parse(source)))
        self.said.clear()
        told = io.StringIO()
        with contextlib.redirect_stdout(told):
            exec(compile(tree, f"<piece {number}>", "exec"), self.names)
        self.printed = told.getvalue()
        for called, value in self.names.items():
            if _is_symbolic(value) and (value.name is None or _ENGINES_OWN.match(value.name)):
                value.name = called

    def note(self, value: Any, source: str) -> Any:
        self.said.append((source, value))
        return value

    @property
    def results(self) -> dict[str, Any]:
        """The symbolic variables by name, the new values of updates among them."""
        found = {n: v for n, v in self.names.items() if _is_symbolic(v)}
        pairs = self.names.get("updates", ())
        return {**found, **{f"new {old.name}": new for old, new in pairs}}


class _Noting(ast.NodeTransformer):
    """Have every call and every operation hand its value to `note`, with its own source."""

    def __init__(self, source: str) -> None:
        self.source = source

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return node

    def visit_For(self, node: ast.For) -> ast.AST:
        return node

    def visit(self, node: ast.AST) -> Any:
        visited = super().visit(node)
        if not isinstance(node, (ast.Call, ast.BinOp)):
            return visited
        segment = ast.Constant(ast.get_source_segment(self.source, node))
        return ast.Call(ast.Name("note", ast.Load()), [visited, segment], [])


def _is_symbolic(value: Any) -> bool:
    return hasattr(value, "owner") and hasattr(value, "type")


def started(file: Path) -> Script:
    """Return a script before its first piece."""
    engine = engines.choose()
    names = {"theano": engine.module, "T": engine.tensor, "numpy": numpy}
    script = Script(names, file.read_text(encoding="utf-8").strip().split("\n\n"))
    names |= {"sigmoid": engine.sigmoid, "note": script.note}
    return script


def recorded(script: Script) -> tuple[Graph, dict[Any, str]]:
    """Record what the script has made so far, and the id of each of the engine's variables."""
    engine = engines.choose()
    given = list(script.results.values())
    read = {v for node in toposort(given) for v in node.inputs}
    below = [v for v in given if v not in read]
    tops = list(dict.fromkeys([*below, *(v for k, v in script.results.items() if k in KEPT)]))
    labels = {v: k for k, v in script.results.items()}
    source = outputs_source(tops, [labels[v] for v in tops])
    graph = capture(engine, source, Origin(engine.name, engine.version, "xor", "symbolic", None))
    computed = tuple(o for o in graph.outputs if graph.variable[o.variable].owner is not None)
    variables = tuple(replace(v, name=_adjoint(v.name)) for v in graph.variables)
    shown = replace(graph, outputs=computed, variables=variables)
    return infer_shapes(shown), variable_ids(source)


def _adjoint(name: str | None) -> str | None:
    """Write what an engine calls (dcost/dx) as all pages do, δx."""
    found = _ENGINES_OWN.match(name or "")
    return f"δ{found[1]}" if found else name


KEPT = ("output", "cost", "δW1", "δW2")
"""Results that stay results when more is computed from them."""


class CodeLine(SphinxDirective):
    """Show a piece of a script and what it made; see the module."""

    required_arguments = 2
    option_spec: ClassVar[dict[str, Any]] = {}

    def run(self) -> list[nodes.Node]:
        relative, absolute = self.env.relfn2path(self.arguments[0])
        self.env.note_dependency(relative)
        number = int(self.arguments[1])
        script = started(Path(absolute))
        before: set[Any] = set()
        for piece in range(1, number + 1):
            before = set(recorded(script)[1]) if script.results else set()
            is_long = "range(" in script.pieces[piece - 1]
            if not is_long or piece == number - 1:
                script.run(piece)
        source = script.pieces[number - 1]
        shown: list[nodes.Node] = [nodes.literal_block(source, source, language="python")]
        if script.printed:
            text = script.printed.rstrip()
            shown.append(nodes.literal_block(text, text, language="none"))
        graph, ids = recorded(script)
        fresh = [v for v in ids if v not in before]
        if not fresh:
            return shown
        return [
            *shown,
            *self.boxes(script, graph, ids, fresh),
            *self.pictures(
                number,
                graph,
                [
                    *(ids[v] for v in fresh),
                    *(graph.variable[ids[v]].owner for v in fresh),
                ],
            ),
        ]

    def boxes(
        self, script: Script, graph: Graph, ids: dict[Any, str], fresh: list[Any]
    ) -> list[nodes.Node]:
        """Lead from each expression to the box it made, and back."""
        names = intermediate_names(graph)
        rows = []
        made = [v for v in fresh if v.owner is not None]
        if len(made) > ALL_NEW:
            return []
        code = {}
        for source, value in script.said:
            for one in value if isinstance(value, (list, tuple)) else [value]:
                code.setdefault(one, source) if _is_symbolic(one) else None
        for variable in fresh:
            record = graph.variable[ids[variable]]
            if record.role == "constant":
                continue
            owner = graph.apply.get(record.owner or "")
            written = f"``{code[variable]}``" if variable in code else "(added by the engine)"
            box = "a cylinder: a shared variable" if owner is None else f"**{op_words(owner)}**"
            called = variable_name(record) if owner is None else names.get(record.id, "")
            value = (
                ""
                if owner is None or not called
                else math(simplify(express(graph, record.id, names, (record.id,))))
            )
            rows.append(
                [
                    written,
                    escape(box) if owner is None else box,
                    name(called) + (f" = {value}" if value else "") if called else "",
                    shape_words(record),
                ]
            )
        if not rows:
            return []
        return self.parse_text_to_nodes(
            table(["Code", "Box", "Value", "Shape"], rows, "34 22 30 14")
        )

    def pictures(self, number: int, graph: Graph, fresh: list[str | None]) -> list[nodes.Node]:
        """Draw the graph so far in both themes, with what is new marked."""
        folder = folder_of(self.env, self.env.docname)
        folder.mkdir(parents=True, exist_ok=True)
        shown = []
        for kind in ("light", "dark"):
            look = Look(shapes=True, theme=kind)
            whole = prepared(graph, look)
            drawn = marked(scene(whole, look, intermediate_names(graph)), set(fresh))
            colours = theme(kind)
            written = document(drawn, colours, {"rankdir": "TB"}, statements(drawn, colours))
            file = folder / f"line-{number}-{kind}.svg"
            title = f"The graph after piece {number} of the program"
            file.write_bytes(draw_dot(written, "svg", Layout(), title).data)
            uri = "/" + file.relative_to(self.env.srcdir).as_posix()
            image = nodes.image(uri=uri, alt=title, width="100%")
            image["classes"] = ["xorexplain-drawn", f"only-{kind}"]
            shown.append(image)
        return shown


def marked(drawn: Scene, fresh: set[str | None]) -> Scene:
    """Mark the nodes that are new."""
    members = tuple(
        replace(m, mark="added") if isinstance(m, Node) and m.id in fresh else m
        for m in drawn.members
    )
    assert not any(isinstance(m, Group) for m in members)
    return replace(drawn, members=members)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive."""
    app.add_directive("code-line", CodeLine)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
