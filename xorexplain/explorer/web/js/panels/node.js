/* Tell what is known of a node: what it is, its values, its neighbours, its other stages. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const { el, button, sure } = xe.dom;
  const { data, graph, nodeAt, title } = xe.bundle;
  const { section, facts, nodeLink, goLink, linkList } = xe.parts;

  const MOST_LINES = 4; // of a node that comes from many

  /** Return the links to the nodes at one side of a node, in the order of its arguments. */
  function neighbours(key, found, way, end) {
    const { node, graph: of, prefix } = found;
    const seen = new Map();
    const edges = of[way].get(node.id).map((position) => of.edges[position]);
    if (way === "into") edges.sort((one, other) => one.position - other.position);
    for (const edge of edges) {
      const notes = seen.get(edge[end]) ?? [];
      seen.set(edge[end], edge.label ? [...notes, edge.label] : notes);
    }
    return linkList(
      [...seen.keys()]
        .filter((id) => of.node.has(id))
        .map((id) => nodeLink(key, prefix + id, of.node.get(id), seen.get(id).join(", "))),
    );
  }

  function valueRows(key, node, state) {
    const row = (record, name) =>
      el(
        "span",
        { class: "number" },
        record.cells
          ? xe.matrix.table(record, name)
          : el("code", { text: record.full ?? record.text }),
        summary(record),
      );
    const rows = (name, table) =>
      xe.values
        .lookUp(table, key, node, state)
        .map(
          ([record, out]) =>
            /** @type {[string, HTMLElement]} */ ([
              (node.outputs?.length ?? 0) > 1 ? `${name}, out ${out}` : name,
              row(record, name),
            ]),
        );
    return facts([...rows("value", "data"), ...rows("gradient", "adjoints")]);
  }

  function summary(record) {
    const parts = [];
    if (record.min !== undefined && record.min !== record.max)
      parts.push(`${short(record.min)} to ${short(record.max)}`);
    if (record.nan) parts.push(`${record.nan} NaN`);
    if (record.inf) parts.push(`${record.inf} infinite`);
    return parts.length ? el("small", { class: "faint", text: parts.join(", ") }) : null;
  }

  function short(number) {
    return typeof number === "number" ? Number(number.toPrecision(4)).toString() : String(number);
  }

  function valuesOf(key, node, state) {
    const rows = valueRows(key, node, state);
    if (!rows) return null;
    const row = xe.values.cases.find((entry) => entry.key === state.case);
    const moment = xe.values.moments.find((entry) => entry.key === state.moment);
    const when = [row?.title, moment?.title].filter(Boolean).join(", ");
    return section(
      "Value",
      el("p", { class: "faint", text: when }),
      rows,
      data.values?.note && el("small", { class: "faint", text: data.values.note }),
    );
  }

  /** Links to steps, after a word on what they did. */
  function stepChips(word, numbers) {
    if (!numbers.length) return null;
    const chips = numbers.map((number) =>
      button(`step ${number}`, () => xe.state.set({ view: "rewrites", step: number }), {
        class: "chip",
      }),
    );
    return el("p", { class: "chips" }, el("span", { class: "faint", text: word }), ...chips);
  }

  /** Link to the steps at which a node of the rewriting came and left. */
  function life(id) {
    const numbers = (list) =>
      xe.trace.steps.flatMap((step, at) => (step[list]?.includes(id) ? [at + 1] : []));
    return section(
      "In the rewriting",
      stepChips("added by", numbers("added")),
      stepChips("removed by", numbers("removed")),
    );
  }

  /** Write the way of a node through the stages, with links. */
  function provenance(key, id) {
    const record = xe.links.record(key, id);
    const chain = xe.links.chain(key, id);
    if (!record && chain.length < 2) return null;
    const items = chain.map(({ view: at, ids, here }) => {
      const links = ids.flatMap((other) => {
        const found = xe.links.find(at.key, other);
        return found ? [goLink(xe.links.target(at.key, other), found)] : [];
      });
      const shown = here ? el("span", { class: "faint", text: "picked here" }) : linkList(links);
      return el(
        "li",
        { class: here ? "here" : "" },
        el("span", { class: "stage-name", text: at.title }),
        shown,
      );
    });
    return section(
      "From stage to stage",
      record?.words && el("p", { text: record.words }),
      el("ol", { class: "chain" }, ...items),
      stepChips("made by", record?.steps ?? []),
    );
  }

  /** Name the lines that wrote a node, or what it was made from; they open the user's file. */
  function source(key, rootKey, path) {
    const { lines, isDerived } = xe.sources.told(key, rootKey, path);
    const shown = lines.slice(0, MOST_LINES).map((line) => {
      const { name, text } = xe.sources.place(line);
      const show = () => xe.state.set({ source: "open" });
      return el(
        "div",
        { class: "written" },
        button(name, show, { class: "link" }),
        text && el("pre", {}, el("code", { text })),
      );
    });
    const more = lines.length - shown.length;
    return section(
      isDerived ? "From what was written at" : "Written at",
      ...shown,
      more > 0 && el("p", { class: "faint", text: `and ${xe.dom.count(more, "more line")}` }),
    );
  }

  function equationsOf(key, id) {
    const found = (data.gradient?.equations ?? []).filter((equation) =>
      xe.equations.nodes(equation, key).includes(id),
    );
    return section(
      "In the derivation",
      linkList(
        found.map((equation) =>
          button(
            equation.text,
            () => xe.equations.show(equation),
            { class: "link math", title: null, "aria-label": null },
            xe.math.formula(equation.math, equation.text),
          ),
        ),
      ),
    );
  }

  function isStageSpace(rootKey, path) {
    const ids = path.split("/");
    return ids
      .slice(0, -1)
      .every(
        (_, depth) => nodeAt(rootKey, ids.slice(0, depth + 1).join("/"))?.node.kind === "fold",
      );
  }

  /** Return everything about the node at a path in a graph, as sections. */
  function sections(key, rootKey, path, state) {
    const found = nodeAt(rootKey, path);
    if (!found) return [];
    const { node, graph: of, prefix } = found;
    const told = node.op ? data.glossary?.[node.op] : null;
    const inner = of.folds[node.id];
    // Inside a folded layer ids are those of the stage; inside an op's inner graph its own.
    const inOwnSpace = isStageSpace(rootKey, path);
    return [
      el(
        "header",
        { class: "node-head" },
        el("span", { class: `swatch large ${xe.shapes.paint(node)}`, "aria-hidden": "true" }),
        el("h2", { text: title(node) }),
        button("Close", () => xe.state.set({ node: "" }), { class: "quiet" }, xe.icon("close")),
      ),
      el("p", {
        class: "faint",
        text: [
          node.words ?? node.kind,
          node.legend ?? (node.kind === "apply" && node.family),
          node.id,
        ]
          .filter(Boolean)
          .join(" · "),
      }),
      facts([
        ["name", node.name],
        ["type", node.type && el("code", { text: node.type })],
        ["shape", node.tensor_shape],
        ["holds", node.members && xe.dom.count(node.members, "apply node")],
        ["formula", node.formula && xe.math.formula(node.math, node.formula)],
      ]),
      told && el("p", { class: "glossary", text: told.sentence }),
      told?.gradient && el("p", { class: "glossary faint", text: told.gradient }),
      inner &&
        el(
          "p",
          {},
          button(
            "Open the inner graph",
            () => xe.state.set({ view: key, node: path, of: "", open: prefix + node.id }),
            { class: "action" },
          ),
        ),
      inner && xe.listing("What is inside", key, { graph: sure(graph(inner.graph)) }, `${path}/`),
      inOwnSpace && valuesOf(key, node, state),
      section("Reads", neighbours(key, found, "into", "from")),
      section("Read by", neighbours(key, found, "outOf", "to")),
      inOwnSpace && equationsOf(key, node.id),
      key === "rewrites" && inOwnSpace && life(node.id),
      inOwnSpace && provenance(key, node.id),
      source(key, rootKey, path),
    ];
  }

  xe.node = { sections };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
