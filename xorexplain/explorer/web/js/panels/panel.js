/* The panel at the side: what is known about the picked node, the step, or the graph. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const { el, refill, sure } = xe.dom;
  const { data, view, graph } = xe.bundle;

  /**
   * Return what is said about a view when no node is picked.
   * @param {State} state
   */
  function overview(state) {
    const shown = sure(view(state.view));
    const key = state.view === "rewrites" ? xe.trace.graphKey(state.step) : shown.graph;
    const of = sure(graph(key));
    return [
      state.view !== "rewrites" && el("h2", { text: shown.title }),
      el("p", { class: "narrow-only", text: shown.lead ?? "" }),
      of.summary && el("p", { class: "faint", text: of.summary }),
      state.view !== "rewrites" &&
        el("p", {
          class: "hint",
          text: "Pick a node to see what it is, where it came from and what became of it.",
        }),
      xe.legend(of, state.view === "rewrites"),
      state.view === "rewrites" && asText(state),
      xe.parts.section(
        "Notes",
        ...(data.notes ?? []).map((note) => el("p", { class: "note", text: note })),
      ),
    ];
  }

  /**
   * List the graph of a step as text; the stages have their outlines.
   * @param {State} state
   */
  function asText(state) {
    const change = xe.trace.change(state.step, "both");
    return xe.listing("The picture as text", "rewrites", change);
  }

  /**
   * Make the panel.
   * @param {HTMLElement} element
   */
  function create(element) {
    let body = el("div", { class: "panel-body" });
    refill(element, body);

    /**
     * Show what the state picks.
     * @param {State} state
     */
    function update(state) {
      const key = xe.state.pickedIn(state);
      const root = key === "rewrites" ? xe.trace.graphKey(state.step) : sure(view(key)).graph;
      const node = xe.node.sections(key, root, state.node, state);
      const elsewhere =
        node.length &&
        state.of &&
        el("p", {
          class: "note",
          text: `Picked in ${view(key)?.title}; what belongs to it is outlined here.`,
        });
      const step = state.view === "rewrites" ? xe.step.sections(state) : [];
      const parts = node.length ? [elsewhere, ...node, ...step] : [...step, ...overview(state)];
      // A new element starts at its top, without a layout to scroll there.
      const next = el("div", { class: "panel-body" }, ...parts);
      body.replaceWith(next);
      body = next;
      element.classList.toggle("picked", node.length > 0);
    }
    return { update };
  }

  xe.panel = { create };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
