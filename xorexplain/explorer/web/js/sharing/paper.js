/* What the texts of a graph have in common: its title, the light colours, what is drawn in order. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const { data } = xe.bundle;
  const LIGHT = /#[0-9a-f]{6}/;

  /**
   * Return a colour of the light theme, as the pictures of Python have it, by its name in the style.
   * @param {string} name
   */
  function colour(name) {
    const written = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`);
    return (LIGHT.exec(written) ?? ["#888888"])[0];
  }

  /**
   * Return the name of the colours of a node.
   * @param {GraphNode} node
   */
  function tint(node) {
    return xe.shapes.paint(node).replace(/^(family|paint)-/, "");
  }

  /**
   * Name what is written, in one line.
   * @param {string} view
   * @param {number} step
   */
  function title(view, step) {
    if (view !== "rewrites") return `${data.title}: ${xe.bundle.view(view)?.title ?? view}`;
    const done = xe.trace.steps[step - 1];
    const of = `${data.title}: step ${step} of ${xe.trace.last}`;
    return done ? `${of}, ${done.rewrite}` : of;
  }

  /**
   * Return the edges of a drawing that are there, with their places in the list of all.
   * @param {Copied} shown
   */
  function edges({ graph, nodes, edges: there }) {
    return [...graph.edges.entries()].filter(
      ([at, edge]) =>
        (!there || there.has(at)) &&
        graph.node.has(edge.from) &&
        graph.node.has(edge.to) &&
        (!nodes || (nodes.has(edge.from) && nodes.has(edge.to))),
    );
  }

  /**
   * Return the nodes of a drawing that are there, each with the label it has now.
   * @param {Copied} shown
   * @returns {[node: GraphNode, lines: string[]][]}
   */
  function nodes({ graph, nodes: there, labels = {} }) {
    return graph.nodes
      .filter((node) => !there || there.has(node.id))
      .map((node) => {
        const lines = xe.bundle.labelLines({ label: labels[node.id] ?? node.label });
        const found = lines.map(([line]) => line).filter(Boolean);
        return [node, found.length ? found : [node.id]];
      });
  }

  xe.paper = { colour, tint, title, edges, nodes };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
