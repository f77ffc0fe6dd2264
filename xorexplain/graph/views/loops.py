"""Tell the step of a Scan in names outside: `x[t]`, `h[t−1]` and `W` give `h[t]`.

Of a loop within a loop they are `x[t][u]` and `s[u−1]`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from xorexplain.errors.records import dataclass
from xorexplain.graph.ops import row
from xorexplain.graph.ops.rounds import UNTIL, Rounds, Tap, letter_within, round_of, rounds_of
from xorexplain.graph.records import DELTA, Apply, Graph, Variable
from xorexplain.graph.views.loop_series import series
from xorexplain.graph.views.name_stems import begun_with
from xorexplain.graph.views.slices import Reading, length_of, reading

UNNAMED = "out "
"""Begins what a state without a name is called; its position among the results follows."""


@dataclass(frozen=True)
class Step:
    """Hold what the ends of a Scan's inner graph are called; `is_reversed` where t counts down.

    `inputs` has a name for each input that has one, by id, `outputs` one for each result, and
    `within` one for each value between that the user named. `reads` are the variables outside after
    which the ends are called.
    """

    inputs: Mapping[str, str]
    outputs: tuple[str, ...]
    is_reversed: bool = False
    reads: frozenset[str] = frozenset()
    within: Mapping[str, str] = field(default_factory=dict)


def step_of(graph: Graph, apply: Apply, names: Mapping[str, str]) -> Step | None:
    """Name the ends of a Scan's inner graph; None for any other op, or where little is known."""
    rounds = rounds_of(apply.op)
    if apply.inner is None or rounds is None:
        return None
    inner = graph.inner[apply.inner]
    same = len(inner.inputs) - len(rounds.inputs)
    if same < 0 or len(apply.inner_inputs) != len(inner.inputs):
        return None
    if len(rounds.outputs) != len(inner.outputs):
        return None
    whole = Rounds((*rounds.inputs, *[Tap()] * same), rounds.outputs)
    found = _Loop(graph, apply, names, whole)
    read = [inner.clients[v] or v in inner.output_ids for v in inner.inputs]
    named = [(v, found.input(p)) for p, v in enumerate(inner.inputs) if read[p]]
    inputs = {v: name for v, name in named if name}
    results = [found.output(position) for position in range(len(inner.outputs))]
    # What is added up in place is read and written under one name.
    outputs = tuple(f"{name} (new)" if name in inputs.values() else name for name in results)
    ends = {*inputs.values(), *outputs}
    # Theano names each transpose, which tells no more than its formula.
    named_here = [v for v in inner.variables if v.name and v.owner and not v.name.endswith(".T")]
    between = ((v.id, f"{v.name}[{found.letter}]") for v in named_here)
    within = {v: name for v, name in between if v not in inner.output_ids and name not in ends}
    return Step(inputs, outputs, found.backward is not None, frozenset(found.reads), within)


def unread_results(graph: Graph, apply: Apply) -> set[int]:
    """Return the positions of what a Scan's inner graph gives that no round and nothing else reads.

    The gradient of a loop gives one for what the loop began with, which may be no variable's.
    """
    rounds = rounds_of(apply.op)
    if rounds is None:
        return set()
    states = {entry.state for entry in rounds.inputs}
    return {
        position
        for position, entry in enumerate(rounds.outputs)
        if entry.state is not None and entry.state not in states
        if entry.state < len(apply.outputs)
        if not graph.clients[apply.outputs[entry.state]]
        if apply.outputs[entry.state] not in graph.results
    }


class _Loop:
    """Name the ends of one Scan; `backward` is the Scan it runs back through, if it is one."""

    def __init__(
        self, graph: Graph, apply: Apply, names: Mapping[str, str], rounds: Rounds
    ) -> None:
        self.graph, self.apply, self.names, self.rounds = graph, apply, names, rounds
        self.letter = letter_within(names.values())
        self.read = {
            position: reading(graph, apply.inputs[feed])
            for position, feed in enumerate(apply.inner_inputs)
            if feed is not None and rounds.inputs[position].tap is not None
        }
        self.reads: set[str] = set()
        self.backward = self._scan_run_backward()

    def _called(self, variable: str) -> str:
        self.reads.add(variable)
        return self.names.get(variable, "")

    def _series(self, output: str) -> str:
        variable, name = series(self.graph, output, self.names)
        self.reads.add(variable)
        return name

    def input(self, position: int) -> str:
        """Name an input of the inner graph."""
        entry, feed = self.rounds.inputs[position], self.apply.inner_inputs[position]
        if feed is None:
            return ""
        if entry.tap is None:
            return self._called(self.apply.inputs[feed])
        if entry.state is None:
            return self._of_sequence(position, self.apply.inputs[feed])
        return self._of_state(entry.state, entry.tap, position)

    def output(self, position: int) -> str:
        """Name a result of the inner graph."""
        entry = self.rounds.outputs[position]
        if entry.state is None or entry.tap is None:
            return UNTIL
        same = [p for p, e in enumerate(self.rounds.inputs) if e.state == entry.state]
        return self._of_state(entry.state, entry.tap, same[0] if same else None)

    def _of_sequence(self, position: int, argument: str) -> str:
        found = self.read[position]
        if self.backward is not None:
            is_adjoint = adjoint_of(self.graph, found.variable) is not None
            return f"{DELTA if is_adjoint else ''}{self._aligned(found)}"
        base = self._called(found.variable)
        if not base:
            own = self._called(argument)
            return f"{own}[{self.letter}]" if own else ""
        if found.is_backward:
            place = f"{found.offset}−{self.letter}".replace("-", "−")
            return f"{base}[{place}]{_turn(found.is_turned)}"
        return f"{base}[{round_of(self.letter, found.offset)}]{_turn(found.is_turned)}"

    def _of_state(self, state: int, tap: int, position: int | None) -> str:
        output = self.apply.outputs[state]
        if self.backward is not None and position in self.rounds.buffers:
            assert position is not None
            return self._adjoint(state, tap, position)
        base = self._series(output)
        if not base:
            return f"{UNNAMED}{state}"
        part = reading(self.graph, series(self.graph, output, self.names)[0])
        is_turned_round = part.variable == output and part.is_backward
        if self.backward is None and is_turned_round:
            place = part.offset - begun_with(self.graph, output) - tap
            return f"{base}[{place}−{self.letter}]".replace("-", "−")
        is_state = any(entry.state == state for entry in self.rounds.inputs)
        if self.backward is not None and not is_state and not is_turned_round:
            # The array has what each round gives, that of the last round first.
            return f"{base}[−1−{self.letter}]"
        offset = -tap if self.backward is not None else tap
        return f"{base}[{round_of(self.letter, offset)}]"

    def _adjoint(self, state: int, tap: int, position: int) -> str:
        """Name the adjoint of a state, which a gradient has in an array that it reads and writes.

        There is one for each state of the Scan that is run back through, in the order of these.
        """
        scan = self.backward
        assert scan is not None
        rounds = rounds_of(scan.op)
        begun = {tap.state for tap in rounds.inputs if tap.state is not None} if rounds else set()
        kept = dict.fromkeys(self.rounds.inputs[p].state for p in sorted(self.rounds.buffers))
        found = self.read[position]
        if len(begun) != len(kept):
            return f"δ{self._aligned(found, tap)}"
        base = scan.outputs[sorted(begun)[list(kept).index(state)]]
        # An array of zeros is nothing that is read backwards: it begins with the last round.
        offset = found.offset if found.is_backward else -1 - found.offset
        return f"δ{self._aligned(Reading(base, offset, True), tap)}"

    def _aligned(self, found: Reading, tap: int = 0) -> str:
        """Name what is read in a round of the Scan that is run back through."""
        scan, base = self.backward, found.variable
        assert scan is not None
        base = adjoint_of(self.graph, base) or base
        if not found.is_backward:
            # An array of what is read from last to first begins with the last.
            return f"{self._called(base) or 'x'}[−1−{self.letter}]{_turn(found.is_turned)}"
        offset, is_turned = found.offset + 1 - tap, found.is_turned
        if base in scan.outputs:
            name = self._series(base)
        else:
            given = reading(self.graph, base)
            is_plain = not given.is_backward
            name = self._called(given.variable if is_plain else base)
            offset += given.offset if is_plain else 0
            is_turned ^= given.is_turned and is_plain
        return f"{name or 'x'}[{round_of(self.letter, offset)}]{_turn(is_turned)}"

    def _scan_run_backward(self) -> Apply | None:
        """Return the Scan in whose rounds everything that is read goes from last to first."""
        inputs = self.rounds.inputs
        sequences = [found for p, found in self.read.items() if inputs[p].state is None]
        parts = sequences or [self.read[position] for position in sorted(self.rounds.buffers)]
        read = [_read_backward(self.graph, found) for found in parts]
        if not read or not all(read):
            return None
        bases = [adjoint_of(self.graph, v) or v for found in read for v in found]
        for scan in self.graph.applies:
            if scan.id == self.apply.id:
                return None
            if scan.op.kind == "scan" and all(self._is_round(scan, base) for base in bases):
                return scan
        return None

    def _is_round(self, scan: Apply, variable: str) -> bool:
        """Tell whether the last element of a variable is that of the last round of a Scan."""
        if variable in scan.outputs:
            return True
        rounds = rounds_of(scan.op)
        if rounds is None:
            return False
        taps = zip(scan.inner_inputs, rounds.inputs, strict=False)
        read = {scan.inputs[f] for f, tap in taps if f is not None and tap.is_of_sequence}
        whole = [v for v in read if length_of(self.graph, scan.inputs[0], v)]
        return variable in whole or any(
            reading(self.graph, v) == Reading(variable, is_turned=True) for v in whole
        )


def _turn(is_turned: bool) -> str:
    return ".T" if is_turned else ""


def _read_backward(graph: Graph, found: Reading) -> list[str]:
    """Return what a sequence is read of from last to first, or what it is computed of is.

    It is empty where that is not all of it.
    """
    if found.is_backward:
        return [found.variable]
    apply = graph.owner(found.variable)
    if apply is None or apply.op.family != "elementwise":
        return []
    long = [v for v in apply.inputs if not all((graph.variable[v].broadcastable or (True,))[:1])]
    read = [_read_backward(graph, reading(graph, v)) for v in long]
    return [v for given in read for v in given] if all(read) else []


def adjoint_of(graph: Graph, variable: str) -> str | None:
    """Return the variable of whose shape an array of zeros is, to which something was added."""
    apply = graph.owner(variable)
    while apply is not None and row(apply.op.kind).zero == "first two":
        variable = apply.inputs[0]
        apply = graph.owner(variable)
    if apply is not None:
        return apply.inputs[0] if apply.op.kind == "second" else None
    return _of_lengths(graph, graph.variable[variable])


def _of_lengths(graph: Graph, zeros: Variable) -> str | None:
    """Return the only result of a Scan that is as long as an array of zeros, told by its lengths.

    A gradient's own Scan begins with it, and is none of those.
    """
    if zeros.lengths is None or not (zeros.value or "").startswith("0.0 in "):
        return None
    found = [
        output
        for apply in graph.applies
        if apply.op.kind == "scan" and not _adds_up(apply)
        for output in apply.outputs
        if graph.variable[output].lengths == zeros.lengths
    ]
    return found[0] if len(found) == 1 else None


def _adds_up(apply: Apply) -> bool:
    """Tell whether a Scan adds up in arrays that it reads and writes at several places."""
    rounds = rounds_of(apply.op)
    return rounds is not None and bool(rounds.buffers)
