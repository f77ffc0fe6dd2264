/* Free the room of closed groups: what is left moves together, in the order it had. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const MOST = [36, 40]; // that is left free between two nodes, across and down
  const EDGE = 12; // that is left free around all of them

  /** @type {WeakMap<IndexedGraph, Map<string, IndexedGraph>>} */
  const known = new WeakMap();

  /**
   * Return a graph as it is with some groups closed: each is a box in the middle of its frame.
   * @param {IndexedGraph} graph
   * @param {Set<string>} ids
   * @returns {IndexedGraph}
   */
  function closedUp(graph, ids) {
    const closed = graph.groups.filter((group) => ids.has(group.id));
    if (!closed.length) return graph;
    const choice = closed.map((group) => group.id).join(" ");
    const done = known.get(graph) ?? new Map();
    known.set(graph, done);
    if (!done.has(choice)) done.set(choice, moved(graph, closed));
    return done.get(choice);
  }

  /**
   * @param {IndexedGraph} graph
   * @param {Group[]} closed
   * @returns {IndexedGraph}
   */
  function moved(graph, closed) {
    const hidden = new Set(closed.flatMap((group) => group.nodes));
    const boxes = [
      ...graph.nodes.filter((node) => !hidden.has(node.id)),
      ...closed.map(xe.groups.place),
    ];
    const across = closing(
      boxes.map(({ x, w }) => [x - w / 2, x + w / 2]),
      MOST[0],
    );
    const down = closing(
      boxes.map(({ y, h }) => [y - h / 2, y + h / 2]),
      MOST[1],
    );
    const nodes = graph.nodes.map((node) => ({ ...node, x: across(node.x), y: down(node.y) }));
    const [right, bottom] = [0, 1].map((axis) =>
      Math.max(...boxes.map((box) => (axis ? box.y + box.h / 2 : box.x + box.w / 2))),
    );
    return {
      ...graph,
      nodes,
      node: new Map(nodes.map((node) => [node.id, node])),
      edges: graph.edges.map((edge) => ({
        ...edge,
        d: along(edge.d, across, down),
        ...(edge.at ? { at: [across(edge.at[0]), down(edge.at[1])] } : {}),
      })),
      groups: graph.groups.map((group) => ({
        ...group,
        box: closed.includes(group) ? middle(group, across, down) : framed(group, across, down),
      })),
      size: [across(right) + EDGE, down(bottom) + EDGE],
    };
  }

  /**
   * Return where each place goes when gaps between spans are at most so wide; spans keep theirs.
   * @param {[number, number][]} spans
   * @param {number} most
   */
  function closing(spans, most) {
    spans.sort((a, b) => a[0] - b[0]);
    /** @type {{from: number, to: number, less: number}[]} gaps, and how much narrower all is there */
    const gaps = [];
    let end = spans[0][0];
    let less = end - EDGE;
    for (const [from, to] of spans) {
      if (from > end) {
        gaps.push({ from: end, to: from, less });
        less += Math.max(from - end - most, 0);
      }
      end = Math.max(end, to);
    }
    const begin = spans[0][0] - EDGE;
    return (/** @type {number} */ at) => {
      let shift = begin;
      for (const gap of gaps) {
        if (at <= gap.from) break;
        const share = Math.min((at - gap.from) / (gap.to - gap.from), 1);
        shift = gap.less + share * Math.max(gap.to - gap.from - most, 0);
      }
      return at - shift;
    };
  }

  /**
   * @param {string} d
   * @param {(x: number) => number} across
   * @param {(y: number) => number} down
   */
  function along(d, across, down) {
    let isDown = true;
    return d.replace(/-?\d+(?:\.\d+)?/g, (number) => {
      isDown = !isDown;
      return String(Math.round((isDown ? down : across)(Number(number)) * 10) / 10);
    });
  }

  /**
   * @param {Group} group
   * @param {(x: number) => number} across
   * @param {(y: number) => number} down
   * @returns {Group["box"]}
   */
  function framed({ box: [x, y, w, h] }, across, down) {
    const [left, top] = [across(x), down(y)];
    return [left, top, across(x + w) - left, down(y + h) - top];
  }

  /**
   * @param {Group} group
   * @param {(x: number) => number} across
   * @param {(y: number) => number} down
   * @returns {Group["box"]}
   */
  function middle(group, across, down) {
    const { x, y, w, h } = xe.groups.place(group);
    return [across(x) - w / 2, down(y) - h / 2, w, h];
  }

  /**
   * Return how far a group moved from one way to close a graph to another, null where none did.
   * @param {IndexedGraph} before
   * @param {IndexedGraph} after
   * @returns {[x: number, y: number] | null}
   */
  function shift(before, after) {
    const heights = [before, after].map((graph) => graph.groups.map((group) => group.box[3]));
    const isShut = (/** @type {number} */ height) => height === xe.groups.HEIGHT;
    const at = heights[0].findIndex((height, i) => isShut(height) !== isShut(heights[1][i]));
    if (at < 0) return null;
    const [from, to] = [before, after].map((graph) => xe.groups.place(graph.groups[at]));
    return [to.x - from.x, to.y - from.y];
  }

  xe.closeup = { closedUp, shift };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
