/* Draw the few icons as strokes on a grid of 16. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  /** @type {Record<string, string>} */
  const PATHS = {
    plus: "M8 3v10M3 8h10",
    minus: "M3 8h10",
    fit: "M2.5 6v-3.5h3.5M10 2.5h3.5v3.5M13.5 10v3.5h-3.5M6 13.5h-3.5v-3.5",
    first: "M4 3v10M12.5 3l-6 5 6 5z",
    back: "M10.5 3l-6 5 6 5",
    forward: "M5.5 3l6 5-6 5",
    last: "M12 3v10M3.5 3l6 5-6 5z",
    play: "M4.5 2.5l8.5 5.5-8.5 5.5z",
    pause: "M5 3v10M11 3v10",
    close: "M3.5 3.5l9 9M12.5 3.5l-9 9",
    theme: "M8 2a6 6 0 1 0 0 12zM8 2a6 6 0 0 1 0 12",
    share: "M8 2v8M4.5 6.5l3.5 3.5 3.5-3.5M2.5 13.5h11",
    help: "M5.5 6a2.5 2.5 0 1 1 3.6 2.2c-.7.4-1.1.8-1.1 1.6M8 12.4v.6",
    list: "M2.5 4h11M2.5 8h11M2.5 12h7",
    split: "M2.5 3h11v10h-11zM8 3v10",
    open: "M6 3h-3v10h10v-3M9 2.5h4.5v4.5M13 3l-5.5 5.5",
    info: "M8 7v5M8 4v.5",
    code: "M5.5 4.5l-3.5 3.5 3.5 3.5M10.5 4.5l3.5 3.5-3.5 3.5M9 3l-2 10",
    copy: "M5.5 5.5h8v8h-8zM3 10.5h-.5v-8h8v.5",
    down: "M3.5 6l4.5 4.5 4.5-4.5",
  };

  /**
   * Return an icon by name; it says nothing to screen readers.
   * @param {string} name
   */
  function icon(name) {
    const { svg } = xe.dom;
    return svg(
      "svg",
      {
        class: `icon icon-${name}`,
        viewBox: "0 0 16 16",
        width: 16,
        height: 16,
        "aria-hidden": "true",
      },
      svg("path", { d: PATHS[name] }),
    );
  }

  xe.icon = icon;
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
