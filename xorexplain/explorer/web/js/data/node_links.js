/* Follow a node from stage to stage. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const { data, views, view: viewOf, stages, space, graph, place, stageId, nodeAt } = xe.bundle;
  const { sure } = xe.dom;
  const links = data.links ?? {};
  const ORDER = stages.map((entry) => entry.key);

  /**
   * The last state of the rewriting is the optimized graph: the two share their ids.
   * @param {string} view
   */
  function table(view) {
    return view === "rewrites" ? "optimized" : space(view);
  }

  /**
   * Return what is known about where a node came from and went to, or null.
   * @param {string} view
   * @param {string} id
   */
  function record(view, id) {
    return links[table(view)]?.[id] ?? null;
  }

  /**
   * @param {LinkRecord | null} found
   * @param {string} key
   */
  function idsIn(found, key) {
    return /** @type {string[]} */ (found?.[key] ?? []);
  }

  /**
   * Return the ids in another view that stand for a node of this one.
   * @param {string} view
   * @param {string} id
   * @param {string} other
   * @returns {Set<string>}
   */
  function to(view, id, other) {
    if (!id) return new Set();
    if (table(view) === table(other)) return new Set([id]);
    return new Set(idsIn(record(view, id), table(other)));
  }

  /**
   * Return the stages a node has links to, in order; its own stage among them.
   * @param {string} view
   * @param {string} id
   */
  function chain(view, id) {
    const found = record(view, id);
    const own = table(view);
    return ORDER.filter((key) => (key === own ? find(key, id) : idsIn(found, key).length)).map(
      (key) => ({
        view: sure(views.find((entry) => entry.key === key)),
        ids: key === own ? [id] : idsIn(found, key),
        here: key === view || key === space(view),
      }),
    );
  }

  /**
   * Return what the state has to be for a node to be shown, the folds around it open.
   * @param {string} key
   * @param {string} id
   */
  function target(key, id) {
    const root = viewOf(key)?.graph;
    const path = (root && place(root, id)) ?? id;
    return { view: key, node: path, of: "", open: path.split("/").slice(0, -1).join("/") };
  }

  /**
   * Return the id by which links know the picked node of a state.
   * @param {State} state
   */
  function picked(state) {
    const key = xe.state.pickedIn(state);
    return state.node && key !== "rewrites"
      ? stageId(sure(viewOf(key)?.graph), state.node)
      : state.node.split("/")[0];
  }

  /**
   * Return the nodes of a drawn stage that stand for some ids: a closed fold for what it holds.
   * @param {string} key
   * @param {Set<string>} ids
   */
  function drawn(key, ids) {
    const root = viewOf(key)?.graph;
    if (!root) return ids;
    return new Set([...ids].flatMap((id) => place(root, id)?.split("/")[0] ?? []));
  }

  /**
   * Find a node of a view by id: in its graph, or in any of those the rewriting is drawn on.
   * @param {string} key
   * @param {string} id
   */
  function find(key, id) {
    const root = views.find((entry) => entry.key === key)?.graph;
    if (key !== "rewrites")
      return root ? (nodeAt(root, place(root, id) ?? "")?.node ?? null) : null;
    for (const segment of data.trace?.segments ?? []) {
      const node = graph(segment.graph)?.node.get(id);
      if (node) return node;
    }
    return null;
  }

  xe.links = { record, to, chain, find, target, picked, drawn };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
