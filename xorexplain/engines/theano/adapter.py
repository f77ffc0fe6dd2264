"""Adapt Theano 1.0.5: nothing outside this folder imports Theano."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from xorexplain.engines.protocol import TypeInfo
from xorexplain.engines.shared import common
from xorexplain.engines.shared.calculus import Calculus
from xorexplain.engines.shared.catalog import Catalog
from xorexplain.engines.shared.compile_dir import Lock, clear_stale_lock, owner_file_lock
from xorexplain.engines.shared.objects import Objects
from xorexplain.engines.shared.recursion import call_deep
from xorexplain.engines.theano.importing import importable, scan_in_python

with importable():
    import theano
    import theano.printing
    import theano.tensor

    from xorexplain.engines.theano.calculus import compute, has_own_gradient
    from xorexplain.engines.theano.inner import inner_of, keep_inner_lines, thawed
    from xorexplain.engines.theano.library import LIBRARY
    from xorexplain.engines.theano.locks import given_back
    from xorexplain.engines.theano.names import bound_names
    from xorexplain.engines.theano.rewriting import TheanoRewriting
    from xorexplain.engines.theano.shapes import told_shape

# Where somebody else imported Theano before this package was.
scan_in_python()

bound_names()


class Theano(TheanoRewriting, Calculus, Catalog, Objects):
    """Do what Theano does in its own way."""

    compute = staticmethod(compute)
    has_own_gradient = staticmethod(has_own_gradient)
    inner_of = staticmethod(inner_of)
    thawed = staticmethod(thawed)
    keep_inner_lines = staticmethod(keep_inner_lines)

    def sigmoid(self, x: Any) -> Any:
        """Apply the logistic function elementwise."""
        return theano.tensor.nnet.sigmoid(x)

    def type_of(self, variable: Any) -> TypeInfo:
        """Describe a variable's type, with the lengths that were told to a convolution."""
        found = super().type_of(variable)
        return replace(found, shape=told_shape(variable, found.shape)) if found.shape else found

    def updates_of(self, maker: Any) -> Mapping[int, Any]:
        """Return by position among the results which shared variable takes each."""
        graph = maker.fgraph
        updated = [
            variable
            for spec, variable in zip(maker.expanded_inputs, graph.inputs, strict=True)
            if spec.update is not None
        ]
        return dict(enumerate(updated, len(graph.outputs) - len(updated)))

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Raise XorexplainError where Theano cannot use its compile directory.

        Without a C compiler it needs none.
        """
        with self.usable():
            if not self.runs_python():
                clear_stale_lock(_lock_path())
            with given_back():
                yield

    def call_many(self, function: Any, times: int) -> Any:
        """Call a function without inputs `times` times and return the last result.

        The C virtual machine applies the updates by itself and loops when told `n_calls`, which
        saves Python's share: a third of the time of the XOR network.
        """
        if times > 1 and not getattr(function.fn, "need_update_inputs", True):
            function.fn(n_calls=times - 1)
        else:
            for _ in range(times - 1):
                function()
        return function()

    def pydotprint(self, obj: Any) -> str:
        """Return the DOT text of Theano's own pydotprint, without running Graphviz.

        Theano refuses when its trial of the `dot` program fails at import; writing pydot's raw text
        needs no such program, so the refusal is lifted for the call.
        """
        printing = theano.printing

        def write(path: str) -> None:
            before = printing.pydot_imported
            printing.pydot_imported = True
            try:
                printing.pydotprint(obj, path, format="raw", print_output_file=False)
            finally:
                printing.pydot_imported = before

        return call_deep(lambda: common.dot_text(write))

    def lock(self) -> Lock:
        """Read the lock of the compile directory."""
        return owner_file_lock(_lock_path())

    def blas_flags(self) -> str:
        """Return the flags that link BLAS."""
        return str(theano.config.blas.ldflags)


def _lock_path() -> Path:
    return Path(theano.config.compiledir, "lock_dir", "lock")


engine = Theano(LIBRARY)
