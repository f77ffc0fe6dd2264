"""Choose the steps of a rewriting that matter most, and say what the numbers say of all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from xorexplain.errors.escaping import counted
from xorexplain.render.pictures.labels import clip
from xorexplain.rewrites.laws.records import AIMS, Kind

Json = dict[str, Any]
MOST = 7
FIRST_KINDS: tuple[Kind, ...] = (
    *("fusion", "BLAS", "in-place", "merge", "constant folding", "stabilize"),
)
"""The kinds of rewrites that change most what a compiled function costs, in that order."""
MAX_NAMED = 3
MAX_SAID = 120


def highlights(steps: Sequence[Mapping[str, Any]]) -> list[Json]:
    """Choose at most `MOST` steps that matter, in their order.

    They are: the step that changes the number of apply nodes most; then of each kind of rewrite,
    those of `FIRST_KINDS` before the others, the step that takes the place of most apply nodes;
    then the next largest of these, each of a rewrite that is not among them. Of equal ones the
    first counts, and a step that changed nothing does not.
    """
    applied = [step for step in steps if step["verdict"] == "applied"]
    largest = max(applied, key=lambda step: abs(_growth(step)), default=None)
    chosen: dict[int, Json] = {}
    for step in [largest, *_by_kind(applied), *_by_rewrite(applied)]:
        if step is not None and len(chosen) < MOST:
            chosen.setdefault(step["number"], _entry(step, step is largest))
    return [chosen[number] for number in sorted(chosen)]


def _growth(step: Mapping[str, Any]) -> int:
    return len(step["added"]) - len(step["removed"])


def _replaced(step: Mapping[str, Any]) -> int:
    return len(step["removed"])


def _by_kind(steps: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield the largest step of each kind."""
    for kind in dict.fromkeys((*FIRST_KINDS, *AIMS)):
        found = [step for step in steps if step["aim"] == kind]
        if found:
            yield max(found, key=_replaced)


def _by_rewrite(steps: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield the largest step of each rewrite that the kinds leave out, the largest first."""
    seen = {step["rewrite"] for step in _by_kind(steps)}
    for step in sorted(steps, key=_replaced, reverse=True):
        if step["rewrite"] not in seen:
            seen.add(step["rewrite"])
            yield step


def _entry(step: Mapping[str, Any], is_largest: bool) -> Json:
    kind = step["aim"]
    said = AIMS.get(kind) or clip(step["why"], MAX_SAID)
    return {
        "step": step["number"],
        "kind": kind or step["rewrite"],
        "rewrite": step["rewrite"],
        "words": said,
        "before": step["nodes"] - _growth(step),
        "after": step["nodes"],
        "largest": is_largest,
    }


def verdict(steps: Sequence[Mapping[str, Any]]) -> Json:
    """Say whether all values agree, as far as it was checked, in one line.

    `ok` is True or False where the numbers said it of every step that was applied, else None;
    `step` is the first one at which values disagree.
    """
    applied = [step for step in steps if step["verdict"] == "applied"]
    checks = {step["number"]: step["check"] or {"ok": None, "note": ""} for step in applied}
    wrong = [number for number, check in checks.items() if check["ok"] is False]
    unknown = [number for number, check in checks.items() if check["ok"] is None]
    is_ok, step = None, None
    if not applied:
        words = "nothing was changed"
    elif not any(step["check"] for step in applied):
        words = "not checked by numbers"
    elif wrong:
        words, is_ok, step = f"values disagree at {_named(wrong)}", False, wrong[0]
    elif unknown:
        agreeing = len(applied) - len(unknown)
        words, step = f"{agreeing} agree, {len(unknown)} not known", unknown[0]
    elif any(check["note"] for check in checks.values()):
        words, is_ok = "all results agree", True
    else:
        words, is_ok = "all values agree", True
    return {"ok": is_ok, "words": f"{counted(len(steps), 'step')}, {words}", "step": step}


def _named(numbers: Sequence[int]) -> str:
    """Name some steps, and how many more there are."""
    if len(numbers) == 1:
        return f"step {numbers[0]}"
    if len(numbers) <= MAX_NAMED:
        return f"steps {', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"
    shown = ", ".join(map(str, numbers[:MAX_NAMED]))
    return f"steps {shown} and {len(numbers) - MAX_NAMED} more"
