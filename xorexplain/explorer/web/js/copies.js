/* What of the view can be copied as text: the graph in each notation, and the link. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  /** @type {[key: "dot" | "mermaid" | "latex", label: string][]} */
  const READY = [
    ["dot", "DOT"],
    ["mermaid", "Mermaid"],
    ["latex", "LaTeX"],
  ];

  /**
   * Return the texts of what is shown: their names, and how each is made when it is asked for.
   * @param {Drawing} drawing
   * @returns {[label: string, make: () => string][]}
   */
  function texts({ graph }) {
    const { view, step, split } = xe.state.get();
    if (view === "rewrites" && !xe.state.get().open) {
      const title = xe.paper.title(view, step);
      // What a step took away is in the picture, and in no state of the graph after it.
      return [
        ["DOT", () => xe.dot.write(xe.trace.change(step, split ? "after" : "both"), title)],
        ["Mermaid", () => xe.mermaid.write(xe.trace.change(step, "after"), title)],
      ];
    }
    const title = xe.paper.title(view, step);
    const ready = READY.filter(([key]) => graph[key]).map(
      ([key, label]) => /** @type {[string, () => string]} */ ([label, () => graph[key] ?? ""]),
    );
    if (ready.length) return ready;
    return [
      ["DOT", () => xe.dot.write({ graph }, title)],
      ["Mermaid", () => xe.mermaid.write({ graph }, title)],
    ];
  }

  xe.copies = { texts };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
