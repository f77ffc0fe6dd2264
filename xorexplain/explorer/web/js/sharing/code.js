/* Write a graph as NumPy code and as equations in LaTeX: a line for each value. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const { data } = xe.bundle;
  const SLOT = /¤(\d+)¤/g;
  const RESERVED = new Set(
    (
      "False None True and as assert async await break class continue def del elif else except " +
      "finally for from global if import in is lambda nonlocal not or pass raise return try " +
      "while with yield numpy zip int"
    ).split(" "),
  );
  const HELPERS = data.helpers ?? {};

  /**
   * Sort the nodes that are there: what is read before who reads it.
   * @param {Copied} shown
   */
  function sorted(shown) {
    const { graph } = shown;
    const edges = xe.paper.edges(shown);
    /** @type {Map<string, [number, GraphEdge][]>} */
    const into = new Map(graph.nodes.map((node) => [node.id, []]));
    for (const entry of edges) into.get(entry[1].to)?.push(entry);
    const done = new Set();
    /** @type {GraphNode[]} */
    const order = [];
    const stack = xe.paper.nodes(shown).map(([node]) => node);
    stack.reverse();
    while (stack.length) {
      const node = xe.dom.sure(stack.at(-1));
      const feeding = (into.get(node.id) ?? []).map(([, edge]) => edge.from);
      const missing = done.has(node.id) ? [] : feeding.filter((id) => !done.has(id));
      if (missing.length) {
        stack.push(...missing.map((id) => xe.dom.sure(graph.node.get(id))));
        continue;
      }
      stack.pop();
      if (!done.has(node.id)) order.push(node);
      done.add(node.id);
    }
    return { order, into };
  }

  /**
   * Return the names of values by their variables: `called` names the first of a node.
   * @param {GraphNode[]} order
   * @param {(node: GraphNode) => string} called
   * @param {(id: string, output: number) => string} nth
   */
  function named(order, called, nth) {
    /** @type {Map<string, string>} */
    const names = new Map();
    for (const node of order.filter((entry) => !isResult(entry)))
      (node.outputs ?? [node.id]).forEach((variable, output) =>
        names.set(variable, output ? nth(node.id, output) : called(node)),
      );
    return names;
  }

  /** @param {GraphNode} node */
  const isResult = (node) =>
    ["result", "output", "update"].includes(node.kind) || /^r\d+$/.test(node.id);

  /**
   * Return what feeds each input of a node.
   * @param {[number, GraphEdge][]} into
   * @param {Map<string, string>} names
   */
  function inputs(into, names) {
    /** @type {Map<number, string>} */
    const found = new Map();
    for (const [, edge] of into) found.set(edge.position, names.get(edge.variable ?? "") ?? "");
    return found;
  }

  /**
   * Fill the slots of a text; null where it does not fit what feeds the node.
   * @param {string | undefined} text
   * @param {Map<number, string>} feeding
   * @param {(name: string, next: string) => string} fit
   */
  function filled(text, feeding, fit = (name) => name) {
    if (!text) return null;
    const used = new Set([...text.matchAll(SLOT)].map(([, position]) => Number(position)));
    if ([...used].some((position) => !feeding.get(position))) return null;
    return text.replace(SLOT, (slot, position, at) =>
      fit(xe.dom.sure(feeding.get(Number(position))), text[at + slot.length] ?? ""),
    );
  }

  /**
   * Assign the lines of a node's text to its outputs; one line for several gives them all.
   * @param {string[]} lines
   * @param {string[]} outputs
   * @param {string} sign
   */
  function assigned(lines, outputs, sign) {
    const left = lines.length === outputs.length ? outputs : [outputs.join(", ")];
    return lines.map((line, output) => `${left[output]} ${sign} ${line}`);
  }

  /** Make identifiers of names, each once. */
  function identifiers() {
    /** @type {Set<string>} */
    const taken = new Set(Object.keys(HELPERS));
    return (/** @type {GraphNode} */ node) => {
      const plain = (node.name ?? "")
        .normalize("NFKC")
        .replace(/\u2202|\u03b4/g, "d")
        .replace(/\W+/g, "_")
        .replace(/^_+|_+$/g, "")
        .slice(0, 40);
      const word = /^[A-Za-z]/.test(plain) ? plain : "";
      const found = [word, `${word}_${node.id}`, node.id].find(
        (name) => /^[A-Za-z]/.test(name) && !taken.has(name) && !RESERVED.has(name),
      );
      const name = found ?? `value_${node.id}`;
      taken.add(name);
      return name;
    };
  }

  /**
   * Return the functions that some code calls, and those that these call, in their order.
   * @param {string} text
   */
  function calledIn(text) {
    const called = new Set();
    const waiting = [text];
    for (const code of waiting)
      for (const [, name] of code.matchAll(/\b(\w+)\(/g))
        if (HELPERS[name] && !called.has(name) && called.add(name)) waiting.push(HELPERS[name]);
    return Object.keys(HELPERS).filter((name) => called.has(name));
  }

  /**
   * Return the code of one node, a line an output; null for one that NumPy does not compute.
   * @param {Copied} shown
   * @param {string} id
   */
  function lines(shown, id) {
    const { order, into } = sorted(shown);
    const names = named(order, identifiers(), (other, output) => `${other}_${output}`);
    const node = order.find((entry) => entry.id === id);
    const feeding = inputs(into.get(id) ?? [], names);
    const found = filled(shown.slots?.[id]?.numpy ?? node?.numpy, feeding)?.split("\n");
    const outputs = (node?.outputs ?? [id]).map((variable) => names.get(variable) ?? "");
    return found ? assigned(found, outputs, "=").join("\n") : null;
  }

  /**
   * Write a graph as a Python function of what feeds it.
   * @param {Copied} shown
   * @param {string} title
   */
  function numpy(shown, title) {
    const { order, into } = sorted(shown);
    const make = identifiers();
    const names = named(order, make, (id, output) => `${id}_${output}`);
    /** @type {string[]} */
    const given = [];
    /** @type {string[]} */
    const body = [];
    /** @type {string[]} */
    const notes = [];
    /** @type {[number, string][]} */
    const results = [];
    for (const node of order) {
      const feeding = inputs(into.get(node.id) ?? [], names);
      const outputs = (node.outputs ?? [node.id]).map((variable) => names.get(variable) ?? "");
      if (isResult(node)) results.push([Number(node.id.slice(1)), feeding.get(0) ?? ""]);
      else if (node.kind !== "apply" && !node.numpy) given.push(outputs[0]);
      else {
        const lines = filled(shown.slots?.[node.id]?.numpy ?? node.numpy, feeding)?.split("\n");
        if (lines) body.push(...assigned(lines, outputs, "=").map((line) => `    ${line}`));
        else {
          given.push(...outputs);
          notes.push(
            `    # ${outputs.join(", ")}: ${oneLine(node.op ?? node.kind)}, for the caller to compute`,
          );
        }
      }
    }
    results.sort(([one], [other]) => one - other);
    const text = body.join("\n");
    const called = calledIn(text);
    return `${[
      `# ${oneLine(title)}`,
      "import numpy",
      "",
      ...called.flatMap((name) => ["", HELPERS[name], ""]),
      "",
      `def computed(${given.join(", ")}):`,
      ...notes,
      ...(text ? [text] : []),
      `    return (${results.map(([, name]) => `${name},`).join(" ")})`,
    ].join("\n")}\n`;
  }

  /** @param {string} text */
  const oneLine = (text) => text.replace(/[^\P{C}\u200c\u200d]|\s+/gu, " ");

  /** @param {string} id */
  const idSymbol = (id) =>
    id.replace(/^([a-z]+)(\d+)$/, (_, letter, number) => `${letter}_{${number}}`);
  /** @param {GraphNode} node */
  const symbol = (node) => node.symbol ?? idSymbol(node.id);

  /**
   * @param {string} name
   * @param {string} next
   */
  const atom = (name, next) =>
    /^\\delta /.test(name) && "^_".includes(next || "^") ? `(${name})` : name;

  /**
   * Write a graph as equations, to be put into a document that loads amsmath.
   * @param {Copied} shown
   */
  function latex(shown) {
    const { order, into } = sorted(shown);
    /** @type {Map<string, number>} */
    const times = new Map();
    const once = (/** @type {GraphNode} */ node) => {
      const name = symbol(node);
      times.set(name, (times.get(name) ?? 0) + 1);
      return name + "'".repeat((times.get(name) ?? 1) - 1);
    };
    const names = named(order, once, (id, output) => `${idSymbol(id)}^{(${output})}`);
    const lines = order.flatMap((node) => {
      const feeding = inputs(into.get(node.id) ?? [], names);
      const source = feeding.get(0) ?? "";
      if (isResult(node)) return symbol(node) === source ? [] : [`${symbol(node)} &= ${source}`];
      const texts = filled(shown.slots?.[node.id]?.tex ?? node.tex, feeding, atom);
      const outputs = (node.outputs ?? []).map((variable) => names.get(variable) ?? "");
      return texts ? assigned(texts.split("\n"), outputs, "&=") : [];
    });
    return `\\begin{align*}\n${lines.join(" \\\\\n")}\n\\end{align*}\n`;
  }

  xe.code = { numpy, latex, lines };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
