/* Say which keys do what. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const { el, button } = xe.dom;
  const KEYS = [
    ["Tab, Shift+Tab", "go to the next or previous part of the page"],
    ["← →", "previous or next step (Rewrites); between tabs when one has the focus"],
    ["Space", "play or pause (Rewrites)"],
    ["Home, End", "first or last state (Rewrites)"],
    ["arrows in the picture", "go to the next node that way"],
    ["Enter", "pick the node"],
    ["o", "open the inner graph of the node"],
    ["+  −  0", "zoom in, zoom out, fit"],
    ["/", "find a node"],
    ["1 … 9", "choose a tab"],
    ["s", "before and after, or two stages, side by side"],
    ["v", "values on the nodes"],
    ["l", "the lines of the file that wrote the nodes"],
    ["Escape", "close the inner graph; let go of the node"],
    ["?", "this list"],
  ];

  /** Open the list of keys. */
  function open() {
    const list = el("dl", { class: "keys" });
    for (const [keys, said] of KEYS)
      list.append(el("dt", {}, el("kbd", { text: keys })), el("dd", { text: said }));
    const dialog = el(
      "dialog",
      { class: "dialog", "aria-label": "Keys" },
      el("h2", { text: "Keys" }),
      list,
      el("p", {
        class: "faint",
        text: "Wheel or two fingers zoom, dragging moves. The address holds what is shown.",
      }),
      button("Close", () => dialog.close(), { class: "action" }),
    );
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  }

  xe.help = { open };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
