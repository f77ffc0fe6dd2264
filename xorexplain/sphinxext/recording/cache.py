"""Keep what was recorded and drawn from build to build, by the content it was made from.

An entry is a JSON file named by the hash of all that went into it. The release of the library that
made it stands inside the entry and counts only where that library is installed: a machine without
an engine can build the pages whose entries it was given.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.util import logging

from xorexplain.errors import XorexplainError
from xorexplain.errors.escaping import json_text
from xorexplain.errors.records import dataclass
from xorexplain.render.files import write_atomically
from xorexplain.sphinxext.recording.sources import of_this_package

if TYPE_CHECKING:
    from sphinx.environment import BuildEnvironment

logger = logging.getLogger(__name__)
Entry = dict[str, Any]
FOLDER = "xorexplain"


@dataclass(frozen=True)
class Maker:
    """Name a library and its release, as `importlib.metadata` knows them."""

    library: str
    release: str


def key_of(kind: str, ingredients: Mapping[str, Any]) -> str:
    """Return the name of an entry: a hash of this package's code and everything that counts."""
    text = json.dumps([kind, of_this_package(), ingredients], sort_keys=True)
    return f"{kind}-{hashlib.sha256(text.encode()).hexdigest()[:40]}"


def release_of(library: str) -> str | None:
    """Return the installed release of a library without importing it, None where it is missing."""
    try:
        return importlib.metadata.version(library)
    except importlib.metadata.PackageNotFoundError:
        return None


@dataclass(frozen=True)
class Cache:
    """Hold entries in a folder, which is made when the first one is kept."""

    folder: Path

    def path(self, key: str) -> Path:
        """Return where an entry is or would be."""
        return self.folder / f"{key}.json"

    def find(self, key: str) -> tuple[Entry, Maker] | None:
        """Return an entry and who made it, None where there is none as it was kept."""
        try:
            stored = json.loads(self.path(key).read_text(encoding="utf-8"))
            entry, maker = stored["entry"], Maker(**stored["maker"])
            return (entry, maker) if stored["digest"] == _digest(key, entry, maker) else None
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None

    def keep(self, key: str, entry: Entry, maker: Maker) -> None:
        """Store an entry; two processes may store the same one at the same time.

        A folder that cannot be written costs the next build its time, but not this one its pages.
        """
        stored = {"maker": vars(maker), "entry": entry, "digest": _digest(key, entry, maker)}
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_atomically(self.path(key), json_text(stored).encode())
        except (OSError, XorexplainError) as error:
            reason = getattr(error, "strerror", None) or str(error).partition(": ")[0]
            logger.info("xorexplain: nothing is kept in %s: %s", self.folder, reason)

    def keys(self) -> set[str]:
        """Return the keys of all entries."""
        return {path.stem for path in self.folder.glob("*.json")}

    def drop(self, keys: Iterable[str]) -> None:
        """Delete entries."""
        for key in keys:
            with contextlib.suppress(OSError):
                self.path(key).unlink(missing_ok=True)


def _digest(key: str, entry: Entry, maker: Maker) -> str:
    """Return a hash by which an entry that somebody changed is known."""
    text = json.dumps([key, entry, vars(maker)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def cache_of(env: BuildEnvironment) -> Cache:
    """Return the cache: the folder that `xorexplain_cache` names, or one of the doctrees."""
    chosen = env.config.xorexplain_cache
    if chosen is None:
        return Cache(Path(env.doctreedir) / FOLDER)
    return Cache(Path(chosen))
