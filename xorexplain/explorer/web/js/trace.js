/* Tell which nodes and edges exist in each state of the rewriting, and what a step changes. */
(function (xe) {
  "use strict";

  const { data, graph, rows } = xe.bundle;
  const trace = data.trace;
  const steps = rows(trace?.steps);
  const cache = new Map();

  /** Number of the last state; state k is the graph after step k, state 0 the start. */
  const last = steps.length;

  /** Return the key of the graph that state k is drawn on. */
  function graphKey(k) {
    const state = trace.states[k];
    if (state?.local) return state.local;
    if (state?.local === null) return nearest(k);
    return trace.segments[state.segment].graph;
  }

  /** Return the graph of the nearest drawn state, for one that changes nothing to be drawn. */
  function nearest(k) {
    const drawn = trace.states.map((_, at) => at).filter((at) => trace.states[at].local !== null);
    if (!drawn.length) return xe.bundle.stages.at(-1).graph;
    return graphKey(
      drawn.reduce((best, at) => (Math.abs(at - k) < Math.abs(best - k) ? at : best)),
    );
  }

  /** Return the nodes and edges of state k: `{graph, nodes, edges}` as sets of ids and indexes. */
  function at(k) {
    if (!cache.has(k)) {
      if (cache.size > 200) cache.clear();
      cache.set(k, read(k));
    }
    return cache.get(k);
  }

  function read(k) {
    const state = trace.states[k] ?? {};
    const of = graph(graphKey(k));
    const nodes = new Set(state.nodes ?? of.nodes.map((node) => node.id));
    const all = of.edges.map((_, position) => position);
    const edges = new Set(
      state.edges ?? all.filter((i) => nodes.has(of.edges[i].from) && nodes.has(of.edges[i].to)),
    );
    return { graph: of, nodes, edges, labels: state.labels ?? {} };
  }

  /**
   * Return what step k changes, drawn on the graph of its side.
   * @param {number} k
   * @param {"before"|"after"|"both"} side
   * @returns {object} graph, nodes and edges of the state; `marks`, `edgeMarks` of what changed
   */
  function change(k, side) {
    const now = at(k);
    if (trace.states[k]?.local === null) return { ...now, marks: new Map(), edgeMarks: new Map() };
    if (k === 0) return { ...now, marks: new Map(), edgeMarks: new Map() };
    if (trace.states[k]?.local) return localChange(k, side, now);
    const old = at(k - 1);
    const same = old.graph.key === now.graph.key;
    const drawn = side === "before" ? old : now;
    const nodes = new Set(drawn.nodes);
    const edges = new Set(drawn.edges);
    if (side === "both" && same) {
      old.nodes.forEach((id) => nodes.add(id));
      old.edges.forEach((position) => edges.add(position));
    }
    const marks = new Map();
    for (const id of nodes) {
      if (!now.nodes.has(id)) marks.set(id, "removed");
      else if (!old.nodes.has(id)) marks.set(id, "added");
    }
    for (const id of steps[k - 1]?.kept_changed ?? [])
      if (nodes.has(id) && !marks.has(id)) marks.set(id, "changed");
    const edgeMarks = new Map();
    if (same) {
      for (const position of edges) {
        if (!now.edges.has(position)) edgeMarks.set(position, "removed");
        else if (!old.edges.has(position)) edgeMarks.set(position, "added");
      }
    }
    return { graph: drawn.graph, nodes, edges, marks, edgeMarks, labels: drawn.labels };
  }

  function localChange(k, side, now) {
    const hidden = { before: "added", after: "removed", both: "" }[side];
    const nodes = new Set();
    const marks = new Map();
    for (const node of now.graph.nodes) {
      if (node.mark && node.mark === hidden) continue;
      nodes.add(node.id);
      if (node.mark) marks.set(node.id, node.mark === "edited" ? "changed" : node.mark);
    }
    const edges = new Set();
    const edgeMarks = new Map();
    now.graph.edges.forEach((edge, position) => {
      if (!nodes.has(edge.from) || !nodes.has(edge.to) || (edge.mark && edge.mark === hidden))
        return;
      edges.add(position);
      const ends = [edge.mark, marks.get(edge.from), marks.get(edge.to)];
      const mark = ["removed", "added"].find((word) => ends.includes(word));
      if (mark) edgeMarks.set(position, mark);
    });
    return { ...now, nodes, edges, marks, edgeMarks };
  }

  xe.trace = { trace, steps, last, graphKey, at, change };
})((window.xorexplain ??= {}));
