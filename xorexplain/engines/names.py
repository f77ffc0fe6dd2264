"""Name the engines, and say how each is installed; nothing is imported here."""

from __future__ import annotations

from collections.abc import Mapping

TITLES: Mapping[str, str] = {"theano": "Theano", "pytensor": "PyTensor"}
"""Every engine by its name, the preferred one first, with what people call it."""
ENGINES = tuple(TITLES)
INSTALL: Mapping[str, str] = {
    "theano": "pip install 'Theano==1.0.5' 'numpy<1.24' (Python 3.10 or 3.11)",
    "pytensor": "pip install 'pytensor>=3.3' (Python 3.12 or newer)",
}
"""The command that installs an engine, and the Python releases it is for."""
VARIABLE = "XOREXPLAIN_ENGINE"
"""The environment variable that names the engine."""
_CLASSES = ("DebugMode", "NanGuardMode")
"""Modes that the engines call by their classes."""
MODES: Mapping[str, tuple[str, ...]] = {
    "theano": ("FAST_RUN", "FAST_COMPILE", *_CLASSES),
    "pytensor": (
        *("FAST_RUN", "FAST_COMPILE", "C", "CVM", "JAX", "NUMBA", "PYTORCH", "MLX"),
        *_CLASSES,
    ),
}
"""What `--mode` may name; a shell that completes it cannot wait for the engine."""
BACKENDS: Mapping[str, tuple[str, ...]] = {
    "theano": ("c", "python"),
    "pytensor": ("numba", "c", "jax", "pytorch", "mlx"),
}
"""What `--backend` may name."""


def written_mode(name: str) -> str:
    """Write a mode's name, in whatever letters, as the engines do."""
    return next((known for known in _CLASSES if known.upper() == name.upper()), name.upper())
