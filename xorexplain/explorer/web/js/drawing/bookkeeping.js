/* Hide what only makes shapes fit, such as lengths and casts, or show all that the engine has. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const { el } = xe.dom;
  const { views, stages, view } = xe.bundle;
  const entries = [...views, ...stages].filter((entry) => entry.raw);
  const graphs = new Map(entries.map((entry) => [entry, entry.graph]));

  /** Make the switch. */
  function create() {
    const box = el("input", { type: "checkbox" });
    const element = el("label", { class: "field" }, box, " hide bookkeeping");
    element.title = "Leave out lengths, casts and what else only makes shapes fit";
    box.addEventListener("change", () =>
      xe.state.set({ raw: box.checked ? "" : "1", node: "", open: "", closed: null }),
    );

    /** @param {State} state */
    function update(state) {
      element.hidden = ![state.view, state.split].some((key) => view(key)?.raw);
      box.checked = state.raw === "";
    }
    return { element, update };
  }

  /**
   * Have each stage show the graph that the state asks for.
   * @param {State} state
   */
  function turn(state) {
    for (const [entry, folded] of graphs) entry.graph = (state.raw && entry.raw) || folded;
  }

  xe.bookkeeping = { create, turn };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
