"""Repeat a recorded rewriting on copies, to try a rewriter in states it was never tried in.

The copies take every change the recorded graph took, in the same order; what was recorded, and
what the user wrote, is not touched.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xorexplain.engines.recorder import Firing, Recorder
    from xorexplain.engines.shared.library import Library


class Rerun:
    """Hold the copied graph in one state; `follow` takes it to the next."""

    def __init__(self, library: Library, recorder: Recorder) -> None:
        self._library = library
        self._recorder = recorder
        self._copies: dict[Any, Any] = {}
        self.nodes: dict[Any, Any] = {}
        """The recorded apply nodes by their copies."""
        for apply, inputs in recorder.node_inputs.items():
            copy = apply.clone()
            copy.inputs = [self.copy(variable) for variable in inputs]
            self.nodes[copy] = apply
            self._copies.update(zip(apply.outputs, copy.outputs, strict=True))
        self.graph = library.make_graph(
            [self.copy(variable) for variable in recorder.inputs],
            [self.copy(variable) for variable in recorder.outputs],
            clone=False,
        )
        self._clients = {apply: copy for copy, apply in self.nodes.items()}
        if any(phase.name == "ShapeOpt" for phase in recorder.phases):
            self.graph.attach_feature(library.shape_feature())

    def require(self, rewriter: Any) -> None:
        """Give the graph the features a rewriter asks for."""
        rewriter.add_requirements(self.graph)

    def follow(self, firing: Firing) -> None:
        """Change the copied graph as a firing changed the recorded one."""
        if firing.verdict != "applied":
            return
        for change in firing.changes:
            client = None if change.client is None else self._clients[change.client]
            self._library.change(self.graph, client, change.position, self.copy(change.new))

    def near(self, firing: Firing, steps: int) -> set[Any]:
        """Return the copies at most `steps` edges from what a firing changed, up or down."""
        changed = [c for change in firing.changes for c in (change.old, change.new)]
        found = {self.copy(variable).owner for variable in changed}
        found |= {self._clients[c.client] for c in firing.changes if c.client is not None}
        found |= {self._clients[apply] for apply, _ in firing.moves}
        edge = found = {copy for copy in found if copy in self.graph.apply_nodes}
        for _ in range(steps):
            edge = {copy for one in edge for copy in self._next_to(one)} - found
            found |= edge
        return found

    def _next_to(self, copy: Any) -> Iterator[Any]:
        for variable in copy.inputs:
            if variable.owner is not None:
                yield variable.owner
        for variable in copy.outputs:
            for client, _ in self._library.clients(self.graph, variable):
                if client in self.nodes:
                    yield client

    def answers(self, rewriter: Any, copy: Any) -> bool:
        """Tell whether a rewriter would replace outputs of a copied node; it is not done."""
        try:
            answer = self._library.transform(rewriter, self.graph, copy)
        except Exception:  # noqa: BLE001 - the rewriter's own code, where it was never meant to run
            return False
        if not answer:
            return False
        pairs = answer.items() if isinstance(answer, dict) else zip(copy.outputs, answer)  # noqa: B905
        return any(old == "remove" or new is not old for old, new in pairs)

    def copy(self, variable: Any) -> Any:
        """Return the copy of a variable."""
        if variable not in self._copies:
            self._copies[variable] = self._library.copy_given(variable)
        return self._copies[variable]
