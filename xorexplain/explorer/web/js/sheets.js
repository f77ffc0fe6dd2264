/* On a narrow window the two sides are sheets at the bottom, opened by buttons; else they stand. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const { el, button, refill } = xe.dom;
  const NAMES = { derivation: "Equations", rewrites: "Steps" };

  /** Make the buttons of the sheets. */
  function create(left, right) {
    const sheets = { left, right };
    const label = { left: el("span"), right: el("span", { text: "Details" }) };
    const openers = {
      left: button(
        "Contents",
        () => toggle("left"),
        { "aria-expanded": "false", "aria-controls": left.id },
        xe.icon("list"),
        label.left,
      ),
      right: button(
        "Details",
        () => toggle("right"),
        { "aria-expanded": "false", "aria-controls": right.id },
        xe.icon("info"),
        label.right,
      ),
    };
    document.body.append(
      el("nav", { class: "sheet-bar", "aria-label": "Sheets" }, openers.left, openers.right),
    );
    for (const [name, sheet] of Object.entries(sheets)) {
      sheet.prepend(
        button(
          "Close the sheet",
          () => open(name, false),
          { class: "sheet-close quiet" },
          xe.icon("down"),
        ),
      );
    }

    function toggle(name) {
      open(name, !sheets[name].classList.contains("open"));
    }

    function open(name, yes) {
      for (const key of Object.keys(sheets)) {
        const shown = key === name && yes;
        sheets[key].classList.toggle("open", shown);
        openers[key].setAttribute("aria-expanded", String(shown));
      }
    }

    /** Name the sheets; a newly picked node brings up its details. */
    function update(state, before) {
      const name = NAMES[state.view] ?? "Outline";
      refill(label.left, name);
      openers.left.setAttribute("aria-label", name);
      openers.left.title = name;
      if (before.view && state.node && state.node !== before.node) open("right", true);
      else if (!state.node && before.node) open("right", false);
    }
    return { update };
  }

  xe.sheets = { create };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
