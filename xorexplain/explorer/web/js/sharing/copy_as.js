/* What of the view can be copied as text: the graph in each notation. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  /** @type {[key: "latex" | "numpy", label: string][]} */
  const READY = [
    ["latex", "LaTeX"],
    ["numpy", "NumPy"],
  ];

  /**
   * Return the texts of what is shown: their names, and how each is made when it is asked for.
   * @param {Drawing} drawing
   * @returns {[label: string, make: () => string][]}
   */
  function texts({ graph }) {
    const { view, step, split, open } = xe.state.get();
    const title = xe.paper.title(view, step);
    const isState = view === "rewrites" && !open;
    // What a step took away is in the picture, and in no state of the graph after it.
    const seen = isState ? xe.trace.change(step, split ? "after" : "both") : { graph };
    const state = isState ? xe.trace.at(step) : { graph };
    /** @type {Record<string, () => string>} */
    const made = {
      DOT: () => xe.dot.write(seen, title),
      Mermaid: () => xe.mermaid.write(state, title),
      LaTeX: () => xe.code.latex(state),
      NumPy: () => xe.code.numpy(state, title),
    };
    for (const [key, label] of READY)
      if (!isState && graph[key]) made[label] = () => graph[key] ?? "";
    return Object.entries(made);
  }

  /**
   * Return the texts of the formula of the picked node.
   * @returns {[label: string, make: () => string][]}
   */
  function formulas() {
    const state = xe.state.get();
    const key = xe.state.pickedIn(state);
    const isStep = key === "rewrites";
    const root = isStep ? xe.trace.graphKey(state.step) : xe.bundle.view(key)?.graph;
    const found = xe.bundle.nodeAt(root, state.node);
    if (!found?.node.formula) return [];
    const { node, graph } = found;
    const isOuter = isStep && !found.prefix;
    const code = xe.code.lines(isOuter ? xe.trace.at(state.step) : { graph }, node.id);
    /** @type {[string, () => string][]} */
    const made = [["formula as text", () => node.formula ?? ""]];
    const { math } = node;
    if (math?.length) made.push(["formula as LaTeX", () => xe.tex.write(math)]);
    if (code) made.push(["formula as NumPy", () => code]);
    return made;
  }

  xe.copies = { texts, formulas };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
