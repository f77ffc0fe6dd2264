/* Explain the colours, shapes and lines that occur in a graph. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const { el, svg } = xe.dom;

  const KINDS = { fold: "folded layers", outside: "outside of the fold" };
  const MARKS = {
    added: ["+", "added"],
    removed: ["−", "removed"],
    changed: ["~", "reads another input"],
  };

  const isGiven = (node) => Number(node.kind !== "apply");
  const plain = ({ kind, family }) => ({ kind, family, shape: "rounded" });

  /** Return the legend of a graph as a section; `steps` explains the marks of a step too. */
  function legend(of, steps) {
    const known = new Map(); // the words, each with a node that has its look
    for (const node of [...of.nodes].sort((a, b) => isGiven(a) - isGiven(b))) {
      const word = node.legend ?? (isGiven(node) ? (KINDS[node.kind] ?? node.kind) : node.family);
      if (!known.has(word)) known.set(word, isGiven(node) || node.legend ? node : plain(node));
    }
    const item = (node, text) => el("li", {}, swatchOf(node), el("span", { text }));
    const marks = new Set(of.edges.map((edge) => edge.style));
    return xe.parts.section(
      "Legend",
      el(
        "ul",
        { class: "legend" },
        ...[...known].map(([word, node]) => item(node, word)),
        marks.has("in place") &&
          el(
            "li",
            {},
            el("span", { class: "stroke inplace" }),
            el("span", { text: "overwrites its input" }),
          ),
        marks.has("view") &&
          el("li", {}, el("span", { class: "stroke view" }), el("span", { text: "shares memory" })),
        ...(steps
          ? Object.entries(MARKS).map(([kind, [sign, text]]) =>
              el(
                "li",
                {},
                el("span", { class: `badge ${kind}`, text: sign }),
                el("span", { text }),
              ),
            )
          : []),
      ),
    );
  }

  function swatchOf(node) {
    const small = { ...node, x: 15, y: 9, w: 26, h: 15 };
    return svg(
      "svg",
      {
        class: `key node kind-${node.kind} ${xe.shapes.paint(node)}`,
        width: 30,
        height: 18,
        "aria-hidden": "true",
      },
      xe.shapes.outline(small),
    );
  }

  xe.legend = legend;
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
