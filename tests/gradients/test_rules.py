"""Every op that occurs in the gallery of models has a gradient rule, in words at least."""

from __future__ import annotations

import pytest
from gradient_models import GALLERY
from models import GALLERY as MODELS

from xorexplain.engines import Engine
from xorexplain.gradients.rules import rule_for, rules
from xorexplain.graph.records import Origin
from xorexplain.models.capture import capture, outputs_source
from xorexplain.models.model import Model

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
