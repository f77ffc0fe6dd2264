/* Find places for what a step removed in the layout of the state after it, which has none for it. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const GAP = 16; // px between a ghost and any node
  const RASTER = 20; // px between the places that are tried
  const RINGS = 90; // how far from the wish they are
  const CELL = 120; // px; nodes are looked up by the cells they lie in

  /**
   * Tell an edge from others: what it joins, as which argument.
   * @param {GraphEdge} edge
   */
  const edgeKey = (edge) => `${edge.from} ${edge.to} ${edge.position ?? ""} ${edge.variable ?? ""}`;

  /**
   * Return the keys of the edges that are there.
   * @param {Existing} existing
   */
  function edgeKeys({ graph, edges }) {
    return new Set([...edges].map((position) => edgeKey(graph.edges[position])));
  }

  /**
   * Return a state together with what the one before it had and it has not.
   * @param {Existing} old
   * @param {Existing} now
   * @param {Step["edits"]} edits what took the place of what
   * @returns {Existing}
   */
  function together(old, now, edits = []) {
    const gone = [...old.nodes].filter((id) => !now.nodes.has(id));
    const placed = place(gone, old, now, new Map(edits.map((edit) => [edit.old, edit.new])));
    const node = new Map(now.graph.node);
    for (const one of placed) node.set(one.id, one);
    const nodes = new Set([...now.nodes, ...gone]);
    const kept = edgeKeys(now);
    const lines = [...old.edges]
      .map((position) => old.graph.edges[position])
      .filter((edge) => !kept.has(edgeKey(edge)) && nodes.has(edge.from) && nodes.has(edge.to))
      .map((edge) => ({ ...edge, label: "", d: line(node.get(edge.from), node.get(edge.to)) }));
    const first = now.graph.edges.length;
    const [w, h] = now.graph.size;
    const drawn = [...now.graph.nodes.filter(({ id }) => !gone.includes(id)), ...placed];
    return {
      graph: xe.bundle.linked({
        ...now.graph,
        nodes: drawn,
        edges: [...now.graph.edges, ...lines],
        size: [
          Math.max(w, ...placed.map((one) => one.x + one.w / 2)),
          Math.max(h, ...placed.map((one) => one.y + one.h / 2)),
        ],
      }),
      nodes,
      edges: new Set([...now.edges, ...lines.map((_, at) => first + at)]),
      labels: { ...old.labels, ...now.labels },
    };
  }

  /**
   * Give each removed node a place near where it was, seen from its neighbours, or beside what
   * took its place; never over another node.
   * @param {string[]} gone
   * @param {Existing} old
   * @param {Existing} now
   * @param {Map<string, string>} heirs
   * @returns {GraphNode[]}
   */
  function place(gone, old, now, heirs) {
    /** @type {Map<string, GraphNode>} */
    const known = new Map([...now.nodes].map((id) => [id, xe.dom.sure(now.graph.node.get(id))]));
    const taken = rooms();
    known.forEach(taken.add);
    /** @type {GraphNode[]} */
    const placed = [];
    let left = [...gone];
    while (left.length) {
      const next = left.find(beside) ?? left.find(near) ?? left[0];
      left = left.filter((id) => id !== next);
      const was = xe.dom.sure(old.graph.node.get(next));
      const [x, y] = beside(next) ?? near(next) ?? [was.x, was.y];
      const found = taken.free({ ...was, x, y });
      taken.add(found);
      known.set(next, found);
      placed.push(found);
    }
    return placed;

    /** @param {string} id */
    function beside(id) {
      const heir = now.graph.node.get(heirs.get(id) ?? "");
      const was = old.graph.node.get(id);
      if (!heir || !was || !now.nodes.has(heir.id)) return null;
      return [heir.x + (heir.w + was.w) / 2 + 2 * GAP, heir.y];
    }

    /** @param {string} id */
    function near(id) {
      const was = xe.dom.sure(old.graph.node.get(id));
      const ends = [...(old.graph.into.get(id) ?? []), ...(old.graph.outOf.get(id) ?? [])]
        .filter((position) => old.edges.has(position))
        .flatMap((position) => [old.graph.edges[position].from, old.graph.edges[position].to])
        .filter((other) => other !== id && known.has(other) && old.graph.node.has(other));
      if (!ends.length) return null;
      const moves = ends.map((other) => {
        const [here, there] = [xe.dom.sure(known.get(other)), old.graph.node.get(other)];
        return [here.x - xe.dom.sure(there).x, here.y - xe.dom.sure(there).y];
      });
      const mean = (/** @type {number} */ axis) =>
        moves.reduce((sum, move) => sum + move[axis], 0) / moves.length;
      return [was.x + mean(0), was.y + mean(1)];
    }
  }

  /** Keep the boxes that are taken, and find free places. */
  function rooms() {
    /** @type {Map<string, GraphNode[]>} */
    const cells = new Map();

    /** @param {GraphNode} node */
    function* within({ x, y, w, h }) {
      for (let i = Math.floor((x - w / 2 - GAP) / CELL); i * CELL <= x + w / 2 + GAP; i += 1)
        for (let j = Math.floor((y - h / 2 - GAP) / CELL); j * CELL <= y + h / 2 + GAP; j += 1)
          yield `${i} ${j}`;
    }

    /** @param {GraphNode} node */
    function add(node) {
      for (const cell of within(node)) cells.set(cell, [...(cells.get(cell) ?? []), node]);
    }

    /** @param {GraphNode} node */
    function isFree(node) {
      if (node.x < node.w / 2 || node.y < node.h / 2) return false;
      for (const cell of within(node))
        if (cells.get(cell)?.some((other) => meet(node, other))) return false;
      return true;
    }

    /**
     * @param {GraphNode} node
     * @returns {GraphNode}
     */
    function free(node) {
      for (let ring = 0; ring < RINGS; ring += 1)
        for (const [dx, dy] of around(ring)) {
          const tried = { ...node, x: node.x + dx * RASTER, y: node.y + dy * RASTER };
          if (isFree(tried)) return tried;
        }
      const lowest = Math.max(...[...cells.values()].flat().map((one) => one.y + one.h / 2));
      return { ...node, y: lowest + 2 * GAP + node.h / 2 };
    }
    return { add, free };
  }

  /**
   * Return the steps to the places of a ring, the nearest first.
   * @param {number} ring
   * @returns {[number, number][]}
   */
  function around(ring) {
    if (!ring) return [[0, 0]];
    /** @type {[number, number][]} */
    const found = [];
    for (let i = 0; i <= ring; i += 1)
      for (const [a, b] of [
        [ring, i],
        [ring, -i],
        [-ring, i],
        [-ring, -i],
      ])
        found.push([a, b], [b, a]);
    return found;
  }

  /**
   * @param {GraphNode} one
   * @param {GraphNode} other
   */
  function meet(one, other) {
    return (
      Math.abs(one.x - other.x) < (one.w + other.w) / 2 + GAP &&
      Math.abs(one.y - other.y) < (one.h + other.h) / 2 + GAP
    );
  }

  /**
   * Return a straight line from the border of a node to that of another.
   * @param {GraphNode | undefined} from
   * @param {GraphNode | undefined} to
   */
  function line(from, to) {
    const [a, b] = [xe.dom.sure(from), xe.dom.sure(to)];
    const [dx, dy] = [b.x - a.x, b.y - a.y];
    const out = (/** @type {GraphNode} */ node) =>
      Math.min(node.w / 2 / (Math.abs(dx) || 1e-9), node.h / 2 / (Math.abs(dy) || 1e-9), 0.5);
    const point = (/** @type {number} */ t) => `${round(a.x + dx * t)},${round(a.y + dy * t)}`;
    return `M${point(out(a))}L${point(1 - out(b))}`;
  }

  /** @param {number} number */
  function round(number) {
    return Math.round(number * 10) / 10;
  }

  xe.ghosts = { together, edgeKey, edgeKeys };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
