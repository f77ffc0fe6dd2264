/* Write what a picture shows as a Mermaid flowchart, as xorexplain/render/pictures/mermaid.py does. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const { colour, tint } = xe.paper;
  /** @type {Record<string, string>} */
  const CLASSES = { "linear-algebra": "linear", shape: "shape_", result: "output", fold: "plain" };
  const ALWAYS = ["parameter", "shared", "plain", "result", "update"];
  /** @type {Record<string, [string, string]>} */
  const ARROWS = {
    "in place": ["==>", ""],
    view: ["-.->", "shares memory"],
    hidden: ["-->", "hidden between"],
  };
  const SPECIAL =
    /[#"<>&`\\*~%$]|:(?=fa-)|_(?=[\p{L}\p{N}_])|(?<=[\p{L}\p{N}_])_|(?<=\p{Nd})[.)](?=\s)|^[-+](?=\s)/gu;

  /** @param {string} text */
  const escaped = (text) => text.replace(SPECIAL, (sign) => `#${sign.codePointAt(0)};`);

  /**
   * Return the id of a node; in one, a colon would begin its class.
   * @param {string} id
   */
  const word = (id) => id.replaceAll(":", "_");

  /** @param {string} text */
  const quoted = (text) =>
    `"${text.replace(/[\\"%<>&`]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`)}"`;

  /** @param {GraphNode} node */
  function className(node) {
    if (node.shape === "cylinder" && tint(node) === "plain") return "shared";
    return CLASSES[tint(node)] ?? tint(node);
  }

  /**
   * @param {GraphNode} node
   * @param {string[]} lines
   */
  function box(node, lines) {
    const text = `"${lines.map(escaped).join("<br>")}"`;
    if (node.kind === "apply" || node.kind === "fold") return `[${text}]`;
    if (node.shape === "cylinder") return `[(${text})]`;
    return node.shape === "result" ? `[[${text}]]` : `([${text}])`;
  }

  /**
   * Write a picture.
   * @param {Copied} shown
   * @param {string} title
   */
  function write(shown, title) {
    const nodes = xe.paper.nodes(shown);
    const members = nodes.map(
      ([node, lines]) => `  ${word(node.id)}${box(node, lines)}:::${className(node)}`,
    );
    const edges = xe.paper.edges(shown).map(([, edge]) => {
      const [arrow, meaning] = ARROWS[edge.style ?? ""] ?? ["-->", ""];
      const said = `${edge.label ?? ""} ${meaning}`.trim();
      const carried = said ? `|"${escaped(said)}"|` : "";
      return `  ${word(edge.from)} ${arrow}${carried} ${word(edge.to)}`;
    });
    const families = nodes.filter(([node]) => node.kind === "apply").map(([node]) => tint(node));
    const styles = [...new Set([...families.sort(), ...ALWAYS])].map((name) => {
      const from = name === "shared" ? "plain" : name;
      const paint = `fill:${colour(`${from}-fill`)},stroke:${colour(`${from}-border`)}`;
      return `  classDef ${CLASSES[name] ?? name} ${paint},color:${colour("text")}`;
    });
    const head = ["---", `title: ${quoted(title)}`, "---", "flowchart TB"];
    return `${[...head, ...members, ...edges, ...styles].join("\n")}\n`;
  }

  xe.mermaid = { write };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
