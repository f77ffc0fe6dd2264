"""Understand what a model is explored against: other settings, another model, a file."""

from __future__ import annotations

import re
from collections.abc import Sequence

from xorexplain.engines import Engine
from xorexplain.engines.names import written_mode
from xorexplain.engines.settings import Settings
from xorexplain.errors import XorexplainError, did_you_mean
from xorexplain.errors.records import dataclass
from xorexplain.rewrites.questions.switches import registry_of
from xorexplain.rewrites.questions.without import check_name

KEYS = ("excluding", "floatX", "mode")
FORMS = "excluding=REWRITE, mode=FAST_COMPILE, floatX=float32, net2.py:name or t.json"
_SETTING = re.compile(r"(?P<key>[A-Za-z_]+)[=:](?P<value>[^=/\\]*)")


@dataclass(frozen=True)
class Other:
    """Hold the other side: its model or file, None for the same one, and its settings."""

    spec: str | None
    settings: Settings

    def named(self, name: str) -> str:
        """Name the other side after its model, or the one that it shares."""
        settings = self.settings
        parts = [self.spec or name]
        if settings.float_type:
            parts.append(f"in {settings.float_type}")
        if settings.mode:
            parts.append(f"in mode {written_mode(settings.mode)}")
        if settings.excluding:
            parts.append(f"without {', '.join(settings.excluding)}")
        return " ".join(parts)


def other_of(words: Sequence[str]) -> Other:
    """Read what a side is explored against; raise XorexplainError for what can be nothing."""
    spec: str | None = None
    found: dict[str, list[str]] = {key: [] for key in KEYS}
    for word in words:
        match = _SETTING.fullmatch(word)
        if match is None or (":" in word and match["key"] not in KEYS):
            if spec is not None:
                raise XorexplainError(f"two models are named, {spec} and {word}: leave one out")
            if not word:
                raise XorexplainError(f"there is nothing to compare with: write {FORMS}")
            spec = word
            continue
        if match["key"] not in KEYS:
            key = match["key"]
            raise XorexplainError(f"unknown setting {key!r}: {did_you_mean(key, KEYS)}")
        if not match["value"]:
            raise XorexplainError(f"{word} says nothing: write {FORMS}")
        found[match["key"]].append(match["value"])
    for key in ("floatX", "mode"):
        if len(found[key]) > 1:
            raise XorexplainError(f"{key} is said twice, {' and '.join(found[key])}: leave one out")
    settings = Settings(
        "".join(found["floatX"]), "".join(found["mode"]), tuple(dict.fromkeys(found["excluding"]))
    )
    if spec is not None:
        check_changeable(spec, settings)
    return Other(spec, settings)


def check_changeable(spec: str, settings: Settings) -> None:
    """Raise XorexplainError where settings shall change what was written into a file before."""
    if spec.endswith(".json") and settings != Settings():
        raise XorexplainError(f"{spec} was written before: no setting changes it")


def check_excluding(engine: Engine, names: Sequence[str]) -> None:
    """Raise XorexplainError, naming the closest, for a name that excludes nothing."""
    registry = registry_of(engine) if names else None
    for name in names:
        assert registry is not None
        check_name(registry, name)
