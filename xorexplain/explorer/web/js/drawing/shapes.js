/* Draw the outlines of nodes: the shapes that the pictures have. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const { svg } = xe.dom;
  const FOLD = 8; // the turned corner of a note
  const TIP = 9; // the point of an update
  const CUT = 6; // the corners of what stands for something outside

  const path = (d, more = {}) => svg("path", { class: "shape", d, ...more });

  const DRAW = {
    rounded: ({ l, t, w, h }) =>
      svg("rect", { class: "shape", x: l, y: t, width: w, height: h, rx: Math.min(9, h / 2.6) }),
    box: ({ l, t, w, h }) => svg("rect", { class: "shape", x: l, y: t, width: w, height: h }),
    folder: ({ l, t, r, b }) =>
      path(`M${l} ${t + 5}V${b}H${r}V${t + 5}H${l + 34}L${l + 28} ${t}H${l}Z`),
    octagon: ({ l, t, r, b }) =>
      path(
        `M${l + CUT} ${t}H${r - CUT}L${r} ${t + CUT}V${b - CUT}L${r - CUT} ${b}` +
          `H${l + CUT}L${l} ${b - CUT}V${t + CUT}Z`,
      ),
    ellipse: ({ x, y, w, h }) =>
      svg("ellipse", { class: "shape", cx: x, cy: y, rx: w / 2, ry: h / 2 }),
    note: ({ l, t, r, b }) =>
      svg(
        "g",
        {},
        path(`M${l} ${t}H${r - FOLD}L${r} ${t + FOLD}V${b}H${l}Z`),
        path(`M${r - FOLD} ${t}V${t + FOLD}H${r}`, { class: "shape line" }),
      ),
    cds: ({ l, t, r, b, y }) => path(`M${l} ${t}H${r - TIP}L${r} ${y}L${r - TIP} ${b}H${l}Z`),
    cylinder: ({ l, t, b, w, h }) => {
      const rx = w / 2;
      const ry = Math.min(6, h / 7);
      const lid = `a${rx} ${ry} 0 0 0 ${w} 0`;
      return svg(
        "g",
        {},
        path(`M${l} ${t + ry}a${rx} ${ry} 0 0 1 ${w} 0V${b - ry}a${rx} ${ry} 0 0 1 ${-w} 0Z`),
        path(`M${l} ${t + ry}${lid}`, { class: "shape line" }),
      );
    },
  };

  /** Return the outline of a node; updates point at what they change, an unknown shape is a box. */
  function outline(node) {
    const { x, y, w, h } = node;
    const box = { x, y, w, h, l: x - w / 2, t: y - h / 2, r: x + w / 2, b: y + h / 2 };
    return (DRAW[node.kind === "update" ? "cds" : node.shape] ?? DRAW.box)(box);
  }

  /** Return the class names that give a node its colours. */
  function paint(node) {
    if (node.kind === "apply") return `family-${(node.family ?? "other").replaceAll(" ", "-")}`;
    const own = { parameter: "parameter", output: "result", update: "update", fold: "fold" };
    return `paint-${own[node.kind] ?? "plain"}`;
  }

  xe.shapes = { outline, paint };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
