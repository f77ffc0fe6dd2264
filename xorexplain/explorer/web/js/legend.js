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

  /** Return the legend of a graph as a section; `steps` explains the marks of a step too. */
  function legend(of, steps) {
    const families = [
      ...new Set(of.nodes.filter((node) => node.kind === "apply").map((node) => node.family)),
    ];
    const kinds = [...new Set(of.nodes.map((node) => node.kind))].filter(
      (kind) => kind !== "apply",
    );
    const item = (node, text) => el("li", {}, swatchOf(node), el("span", { text }));
    const marks = new Set(of.edges.map((edge) => edge.style));
    return xe.parts.section(
      "Legend",
      el(
        "ul",
        { class: "legend" },
        ...families.map((family) => item({ kind: "apply", family, shape: "rounded" }, family)),
        ...kinds.map((kind) =>
          item(
            of.nodes.find((node) => node.kind === kind),
            KINDS[kind] ?? kind,
          ),
        ),
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
