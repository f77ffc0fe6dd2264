"""Run a notebook of PyMC: the model drawn, the rewrites of its logp, the explorer inline."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping

import pytest
from notebooks import Shown, run_cells

pytestmark = [
    pytest.mark.pytensor,
    pytest.mark.skipif(importlib.util.find_spec("pymc") is None, reason="needs PyMC"),
]
CELLS: Mapping[str, str] = {
    "start": """
%load_ext xorexplain
import pymc as pm, pytensor, xorexplain
pytensor.config.linker, pytensor.config.cxx = "py", ""  # no compiler is waited for
with pm.Model(coords={"school": list("AB")}) as schools:
    mu = pm.Normal("mu", 0, 5)
    tau = pm.HalfNormal("tau", 5)
    pm.Normal("effect", mu, tau, observed=[28.0, 8.0], dims="school")
""",
    "model": "xorexplain.draw(schools, stage='model')",
    "logp": "xorexplain.draw(schools)",
    "rewrites": "xorexplain.rewrites(schools, target='tau_logprob')",
    "line": "%xorexplain rewrites schools --target tau_logprob",
    "gradient": "xorexplain.gradient(schools, wrt='tau')",
    "explored": "xorexplain.explore(schools, target='tau_logprob')",
}


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Shown]:
    return run_cells(CELLS, tmp_path_factory.mktemp("notebook"))


def test_no_cell_fails(shown: dict[str, Shown]) -> None:
    assert {name: cell.error for name, cell in shown.items() if cell.error} == {}


def test_the_model_and_its_logp_are_drawn(shown: dict[str, Shown]) -> None:
    for name, words in (("model", "school"), ("logp", "tau_log__")):
        (bundle,) = shown[name].bundles
        assert words in bundle["image/svg+xml"]


def test_the_rewrites_of_a_term_are_shown(shown: dict[str, Shown]) -> None:
    for name in ("rewrites", "line"):
        (bundle,) = shown[name].bundles
        assert "local_check_parameter_to_ninf_switch" in bundle["text/html"]


def test_the_gradient_is_that_of_the_transformed_value(shown: dict[str, Shown]) -> None:
    (bundle,) = shown["gradient"].bundles
    assert "tau_log__" in bundle["text/plain"]


def test_the_explorer_is_in_a_frame(shown: dict[str, Shown]) -> None:
    (bundle,) = shown["explored"].bundles
    assert bundle["text/html"].count("<iframe") == 1
    assert 'sandbox="allow-scripts allow-downloads"' in bundle["text/html"]
