"""Understand the flags that were questions before `rewrites` had commands, for one release."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from xorexplain.cli.printing import tell
from xorexplain.errors import XorexplainError

FLAGS = {
    "--summary": "usage",
    "--check": "check",
    "--origin": "origins",
    "--without": "without",
    "--why-not": "why-not",
}
BARE = ("--summary", "--check")


def as_said_now(args: Sequence[str]) -> list[str]:
    """Turn an old flag into its command, and tell once what to write now."""
    flags, values, others = [], [], list[str]()
    waiting = list(args)
    while waiting:
        flag, equals, value = (word := waiting.pop(0)).partition("=")
        if flag not in FLAGS or (flag in BARE and equals):
            others.append(word)
            continue
        flags.append(flag)
        if flag not in BARE and (equals or waiting):
            values.append(value if equals else waiting.pop(0))
    asked = list(dict.fromkeys(flags))
    if not asked:
        if "--node" in others and "why-not" not in others:
            raise XorexplainError("--node says where why-not looks: write `rewrites why-not NAME`")
        return others
    if number := next((word for word in others if word.isdigit()), ""):
        asked.insert(0, f"step {number}")
    if len(asked) > 1:
        raise XorexplainError(f"{asked[0]} and {asked[1]} are two questions: ask one at a time")
    now = [FLAGS[asked[0]], *values, *others]
    tell([f"{asked[0]} goes with the next release: write `rewrites {shlex.join(now)}`"])
    return now
