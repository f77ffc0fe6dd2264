/* Look up the value and gradient of a node, for a row of the data and a moment of training. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const { data, space } = xe.bundle;
  const values = data.values;
  const cases = values?.cases ?? [];
  const moments = values?.moments ?? [];
  const ROOM = 18; // letters of a value below a node

  /**
   * @param {"data"|"adjoints"} table
   * @param {string} view
   * @returns {Record<string, string>}
   */
  const ofView = (table, view) =>
    values?.[table]?.[view === "rewrites" ? "trace" : space(view)] ?? {};

  /**
   * Return the known values of what a node computes: pairs of a record and which output it is.
   * @param {"data"|"adjoints"} table
   * @param {string} view
   * @param {GraphNode} node
   * @param {Pick<State, "case" | "moment">} state
   * @returns {[ValueRecord, number][]}
   */
  function lookUp(table, view, node, state) {
    const row = cases.findIndex((entry) => entry.key === state.case);
    const keys = (node.outputs ?? [node.id]).map((variable) => ofView(table, view)[variable]);
    return keys.flatMap((key, out) => {
      const record = values?.table?.[key]?.[state.moment]?.[row];
      return record ? [/** @type {[ValueRecord, number]} */ ([record, out])] : [];
    });
  }

  /**
   * Tell whether any node of a view has a value.
   * @param {string} view
   */
  function has(view) {
    return cases.length > 0 && Object.keys(ofView("data", view)).length > 0;
  }

  /**
   * Return what is written below a node: its values, and their gradients where there are any.
   * @param {string} view
   * @param {GraphNode} node
   * @param {Pick<State, "case" | "moment">} state
   * @returns {LabelLine[]}
   */
  function short(view, node, state) {
    const found = lookUp("data", view, node, state);
    const adjoints = lookUp("adjoints", view, node, state);
    return [
      ...found.map(([record]) => /** @type {LabelLine} */ ([clip(record.text), "value"])),
      ...adjoints.map(
        ([record]) => /** @type {LabelLine} */ ([`∂ ${clip(record.text)}`, "adjoint"]),
      ),
    ];
  }

  /** @param {string} text */
  function clip(text) {
    return text.length > ROOM ? `${text.slice(0, ROOM - 1)}…` : text;
  }

  xe.values = { cases, moments, lookUp, has, short };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
