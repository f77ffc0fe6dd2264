/* Put text on the clipboard; where the browser forbids that, show it to be copied by hand. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const { el, button, announce } = xe.dom;

  /**
   * Copy text and say so; `what` names it.
   * @param {string} content
   * @param {string} what
   */
  async function text(content, what) {
    try {
      await navigator.clipboard.writeText(content);
      toast(`Copied as ${what}`);
    } catch {
      byHand(content, what);
    }
  }

  /**
   * @param {string} content
   * @param {string} what
   */
  function byHand(content, what) {
    const area = el("textarea", { readonly: true, rows: 14, "aria-label": what });
    area.value = content;
    const dialog = el(
      "dialog",
      { class: "dialog", "aria-label": `Copy as ${what}` },
      el("h2", { text: `Copy as ${what}` }),
      el("p", {
        text: "The browser does not let this page write to the clipboard. Copy the text from here.",
      }),
      area,
      button("Close", () => dialog.close(), { class: "action" }),
    );
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
    area.select();
    if (document.execCommand?.("copy")) announce(`Copied as ${what}`);
  }

  /**
   * Show a line for a moment.
   * @param {string} line
   */
  function toast(line) {
    document.querySelector(".toast")?.remove();
    const note = el("p", { class: "toast", text: line });
    document.body.append(note);
    announce(line);
    setTimeout(() => note.remove(), 2500);
  }

  xe.copy = { text, toast };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
