"""Show pages as a slow machine shows them, so that tests which do not wait for a page fail here.

`XOREXPLAIN_SLOW_PAGES=6` divides the processor of each page by 6, and has what the browser itself
does later (frames, sizes, changes of the address, messages, the clipboard) come later still, by as
many times 20 ms. A test that reads what a script draws afterwards has to pass so as well.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

# Read before any test: they see no variable of the person who runs them.
RATE = float(os.environ.get("XOREXPLAIN_SLOW_PAGES", "1"))
# Observers of mutations and promises are no part of this: a browser runs them before anything else.
LATE = """
(() => {
  const wait = %d;
  const { setTimeout, clearTimeout, requestAnimationFrame, cancelAnimationFrame } = window;
  const later = (call) =>
    function (...args) { setTimeout(() => call.apply(this, args), wait); };

  const frames = new Map();
  let last = 0;
  window.requestAnimationFrame = (call) => {
    const id = (last += 1);
    frames.set(id, setTimeout(() => {
      requestAnimationFrame((now) => frames.delete(id) && call(now));
    }, wait));
    return id;
  };
  window.cancelAnimationFrame = (id) => {
    clearTimeout(frames.get(id));
    frames.delete(id);
  };
  window.setTimeout = (call, time = 0, ...args) => setTimeout(call, time + wait, ...args);
  for (const name of ["ResizeObserver", "IntersectionObserver"])
    window[name] = class extends window[name] {
      constructor(call, options) { super(later(call), options); }
    };

  const TYPES = ["hashchange", "popstate", "message", "resize", "scroll", "toggle", "close"];
  const known = new WeakMap();
  const { addEventListener, removeEventListener } = EventTarget.prototype;
  EventTarget.prototype.addEventListener = function (type, call, options) {
    const isLate = TYPES.includes(type) || (type === "change" && this instanceof MediaQueryList);
    if (!isLate || typeof call !== "function")
      return addEventListener.call(this, type, call, options);
    if (!known.has(call)) known.set(call, later(call));
    return addEventListener.call(this, type, known.get(call), options);
  };
  EventTarget.prototype.removeEventListener = function (type, call, options) {
    removeEventListener.call(this, type, call, options);
    if (known.has(call)) removeEventListener.call(this, type, known.get(call), options);
  };

  if (window.Clipboard) {
    const { writeText } = Clipboard.prototype;
    Clipboard.prototype.writeText = async function (text) {
      await new Promise((done) => { setTimeout(done, wait); });
      return writeText.call(this, text);
    };
  }
})();
"""


def call_late(page: Page) -> None:
    """Have what comes later come later still, from the next address that a page is sent to."""
    if RATE > 1:
        page.add_init_script(LATE % (20 * RATE))


def slow_down(page: Page) -> Callable[[], None]:
    """Divide the processor of a page; return what ends that: a slow page is busy all the time."""
    if RATE <= 1:
        return lambda: None
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": RATE})
    return session.detach
