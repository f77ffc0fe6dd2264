/* Read the data of the page and look things up in it. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const { sure, byId } = xe.dom;
  /** @type {Story} */
  const data = JSON.parse(xe.dom.visible(byId("story").textContent ?? ""));
  /** @type {Map<string, IndexedGraph>} */
  const indexed = new Map();
  const stages = data.views.filter((view) => view.graph);
  const equations = data.gradient?.equations ?? [];

  const derived = stages.find((view) => view.key === "gradient");
  const STORY = [
    ...["start", "model", "symbolic", "gradient", "derivation", "updates", "rewrites"],
    ...["optimized", "compiled"],
  ];

  /** What has a tab, in the order of the story: the start, the stages, and how they were made. */
  /** @type {View[]} */
  const views = [
    { key: "start", title: "Start", graph: null },
    ...data.views.map((view) => ({ noun: "apply node", ...view })),
    derived &&
      equations.length > 0 && {
        key: "derivation",
        title: "Derivation",
        lead:
          data.gradient?.lead ?? "The gradient, equation by equation; choose one to see its nodes.",
        graph: derived.graph,
        count: equations.length,
        noun: "equation",
      },
    data.trace && {
      key: "rewrites",
      title: "Rewrites",
      lead: data.trace.lead ?? "What the rewriter did to the graph, one step at a time.",
      graph: null,
      count: data.trace.states.length - 1,
      noun: "step",
    },
  ]
    .filter((entry) => typeof entry === "object" && entry !== null)
    .sort((a, b) => STORY.indexOf(a.key) - STORY.indexOf(b.key));

  /**
   * Return a view by key; undefined for one that this model does not have.
   * @param {string} key
   */
  function view(key) {
    return views.find((entry) => entry.key === key && !entry.why);
  }

  /**
   * Return the view whose ids a view uses: the derivation is drawn on the gradient's graph.
   * @param {string} key
   */
  function space(key) {
    return key === "derivation" ? "gradient" : key;
  }

  /**
   * Return a graph with what is looked up in it often.
   * @param {string | null | undefined} key
   */
  function graph(key) {
    if (!key || !data.graphs[key]) return null;
    const found = indexed.get(key) ?? index(key, data.graphs[key]);
    indexed.set(key, found);
    return found;
  }

  /**
   * Return a list of records. Long lists come as tables, `{rows, columns}`; a column is a list of
   * values, or the values once each with their places, `{of, at}`.
   * @template {object} T
   * @param {Table<T> | null | undefined} table
   * @returns {T[]}
   */
  function rows(table) {
    if (!table || Array.isArray(table)) return table ?? [];
    /** @type {Record<string, unknown>[]} */
    const found = Array.from({ length: table.rows }, () => ({}));
    for (const [name, column] of Object.entries(table.columns)) {
      found.forEach((record, i) => {
        const value = Array.isArray(column) ? column[i] : column.of[column.at[i]];
        if (value !== null && value !== undefined) record[name] = value;
      });
    }
    return /** @type {T[]} */ (found);
  }

  /**
   * @param {string} key
   * @param {PackedGraph} packed
   * @returns {IndexedGraph}
   */
  function index(key, packed) {
    return linked({
      groups: [],
      folds: {},
      ...packed,
      nodes: rows(packed.nodes),
      edges: rows(packed.edges),
      outline: rows(packed.outline),
      key,
    });
  }

  /**
   * Return a graph with its nodes by id and their edges.
   * @param {Omit<IndexedGraph, "node" | "into" | "outOf">} of
   * @returns {IndexedGraph}
   */
  function linked(of) {
    const node = new Map(of.nodes.map((entry) => [entry.id, entry]));
    /** @type {Map<string, number[]>} */
    const into = new Map(of.nodes.map((entry) => [entry.id, []]));
    /** @type {Map<string, number[]>} */
    const outOf = new Map(of.nodes.map((entry) => [entry.id, []]));
    of.edges.forEach((edge, position) => {
      into.get(edge.to)?.push(position);
      outOf.get(edge.from)?.push(position);
    });
    return { ...of, node, into, outOf };
  }

  /**
   * Return every node and edge that feeds a node, or that it feeds.
   * @param {IndexedGraph} of
   * @param {string} id
   * @param {"into"|"outOf"} way
   * @param {Set<number>|null} edges the edges that exist now; null is all
   */
  function reach(of, id, way, edges = null) {
    const end = way === "into" ? "from" : "to";
    /** @type {Set<number>} */
    const touched = new Set();
    const found = { nodes: new Set([id]), edges: touched };
    const queue = [id];
    for (let here = queue.pop(); here !== undefined; here = queue.pop()) {
      for (const position of of[way].get(here) ?? []) {
        if (edges && !edges.has(position)) continue;
        found.edges.add(position);
        const next = of.edges[position][end];
        if (!found.nodes.has(next)) {
          found.nodes.add(next);
          queue.push(next);
        }
      }
    }
    return found;
  }

  /**
   * Return the graph that a path of folded nodes (`n9/n2`) opens, starting from a graph's key.
   * @param {string | null | undefined} key
   * @param {string} path
   */
  function inner(key, path) {
    let found = graph(key);
    for (const id of path ? path.split("/") : []) {
      const fold = found?.folds[id];
      if (!fold) return null;
      found = graph(fold.graph);
    }
    return found;
  }

  /**
   * Return the node at a path (`n4`, or `n9/n2` inside the folded n9) with its graph, or null.
   * @param {string | null | undefined} key
   * @param {string} path
   * @returns {Found | null}
   */
  function nodeAt(key, path) {
    if (!path) return null;
    const cut = path.lastIndexOf("/");
    const within = inner(key, cut < 0 ? "" : path.slice(0, cut));
    const node = within?.node.get(path.slice(cut + 1));
    if (!within || !node) return null;
    return { node, graph: within, prefix: cut < 0 ? "" : path.slice(0, cut + 1) };
  }

  /** @type {Map<string, Map<string, string>>} */
  const places = new Map();

  /**
   * Return the path to a node of a stage, which may be in a folded part of it; null where the stage
   * does not draw it. Folded layers keep the ids of their stage, inner graphs of ops do not.
   * @param {string} key
   * @param {string} id
   */
  function place(key, id) {
    const found = places.get(key) ?? new Map(walk(key, ""));
    places.set(key, found);
    return found.get(id) ?? null;
  }

  /**
   * @param {string} key
   * @param {string} prefix
   * @returns {[id: string, path: string][]}
   */
  function walk(key, prefix) {
    const of = sure(graph(key));
    return of.nodes.flatMap((node) => {
      /** @type {[string, string][]} */
      const own = node.kind === "outside" ? [] : [[node.id, prefix + node.id]];
      const isLayer = node.kind === "fold" && of.folds[node.id];
      return isLayer ? [...own, ...walk(of.folds[node.id].graph, `${prefix + node.id}/`)] : own;
    });
  }

  /**
   * Return the id that stands in a stage for the node at a path: inside an op it is the op's.
   * @param {string} key
   * @param {string} path
   */
  function stageId(key, path) {
    const ids = path.split("/");
    const stop = ids.findIndex(
      (_, depth) => nodeAt(key, ids.slice(0, depth + 1).join("/"))?.node.kind !== "fold",
    );
    return ids[stop < 0 ? ids.length - 1 : stop];
  }

  /**
   * Return the box around nodes, or around the whole graph.
   * @param {IndexedGraph} of
   * @param {Iterable<string>} ids
   * @returns {Box}
   */
  function boxOf(of, ids) {
    const found = [...ids].flatMap((id) => of.node.get(id) ?? []);
    if (!found.length) return [0, 0, ...of.size];
    return [
      Math.min(...found.map((node) => node.x - node.w / 2)),
      Math.min(...found.map((node) => node.y - node.h / 2)),
      Math.max(...found.map((node) => node.x + node.w / 2)),
      Math.max(...found.map((node) => node.y + node.h / 2)),
    ];
  }

  /**
   * Return where the middle of the top of a graph is, between its left and right end.
   * @param {IndexedGraph} of
   * @param {number} l
   * @param {number} r
   * @param {number} t
   */
  function topCentre(of, l, r, t) {
    const first = of.nodes.filter((node) => node.y < t + 120);
    return first.length ? first.reduce((sum, node) => sum + node.x, 0) / first.length : (l + r) / 2;
  }

  /**
   * Return the lines of a label as text and style; a line that has no style is strong if first.
   * @param {Pick<GraphNode, "label">} node
   * @returns {LabelLine[]}
   */
  function labelLines(node) {
    return (node.label ?? []).map((line, position) =>
      typeof line === "string" ? [line, position ? "small" : "strong"] : line,
    );
  }

  /**
   * Name a node in a few words.
   * @param {GraphNode} node
   */
  function title(node) {
    const first = labelLines(node)[0]?.[0] ?? node.id;
    const name = node.name && node.name !== first && node.kind === "apply" ? node.name : "";
    return node.title ?? [first, name].filter(Boolean).join(" ");
  }

  xe.bundle = {
    data,
    views,
    stages,
    equations,
    view,
    space,
    graph,
    linked,
    reach,
    boxOf,
    topCentre,
    inner,
    nodeAt,
    labelLines,
    title,
    rows,
    place,
    stageId,
  };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
