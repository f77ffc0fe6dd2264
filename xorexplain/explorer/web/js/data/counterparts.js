/* Match the nodes of two explorers by what they compute: a number for the op, one for each output. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  /**
   * Return what is asked of the nodes of both sides, by view.
   * @param {PairData["nodes"]} nodes
   */
  function create(nodes) {
    /**
     * Return the view whose nodes a view has: the derivation is drawn on the gradient.
     * @param {string} view
     */
    function space(view) {
      return view === "derivation" ? "gradient" : view;
    }

    /**
     * Return the nodes that a side shows, with what they compute.
     * @param {number} side
     * @param {Seen} seen
     * @returns {[id: string, code: Coded[string]][]}
     */
    function shownBy(side, { view, present }) {
      const known = nodes[space(view)]?.[side] ?? {};
      if (!present) return Object.entries(known);
      return present.filter((id) => known[id]).map((id) => [id, known[id]]);
    }

    /**
     * Return the node of the other side that computes the same, by the same op if there is one.
     * @param {number} side
     * @param {{view: string, id: string}} picked
     * @param {Seen} other what the other side shows
     */
    function of(side, { view, id }, other) {
      const code = nodes[space(view)]?.[side][id];
      if (!code) return null;
      const isHere = space(other.view) === space(view);
      const there = shownBy(1 - side, isHere ? other : { view, present: null });
      const [op, ...values] = code;
      const same = there.filter(([, [, ...others]]) => others.some((v) => values.includes(v)));
      const found = same.find(([, [other]]) => other === op) ?? same[0];
      return found ? { view, id: found[0] } : null;
    }

    /**
     * Return of each side the nodes whose values the other lacks, or has by other ops.
     * @param {[Seen, Seen]} seen
     * @returns {[Tints, Tints]}
     */
    function tints(seen) {
      const isOne = space(seen[0].view) === space(seen[1].view) && nodes[space(seen[0].view)];
      const [left, right] = isOne ? [shownBy(0, seen[0]), shownBy(1, seen[1])] : [[], []];
      return [apart(left, right), apart(right, left)];
    }

    /**
     * @param {[id: string, code: Coded[string]][]} own
     * @param {[id: string, code: Coded[string]][]} others
     * @returns {Tints}
     */
    function apart(own, others) {
      /** @type {Map<number, Set<number>>} */
      const there = new Map();
      for (const [, [op, ...values]] of others)
        for (const value of values) there.set(value, (there.get(value) ?? new Set()).add(op));
      const only = own.filter(([, [, ...values]]) => !values.some((value) => there.has(value)));
      const other = own.filter(
        ([, [op, ...values]]) =>
          values.some((value) => there.has(value)) &&
          !values.some((value) => there.get(value)?.has(op)),
      );
      return { only: only.map(([id]) => id), other: other.map(([id]) => id) };
    }

    return { of, tints };
  }

  xe.counterparts = { create };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
