"""Compare what is shown of a graph with the engine's own objects: constants, names and edges."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import models
import numpy

from xorexplain.engines import Engine
from xorexplain.engines.shared.common import plain, toposort
from xorexplain.errors.escaping import with_signs
from xorexplain.graph.json import to_json
from xorexplain.graph.views import DEFAULT_VIEWS, apply_views
from xorexplain.models.capture import constant_text
from xorexplain.models.model import Model
from xorexplain.models.stages import View
from xorexplain.render.look import Look
from xorexplain.render.pictures.dot import dot
from xorexplain.render.pictures.dot_styles import STRUT
from xorexplain.render.pictures.labels import clip
from xorexplain.render.pictures.mermaid import mermaid
from xorexplain.render.pictures.tree import tree

RAW, OPEN = Look(raw=True), Look(opened=("all",))
MAX_NAME = 48
_DOT_EDGE = re.compile(r"^  (\w+) -> (\w+)", re.MULTILINE)
_MERMAID_EDGE = re.compile(r'^ +(\w+) (?:-->|==>|-\.->)(?:\|"[^"]*"\|)? (\w+)$', re.MULTILINE)


def levels(engine: Engine, view: View) -> Iterator[tuple[list[Any], bool, set[Any]]]:
    """Yield the apply nodes of a graph and of the graphs inside it, and whether they are fused.

    With those inside go the inputs of the inner graph, which are called as what feeds them.
    """
    source = view.source
    nodes = list(source.applies) if source.applies is not None else toposort(source.outputs)
    waiting: list[tuple[list[Any], bool, set[Any]]] = [(nodes, False, set())]
    seen = set()
    while waiting:
        nodes, is_fused, given = waiting.pop()
        yield nodes, is_fused, given
        for node in nodes:
            inner = engine.inner_of(node)
            if inner is not None and inner.key not in seen:
                seen.add(inner.key)
                inside = toposort(inner.outputs)
                fused = is_fused or engine.op_of(node).kind == "composite"
                waiting.append((inside, fused, set(inner.inputs)))


def problems(engine: Engine, view: View) -> list[str]:
    """List what the engine's graph holds and an output lacks."""
    graph = view.graph()
    shown = apply_views(graph, DEFAULT_VIEWS)
    outputs = {
        "text": tree(shown, OPEN),
        "raw text": tree(graph, RAW),
        "picture": words_of_dot(dot(shown, OPEN)),
        "raw picture": words_of_dot(dot(graph, RAW)),
        "Mermaid": words_of_mermaid(mermaid(shown, OPEN)),
        "raw Mermaid": words_of_mermaid(mermaid(graph, RAW)),
        "JSON": with_signs("\0".join(texts_of(json.loads(to_json(graph))))),
    }
    found = []
    for nodes, is_fused, given in levels(engine, view):
        variables = dict.fromkeys(v for node in nodes for v in (*node.inputs, *node.outputs))
        for variable in variables:
            # The engines call a transpose after what it is of.
            source = variable if variable.owner is None else variable.owner.inputs[0]
            is_renamed = source in given and (source is variable or is_transposed(variable))
            for text in _texts(engine, variable, is_fused or is_renamed):
                found += [
                    f"{text!r} is not in the {k}" for k, o in outputs.items() if text not in o
                ]
    found += _lost_edges("picture", _DOT_EDGE, dot(graph, RAW), view)
    found += _lost_edges("Mermaid", _MERMAID_EDGE, mermaid(graph, RAW), view)
    return found


def is_transposed(variable: Any) -> bool:
    """Tell whether a variable is called as the transpose of another."""
    return (variable.name or "").endswith(".T")


def _texts(engine: Engine, variable: Any, is_fused: bool) -> Iterator[str]:
    """Yield what must be read of a variable: its name, and a constant's value."""
    is_none = engine.role_of(variable) == "constant" and engine.value_of(variable) is None
    # Engines name the constant None themselves, `NoneConst`, and what a loop reads: `x[0:]`.
    is_slice = variable.owner is not None and (variable.name or "").endswith("[0:]")
    # A gradient that they name `(dcost/dW)` is told as δW, as any other is.
    is_adjoint = re.fullmatch(r"\(d.+/d.+\)", variable.name or "") is not None
    if variable.name and not is_adjoint and not is_fused and not is_none and not is_slice:
        yield clip(plain(variable.name), MAX_NAME).removesuffix("…")
    if engine.role_of(variable) == "constant":
        value = constant_text(engine.value_of(variable))
        told = value.removesuffix(" everywhere").strip("[]").partition(", ")[0]
        yield told.removeprefix("-") if " " not in told else told[:20]


def texts_of(value: Any) -> Iterator[str]:
    """Yield every text of data read from JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for entry in value.values() if isinstance(value, dict) else value:
            yield from texts_of(entry)


def words_of_dot(text: str) -> str:
    """Undo what DOT escapes."""
    text = re.sub(r"</?(?:b|i|br[^>]*|font[^>]*)>", "", text)
    for escape, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#x27;", "'")):
        text = text.replace(escape, sign)
    return text.replace("&amp;", "&").replace(STRUT, "")


def words_of_mermaid(text: str) -> str:
    """Undo what Mermaid escapes."""
    return re.sub(r"#(\d+);", lambda match: chr(int(match[1])), text)


def _lost_edges(kind: str, pattern: re.Pattern[str], text: str, view: View) -> list[str]:
    """List the edges from a variable to an apply node that are not drawn, of the outer graph."""
    graph = view.graph()
    drawn = {(a, b.partition("_")[0]) for a, b in pattern.findall(text)}
    wanted = {(v, apply.id) for apply in graph.applies for v in apply.inputs}
    wanted |= {(apply.id, v) for apply in graph.applies for v in apply.outputs}
    return [f"the edge {edge} is not in the raw {kind}" for edge in sorted(wanted - drawn)]


def random_model(engine: Engine, seed: int) -> Model:
    """Build a model of elementwise ops, products, boxes, loops and choices, with odd constants."""
    rng = random.Random(seed)
    T = engine.tensor
    x = T.dvector("x")
    pool = [x, models.shared(engine, (3,), "W", seed), models.shared(engine, (3,), "W", seed + 1)]
    for number in range(rng.randint(3, 7)):
        made = rng.choice(_STEPS)(engine, rng, rng.choice(pool))
        if rng.random() < 0.5:
            made.name = rng.choice(["h", f"h{number}"])
        pool.append(made)
    cost = sum(T.sum(v**2) for v in pool[1:])
    cost.name = "cost"
    outputs = {"last": pool[-1], "parted": _parted(engine, rng, pool[-1])}
    return Model(outputs, cost, pool[1:3], [], [x], f"random {seed}")


def _number(rng: random.Random) -> float:
    return round(rng.uniform(0.1, 9.9), 4)


def _scaled(engine: Engine, rng: random.Random, v: Any) -> Any:
    T = engine.tensor
    value = rng.choice(
        [_number(rng), numpy.array([_number(rng)]), numpy.arange(3.0) + _number(rng)]
    )
    name = rng.choice([None, None, "y_obs"])
    return v * T.constant(value, name=name)


def _curved(engine: Engine, rng: random.Random, v: Any) -> Any:
    return engine.tensor.tanh(v + _number(rng))


def _boxed(engine: Engine, rng: random.Random, v: Any) -> Any:
    T = engine.tensor
    a, b = T.dvector("a"), T.dscalar()
    box = engine.module.OpFromGraph([a, b], [T.exp(-a) * b + _number(rng)])
    return box(v, T.constant(numpy.float64(_number(rng)), dtype="float64"))


def _looped(engine: Engine, rng: random.Random, v: Any) -> Any:
    step, factor = rng.randint(2, 9), _number(rng)
    options = {} if engine.name == "theano" else {"return_updates": False}
    made = engine.module.scan(
        lambda h: engine.tensor.tanh(h * factor), outputs_info=[v], n_steps=step, **options
    )
    return (made[0] if engine.name == "theano" else made)[-1]


def _chosen(engine: Engine, rng: random.Random, v: Any) -> Any:
    place = "theano.ifelse" if engine.name == "theano" else "pytensor.conditional.op"
    ifelse = import_module(place).ifelse
    return ifelse(engine.tensor.gt(v.sum(), _number(rng)), v, v + _number(rng))


def _parted(engine: Engine, rng: random.Random, v: Any) -> Any:
    matrix = engine.tensor.outer(v, v)
    svd = engine.tensor.linalg.svd if engine.name == "pytensor" else engine.tensor.nlinalg.svd
    _, values, right = svd(matrix + _number(rng))
    values.name, right.name = "singular", "right"
    return values


_STEPS = (_scaled, _scaled, _curved, _curved, _boxed, _looped, _chosen)
