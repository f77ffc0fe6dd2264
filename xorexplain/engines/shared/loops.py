"""Read what a loop of an engine, a Scan, keeps from round to round."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from xorexplain.graph.ops import rounds


def result_labels(op: Any, results: int) -> list[str | None]:
    """Name the results of the inner graph of a loop: the last one may tell when it stops."""
    labels: list[str | None] = [None] * results
    if results and _told_by(op)("as_while"):
        labels[-1] = rounds.UNTIL
    return labels


def _told_by(op: Any) -> Callable[..., Any]:
    """Return what reads a loop's settings by name, None for one it has not."""
    info = getattr(op, "info", None)
    return info.get if isinstance(info, dict) else lambda name, none=None: getattr(info, name, none)


def settings(op: Any) -> Iterator[tuple[str, str]]:
    """Read from which earlier rounds a loop takes its states, and when it stops."""
    told = _told_by(op)
    if told("as_while"):
        yield "until", "True"
    taps = [told(name) for name in ("mit_mot_in_slices", "mit_sot_in_slices")]
    if told("tap_array") is not None:
        taps = [told("tap_array")]
    written = ["; ".join(", ".join(map(str, entry)) for entry in tap or ()) for tap in taps]
    if any(set(text.split("; ")) - {"", "-1"} for text in written):
        yield "taps", " | ".join(filter(None, written))
    outs = told("mit_mot_out_slices")
    if outs:
        yield "out_taps", "; ".join(", ".join(map(str, entry)) for entry in outs)
    truncated = getattr(op, "truncate_gradient", None)
    if truncated is None:
        truncated = told("truncate_gradient", -1)
    if truncated != -1:
        yield "truncate_gradient", str(truncated)
    if told("tap_array") is not None:
        yield rounds.NAME, str(_rounds(op))


def _rounds(op: Any) -> rounds.Rounds:
    """Read what a loop's inner graph reads and gives in a round, in the order of its ends.

    Inputs that are the same in every round come last and are left out.
    """
    told = _told_by(op)
    taps = [tuple(entry) for entry in told("tap_array")]
    written = [tuple(entry) for entry in told("mit_mot_out_slices")]
    kept = told("n_untraced_sit_sot", None)
    kept = told("n_shared_outs") if kept is None else kept
    traced = len(taps) + told("n_nit_sot")
    given = [rounds.Tap(None, 0)] * told("n_seqs")
    given += [rounds.Tap(state, tap) for state, entry in enumerate(taps) for tap in entry]
    given += [rounds.Tap(traced + number, -1) for number in range(kept)]
    results = [rounds.Tap(state, tap) for state, entry in enumerate(written) for tap in entry]
    results += [rounds.Tap(state, 0) for state in range(len(written), traced + kept)]
    return rounds.Rounds(tuple(given), (*results, *[rounds.Tap()] * bool(told("as_while"))))
