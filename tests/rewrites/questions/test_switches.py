"""Find names that exclude rewrites; each is verified by recording without it."""

from __future__ import annotations

from typing import Any

import pytest
from models import model
from rewriters import contents, op_of, registered

from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.models.model import Model
from xorexplain.render.reports.document import Document, Fields
from xorexplain.render.reports.without import exclusion as exclusion_fields
from xorexplain.render.writers import terminal
from xorexplain.rewrites.questions.switches import (
    excluding_name,
    exclusions,
    goes_by_its_name,
    registry_of,
)
from xorexplain.rewrites.record import record


def fired(engine: Engine, name: str, excluding: tuple[str, ...] = ()) -> set[str]:
    with engine.databases_kept():
        trace = record(engine, model(engine, name), None, excluding).trace
    return {key for step in trace.steps for key in step.members or (step.rewrite,)}


def test_every_rewrite_that_fires_can_be_excluded(engine: Engine) -> None:
    found = exclusions(engine, model(engine, "xor"))

    assert set(found) == fired(engine, "xor")
    for rewrite, exclusion in found.items():
        assert exclusion.verified, rewrite
        assert rewrite not in fired(engine, "xor", exclusion.names)
        assert rewrite not in exclusion.also_removes


def test_what_the_registry_says_goes_by_its_name_does(engine: Engine) -> None:
    registry = registry_of(engine)
    found = exclusions(engine, model(engine, "xor"))
    alone = {rewrite for rewrite in found if goes_by_its_name(registry, rewrite)}

    assert {"local_mul_canonizer", "local_pow_specialize"} <= alone
    assert "MergeOptimizer" not in alone
    assert all(found[rewrite].names == (rewrite,) for rewrite in alone)


def test_a_registered_rewrite_goes_by_its_own_name_and_alone(engine: Engine) -> None:
    found = excluding_name(engine, model(engine, "xor"), None, "local_add_canonizer")

    assert found.name == "local_add_canonizer"
    assert (found.also_removes, found.group) == ((), "")


def test_a_rewrite_that_is_in_many_places_goes_by_a_tag(engine: Engine) -> None:
    found = excluding_name(engine, model(engine, "xor"), None, "MergeOptimizer")

    assert found.names == ("merge",)


def test_a_rewrite_that_has_another_name_in_its_database(engine: Engine) -> None:
    found = excluding_name(engine, model(engine, "xor"), None, "constant_folding")

    assert found.name == "topo_constant_folding"


@pytest.mark.theano
def test_more_names_where_a_rewrite_fires_elsewhere_then(engine: Engine) -> None:
    found = excluding_name(engine, model(engine, "xor"), None, "constant_folding")

    assert found.names == ("topo_constant_folding", "constant_folding_for_scan2")


@pytest.mark.theano
def test_a_member_of_a_group_goes_with_the_group(engine: Engine) -> None:
    found = excluding_name(engine, model(engine, "xor"), None, "local_inplace_gemm")
    document = Document("", (Fields(tuple(exclusion_fields(found))),))
    lines = terminal.plain(document).splitlines()

    assert (found.names, found.group) == (("InplaceBlasOpt",), "InplaceBlasOpt")
    assert found.also_removes == ("local_inplace_gemv", "local_inplace_ger")
    assert lines[0].startswith('exclude   mode.excluding("InplaceBlasOpt")   checked')
    assert "group InplaceBlasOpt" in lines[1]


@pytest.mark.pytensor
def test_one_rewriter_that_reports_under_many_names(engine: Engine) -> None:
    found = excluding_name(engine, model(engine, "xor"), None, "fuse_elemwise_strip_inplace")

    assert found.names == ("fuse_elemwise",)
    assert "fuse_elemwise_inplace_read_buffers" in found.also_removes


def test_a_rewrite_of_the_tests_own(engine: Engine) -> None:
    exp, x = op_of(engine, "exp"), engine.tensor.dvector("x")
    made = Model({"y": exp(x)}, inputs=[x])

    def splits(node: Any) -> Any:
        given = node.inputs[0]
        return [exp(given * 0.5) * exp(given * 0.5)] if given.owner is None else False

    with registered(engine, "splits", splits, "specialize", [exp]):
        found = excluding_name(engine, made, None, "splits")

    assert (found.names, found.verified) == (("splits",), True)


def test_a_rewrite_that_did_not_fire(engine: Engine) -> None:
    with pytest.raises(XorexplainError, match="did you mean local_add_canonizer"):
        excluding_name(engine, model(engine, "xor"), None, "local_add_canoniser")


def test_the_databases_stay_as_they_are(engine: Engine) -> None:
    before = contents(engine)

    exclusions(engine, model(engine, "few_layers"))

    assert contents(engine) == before
