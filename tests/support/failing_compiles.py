"""Functions that cannot be compiled: a rewrite that fails, C code that is wrong, a backend."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import numpy

from xorexplain.engines import Engine


def rewriting(engine: Engine) -> Any:
    """Return the module in which an engine keeps the classes of its rewriters."""
    home = "gof.opt" if engine.name == "theano" else "graph.rewriting.basic"
    return importlib.import_module(f"{engine.name}.{home}")


def own_op(engine: Engine, code: str = "", perform: Callable[[Any], Any] | None = None) -> Any:
    """Make an op of a user's own: twice its input, with C code where some is given.

    `perform` computes something else of the input, of whatever type.
    """
    home = "gof" if engine.name == "theano" else "link.c.op"
    module = importlib.import_module(f"{engine.name}.{home}")
    base: Any = module.Op if engine.name == "theano" or not code else module.COp
    apply: Any = importlib.import_module(
        f"{engine.name}.{'gof' if engine.name == 'theano' else 'graph.basic'}"
    ).Apply

    class Twice(base):  # type: ignore[misc]
        __props__ = ()

        def make_node(self, x: Any) -> Any:
            x = engine.tensor.as_tensor_variable(x)
            return apply(self, [x], [x.type()])

        def perform(self, node: Any, inputs: Any, output_storage: Any) -> None:
            (x,) = inputs
            output_storage[0][0] = x * 2 if perform is None else numpy.asarray(perform(x))

        if code:

            def c_code(self, node: Any, name: str, inp: Any, out: Any, sub: Any) -> str:
                return code.format(x=inp[0], z=out[0])

            def c_code_cache_version(self) -> tuple[()]:
                return ()

    return Twice()


def rewrite_of_nodes(engine: Engine) -> Any:
    """Compile with a rewrite of nodes that raises."""
    home = rewriting(engine)
    decorator = getattr(home, "node_rewriter", None) or home.local_optimizer

    @decorator(None)
    def local_broken(*arguments: Any) -> Any:
        raise RuntimeError("no case for this op")

    equilibrium = getattr(home, "EquilibriumGraphRewriter", None) or home.EquilibriumOptimizer
    x = engine.tensor.dvector("x")
    y = engine.tensor.exp(x)
    rewriter = equilibrium([local_broken], max_use_ratio=10)
    mode = engine.module.compile.mode.Mode("py", rewriter)
    config = engine.module.config
    change = (
        getattr(config, "change_flags", None)
        or importlib.import_module("theano.configparser").change_flags
    )
    with change(on_opt_error="raise"):
        return engine.module.function([x], y, mode=mode)


def rewrite_of_graphs(engine: Engine) -> Any:
    """Compile with a rewrite of whole graphs that raises."""
    home = rewriting(engine)
    base: Any = getattr(home, "GraphRewriter", None) or home.Optimizer

    class Broken(base):  # type: ignore[misc]
        def apply(self, fgraph: Any) -> None:
            raise RuntimeError("no case for this graph")

    x = engine.tensor.dvector("x")
    mode = engine.module.compile.mode.Mode("py", Broken())
    return engine.module.function([x], x * 2, mode=mode)


def c_code(engine: Engine) -> Any:
    """Compile an op whose C code calls what is not there."""
    x = engine.tensor.dvector("x")
    h = engine.tensor.exp(x)
    y = own_op(engine, "{z} = no_such_function({x});")(h)
    mode = engine.module.compile.mode.Mode("c|py", None)
    return engine.module.function([x], y, mode=mode)


def jax(engine: Engine) -> Any:
    """Compile for a library that is not installed."""
    x = engine.tensor.dvector("x")
    return engine.module.function([x], x * 2, mode="JAX")


def object_mode(engine: Engine) -> Any:
    """Compile an op that Numba has no code for; warnings are errors."""
    x = engine.tensor.dvector("x")
    y = own_op(engine)(engine.tensor.exp(x))
    return engine.module.function([x], y, mode="NUMBA")


def float16(engine: Engine) -> tuple[Any, list[Any]]:
    """Return a function that Numba cannot compile at its first call, and arguments."""
    x = engine.tensor.vector("x", dtype="float16")
    y = engine.tensor.exp(x)
    return engine.module.function([x], y, mode="NUMBA"), [numpy.ones(3, "float16")]
