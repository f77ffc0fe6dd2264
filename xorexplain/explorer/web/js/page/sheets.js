/* On a narrow window the sides are sheets at the bottom, opened by buttons; else they stand. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const { el, button, refill } = xe.dom;
  const NAMES = { derivation: "Equations", rewrites: "Steps" };

  /** Make the buttons of the sheets. */
  function create(left, source, right) {
    const sheets = { left, source, right };
    const label = { left: el("span"), right: el("span", { text: "Details" }) };
    const openers = {
      source: button(
        "Source",
        () => toggle("source"),
        { "aria-expanded": "false", "aria-controls": source.id, hidden: !xe.sources.files.length },
        xe.icon("code"),
        el("span", { text: "Source" }),
      ),
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
      el(
        "nav",
        { class: "sheet-bar", "aria-label": "Sheets" },
        openers.left,
        openers.source,
        openers.right,
      ),
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
      if (name === "source" && yes && !xe.state.get().source) xe.state.set({ source: "open" });
      for (const key of yes ? Object.keys(sheets) : [name]) {
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
      if (!state.source && before.source) open("source", false);
      if (before.view && state.source && !before.source) open("source", true);
      else if (before.view && state.node && state.node !== before.node) open("right", true);
      else if (!state.node && before.node) open("right", false);
    }
    return { update };
  }

  xe.sheets = { create };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
