"""Every op that occurs in the gallery of models has a gradient rule, in words at least."""

from __future__ import annotations

import graphs
import pytest
from gradient_models import GALLERY
from models import GALLERY as MODELS

from xorexplain.engines import Engine
from xorexplain.gradients.rules import local_of, rule_for, rules
from xorexplain.graph.records import Origin
from xorexplain.models.capture import capture, outputs_source
from xorexplain.models.model import Model
from xorexplain.notation.expr import symbol
from xorexplain.notation.text import text

pytestmark = pytest.mark.filterwarnings(
    "ignore::FutureWarning", "ignore::DeprecationWarning", "ignore:DEPRECATION:UserWarning"
)


def test_ops_of_the_gallery_have_rules(engine: Engine) -> None:
    missing: dict[str, str] = {}
    for name, build in {**MODELS, **GALLERY}.items():
        if name == "convolution" and engine.name != "theano":
            continue
        made = build(engine)
        if not isinstance(made, Model) or made.cost is None:
            continue
        graph = capture(engine, outputs_source([made.cost], ["cost"]), Origin(engine.name, ""))
        kinds = {apply.op.kind for apply in graph.applies if rule_for(apply) is None}
        missing |= dict.fromkeys(kinds, name)

    assert sorted(missing) == []


def test_a_rule_says_why_in_a_sentence() -> None:
    for kind, rule in rules().items():
        assert rule.sentence.endswith("."), kind
        assert rule.sentence[0].isupper(), kind


@pytest.mark.parametrize("kind", ["sum", "prod", "max", "mean", "softmax"])
def test_a_number_that_is_reduced_over_an_axis_has_a_rule(kind: str) -> None:
    """PyTensor writes `Sum{axis=0}` of a number, as PyMC's CAR does, though none can run it."""
    graph = graphs.graph(f"s = {kind}[axis=0](x)", shapes={"x": (), "s": ()})
    x, s = symbol("x"), symbol("s")
    apply = graph.applies[0]
    rule = rule_for(apply)

    assert rule is not None
    assert rule.formula is not None
    names = {apply.inputs[0]: x, apply.outputs[0]: s}
    (received,) = rule.formula(local_of(graph, apply, names, lambda _: symbol("δs")))
    assert received is not None
    assert "[:" not in text(received)
