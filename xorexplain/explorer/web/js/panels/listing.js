/* List a graph as text, where it has no outline: each node with what it reads. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const { el } = xe.dom;
  const { title } = xe.bundle;
  const opened = new Set(); // the lists that stay open from step to step
  const SAID = {
    ...{ added: "added", removed: "removed", changed: "reads another input now" },
    tried: "tried, and left as it was",
  };

  /**
   * Return a folded list of nodes with links to them.
   * @param {string} heading
   * @param {string} key the view
   * @param {object} drawn `graph`, and `nodes`, `edges`, `marks` where not all of it is drawn
   * @param {string} [prefix] the path to the graph
   */
  function listing(heading, key, drawn, prefix = "") {
    const list = el("ul", { class: "links" });
    const fill = () => list.replaceChildren(...items(key, drawn, prefix));
    const details = el(
      "details",
      { class: "listing", open: opened.has(heading) },
      el("summary", { text: heading }),
      list,
    );
    if (details.open) fill();
    details.addEventListener("toggle", () => {
      if (details.open && !list.firstChild) fill();
      if (details.open) opened.add(heading);
      else opened.delete(heading);
    });
    return details;
  }

  function items(key, drawn, prefix) {
    const { graph: of, nodes = null, edges = null, marks = new Map() } = drawn;
    return of.nodes
      .filter((node) => nodes === null || nodes.has(node.id))
      .map((node) => {
        const read = of.into.get(node.id).filter((i) => edges === null || edges.has(i));
        const inputs = read.map((i) => title(of.node.get(of.edges[i].from)));
        const parts = [SAID[marks.get(node.id)], inputs.length && `reads ${inputs.join(", ")}`];
        const link = xe.parts.nodeLink(
          key,
          prefix + node.id,
          node,
          parts.filter(Boolean).join("; "),
        );
        return el("li", { "data-node": node.id }, link);
      });
  }

  xe.listing = listing;
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
