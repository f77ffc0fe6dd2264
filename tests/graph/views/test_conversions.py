"""Leave out what hands a number on in another type, and keep every name and result."""

from __future__ import annotations

import graphs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xorexplain.graph.views.conversions import hide_conversions

pytestmark = pytest.mark.neutral
LINES = [
    "a = exp(x)",
    "b = tensor_from_scalar(a)",
    "c = scalar_from_tensor(b)",
    "d = tanh(c)",
    "e = tensor_from_scalar(d)",
    "f = scalar_from_tensor(y)",
    "g = add(e, f)",
]


def test_what_reads_a_converted_number_reads_the_number() -> None:
    shown = hide_conversions(graphs.anonymous(graphs.graph(*LINES)))

    assert graphs.kinds(shown) == ["exp", "tanh", "add"]
    exp, tanh, add = shown.applies
    assert tanh.inputs == exp.outputs
    assert add.inputs == (*tanh.outputs, graphs.named(shown, "y").id)


def test_a_result_takes_the_place_of_the_number_and_a_named_number_stays() -> None:
    made = graphs.graph(
        "a = exp(x)", "b = tensor_from_scalar(a)", "c = tanh(b)", outputs=["b", "c"]
    )
    hidden, named = hide_conversions(graphs.anonymous(made)), hide_conversions(made)

    assert graphs.kinds(hidden) == ["exp", "tanh"]
    assert hidden.applies[0].outputs == (made.outputs[0].variable,)
    assert named == made


@given(st.data())
def test_names_and_results_stay_and_ids_belong_together(data: st.DataObject) -> None:
    names = [line[0] for line in LINES]
    results = data.draw(st.lists(st.sampled_from(names), min_size=1, unique=True))
    made = graphs.graph(*LINES, outputs=results)
    if data.draw(st.booleans()):
        made = graphs.anonymous(made)

    shown = hide_conversions(made)

    assert graphs.consistent(shown)
    assert shown.outputs == made.outputs
    assert {v.name for v in shown.variables} == {v.name for v in made.variables}
    assert hide_conversions(shown) == shown
