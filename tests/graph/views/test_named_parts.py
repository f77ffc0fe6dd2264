"""Find by every name that is printed, also what a view has folded into another node."""

from __future__ import annotations

import people
import pytest

from xorexplain.engines import Engine
from xorexplain.graph.views import DEFAULT_VIEWS, apply_views
from xorexplain.graph.views.names import intermediate_names, understood
from xorexplain.graph.views.part import Part
from xorexplain.models.stages import view


@pytest.mark.parametrize("stage", ["symbolic", "gradient", "optimized"])
@pytest.mark.parametrize("name", ["rnn", "vae"])
def test_every_name_is_found_in_what_is_shown(engine: Engine, name: str, stage: str) -> None:
    whole = view(engine, people.MODELS[name](engine), stage).graph()
    shown = apply_views(whole, DEFAULT_VIEWS)
    names = {*understood(whole), *intermediate_names(shown).values(), *shown.apply, *whole.apply}

    assert [n for n in sorted(names) if not Part(around=n).of(shown, whole)[0].applies] == []
