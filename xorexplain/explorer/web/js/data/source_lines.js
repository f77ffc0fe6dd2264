/* Look up which lines wrote a node, or what it was made from, and which nodes a line wrote. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const { data, space, graph, nodeAt, stageId, view: viewOf } = xe.bundle;
  const files = data.sources?.files ?? [];
  const from = data.sources?.from ?? {};
  const at = new Map(files.map((entry, position) => [entry.file, position]));
  /** @type {Map<string, Map<string, Set<string>>>} */
  const known = new Map();

  /**
   * Return the lines that nodes of a view come from, by id.
   * @param {string} view
   */
  function derived(view) {
    return from[view === "rewrites" ? "trace" : space(view)] ?? {};
  }

  /**
   * Return the line that wrote a node, none or one.
   * @param {GraphNode} node
   */
  function written(node) {
    const file = at.get(node.source?.file ?? "");
    return node.source && file !== undefined ? [`${file}:${node.source.line}`] : [];
  }

  /**
   * Return the lines of a drawn node: for a folded layer those of all inside.
   * @param {string} view
   * @param {IndexedGraph} of
   * @param {GraphNode} node
   */
  function linesOf(view, of, node) {
    /** @type {Set<string>} */
    const found = new Set();
    /** @type {{of: IndexedGraph, node: GraphNode, inOp: boolean}[]} */
    const queue = [{ of, node, inOp: false }];
    for (let here = queue.pop(); here; here = queue.pop()) {
      const said = here.inOp ? undefined : derived(view)[here.node.id];
      (said ?? written(here.node)).forEach((line) => found.add(line));
      const inner = graph(here.of.folds[here.node.id]?.graph);
      const inOp = here.inOp || here.node.kind !== "fold";
      inner?.nodes.forEach((node) => queue.push({ of: inner, node, inOp }));
    }
    return found;
  }

  /**
   * Return the ids of the drawn nodes by line.
   * @param {string} view
   * @param {IndexedGraph} of
   */
  function byLine(view, of) {
    const key = `${view} ${of.key}`;
    const done = known.get(key);
    if (done) return done;
    /** @type {Map<string, Set<string>>} */
    const found = new Map();
    for (const node of of.nodes) {
      for (const line of linesOf(view, of, node)) {
        const ids = found.get(line) ?? new Set();
        found.set(line, ids.add(node.id));
      }
    }
    known.set(key, found);
    return found;
  }

  /**
   * Return the ids of the drawn nodes that a line has.
   * @param {string} view
   * @param {IndexedGraph} of
   * @param {string} line
   */
  function nodes(view, of, line) {
    return byLine(view, of).get(line) ?? new Set();
  }

  /**
   * Return the lines of the node at a path, and whether it only comes from them.
   * @param {string} view
   * @param {string | null | undefined} root
   * @param {string} path
   */
  function told(view, root, path) {
    const found = nodeAt(root, path);
    if (!root || !found) return { lines: [], isDerived: false };
    const isInStage =
      view === "rewrites" ? !path.includes("/") : stageId(root, path) === found.node.id;
    const said = isInStage ? derived(view)[found.node.id] : undefined;
    if (found.node.kind === "fold")
      return { lines: [...linesOf(view, found.graph, found.node)], isDerived: true };
    return { lines: said ?? written(found.node), isDerived: said !== undefined };
  }

  /**
   * Return the lines of what a state picks, none for nothing.
   * @param {State} state
   */
  function picked(state) {
    const view = xe.state.pickedIn(state);
    const root = view === "rewrites" ? xe.trace.graphKey(state.step) : viewOf(view)?.graph;
    return state.node ? told(view, root, state.node).lines : [];
  }

  /**
   * Return the line that a state chose, "" for none.
   * @param {State} state
   */
  function chosen(state) {
    return state.source.includes(":") ? state.source : "";
  }

  /**
   * Return where a line is, and what it says.
   * @param {string} key
   */
  function place(key) {
    const [file, line] = key.split(":").map(Number);
    const entry = files[file];
    const text = entry?.lines.find(([number]) => number === line)?.[1] ?? "";
    return { name: `${entry?.file}:${line}`, text: text.trim() };
  }

  xe.sources = { files, linesOf, byLine, nodes, told, picked, chosen, place };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
