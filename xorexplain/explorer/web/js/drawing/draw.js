/* Draw a graph as SVG, where the layout put it. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const { svg } = xe.dom;
  const { labelLines, title } = xe.bundle;
  const SIZES = { small: 11, accent: 11 }; // px, as the layout measured them
  const USUAL = 12;
  const LEADING = 1.2;
  const AROUND = 6; // px above and below the lines; Graphviz sets those of a formula closer
  const HEAD = { length: 9, half: 3.6 };
  const MEMORY = { "in place": "inplace", view: "view" };
  const SIGNS = { added: "+", removed: "−", changed: "~", tried: "×" };
  const SAID = {
    ...{ added: "added", removed: "removed", changed: "reads another input now" },
    tried: "tried, and left as it was",
  };

  /**
   * Draw a graph.
   * @param {IndexedGraph} graph
   * @returns {Drawing}
   */
  function draw(graph) {
    const nodes = new Map();
    const tabs = xe.extents.tabs(graph);
    const groups = new Map(graph.groups.map((group, at) => [group.id, frame(group, tabs[at])]));
    const edges = graph.edges.map(edge);
    for (const node of graph.nodes) nodes.set(node.id, drawNode(graph, node));
    const root = svg(
      "g",
      { class: "graph" },
      svg("g", { class: "groups" }, ...[...groups.values()].map(([back]) => back)),
      svg("g", { class: "edges" }, ...edges),
      svg("g", { class: "groups" }, ...[...groups.values()].map(([, tab]) => tab)),
      svg("g", { class: "nodes" }, ...nodes.values()),
    );
    const drawn = { root, nodes, edges, groups, graph };
    nodes.forEach((_, id) => name(drawn, id));
    return drawn;
  }

  function drawNode(graph, node) {
    const classes = ["node", `kind-${node.kind}`, xe.shapes.paint(node)];
    const inner = graph.folds[node.id];
    if (inner) classes.push("folded");
    return svg(
      "g",
      { class: classes.join(" "), "data-id": node.id, role: "button", tabindex: -1 },
      xe.shapes.outline(node),
      text(node),
      inner ? unfoldSign(node) : null,
      svg("g", { class: "value" }),
      svg("g", { class: "mark", "aria-hidden": "true" }),
    );
  }

  function text(node, label = labelLines(node)) {
    const lines = label.filter(([line]) => line);
    const sizes = lines.map(([, style]) => SIZES[style] ?? USUAL);
    const room = (node.h - AROUND) / sizes.reduce((sum, size) => sum + size, 0);
    const leading = Math.max(1, Math.min(LEADING, room));
    const heights = sizes.map((size) => size * leading);
    const drop = { cylinder: Math.min(6, node.h / 7) * 0.6, folder: 2.5 }[node.shape] ?? 0;
    let y = node.y + drop - heights.reduce((sum, height) => sum + height, 0) / 2;
    const shift = node.kind === "update" ? -3 : 0;
    const written = lines.map(([line, style], position) => {
      const size = sizes[position] ?? USUAL;
      const baseline = y + heights[position] / 2 + size * 0.36;
      y += heights[position];
      return svg("text", {
        class: `label ${style}`,
        x: node.x + shift,
        y: round(baseline),
        "font-size": size,
        text: line,
      });
    });
    // The spaces keep the lines apart for those who hear them.
    return svg("g", { class: "text" }, ...written.flatMap((line) => [line, " "]));
  }

  function unfoldSign(node) {
    const x = node.x + node.w / 2 - 1;
    const y = node.y - node.h / 2 + 1;
    return svg(
      "g",
      { class: "unfold", "data-unfold": node.id },
      svg("circle", { cx: x, cy: y, r: 8 }),
      svg("path", { d: `M${x - 4} ${y - 1}v-3h3M${x + 4} ${y + 1}v3h-3M${x - 4} ${y - 4}l8 8` }),
    );
  }

  function edge(record, position) {
    const at = record.at ?? null;
    const memory = MEMORY[record.style] ?? "";
    return svg(
      "g",
      { class: `edge ${memory}`, "data-edge": position },
      svg("path", { class: "line", d: record.d }),
      record.head === false ? null : svg("path", { class: "head", d: head(record.d) }),
      record.label && at
        ? svg("text", {
            class: "edge-label",
            x: at[0],
            y: at[1] + 3,
            "font-size": 11,
            text: record.label,
          })
        : null,
    );
  }

  /** Return the arrow head at the end of a path, turned as its last piece runs. */
  function head(d) {
    const numbers = d.match(/-?\d+(?:\.\d+)?/g).map(Number);
    const [px, py, x, y] = numbers.slice(-4);
    const length = Math.hypot(x - px, y - py) || 1;
    const [ux, uy] = [(x - px) / length, (y - py) / length];
    const [bx, by] = [x - ux * HEAD.length, y - uy * HEAD.length];
    const [nx, ny] = [-uy * HEAD.half, ux * HEAD.half];
    const point = (...at) => at.map(round).join(" ");
    return `M${point(x, y)}L${point(bx + nx, by + ny)}L${point(bx - nx, by - ny)}Z`;
  }

  // The title stands across the frame: below it stand the numbers of the arguments.
  function frame(group, [left, top, right, bottom]) {
    const [x, y, w, h] = group.box;
    return [
      svg("rect", { class: "frame", x, y, width: w, height: h, rx: 6 }),
      svg(
        "g",
        {
          class: "group-title",
          "data-group": group.id,
          role: "button",
          tabindex: 0,
          "aria-expanded": "true",
          "aria-label": `${group.title}: fold`,
        },
        svg("rect", {
          class: "group-tab",
          x: left,
          y: top,
          width: right - left,
          height: bottom - top,
          rx: 8,
        }),
        svg("text", {
          class: "group-text",
          x: left + 7,
          y: top + 11.5,
          "font-size": 11,
          text: `− ${group.title}`,
        }),
      ),
    ];
  }

  /** Mark a node as added, removed or changed: by a sign besides the colour; "" takes it away. */
  function mark(drawn, id, kind) {
    const shown = drawn.nodes.get(id);
    if (!shown || (shown.dataset.mark ?? "") === kind) return;
    shown.dataset.mark = kind;
    const node = drawn.graph.node.get(id);
    name(drawn, id);
    const [x, y] = [node.x - node.w / 2, node.y - node.h / 2];
    xe.dom.refill(
      shown.querySelector(".mark"),
      kind && svg("circle", { cx: x, cy: y, r: 8 }),
      kind && svg("text", { x, y: y + 4.5, "font-size": 13, text: SIGNS[kind] }),
    );
  }

  /** Name a node for those who hear it: what is written on it, and what its mark means. */
  function name(drawn, id) {
    const shown = drawn.nodes.get(id);
    const node = drawn.graph.node.get(id);
    const lines = [...shown.querySelectorAll(".text text, .value text, .turn text")].map(
      (line) => line.textContent,
    );
    const more = [drawn.graph.folds[id] && "has an inner graph", SAID[shown.dataset.mark]];
    shown.setAttribute(
      "aria-label",
      [lines.join(" ") || title(node), ...more].filter(Boolean).join("; "),
    );
  }

  /** Write another label into a node than its own; null writes its own again. */
  function relabel(drawn, id, lines) {
    const shown = drawn.nodes.get(id);
    const said = lines ? JSON.stringify(lines) : "";
    if ((shown.dataset.relabelled ?? "") === said) return;
    shown.dataset.relabelled = said;
    const node = drawn.graph.node.get(id);
    shown
      .querySelector(".text")
      .replaceWith(text(node, lines ? labelLines({ ...node, label: lines }) : undefined));
    name(drawn, id);
  }

  /** Write lines of a value below a node. */
  function value(drawn, id, lines) {
    const node = drawn.graph.node.get(id);
    const top = node.y + node.h / 2 + 3;
    const width = Math.max(0, ...lines.map(([line]) => line.length)) * 6.2 + 10;
    xe.dom.refill(
      drawn.nodes.get(id).querySelector(".value"),
      lines.length > 0 &&
        svg("rect", { x: node.x - width / 2, y: top, width, height: lines.length * 12 + 4, rx: 3 }),
      ...lines.map(([line, style], position) =>
        svg("text", {
          class: style,
          x: node.x,
          y: top + 11 + position * 12,
          "font-size": 10,
          text: line,
        }),
      ),
    );
    name(drawn, id);
  }

  /** Write the values of a view's nodes below them, or take them away, as the state says. */
  function values(drawn, key, state) {
    const stamp = state.values ? `${key} ${state.case} ${state.moment}` : "";
    if ((drawn.stamp ?? "") === stamp) return;
    drawn.stamp = stamp;
    for (const node of drawn.graph.nodes)
      value(drawn, node.id, stamp ? xe.values.short(key, node, state) : []);
  }

  function round(number) {
    return Math.round(number * 100) / 100;
  }

  xe.draw = { draw, mark, relabel, values, head, name };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
