/* Tell which nodes and edges exist in each state of the rewriting, and what a step changes. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const { sure } = xe.dom;
  const { data, graph, rows } = xe.bundle;
  const trace = data.trace;
  const steps = rows(trace?.steps);
  /** @type {Mark[]} */
  const MARKS = ["removed", "added"];
  const states = trace?.states ?? [];
  /** @type {Map<number, Existing>} */
  const cache = new Map();

  /** Number of the last state; state k is the graph after step k, state 0 the start. */
  const last = steps.length;

  /**
   * Return the key of the graph that state k is drawn on.
   * @param {number} k
   * @returns {string}
   */
  function graphKey(k) {
    const state = sure(states[k]);
    if (state.local) return state.local;
    if (state.local === null) return nearest(k);
    return sure(trace).segments[sure(state.segment)].graph;
  }

  /**
   * Return the graph of the nearest drawn state, for one that changes nothing to be drawn.
   * @param {number} k
   */
  function nearest(k) {
    const drawn = states.map((_, at) => at).filter((at) => states[at].local !== null);
    if (!drawn.length) return sure(xe.bundle.stages.at(-1)?.graph);
    return graphKey(
      drawn.reduce((best, at) => (Math.abs(at - k) < Math.abs(best - k) ? at : best)),
    );
  }

  /**
   * Return the nodes and edges of state k, as sets of ids and indexes.
   * @param {number} k
   */
  function at(k) {
    const found = cache.get(k) ?? read(k);
    if (cache.size > 200) cache.clear();
    cache.set(k, found);
    return found;
  }

  /**
   * @param {number} k
   * @returns {Existing}
   */
  function read(k) {
    const state = states[k] ?? {};
    const of = sure(graph(graphKey(k)));
    const nodes = new Set(state.nodes ?? of.nodes.map((node) => node.id));
    const all = of.edges.map((_, position) => position);
    const edges = new Set(
      state.edges ?? all.filter((i) => nodes.has(of.edges[i].from) && nodes.has(of.edges[i].to)),
    );
    return { graph: of, nodes, edges, labels: state.labels ?? {}, slots: state.slots };
  }

  /**
   * Return what step k changes, drawn on the graph of its side.
   * @param {number} k
   * @param {Side} side
   * @returns {Change} what exists in the state; `marks`, `edgeMarks` of what changed
   */
  function change(k, side) {
    const now = at(k);
    if (states[k]?.local === null) return { ...now, marks: new Map(), edgeMarks: new Map() };
    if (k === 0) return { ...now, marks: new Map(), edgeMarks: new Map() };
    if (states[k]?.local) return localChange(side, now);
    const old = at(k - 1);
    const same = old.graph.key === now.graph.key;
    const drawn = side === "before" ? old : now;
    const nodes = new Set(drawn.nodes);
    const edges = new Set(drawn.edges);
    if (side === "both" && same) {
      old.nodes.forEach((id) => nodes.add(id));
      old.edges.forEach((position) => edges.add(position));
    }
    /** @type {Change["marks"]} */
    const marks = new Map();
    for (const id of nodes) {
      if (!now.nodes.has(id)) marks.set(id, "removed");
      else if (!old.nodes.has(id)) marks.set(id, "added");
    }
    for (const id of steps[k - 1]?.kept_changed ?? [])
      if (nodes.has(id) && !marks.has(id)) marks.set(id, "changed");
    /** @type {Change["edgeMarks"]} */
    const edgeMarks = new Map();
    if (same) {
      for (const position of edges) {
        if (!now.edges.has(position)) edgeMarks.set(position, "removed");
        else if (!old.edges.has(position)) edgeMarks.set(position, "added");
      }
    }
    return { graph: drawn.graph, nodes, edges, marks, edgeMarks, labels: drawn.labels };
  }

  /**
   * @param {Side} side
   * @param {Existing} now
   * @returns {Change}
   */
  function localChange(side, now) {
    const hidden = { before: "added", after: "removed", both: "" }[side];
    /** @type {Set<string>} */
    const nodes = new Set();
    /** @type {Change["marks"]} */
    const marks = new Map();
    for (const node of now.graph.nodes) {
      if (node.mark && node.mark === hidden) continue;
      nodes.add(node.id);
      if (node.mark) marks.set(node.id, node.mark === "edited" ? "changed" : node.mark);
    }
    /** @type {Set<number>} */
    const edges = new Set();
    /** @type {Change["edgeMarks"]} */
    const edgeMarks = new Map();
    now.graph.edges.forEach((edge, position) => {
      if (!nodes.has(edge.from) || !nodes.has(edge.to) || (edge.mark && edge.mark === hidden))
        return;
      edges.add(position);
      const ends = [edge.mark, marks.get(edge.from), marks.get(edge.to)];
      const mark = MARKS.find((word) => ends.includes(word));
      if (mark) edgeMarks.set(position, mark);
    });
    return { ...now, nodes, edges, marks, edgeMarks };
  }

  xe.trace = { trace, steps, last, graphKey, at, change };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
