"""Differentiate and evaluate, as both engines do."""

from __future__ import annotations

import contextlib
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy

from xorexplain.engines.protocol import Adjoint
from xorexplain.engines.shared.common import run_on_copies, toposort
from xorexplain.engines.shared.computing import by_node, kept_value, python_first
from xorexplain.engines.shared.keeping import for_itself
from xorexplain.engines.shared.library import Using
from xorexplain.engines.shared.recursion import call_deep


class Calculus(Using):
    """Differentiate and evaluate; how an op is computed is each engine's own."""

    def compute(self, apply: Any, inputs: Sequence[Any], values: Sequence[Any]) -> list[Any]:
        """Run an apply node's op on copies of values of `inputs` and return those of its outputs.

        Raise NotComputedError where that cannot be done, and the op's own error for values that do
        not fit it.
        """
        raise NotImplementedError

    def overwrites(self, apply: Any, inputs: Sequence[Any], values: Sequence[Any]) -> list[int]:
        """Return the inputs that an op's Python code writes into, though its op does not say so."""
        node = type(apply)(apply.op, list(inputs), [output.clone() for output in apply.outputs])
        _, left = run_on_copies(node, values)
        declared = {
            n for positions in getattr(apply.op, "destroy_map", {}).values() for n in positions
        }
        return [
            position
            for position, (before, after) in enumerate(zip(values, left, strict=True))
            if position not in declared
            and isinstance(before, numpy.ndarray)
            and not numpy.array_equal(before, after, equal_nan=before.dtype.kind in "fc")
        ]

    def grad(self, cost: Any, wrt: Sequence[Any]) -> list[Any]:
        """Return the gradients of a scalar cost as variables."""
        with for_itself(self.library):
            gradients: list[Any] = call_deep(lambda: self.library.module.grad(cost, list(wrt)))
        return gradients

    def adjoints(
        self,
        cost: Any,
        wrt: Sequence[Any],
        seeds: Mapping[Any, Any] | None = None,
        *,
        named: bool = False,
    ) -> list[Adjoint]:
        """Return the adjoints of variables from one gradient call.

        With `seeds`, the adjoints of some variables are given and `cost` may be None. They are
        `named` as those of `grad` are, or have no names.
        """
        with for_itself(self.library):
            found = call_deep(
                lambda: self.library.module.grad(
                    cost,
                    list(wrt),
                    disconnected_inputs="ignore",
                    return_disconnected="Disconnected",
                    null_gradients="return",
                    known_grads=OrderedDict(seeds) if seeds else None,
                    add_names=named,
                )
            )
        return [self._adjoint(variable) for variable in found]

    def connections(self, apply: Any) -> list[list[bool]]:
        """Tell for each input of an apply node which outputs depend on its values."""
        declare = getattr(apply.op, "connection_pattern", None)
        if declare is None:
            return [[True] * len(apply.outputs) for _ in apply.inputs]
        return [[bool(flag) for flag in row] for row in call_deep(lambda: declare(apply))]

    def edge_adjoints(self, apply: Any, outputs: Collection[int]) -> list[Adjoint]:
        """Return what each input of an apply node would receive from these outputs' adjoints.

        The other outputs count as disconnected. An integer output's adjoint is a float, as in the
        engine's own gradient. An op that raises is recorded with what it raised.
        """
        incoming = [
            self._like(output) if position in outputs else self.library.disconnected()()
            for position, output in enumerate(apply.outputs)
        ]
        pattern = self.connections(apply)
        reached = [any(row[position] for position in outputs) for row in pattern]
        pull_back = getattr(apply.op, self.library.pullback)
        try:
            with for_itself(self.library):
                terms = call_deep(lambda: pull_back(apply.inputs, apply.outputs, incoming))
        except Exception as error:  # noqa: BLE001 - the op's own code; what it raised is the answer
            reason = " ".join(f"{type(error).__name__}: {error}".split())
            return [
                Adjoint(None, reason, "refused" if is_read else "unconnected")
                for is_read in reached
            ]
        found = [self._adjoint(term) for term in terms]
        return [
            edge if is_read else Adjoint(None, "disconnected", "unconnected")
            for edge, is_read in zip(found, reached, strict=True)
        ]

    def _like(self, output: Any) -> Any:
        """Make a variable that can be the adjoint of an output."""
        module = self.library.module
        if _is_float(output):
            return output.type()
        if isinstance(output.type, module.tensor.TensorType):
            pattern = getattr(output.type, self.library.pattern)
            return module.tensor.TensorType(module.config.floatX, pattern)()
        return self.library.disconnected()()

    def _adjoint(self, variable: Any) -> Adjoint:
        if isinstance(variable.type, self.library.disconnected):
            return Adjoint(None, "disconnected", "disconnected")
        if isinstance(variable.type, self.library.null):
            return Adjoint(None, variable.type.why_null or "undefined", "undefined")
        return Adjoint(variable)

    def evaluator(self, outputs: Sequence[Any], inputs: Sequence[Any]) -> Callable[..., list[Any]]:
        """Make a function of the values of `inputs`, which may be shared or computed variables.

        It runs Python code, nothing is rewritten, and only loops are compiled, which would take
        Python twice as long. Nothing of the model is changed: shared variables keep their values
        and random streams their state. An op that has no Python code is computed as `compute` does.
        Raise NotComputedError where there is no way.
        """
        library = self.library
        stand_ins = [variable.type() for variable in inputs]

        def whole() -> Any:
            with _without_own_updates(outputs):
                return call_deep(
                    lambda: library.module.function(
                        stand_ins,
                        list(outputs),
                        givens=list(zip(inputs, stand_ins, strict=True)),
                        mode=library.python_mode(),
                        on_unused_input="ignore",
                        **library.options,
                    )
                )

        kept = partial(kept_value, constant=library.constant, shared=library.shared)
        return python_first(whole, lambda: by_node(outputs, inputs, kept, self.compute))


def _is_float(variable: Any) -> bool:
    return str(getattr(variable.type, "dtype", "")).startswith(("float", "complex"))


@contextlib.contextmanager
def _without_own_updates(outputs: Sequence[Any]) -> Iterator[None]:
    """Take the updates off that random streams bring along, which a function would apply."""
    updates = {
        variable: variable.default_update
        for node in toposort(outputs)
        for variable in node.inputs
        if getattr(variable, "default_update", None) is not None
    }
    for variable in updates:
        variable.default_update = None
    try:
        yield
    finally:
        for variable, update in updates.items():
            variable.default_update = update
