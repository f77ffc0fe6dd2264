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
  /** @type {Map<number, Existing>} */
  const both = new Map();

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
    const state = states[k];
    if (state?.local === null) return { ...beside(k), marks: new Map(), edgeMarks: new Map() };
    if (k === 0) return { ...now, marks: new Map(), edgeMarks: new Map() };
    if (state?.local) return localChange(side, now, edited(k));
    const old = at(k - 1);
    const { graph: drawn, nodes, edges, labels } = shown(k, side);
    /** @type {Change["marks"]} */
    const marks = new Map();
    for (const id of nodes) {
      if (!now.nodes.has(id)) marks.set(id, "removed");
      else if (!old.nodes.has(id)) marks.set(id, "added");
    }
    for (const id of steps[k - 1].kept_changed ?? [])
      if (nodes.has(id) && !marks.has(id)) marks.set(id, edited(k));
    /** @type {Change["edgeMarks"]} */
    const edgeMarks = new Map();
    const [before, after] = [old, now].map(xe.ghosts.edgeKeys);
    for (const position of edges) {
      const key = xe.ghosts.edgeKey(drawn.edges[position]);
      if (!after.has(key)) edgeMarks.set(position, "removed");
      else if (!before.has(key)) edgeMarks.set(position, "added");
    }
    return { graph: drawn, nodes, edges, marks, edgeMarks, labels };
  }

  /**
   * Return the mark of what stays and reads something else, or would if its step had been kept.
   * @param {number} k
   * @returns {Mark}
   */
  function edited(k) {
    return steps[k - 1].verdict === "rejected" ? "tried" : "changed";
  }

  /**
   * Return what is drawn of step k: one of its sides, or both together on the layout after it.
   * @param {number} k
   * @param {Side} side
   * @returns {Existing}
   */
  function shown(k, side) {
    const [old, now] = [at(k - 1), at(k)];
    if (side !== "both") return side === "before" ? old : now;
    if (old.graph !== now.graph) {
      const found = both.get(k) ?? xe.ghosts.together(old, now, steps[k - 1].edits);
      both.set(k, found);
      return found;
    }
    const nodes = new Set([...now.nodes, ...old.nodes]);
    return { ...now, nodes, edges: new Set([...now.edges, ...old.edges]) };
  }

  /**
   * Return what there is of state k on the graph of the nearest drawn one.
   * @param {number} k
   */
  function beside(k) {
    const drawn = states.map((_, at) => at).filter((at) => states[at].local);
    const next = drawn.find((at) => at > k);
    const key = graphKey(k);
    const isBefore = next !== undefined && states[next].local === key;
    return localChange(isBefore ? "before" : "after", at(k));
  }

  /**
   * @param {Side} side
   * @param {Existing} now
   * @param {Mark} edit
   * @returns {Change}
   */
  function localChange(side, now, edit = "changed") {
    const hidden = { before: "added", after: "removed", both: "" }[side];
    /** @type {Set<string>} */
    const nodes = new Set();
    /** @type {Change["marks"]} */
    const marks = new Map();
    for (const node of now.graph.nodes) {
      if (node.mark && node.mark === hidden) continue;
      nodes.add(node.id);
      if (node.mark) marks.set(node.id, node.mark === "edited" ? edit : node.mark);
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
