/* Find what a query names: nodes, shapes, formulas, rewrites; a group of results for each. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const { stages, view, graph, title, labelLines, equations } = xe.bundle;
  const MOST = 25; // results of a group
  const SHAPE = /^[([]?\s*\d+\s*([×x,]\s*\d+\s*)*[)\]]?$/;
  const DEEPEST = 4; // graphs inside graphs
  /** @type {SearchRecord[] | null} */
  let records = null;

  /** Collect the nodes of every view, those inside others too. */
  function collect() {
    const seen = [...stages, view("rewrites") ?? []].flat();
    return seen.flatMap((entry) => {
      const keys = entry.graph
        ? [entry.graph]
        : (xe.trace.trace?.segments ?? []).map((segment) => segment.graph);
      return keys.flatMap((key) => nodesOf(entry, xe.dom.sure(graph(key)), ""));
    });
  }

  /**
   * @param {View} entry
   * @param {IndexedGraph} of
   * @param {string} prefix
   * @returns {SearchRecord[]}
   */
  function nodesOf(entry, of, prefix) {
    return of.nodes.flatMap((node) => {
      const path = prefix + node.id;
      const words = [title(node), node.name, node.op, node.family, node.type, node.words];
      const lines = labelLines(node).map(([line]) => line);
      const own = {
        view: entry,
        node,
        path,
        open: prefix.replace(/\/$/, ""),
        text: [...words, node.kind, node.id, ...lines].filter(Boolean).join(" ").toLowerCase(),
      };
      const inner =
        of.folds[node.id] && path.split("/").length < DEEPEST
          ? graph(of.folds[node.id].graph)
          : null;
      return inner ? [own, ...nodesOf(entry, inner, `${path}/`)] : [own];
    });
  }

  /**
   * Return a shape as nodes write it: `(4, 5)` and `4x5` are `4×5`.
   * @param {string} query
   */
  function shapeOf(query) {
    return SHAPE.test(query)
      ? query
          .replace(/[()[\]\s]/g, "")
          .replace(/[x,]/g, "×")
          .replace(/×$/, "")
      : "";
  }

  /**
   * Return the groups that have results, each with how many it has; those of a view first.
   * @param {string} query
   * @param {string} first
   * @returns {Results[]}
   */
  function find(query, first) {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length) return [];
    records ??= collect();
    const holds = (/** @type {string} */ text) => words.every((word) => text.includes(word));
    const shape = shapeOf(query.trim().toLowerCase());
    const rank = (/** @type {SearchRecord} */ record) => (record.view.key === first ? 0 : 1);
    const sorted = [...records].sort((a, b) => rank(a) - rank(b));
    // A number may be a shape, a name's index or a part of a formula; 4×5 is only a shape.
    const isShape = shape.includes("×");
    const shaped = shape ? sorted.filter(({ node }) => node.tensor_shape === shape) : [];
    const named = isShape ? [] : sorted.filter((record) => holds(record.text));
    const known = new Set(named);
    const written = isShape
      ? []
      : sorted.filter(
          (record) =>
            !known.has(record) && record.node.formula && holds(record.node.formula.toLowerCase()),
        );
    const derived = equations.filter((equation) => holds(equation.text.toLowerCase()));
    const steps = xe.trace.steps.flatMap((step, at) => (holds(textOf(step)) ? [at + 1] : []));
    return [
      group("Nodes", named.map(nodeResult)),
      group("Shapes", shaped.map(nodeResult)),
      group("Formulas", [...derived.map(equationResult), ...written.map(formulaResult)]),
      group("Rewrites", steps.map(stepResult)),
    ].filter((entry) => entry.count > 0);
  }

  /** @param {Step} step */
  function textOf(step) {
    const lines = (step.lines ?? []).map(([, text]) => text);
    return [step.rewrite, step.name, step.phase, ...(step.tags ?? []), ...lines]
      .join(" ")
      .toLowerCase();
  }

  /**
   * @param {string} name
   * @param {Result[]} all
   */
  function group(name, all) {
    return { name, count: all.length, results: all.slice(0, MOST) };
  }

  /**
   * @param {SearchRecord} record
   * @returns {Result}
   */
  function nodeResult(record) {
    const { node } = record;
    const said = [node.type, node.tensor_shape, record.view.title];
    return {
      text: title(node),
      said: said.filter(Boolean).join(" · "),
      paint: xe.shapes.paint(node),
      go: () => goTo(record),
    };
  }

  /**
   * @param {SearchRecord} record
   * @returns {Result}
   */
  function formulaResult(record) {
    return { ...nodeResult(record), text: record.node.formula ?? "", math: record.node.math };
  }

  /**
   * @param {Equation} equation
   * @returns {Result}
   */
  function equationResult(equation) {
    const { text, math } = equation;
    return { text, math, said: "Derivation", go: () => xe.equations.show(equation) };
  }

  /**
   * @param {number} number
   * @returns {Result}
   */
  function stepResult(number) {
    const step = xe.trace.steps[number - 1];
    const said = step.lines?.find(([sign]) => sign === "+")?.[1] ?? step.name;
    return {
      text: step.rewrite,
      said: [`Step ${number}`, said].filter(Boolean).join(" · "),
      go: () => xe.state.set({ view: "rewrites", step: number, node: "" }),
    };
  }

  /** @param {SearchRecord} record */
  function goTo(record) {
    const step = record.view.key === "rewrites" ? { step: stateWith(record.node.id) } : {};
    xe.state.set({
      ...{ view: record.view.key, node: record.path, of: "", open: record.open },
      ...step,
    });
  }

  /**
   * Return the state of the rewriting nearest to the one shown in which a node exists.
   * @param {string} id
   */
  function stateWith(id) {
    const here = xe.state.get().step;
    const states = xe.trace.trace?.states ?? [];
    const there = states.map((_, k) => k).filter((k) => xe.trace.at(k).nodes.has(id));
    return there.sort((a, b) => Math.abs(a - here) - Math.abs(b - here))[0] ?? here;
  }

  xe.finding = { find, stateWith };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
