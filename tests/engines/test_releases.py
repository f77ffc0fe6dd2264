"""An engine of another release, or what an older PyMC was built on, is told in one line."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from xorexplain import engines
from xorexplain.engines import releases
from xorexplain.errors import XorexplainError
from xorexplain.models.loading import as_model
from xorexplain.render.reports.session import summary_words
from xorexplain.runs.session.records import Seen

RELEASES: Mapping[str, Mapping[str, str]] = {
    "pytensor": {"PyTensor": "2.26.4"},
    "theano": {"Theano-PyMC": "1.1.2"},
}


@pytest.mark.parametrize("name", RELEASES)
def test_an_engine_that_cannot_be_loaded_says_its_release(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails() -> engines.Engine:
        raise ModuleNotFoundError("no module of today")

    ((title, release),) = RELEASES[name].items()
    monkeypatch.setattr(releases, "_release", RELEASES[name].get)
    monkeypatch.setattr(engines, "_is_installed", lambda name: True)
    monkeypatch.setattr(engines, "_LOADERS", {name: fails})

    with pytest.raises(XorexplainError, match=f"^{title} {release}.*pip install") as caught:
        engines.load(name)
    assert "\n" not in str(caught.value)

    monkeypatch.setattr(releases, "_release", {"PyTensor": "3.4.0", "Theano": "1.0.5"}.get)
    with pytest.raises(ModuleNotFoundError):
        engines.load(name)


def test_without_an_engine_a_fork_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(engines.VARIABLE, raising=False)
    monkeypatch.setattr(releases, "_release", {"Aesara": "2.8.7"}.get)
    monkeypatch.setattr(engines, "_is_installed", lambda name: False)

    with pytest.raises(XorexplainError, match=r"^Aesara 2\.8\.7.*brings PyMC 6"):
        engines.choose()


def test_a_model_of_an_older_pymc_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(releases, "_release", {"Theano-PyMC": "1.1.2"}.get)
    theirs = type("Model", (), {"__module__": "pymc3.model"})()

    with pytest.raises(XorexplainError, match=r"^Theano-PyMC 1\.1\.2.*brings PyMC 6"):
        as_model(theirs)
    assert "; Theano-PyMC 1.1.2, which" in summary_words(Seen("s.py", "", "", 0, 1, "ended", ()))
