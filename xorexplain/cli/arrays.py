"""Read arrays that somebody saved for the inputs of a model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from xorexplain.errors import XorexplainError


def read_arrays(path: Path, option: str) -> dict[str, Any]:
    """Read arrays by name from the .npz file of an option; raise XorexplainError for any other."""
    import numpy

    try:
        with path.open("rb") as file:
            loaded = numpy.load(file, allow_pickle=False)
            if isinstance(loaded, numpy.ndarray):
                raise XorexplainError(f"{path} holds one array: save by name with numpy.savez")
            return {name: loaded[name] for name in loaded.files}
    except XorexplainError:
        raise
    except OSError as error:
        reason = error.strerror or "not an .npz file"
        raise XorexplainError(f"cannot read {path}: {reason}: check {option}") from error
    except Exception as error:
        # Unpacking and reading headers raises errors of five modules for what is broken.
        raise XorexplainError(
            f"{path} is no .npz file of plain arrays: write one with numpy.savez"
        ) from error
