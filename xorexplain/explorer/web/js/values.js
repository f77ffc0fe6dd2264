/* Look up the value and gradient of a node, for a row of the data and a moment of training. */
(function (xe) {
  "use strict";

  const { data, space } = xe.bundle;
  const values = data.values;
  const cases = values?.cases ?? [];
  const moments = values?.moments ?? [];
  const ROOM = 18; // letters of a value below a node

  const ofView = (table, view) =>
    values?.[table]?.[view === "rewrites" ? "trace" : space(view)] ?? {};

  /**
   * Return the known values of what a node computes: pairs of a record and which output it is.
   * @param {"data"|"adjoints"} table
   */
  function lookUp(table, view, node, state) {
    const row = cases.findIndex((entry) => entry.key === state.case);
    const keys = (node.outputs ?? [node.id]).map((variable) => ofView(table, view)[variable]);
    return keys
      .map((key, out) => [values?.table?.[key]?.[state.moment]?.[row], out])
      .filter(([record]) => record);
  }

  /** Tell whether any node of a view has a value. */
  function has(view) {
    return cases.length > 0 && Object.keys(ofView("data", view)).length > 0;
  }

  /** Return what is written below a node: its values, and their gradients where there are any. */
  function short(view, node, state) {
    const values = lookUp("data", view, node, state).map(([record]) => [
      clip(record.text),
      "value",
    ]);
    const adjoints = lookUp("adjoints", view, node, state).map(([record]) => [
      `∂ ${clip(record.text)}`,
      "adjoint",
    ]);
    return [...values, ...adjoints];
  }

  function clip(text) {
    return text.length > ROOM ? `${text.slice(0, ROOM - 1)}…` : text;
  }

  xe.values = { cases, moments, lookUp, has, short };
})((window.xorexplain ??= {}));
