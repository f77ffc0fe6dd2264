/* Close a group of nodes (a layer) to one box, and open it again. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const { svg, count } = xe.dom;
  const HEIGHT = 44; // of the box of a closed group

  /** Return the ids of the groups that are closed: those chosen, else those the graph closes. */
  function closed(graph, chosen) {
    const start = graph.groups.filter((group) => group.collapsed).map((group) => group.id);
    return new Set(chosen ?? start);
  }

  /** Return the choice after a group was opened or closed. */
  function toggled(graph, chosen, id) {
    const now = closed(graph, chosen);
    if (!now.delete(id)) now.add(id);
    return [...now];
  }

  /** Show a drawn graph with these groups closed; edges that enter a group end at its box. */
  function apply(drawn, ids) {
    const { graph } = drawn;
    const home = new Map();
    for (const group of graph.groups) {
      if (ids.has(group.id)) group.nodes.forEach((node) => home.set(node, group));
    }
    drawn.nodes.forEach((shown, id) => shown.classList.toggle("shut", home.has(id)));
    const seen = new Set();
    const lines = [];
    graph.edges.forEach((edge, position) => {
      const from = home.get(edge.from);
      const to = home.get(edge.to);
      drawn.edges[position].classList.toggle("shut", Boolean(from || to));
      const key = `${from?.id ?? edge.from}>${to?.id ?? edge.to}`;
      if ((!from && !to) || from === to || seen.has(key)) return;
      seen.add(key);
      lines.push(detour(graph, edge, from, to));
    });
    drawn.closed?.forEach((part) => part.remove());
    const boxes = graph.groups.filter((group) => ids.has(group.id)).map(box);
    drawn.closed = [lines, boxes].map((parts) => svg("g", { class: "closed" }, ...parts));
    drawn.root.insertBefore(drawn.closed[0], drawn.root.children[1]); // above frames alone
    drawn.root.append(drawn.closed[1]);
    for (const group of graph.groups)
      drawn.groups
        .get(group.id)
        .forEach((part) => part.classList.toggle("shut", ids.has(group.id)));
  }

  function place(group) {
    const [x, y, w, h] = group.box;
    const width = Math.max(group.title.length * 8 + 40, 110);
    return { x: x + w / 2, y: y + h / 2, w: width, h: HEIGHT };
  }

  function box(group) {
    const { x, y, w, h } = place(group);
    return svg(
      "g",
      {
        class: "closed-group",
        "data-group": group.id,
        role: "button",
        tabindex: 0,
        "aria-expanded": "false",
        "aria-label": `${group.title}: unfold, ${count(group.nodes.length, "node")}`,
      },
      svg("rect", {
        class: "shape back",
        x: x - w / 2 + 4,
        y: y - h / 2 + 4,
        width: w,
        height: h,
        rx: 6,
      }),
      svg("rect", { class: "shape", x: x - w / 2, y: y - h / 2, width: w, height: h, rx: 6 }),
      svg("text", {
        class: "label strong",
        x,
        y: y - 2,
        "font-size": 12,
        text: `+ ${group.title}`,
      }),
      svg("text", {
        class: "label small",
        x,
        y: y + 13,
        "font-size": 10,
        text: count(group.nodes.length, "node"),
      }),
    );
  }

  function detour(graph, edge, from, to) {
    const a = from ? place(from) : graph.node.get(edge.from);
    const b = to ? place(to) : graph.node.get(edge.to);
    const down = b.y >= a.y ? 1 : -1;
    const [y1, y2] = [a.y + (down * a.h) / 2, b.y - (down * b.h) / 2];
    const middle = (y1 + y2) / 2;
    const d = `M${a.x} ${y1}C${a.x} ${middle} ${b.x} ${middle} ${b.x} ${y2}`;
    return svg(
      "g",
      { class: "edge detour" },
      svg("path", { class: "line", d }),
      svg("path", { class: "head", d: xe.draw.head(d) }),
    );
  }

  xe.groups = { closed, toggled, apply, place, HEIGHT };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
