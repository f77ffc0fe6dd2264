"""Keep what calls were given as arrays in files, and find those of a call again."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy

from xorexplain.errors import XorexplainError, did_you_mean
from xorexplain.runs.calls import bind, names_of
from xorexplain.runs.session.reading import read

FOLDER = "calls"
MAX_BYTES = 50_000_000
"""What a call was given is not kept where it takes more."""
MAX_CALLS = 50
"""Calls of a function that are kept."""


def keep_call(
    folder: Path, name: str, function: Any, arguments: Any, options: Mapping[Any, Any]
) -> bool:
    """Write the inputs and weights of a call by their names; return whether that was done."""
    bound = bind(function, arguments, options)
    if bound.fault:
        return False
    pairs = zip(names_of(function), bound.values, strict=True)
    arrays = {n: numpy.asarray(v) for n, v in pairs if isinstance(v, (numpy.ndarray, float, int))}
    if sum(array.nbytes for array in arrays.values()) > MAX_BYTES:
        return False
    with contextlib.suppress(OSError):
        (folder / FOLDER).mkdir(exist_ok=True)
        numpy.savez(folder / FOLDER / f"{name}.npz", **arrays)  # type: ignore[arg-type]
        return True
    return False


def given_to(report: Path, call: str) -> Path:
    """Find the file of a call, `17`, or `step:17` where several functions have one.

    Raise XorexplainError where it was not kept.
    """
    function, _, number = call.rpartition(":")
    if not number.isdigit():
        raise XorexplainError(f"--call {call}: give the number of a call, or FUNCTION:NUMBER")
    # What an op compiled for itself is none of the program's own.
    names = {one.key: one.name for one in read(report).functions if one.is_known}
    files: dict[str, dict[int, Path]] = {}
    for file in (report / FOLDER).glob("*.npz"):
        key, _, counted = file.stem.rpartition("-")
        if key in names and counted.isdigit():
            files.setdefault(names[key], {})[int(counted)] = file
    if not files:
        raise XorexplainError(f"{report} kept no calls: run the program with `run --keep-calls`")
    if function and function not in files:
        raise XorexplainError(
            f"no calls of {function} were kept: {did_you_mean(function, [*files])}"
        )
    chosen = {n: kept for n, kept in files.items() if not function or n == function}
    found = {n: kept[int(number)] for n, kept in chosen.items() if int(number) in kept}
    if len(found) > 1:
        first = sorted(found)[0]
        told = ", ".join(sorted(found))
        raise XorexplainError(f"call {number} is one of {told}: write --call {first}:{number}")
    if not found:
        numbers = sorted({n for kept in chosen.values() for n in kept})
        listed = ", ".join(map(str, numbers[:12])) + (", …" if len(numbers) > 12 else "")
        raise XorexplainError(f"call {number} was not kept: choose from {listed}")
    return next(iter(found.values()))
