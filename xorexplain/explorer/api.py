"""Offer the explorer from Python."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from xorexplain.errors import XorexplainError
from xorexplain.explorer.bundle import bundle, page_of
from xorexplain.models.loading import as_model
from xorexplain.render.files import check_writable, write_atomically
from xorexplain.render.reports.gather import Subject


def explore(
    obj: Any,
    out: str | Path,
    *,
    target: str | None = None,
    data: Mapping[str, Any] | None = None,
    train_steps: int = 0,
) -> Path:
    """Write one offline page in which the whole story of a model can be explored.

    `obj` is what `draw` takes, but for a recorded `Graph`; `out` ends in `.html`. `data` are arrays
    for inputs by name, and `train_steps` is how long to train for the values after training. Raise
    XorexplainError for a model that has no stage to show, and where `out` cannot be written.
    """
    path = Path(out)
    if path.suffix.lower() != ".html":
        raise XorexplainError(f"{path}: the explorer is one page: end the name in .html")
    check_writable(path)
    engine, model = as_model(obj)
    subject = Subject(engine, model, target, data=data or {})
    write_atomically(path, page_of(bundle(subject, train_steps=train_steps)))
    return path
