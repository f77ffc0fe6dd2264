"""Adapt PyTensor >= 3.3: nothing outside this folder imports PyTensor."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytensor
from pytensor.compile.executor import Function
from pytensor.graph.fg import AbstractFunctionGraph, FunctionGraph

from xorexplain.engines.pytensor.calculus import compute, has_own_gradient
from xorexplain.engines.pytensor.inner import inner_of, thawed
from xorexplain.engines.pytensor.inner_lines import keep_inner_lines
from xorexplain.engines.pytensor.library import LIBRARY
from xorexplain.engines.pytensor.rewriting import PyTensorRewriting
from xorexplain.engines.shared import common
from xorexplain.engines.shared.calculus import Calculus
from xorexplain.engines.shared.compile_dir import Lock, kernel_lock
from xorexplain.engines.shared.objects import Objects
from xorexplain.engines.shared.recursion import call_deep


class PyTensor(PyTensorRewriting, Calculus, Objects):
    """Do what PyTensor does in its own way."""

    compute = staticmethod(compute)
    has_own_gradient = staticmethod(has_own_gradient)
    inner_of = staticmethod(inner_of)
    thawed = staticmethod(thawed)
    keep_inner_lines = staticmethod(keep_inner_lines)

    def sigmoid(self, x: Any) -> Any:
        """Apply the logistic function elementwise."""
        return pytensor.tensor.sigmoid(x)

    def updates_of(self, maker: Any) -> Mapping[int, Any]:
        """Return by position among the results which shared variable takes each."""
        graph = maker.fgraph
        return {out: graph.inputs[position] for out, position in graph.update_mapping.items()}

    def keeps_written(self, maker: Any) -> bool:
        """Tell whether a function maker still holds the graph as it was written, too.

        PyTensor copies it only where an input is computed from others.
        """
        return bool(maker.inputs) and super().keeps_written(maker)

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Turn two failures of compiling and running into what they mean.

        An exception that a signal raised in Numba's code comes out as the cause of a SystemError,
        or of several, one the cause of the next.
        """
        try:
            with self.usable():
                yield
        except SystemError as error:
            cause: BaseException | None = error
            while isinstance(cause, SystemError):
                cause = cause.__cause__
            if isinstance(cause, KeyboardInterrupt | SystemExit):
                raise cause from None
            raise

    def call_many(self, function: Any, times: int) -> Any:
        """Call a function without inputs `times` times and return the last result.

        Numba compiles at the first call, so this too raises XorexplainError where PyTensor cannot
        write to its compile directory.
        """
        with self.running():
            for _ in range(times - 1):
                function()
            return function()

    def pydotprint(self, obj: Any) -> str:
        """Return the DOT text of PyTensor's own pydotprint, without running Graphviz.

        A list of variables is wrapped here, since pydotprint hands constants to FunctionGraph as
        inputs, which PyTensor refuses. pydotprint first has pydot run `dot` on an empty graph and
        refuses when that fails; writing raw text needs no such program, so the trial is answered
        here.
        """
        import pydot

        if not isinstance(obj, Function | AbstractFunctionGraph):
            obj = FunctionGraph(outputs=list(obj), clone=True)

        def write(path: str) -> None:
            create = pydot.Dot.create
            pydot.Dot.create = lambda self, *arguments, **options: b""
            try:
                pytensor.printing.pydotprint(obj, path, format="raw", print_output_file=False)
            finally:
                pydot.Dot.create = create

        return call_deep(lambda: common.dot_text(write))

    def lock(self) -> Lock:
        """Read the lock of the compile directory."""
        return kernel_lock(Path(pytensor.config.compiledir, ".lock"))

    def blas_flags(self) -> str:
        """Return the flags that link BLAS."""
        return str(pytensor.config.blas__ldflags)


engine = PyTensor(LIBRARY)
