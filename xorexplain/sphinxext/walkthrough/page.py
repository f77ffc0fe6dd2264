"""Hold one page of the walk-through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from xorexplain.errors.records import dataclass


@dataclass(frozen=True)
class Page:
    """Hold a page: `body` is reStructuredText below the title, `lead` its line on the index.

    `pictures` are files by their path in the folder. A page with a `parent` is listed below it.
    """

    name: str
    title: str
    lead: str
    body: str
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    parent: str | None = None
