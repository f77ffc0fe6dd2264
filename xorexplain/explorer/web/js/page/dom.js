/* Make elements. Every text goes in as text, never as markup. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";

  /**
   * Fill an element with what `el` takes.
   * @template {Element} E
   * @param {E} node
   * @param {Options} options
   * @param {Child[]} children
   * @returns {E}
   */
  function fill(node, options, children) {
    for (const [key, value] of Object.entries(options)) {
      if (key === "text" || key === "on") continue;
      if (value === true) node.setAttribute(key, "");
      else if (value !== false && value !== null && value !== undefined)
        node.setAttribute(key, String(value));
    }
    for (const [event, handler] of Object.entries(options.on ?? {}))
      node.addEventListener(event, /** @type {EventListener} */ (handler));
    if ("text" in options) node.textContent = String(options.text ?? "");
    node.append(...shown(children));
    return node;
  }

  /**
   * Leave out what stands for nothing.
   * @param {Child[]} children
   */
  function shown(children) {
    return children.filter((child) => typeof child === "string" || child instanceof Node);
  }

  /**
   * Make an HTML element.
   * @template {keyof HTMLElementTagNameMap} K
   * @param {K} name
   * @param {Options} [options] `text`, `on: {event: handler}`, attributes; false and null are none
   * @param {...Child} children
   */
  function el(name, options = {}, ...children) {
    return fill(document.createElement(name), options, children);
  }

  /**
   * Make an SVG element, as `el` does.
   * @template {keyof SVGElementTagNameMap} K
   * @param {K} name
   * @param {Options} [options]
   * @param {...Child} children
   * @returns {SVGElementTagNameMap[K]}
   */
  function svg(name, options = {}, ...children) {
    return fill(document.createElementNS(SVG, name), options, children);
  }

  /**
   * Make a button.
   * @param {string} name what it says, or its label when it shows an icon only
   * @param {() => void} action
   * @param {Options} [options]
   * @param {...Child} children
   */
  function button(name, action, options = {}, ...children) {
    const shown = children.length ? { "aria-label": name, title: name } : { text: name };
    return el(
      "button",
      { type: "button", ...shown, ...options, on: { click: action } },
      ...children,
    );
  }

  /**
   * Replace the children of a node.
   * @param {Element} node
   * @param {...Child} children
   */
  function refill(node, ...children) {
    node.replaceChildren(...shown(children));
  }

  /**
   * Return what has to be there.
   * @template T
   * @param {T | null | undefined} value
   * @returns {T}
   */
  function sure(value) {
    if (value === null || value === undefined) throw new TypeError("this has to be there");
    return value;
  }

  /**
   * Return the element of the page with an id.
   * @param {string} id
   */
  function byId(id) {
    return sure(document.getElementById(id));
  }

  /**
   * Say something to screen readers, and to nobody else.
   * @param {string} text
   */
  function announce(text) {
    byId("live").textContent = text;
  }

  /** Tell whether the reader asked for less motion. */
  function calm() {
    return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  /**
   * Write a count with its noun: `1 node`, `2 nodes`.
   * @param {number} number
   * @param {string} noun
   */
  function count(number, noun) {
    return `${number} ${noun}${number === 1 ? "" : "s"}`;
  }

  /**
   * Scroll to an element with the next frame, whose layout has to be done anyway.
   * @param {Element} node
   * @param {"nearest" | "center"} block
   */
  function scrollTo(node, block = "nearest") {
    requestAnimationFrame(() => reveal(node, block));
  }

  /**
   * Scroll what is around an element until it is seen. `scrollIntoView` would also have the next Tab
   * begin there, in Chromium 150.
   * @param {Element} node
   * @param {"nearest" | "center"} block
   */
  function reveal(node, block = "nearest") {
    for (let around = node.parentElement; around; around = around.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(around);
      if (!/auto|scroll/.test(overflowX + overflowY)) continue;
      const own = node.getBoundingClientRect();
      const box = around.getBoundingClientRect();
      const [x, y] = [box.left + around.clientLeft, box.top + around.clientTop];
      around.scrollBy({
        left: shift(own.left, own.right, x, x + around.clientWidth, "nearest"),
        top: shift(own.top, own.bottom, y, y + around.clientHeight, block),
        behavior: "instant",
      });
    }
  }

  /**
   * Return how far to scroll until a stretch is within another.
   * @param {number} low
   * @param {number} high
   * @param {number} from
   * @param {number} to
   * @param {"nearest" | "center"} block
   */
  function shift(low, high, from, to, block) {
    if (block === "center") return (low + high - from - to) / 2;
    if (low < from) return low - from;
    return high > to ? Math.min(high - to, low - from) : 0;
  }

  const KEPT = new Set(["003c", "003e", "0026", "200c", "200d"]);

  /**
   * Show what would steer a text as its escape: Python escapes in JSON what is not printable, and
   * here it stays escaped. Joiners are parts of letters and of emoji.
   * @param {string} json
   */
  function visible(json) {
    return json.replace(/\\(?:[^u]|u([0-9a-f]{4}))/g, (whole, code) =>
      code && !KEPT.has(code) ? `\\${whole}` : whole,
    );
  }

  xe.dom = {
    visible,
    el,
    svg,
    button,
    refill,
    sure,
    byId,
    announce,
    calm,
    count,
    scrollTo,
    reveal,
  };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
