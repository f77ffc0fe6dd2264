"""Choose among the steps of a rewriting by phase, name and number."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Mapping
from typing import Any

from xorexplain.errors import XorexplainError, did_you_mean

Step = dict[str, Any]
_RANGE = re.compile(r"(\d+)(?:-(\d+))?")


def chosen(steps: list[Step], options: Mapping[str, Any]) -> list[Step]:
    """Return the steps that the options of a directive ask for.

    Raise XorexplainError, naming the closest, for a phase, a name or a number nothing has.
    """
    found = [step for step in steps if "all" in options or not step["noise"]]
    for option, field in (("phase", "phase"), ("only", "rewrite")):
        pattern = options.get(option)
        if pattern is None:
            continue
        known = list(dict.fromkeys(step[field] for step in steps))
        found = [step for step in found if fnmatch.fnmatchcase(step[field], pattern)]
        if not found:
            raise XorexplainError(
                f"no {field} {pattern!r} did anything: {did_you_mean(pattern, known)}"
            )
    return _by_number(found, options.get("steps", "all"))


def _by_number(steps: list[Step], which: str) -> list[Step]:
    """Return all steps, those of some numbers (`3-7, 12`), or the notable ones.

    Notable is the first step of each rewrite that does more than tidy up.
    """
    if which == "all":
        return steps
    if which == "notable":
        first: dict[str, Step] = {}
        for step in steps:
            if not step["plain"]:
                first.setdefault(step["rewrite"], step)
        return list(first.values())
    ranges: list[tuple[int, int]] = []
    for part in which.replace(",", " ").split():
        match = _RANGE.fullmatch(part)
        if match is None:
            raise XorexplainError(f"--steps {which}: give all, notable, or numbers such as 3-7, 12")
        ranges.append((int(match[1]), int(match[2] or match[1])))
    found = [s for s in steps if any(first <= s["number"] <= last for first, last in ranges)]
    if not found:
        numbers = ", ".join(str(step["number"]) for step in steps[:12])
        raise XorexplainError(f"--steps {which}: there is no such step; the first are {numbers}")
    return found
