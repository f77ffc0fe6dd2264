"""Name what PyTensor has under the names that serve for all engines."""

from __future__ import annotations

import copy
from functools import partial
from typing import Any

import pytensor
import pytensor.graph.utils
import pytensor.printing
import pytensor.tensor
from pytensor.compile.builders import OpFromGraph
from pytensor.compile.executor import Function
from pytensor.compile.maker import FunctionMaker
from pytensor.compile.mode import Mode, get_default_mode, get_mode, predefined_modes
from pytensor.compile.sharedvalue import SharedVariable
from pytensor.gradient import DisconnectedType
from pytensor.graph.basic import Constant, Variable
from pytensor.graph.fg import AbstractFunctionGraph, FunctionGraph
from pytensor.graph.null_type import NullType
from pytensor.graph.rewriting import basic
from pytensor.graph.rewriting.db import RewriteDatabaseQuery
from pytensor.link.vm import VMLinker
from pytensor.scalar.basic import ScalarType
from pytensor.tensor.rewriting.shape import ShapeFeature

from xorexplain.engines.shared.keeping import QuickWalks
from xorexplain.engines.shared.library import MADE_MODES, Library
from xorexplain.engines.shared.watching import Kinds


def _change(graph: Any, node: Any, position: int, new: Any) -> None:
    client, place = graph.get_output_client(position) if node is None else (node, position)
    graph.change_node_input(client, place, new, reason="xorexplain", check=False)


class _InnerGraphs(basic.GraphRewriter):  # type: ignore[misc]
    """Have inner graphs run Python code too, on copies of their ops: the model's stay as is."""

    def apply(self, fgraph: Any) -> None:
        linker = VMLinker(use_cloop=False, c_thunks=False)
        for node in fgraph.apply_nodes:
            if isinstance(node.op, OpFromGraph):
                node.op = copy.copy(node.op)
                node.op._fn = node.op.compile_fn(Mode(linker, self))


class _PythonMode(Mode):  # type: ignore[misc]
    @property
    def optimizer(self) -> Any:
        return basic.SequentialGraphRewriter(super().optimizer, _InnerGraphs())


KINDS = Kinds(
    node=basic.NodeRewriter,
    graph=basic.GraphRewriter,
    holders=(basic.OpToRewriterTracker,),
    groups=(basic.SequentialNodeRewriter,),
    rounds=basic.EquilibriumGraphRewriter,
    node_position=1,
    logger=basic.__name__,
    run=lambda rewriter, fgraph: rewriter.rewrite(fgraph),
    shortcut="rewrite",
    catches=lambda: pytensor.config.on_opt_error in ("warn", "ignore"),
)
LIBRARY = Library(
    module=pytensor,
    variable=Variable,
    constant=Constant,
    shared=SharedVariable,
    function=Function,
    graph=AbstractFunctionGraph,
    scalar=ScalarType,
    disconnected=DisconnectedType,
    null=NullType,
    mode=Mode,
    maker=FunctionMaker,
    runner="vm",
    query=RewriteDatabaseQuery,
    kinds=KINDS,
    walks=QuickWalks(pytensor.graph.utils),
    default_mode=get_default_mode,
    mode_called=get_mode,
    modes=lambda: (*predefined_modes, *MADE_MODES),
    backends={
        name: partial(get_mode, mode)
        for name, mode in {
            "numba": "NUMBA",
            "c": "CVM",
            "jax": "JAX",
            "pytorch": "PYTORCH",
            "mlx": "MLX",
        }.items()
    },
    database=lambda: get_default_mode().optdb,
    make_graph=FunctionGraph,
    copy_given=lambda variable: variable,
    change=_change,
    clients=lambda graph, variable: graph.clients[variable],
    transform=lambda rewriter, graph, node: rewriter.transform(graph, node),
    shape_feature=ShapeFeature,
    python_mode=lambda: _PythonMode("py", None),
    pattern="shape",
    pullback="pullback",
    # Linkers that bring their own compiler and need none for C.
    compilers=("numba", "jax", "pytorch", "mlx"),
)
