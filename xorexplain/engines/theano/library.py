"""Name what Theano has under the names that serve for all engines."""

from __future__ import annotations

import theano
from theano import gof
from theano.compile import SharedVariable
from theano.compile.function_module import Function, FunctionMaker
from theano.compile.mode import Mode, get_default_mode, get_mode, optdb, predefined_modes
from theano.gof import opt
from theano.gof.null_type import NullType
from theano.gof.vm import VM_Linker
from theano.gradient import DisconnectedType
from theano.tensor.opt import ShapeFeature

from xorexplain.engines.shared.keeping import QuickWalks
from xorexplain.engines.shared.library import MADE_MODES, Library
from xorexplain.engines.shared.watching import Kinds

KINDS = Kinds(
    node=opt.LocalOptimizer,
    graph=opt.Optimizer,
    holders=(),
    groups=(opt.LocalOptGroup,),
    rounds=opt.EquilibriumOptimizer,
    node_position=0,
    logger=opt.__name__,
    run=lambda rewriter, fgraph: rewriter.optimize(fgraph),
    shortcut="optimize",
    catches=lambda: theano.config.on_opt_error in ("warn", "ignore"),
)
LIBRARY = Library(
    module=theano,
    variable=gof.Variable,
    constant=gof.Constant,
    shared=SharedVariable,
    function=Function,
    graph=gof.FunctionGraph,
    scalar=theano.scalar.Scalar,
    disconnected=DisconnectedType,
    null=NullType,
    mode=Mode,
    maker=FunctionMaker,
    runner="fn",
    query=gof.Query,
    kinds=KINDS,
    walks=QuickWalks(gof.utils),
    default_mode=get_default_mode,
    mode_called=get_mode,
    modes=lambda: (*predefined_modes, *MADE_MODES),
    backends={
        "c": lambda: Mode("cvm", "fast_run"),
        # Without this the machine in Python still runs the C code of ops.
        "python": lambda: Mode(VM_Linker(use_cloop=False, c_thunks=False), "fast_run"),
    },
    database=lambda: optdb,
    make_graph=gof.FunctionGraph,
    copy_given=lambda variable: variable.clone(),
    change=lambda graph, node, position, new: graph.change_input(
        "output" if node is None else node, position, new, reason="xorexplain"
    ),
    clients=lambda graph, variable: variable.clients,
    transform=lambda rewriter, graph, node: rewriter.transform(node),
    shape_feature=ShapeFeature,
    python_mode=lambda: Mode("py", None),
    pattern="broadcastable",
    pullback="L_op",
    options={"no_default_updates": True},
    keeps_written=True,
)
