/* Make elements. Every text goes in as text, never as markup. */
(function (xe) {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";

  function fill(node, options, children) {
    for (const [key, value] of Object.entries(options)) {
      if (key === "text") node.textContent = value;
      else if (key === "on") {
        for (const [event, handler] of Object.entries(value)) node.addEventListener(event, handler);
      } else if (value === true) node.setAttribute(key, "");
      else if (value !== false && value !== null && value !== undefined)
        node.setAttribute(key, value);
    }
    node.append(
      ...children.filter((child) => child !== null && child !== undefined && child !== false),
    );
    return node;
  }

  /**
   * Make an HTML element.
   * @param {string} name
   * @param {object} [options] `text`, `on: {event: handler}`, attributes; false and null are none
   * @param {...(Node|string|null|false)} children
   * @returns {HTMLElement}
   */
  function el(name, options = {}, ...children) {
    return fill(document.createElement(name), options, children);
  }

  /** Make an SVG element, as `el` does. */
  function svg(name, options = {}, ...children) {
    return fill(document.createElementNS(SVG, name), options, children);
  }

  /** Make a button; `name` is what it says, or its label when it shows an icon only. */
  function button(name, action, options = {}, ...children) {
    const shown = children.length ? { "aria-label": name, title: name } : { text: name };
    return el(
      "button",
      { type: "button", ...shown, ...options, on: { click: action } },
      ...children,
    );
  }

  /** Replace the children of a node. */
  function refill(node, ...children) {
    node.replaceChildren(
      ...children.filter((child) => child !== null && child !== undefined && child !== false),
    );
  }

  /** Say something to screen readers, and to nobody else. */
  function announce(text) {
    document.getElementById("live").textContent = text;
  }

  /** Tell whether the reader asked for less motion. */
  function calm() {
    return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  /** Write a count with its noun: `1 node`, `2 nodes`. */
  function count(number, noun) {
    return `${number} ${noun}${number === 1 ? "" : "s"}`;
  }

  /** Scroll to an element with the next frame, whose layout has to be done anyway. */
  function scrollTo(node) {
    requestAnimationFrame(() => node.scrollIntoView({ block: "nearest", inline: "nearest" }));
  }

  xe.dom = { el, svg, button, refill, announce, calm, count, scrollTo };
})((window.xorexplain ??= {}));
