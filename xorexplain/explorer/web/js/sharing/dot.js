/* Write what a picture shows as DOT text for Graphviz, with the marks of its step. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const { colour, tint } = xe.paper;
  const SIGNS = { added: "+ ", removed: "− ", changed: "~ ", tried: "× ", "": "" };
  const HEAD =
    '  graph [fontname="DejaVu Sans" labelloc=t pad=0.15 nodesep=0.2 ranksep=0.3]\n' +
    '  node [fontname="DejaVu Sans" fontsize=12 shape=box style="rounded,filled" ' +
    'margin="0.14,0.07" height=0.3 penwidth=1.2]\n' +
    '  edge [fontname="DejaVu Sans" fontsize=9 arrowsize=0.7 penwidth=1.1]';
  /** @type {Record<string, Record<string, string>>} */
  const SHAPES = {
    rounded: {},
    result: { shape: "box", style: "filled", penwidth: "2" },
    update: {
      shape: "house",
      orientation: "270",
      style: "filled",
      penwidth: "2",
      margin: "0.08,0.02",
    },
  };
  /** @type {Record<string, Record<string, string>>} */
  const LINES = {
    "in place": { penwidth: "2.4", arrowhead: "box" },
    view: { style: "dashed" },
    hidden: { arrowhead: "empty" },
  };

  /** @param {string} text */
  const escaped = (text) =>
    text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  /** @param {string} text */
  const quoted = (text) => `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;

  /** @param {Record<string, string>} attributes those in <> are as they are */
  function list(attributes) {
    const written = Object.entries(attributes).map(
      ([key, value]) => `${key}=${/^<.*>$/s.test(value) ? value : quoted(value)}`,
    );
    return `[${written.join(" ")}]`;
  }

  /** @param {string[]} lines */
  function label(lines, sign = "") {
    const [first, ...rest] = lines.map((line) => escaped(line));
    const small = rest.map((line) => `<font point-size="9">${line || " "}</font>`);
    return `<${[`<b>${sign}${first || " "}</b>`, ...small].join("<br/>")}>`;
  }

  /**
   * Write a picture.
   * @param {Copied} shown
   * @param {string} title
   */
  function write(shown, title) {
    const { marks, edgeMarks } = shown;
    const text = colour("text");
    const nodes = xe.paper.nodes(shown).map(([node, lines]) => {
      const mark = marks?.get(node.id) ?? "";
      return `  ${quoted(node.id)} ${list({
        label: label(lines, SIGNS[mark]),
        fillcolor: colour(`${tint(node)}-fill`),
        color: colour(`${tint(node)}-border`),
        fontcolor: text,
        ...(SHAPES[node.kind === "update" ? "update" : node.shape] ?? {
          shape: node.shape,
          style: "filled",
        }),
        ...(mark && { color: colour(mark), penwidth: "3" }),
      })}`;
    });
    const edges = xe.paper.edges(shown).map(([at, edge]) => {
      const mark = edgeMarks?.get(at) ?? "";
      const style = {
        color: colour(mark || (edge.style === "in place" ? "accent" : "edge")),
        ...(edge.label && { headlabel: label([edge.label]) }),
        ...LINES[edge.style ?? ""],
        ...(mark === "removed" && { style: "dashed" }),
        ...(mark && { penwidth: "2" }),
      };
      return `  ${quoted(edge.from)} -> ${quoted(edge.to)} ${list(style)}`;
    });
    const head = `  label=${label([title])}`;
    return `${["digraph graph_of_ops {", HEAD, head, ...nodes, ...edges, "}"].join("\n")}\n`;
  }

  xe.dot = { write };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
