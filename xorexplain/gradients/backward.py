"""Go back through the forward nodes: what arrives at each, what its inputs receive, who made it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from xorexplain.errors.records import dataclass
from xorexplain.gradients.contributions import Forward, Use, emitted_by, reused_by
from xorexplain.gradients.records import Received, Step
from xorexplain.graph.records import Apply


@dataclass(frozen=True)
class Why:
    """Hold why a variable may receive nothing."""

    fixed: Collection[str]
    live: Collection[str]
    reasons: Mapping[str, str]


def steps_back(
    view: Forward, same: Mapping[str, int], handed: Mapping[Use, str], why: Why
) -> tuple[Step, ...]:
    """Return a step for each forward node that something arrives at and that hands something on.

    They come last first. `same` numbers the computations, `handed` is what each use of a variable
    contributes to its adjoint.
    """
    forward_classes = {same[v]: v for v in view.variables if view.graph.variable[v].owner}
    steps = []
    for id_ in reversed(view.applies):
        apply = view.graph.apply[id_]
        arrives = tuple(view.adjoints.get(v) for v in apply.outputs)
        received = tuple(_received(view, apply, p, handed, why) for p in range(len(apply.inputs)))
        made = [r.contribution for r in received if r.contribution is not None]
        if not any(arrives) or not made:
            continue
        emitted = emitted_by(view, apply, made)
        again = tuple(
            (e, forward_classes[same[view.graph.apply[e].outputs[0]]])
            for e in emitted
            if same[view.graph.apply[e].outputs[0]] in forward_classes
        )
        steps.append(Step(id_, arrives, received, emitted, reused_by(view, emitted), again))
    return tuple(steps)


def _received(
    view: Forward, apply: Apply, position: int, handed: Mapping[Use, str], why: Why
) -> Received:
    input_ = apply.inputs[position]
    uses = view.uses.get(input_, ())
    use = (apply.id, position)
    if use in handed:
        others = sum(other in handed for other in uses)
        return Received(input_, position, handed[use], is_whole=others == 1)
    variable = view.graph.variable[input_]
    if input_ in why.fixed:
        reason = "a constant"
    elif variable.dtype and not variable.dtype.startswith(("float", "complex")):
        reason = f"{variable.dtype} has no gradient"
    elif input_ not in why.live:
        reason = "no parameter below it"
    elif use not in uses:
        reason = "its values do not count here"
    else:
        reason = why.reasons.get(input_) or "does not depend on it"
    return Received(input_, position, None, reason)


def sums(
    view: Forward, handed: Mapping[Use, str], told: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """Pair each variable that several steps hand something to with what they hand it."""
    found = {}
    for variable in view.adjoints:
        uses = [u for u in view.uses.get(variable, ()) if u in handed and u[0] in told]
        if len(uses) > 1:
            found[variable] = tuple(handed[use] for use in uses)
    return found
