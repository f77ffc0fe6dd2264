"""Run a script piece by piece, and show beside each piece which nodes of the graph it made.

::

    .. code-line:: xor.txt 5

shows the fifth piece of the script (pieces are set apart by empty lines), what it printed, which of
its expressions made which apply node, and beside it the graph so far with what is new marked.
"""

from __future__ import annotations

import ast
import contextlib
import io
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy
from docutils import nodes
from linked import linked_code, linked_picture
from run_command import folder_of
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from xorexplain import engines
from xorexplain.api import prepared
from xorexplain.engines.shared.common import toposort
from xorexplain.graph.ops import kind_words
from xorexplain.graph.records import Graph, Origin, Variable
from xorexplain.graph.views.names import intermediate_names
from xorexplain.graph.views.shapes import infer_shapes
from xorexplain.graph.views.subgraph import needed
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
from xorexplain.render.writers.marks import bullets, listed, math, name
from xorexplain.sphinxext.walkthrough.chapters.data import shape_words
from xorexplain.sphinxext.walkthrough.pictures import folded

_ENGINES_OWN = re.compile(r"\(dcost/d(\w+)\)$")
ALL_NEW = 12
"""Where more apply nodes are new, the picture alone tells them; larger ones are below the code."""


@dataclass
class Script:
    """Hold the names of a running script, and what each expression of its last piece returned.

    `places` are those of the expressions, each the first letter and the one behind the last.
    """

    names: dict[str, Any]
    pieces: list[str]
    said: list[tuple[str, Any]] = field(default_factory=list)
    places: list[tuple[int, int]] = field(default_factory=list)
    printed: str = ""

    def run(self, number: int) -> None:
        """Run a piece; what it computes is called by the names it is given."""
        source = self.pieces[number - 1]
        tree = ast.fix_missing_locations(_Noting(source).visit(ast.parse(source)))
        self.said.clear()
        self.places.clear()
        told = io.StringIO()
        with contextlib.redirect_stdout(told):
            exec(compile(tree, f"<piece {number}>", "exec"), self.names)
        self.printed = told.getvalue()
        for called, value in self.names.items():
            if _is_symbolic(value) and (value.name is None or _ENGINES_OWN.match(value.name)):
                value.name = called

    def note(self, value: Any, source: str, start: int) -> Any:
        self.said.append((source, value))
        self.places.append((start, start + len(source)))
        return value

    @property
    def results(self) -> dict[str, Any]:
        """The symbolic variables by name, the new values of updates among them."""
        found = {n: v for n, v in self.names.items() if _is_symbolic(v)}
        pairs = self.names.get("updates", ())
        return {**found, **{f"{old.name} (new)": new for old, new in pairs}}


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
        start = ast.Constant(self.place(node))
        return ast.Call(ast.Name("note", ast.Load()), [visited, segment, start], [])

    def place(self, node: ast.Call | ast.BinOp) -> int:
        """Return which letter of the source a node begins with; Python counts in bytes."""
        lines = self.source.splitlines(keepends=True)
        before = lines[node.lineno - 1].encode()[: node.col_offset].decode()
        return len("".join(lines[: node.lineno - 1])) + len(before)


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
    graph = capture(
        engine, source, Origin(engine.name, engine.version, "xor", _stage(script), None)
    )
    computed = tuple(o for o in graph.outputs if graph.variable[o.variable].owner is not None)
    variables = tuple(replace(v, name=_adjoint(v.name)) for v in graph.variables)
    shown = replace(graph, outputs=computed, variables=variables)
    return infer_shapes(shown), variable_ids(source)


def _stage(script: Script) -> str:
    """Name the stage of the graph so far as all pages do."""
    if "updates" in script.names:
        return "updates"
    return "gradient" if any(name.startswith("δ") for name in script.names) else "symbolic"


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
        graph, ids = recorded(script)
        fresh = [v for v in ids if v not in before]
        made = {v: graph.variable[ids[v]].owner or ids[v] for v in fresh}
        shown: list[nodes.Node] = [coded(source, script, made)]
        if script.printed:
            text = script.printed.rstrip()
            shown.append(nodes.literal_block(text, text, language="none"))
        if not fresh:
            return shown
        names = told_names(graph)
        new = {*(ids[v] for v in fresh), *made.values()}
        beside = ["beside"] if len(graph.applies) <= ALL_NEW else []
        left = nodes.container("", *shown, *self.boxes(script, graph, ids, fresh, names))
        right = nodes.container("", *self.pictures(number, graph, new, names))
        return [nodes.container("", left, right, classes=["code-and-boxes", *beside])]

    def boxes(
        self,
        script: Script,
        graph: Graph,
        ids: dict[Any, str],
        fresh: list[Any],
        names: dict[str, str],
    ) -> list[nodes.Node]:
        """Lead from each expression to the box it made."""
        if sum(v.owner is not None for v in fresh) > ALL_NEW:
            return []
        code: dict[Any, str] = {}
        for source, value in script.said:
            for one in symbolic(value):
                code.setdefault(one, source)
        rows = []
        for variable in fresh:
            record = graph.variable[ids[variable]]
            if record.role == "constant":
                continue
            owner = graph.apply.get(record.owner or "")
            if owner is None:
                rows.append(f"a cylinder: {name(variable_name(record))}, {_shape(record)}")
                continue
            written = f"``{code[variable]}``" if variable in code else "added by the engine"
            value = math(simplify(express(graph, record.id, names, (record.id,))))
            called = f"{name(names[record.id])} = {value}, " if record.id in names else ""
            rows.append(f"**{op_words(owner)}**, {written}: {called}{_shape(record)}")
        told = [f"{row}, {n} times" if n > 1 else row for row, n in Counter(rows).items()]
        return self.parse_text_to_nodes(bullets(told)) if told else []

    def pictures(
        self, number: int, graph: Graph, fresh: set[str], names: dict[str, str]
    ) -> list[nodes.Node]:
        """Draw the graph so far in both themes, with what is new marked."""
        folder = folder_of(self.env, self.env.docname)
        folder.mkdir(parents=True, exist_ok=True)
        shown = []
        for kind in ("light", "dark"):
            look = Look(shapes=True, theme=kind)
            whole = prepared(graph, look)
            drawn = marked(scene(whole, look, names), fresh)
            colours = theme(kind)
            written = document(drawn, colours, {"rankdir": "TB"}, statements(drawn, colours))
            file = folder / f"line-{number}-{kind}.svg"
            title = f"The graph after piece {number} of the program"
            file.write_bytes(draw_dot(written, "svg", Layout(), title).data)
            uri = "/" + file.relative_to(self.env.srcdir).as_posix()
            image = nodes.image(uri=uri, alt=title, width="100%")
            image["classes"] = ["xorexplain-drawn", f"only-{kind}"]
            shown.append(linked_picture("", image, file=str(file)))
        gone = folded(graph, whole)
        kinds = Counter(kind_words(apply.op.kind) for apply in gone if apply.id in fresh)
        if kinds:
            words = listed([f"{times} {kind}" for kind, times in kinds.most_common()])
            besides = " besides" if kinds.total() < len(gone) else ""
            shown += self.parse_text_to_nodes(f"Folded{besides}: {words}.")
        return shown


def symbolic(value: Any) -> list[Any]:
    """Return what of a value has a box."""
    found = value if isinstance(value, (list, tuple)) else [value]
    return [one for one in found if _is_symbolic(one)]


def coded(source: str, script: Script, made: dict[Any, str]) -> linked_code:
    """Write a piece of code, with the boxes that each of its expressions made."""
    block = nodes.literal_block(source, source, language="python")
    spans = []
    led: set[Any] = set()
    for (_, value), (start, end) in zip(script.said, script.places, strict=True):
        own = [v for v in symbolic(value) if v in made and v not in led]
        # What returns several makes all that is new, as the gradient does.
        led.update(made if len(own) > 1 else own)
        boxes = [made[v] for v in (made if len(own) > 1 else own)]
        if boxes:
            spans.append((start, end, " ".join(boxes)))
    return linked_code("", block, spans=spans)


def _shape(record: Variable) -> str:
    return shape_words(record).replace(" × ", "\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}")


def told_names(graph: Graph) -> dict[str, str]:
    """Name what is told elsewhere by the same name: what was written down to the cost, and δs.

    Names are made up anew for each graph; the rest of these would be others on other pages.
    """
    labels = {o.variable: o.label for o in graph.outputs if o.label}
    named = intermediate_names(graph)
    cost = [o for o, label in labels.items() if label == "cost"]
    written = {v.id for v in needed(graph, cost).variables} if cost else set(named)
    own = {v: n for v, n in named.items() if v in written or graph.variable[v].name}
    return own | {v: label for v, label in labels.items() if label.endswith(" (new)")}


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
