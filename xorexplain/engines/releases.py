"""Tell which release of a library is here, where its own or that of a fork is not understood."""

from __future__ import annotations

from xorexplain.engines.names import INSTALL, TITLES

FORKS = {"theano": "Theano-PyMC", "pymc3": "Theano-PyMC", "aesara": "Aesara"}
"""What PyMC 3 and 4 were built on, by the modules whose objects users have."""
OLDEST = {"theano": (1, 0), "pytensor": (3, 3)}
"""The first release of each engine that is understood."""
PYMC = "pip install 'xorexplain[pymc]' brings PyMC 6 (Python 3.12 or newer)"


def misfit(name: str) -> str | None:
    """Say why an engine that does not load cannot, and what cures it; None where it fits."""
    own = _release(TITLES[name])
    if own is None:
        return fork(name)
    if tuple(int(part) for part in own.split(".")[:2] if part.isdigit()) >= OLDEST[name]:
        return None
    return f"{TITLES[name]} {own} is too old: {INSTALL[name]}; for a PyMC model, {PYMC}"


def fork(module: str) -> str | None:
    """Say that a module is of a library that PyMC was built on, and what cures that."""
    title = FORKS.get(module)
    release = None if title is None else _release(title)
    if release is None:
        return None
    own = f"; for what is Theano's alone {INSTALL[module]}" if module in INSTALL else ""
    return f"{title} {release}, which an older PyMC is built on, is not understood: {PYMC}{own}"


def _release(title: str) -> str | None:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(title)
    except PackageNotFoundError:
        return None
