"""Tie what is kept to the builds: what is out of date, what nobody needs any more."""

from __future__ import annotations

from logging import WARNING, getLogger
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.util import logging

from xorexplain.engines import ENGINES
from xorexplain.sphinxext import failures
from xorexplain.sphinxext.domain import domain_of
from xorexplain.sphinxext.recording.cache import cache_of
from xorexplain.sphinxext.recording.requests import is_current

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment

logger = logging.getLogger(__name__)


def _resolve(app: Sphinx, config: Config) -> None:
    """Take the folder of the cache as beside conf.py."""
    if config.xorexplain_cache is not None:
        config.xorexplain_cache = str(Path(app.confdir) / config.xorexplain_cache)


def _outdated(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """Return the pages that would be made otherwise now.

    That is by another release of an engine, or because something on them failed the last time.
    """
    other = {
        page
        for page, uses in domain_of(env).used.items()
        if any(use.maker and not is_current(use.maker, use.asked) for use in uses)
    }
    return sorted(other | failures.take(env))


class _Build:
    """Know which entries there were before a build, to say afterwards what it made."""

    def __init__(self) -> None:
        self.before: set[str] = set()

    def start(self, app: Sphinx) -> None:
        for name in ENGINES:
            # Some page themes set up logging for the whole process, down to what interests nobody.
            getLogger(name).setLevel(WARNING)
        self.before = cache_of(app.env).keys()

    def finish(self, app: Sphinx, exception: Exception | None) -> None:
        """Say what was made, and delete what no page uses.

        A cache that conf.py names may serve several projects, so nothing is deleted there.
        """
        if exception is not None:
            return
        failures.forget(app.env)
        cache = cache_of(app.env)
        there = cache.keys()
        new = there - self.before
        drawn = sum(key.startswith(("svg-", "pdf-")) for key in new)
        if new:
            logger.info("xorexplain: %d recorded, %d drawn", len(new) - drawn, drawn)
        if app.config.xorexplain_cache is None:
            used = {use.key for uses in domain_of(app.env).used.values() for use in uses}
            cache.drop(there - used)


def connect(app: Sphinx) -> None:
    """Have Sphinx call the functions of this module."""
    build = _Build()
    app.connect("config-inited", _resolve)
    app.connect("builder-inited", build.start)
    app.connect("env-get-outdated", _outdated)
    app.connect("build-finished", build.finish)
