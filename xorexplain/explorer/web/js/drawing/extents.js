/* Tell where something of a graph is drawn: the boxes of its nodes, its edges and its titles. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const PIECE = 40; // an edge is told by the boxes of pieces no longer than this
  const LETTER = 6.5; // of a group's title, which stands in its tab
  /** @type {Size} */
  const NUMBER = [10, 12]; // of an argument
  const TAB = { left: 6, up: 5, beside: 26, h: 16, step: 6 };

  /** @type {(points: Point[]) => Box} */
  const around = (points) => {
    const [xs, ys] = [0, 1].map((axis) => points.map((point) => point[axis]));
    return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
  };

  /** @type {(middle: Point, w: number, h: number) => Box} */
  const about = ([x, y], w, h) => [x - w / 2, y - h / 2, x + w / 2, y + h / 2];

  /** @type {WeakMap<IndexedGraph, Box[]>} */
  const placed = new WeakMap();

  /**
   * Return the boxes of what is drawn; `nodes` and `edges` are those that are there, null for all.
   * @param {IndexedGraph} graph
   * @param {Set<string> | null} nodes
   * @param {Set<number> | null} edges
   * @returns {Box[]}
   */
  function extents(graph, nodes, edges) {
    return [...bodies(graph, nodes), ...lines(graph, edges), ...tabs(graph)];
  }

  /** @type {(graph: IndexedGraph, nodes: Set<string> | null) => Box[]} */
  const bodies = (graph, nodes) =>
    graph.nodes
      .filter((node) => !nodes || nodes.has(node.id))
      .map(({ x, y, w, h }) => about([x, y], w, h));

  /** @type {(graph: IndexedGraph, edges: Set<number> | null) => Box[]} */
  const lines = (graph, edges) =>
    graph.edges
      .filter((_, position) => !edges || edges.has(position))
      .flatMap(({ d, at }) => (at ? [...pieces(d), about(at, ...NUMBER)] : pieces(d)));

  /**
   * Return the boxes of the pieces of an edge, whose path is cubic curves, a line behind them, or both.
   * @param {string} d
   * @returns {Box[]}
   */
  function pieces(d) {
    const [curves, tip = []] = d.split("L").map(points);
    const end = curves[curves.length - 1];
    const found = tip.flatMap((point) => along([end, end, point, point]));
    for (let first = 0; first + 3 < curves.length; first += 3)
      found.push(...along(curves.slice(first, first + 4)));
    return found;
  }

  /** @type {(curve: Point[]) => Box[]} */
  function along(curve) {
    const [l, t, r, b] = around(curve);
    const parts = Math.max(1, Math.ceil(Math.hypot(r - l, b - t) / PIECE));
    const ends = Array.from({ length: parts + 1 }, (_, part) => on(curve, part / parts));
    return ends.slice(1).map((end, part) => around([ends[part], end]));
  }

  /** @type {(words: string) => Point[]} */
  function points(words) {
    const numbers = (words.match(/-?[\d.]+(e[+-]?\d+)?/g) ?? []).map(Number);
    return Array.from({ length: numbers.length / 2 }, (_, at) => [
      numbers[2 * at],
      numbers[2 * at + 1],
    ]);
  }

  /** @type {(curve: Point[], t: number) => Point} */
  function on([a, b, c, d], t) {
    const s = 1 - t;
    const at = (/** @type {0 | 1} */ axis) =>
      s * s * s * a[axis] + 3 * s * s * t * b[axis] + 3 * s * t * t * c[axis] + t * t * t * d[axis];
    return [at(0), at(1)];
  }

  /**
   * Return the boxes of the titles of the groups, each on the upper side of its frame where it hides
   * nothing, at the left if that is nowhere.
   * @param {IndexedGraph} graph
   * @returns {Box[]}
   */
  function tabs(graph) {
    const known = placed.get(graph);
    if (known) return known;
    const drawn = [...bodies(graph, null), ...lines(graph, null)];
    const found = graph.groups.map((group) => tab(group, drawn));
    placed.set(graph, found);
    return found;
  }

  /** @type {(group: Group, drawn: Box[]) => Box} */
  function tab({ box: [x, y, w], title }, drawn) {
    const length = title.length * LETTER + TAB.beside;
    const [top, bottom] = [y - TAB.up, y - TAB.up + TAB.h];
    const near = drawn.filter(([, t, , b]) => t <= bottom && b >= top);
    const isFree = (/** @type {number} */ left) =>
      !near.some(([l, , r]) => l <= left + length && r >= left);
    const places = Math.max(0, Math.floor((w - 2 * TAB.left - length) / TAB.step));
    const lefts = Array.from({ length: places + 1 }, (_, at) => x + TAB.left + at * TAB.step);
    const left = lefts.find(isFree) ?? lefts[0];
    return [left, top, left + length, bottom];
  }

  xe.extents = { extents, tabs };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
