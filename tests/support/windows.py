"""Lend windows of a browser to tests, each as if it were new.

To open a window and a page in it and to close both takes a second of the processor; to show a page
in a window that is there a fifth, because the process that runs its scripts is there and knows
them. So a window that is given back is kept for who asks for one with the same options.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from slow_pages import call_late, slow_down

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PATIENCE = 60_000  # ms; a page that is not stuck may have a busy machine
SIZE = {"width": 1280, "height": 720}
FORGET = "try { localStorage.clear(); sessionStorage.clear() } catch { /* nothing is kept here */ }"
Handlers = Mapping[str, Callable[[Any], object]]
"""What is called with the events of a page, by their names."""


def opened(browser: Browser, **options: Any) -> Page:
    """Return the page of a new window with these options."""
    context = browser.new_context(**options)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    call_late(page)
    return page


class _Lent(NamedTuple):
    """A page in use: the key of its options, the options, who listens, and what quickens it."""

    key: str
    options: Mapping[str, Any]
    handlers: Handlers
    quicken: Callable[[], None]


class Windows:
    """Hold the windows of a browser: those in use and those that wait."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._waiting: dict[str, list[Page]] = defaultdict(list)
        self._lent: dict[Page, _Lent] = {}

    def take(self, handlers: Handlers | None = None, **options: Any) -> Page:
        """Return an empty page in a window with these options that no one else uses."""
        key = json.dumps(options, sort_keys=True)
        waiting = self._waiting[key]
        page = waiting.pop() if waiting else opened(self._browser, **options)
        self._lent[page] = _Lent(key, options, handlers or {}, slow_down(page))
        for event, handler in self._lent[page].handlers.items():
            page.on(event, handler)  # type: ignore[call-overload]
        return page

    def give_back(self, page: Page) -> None:
        """Empty a page and undo what was set in its window; its listeners hear until then."""
        key, options, handlers, quicken = self._lent.pop(page)
        quicken()
        for other in page.context.pages:
            if other is not page:
                other.close()
        page.evaluate(FORGET)
        page.goto("about:blank")
        page.unroute_all()
        for event, handler in handlers.items():
            page.remove_listener(event, handler)
        page.mouse.move(-1, -1)
        page.set_viewport_size(options.get("viewport", SIZE))
        page.emulate_media(
            media="null",
            color_scheme=options.get("color_scheme", "light"),
            reduced_motion=options.get("reduced_motion", "no-preference"),
        )
        self._waiting[key].append(page)
