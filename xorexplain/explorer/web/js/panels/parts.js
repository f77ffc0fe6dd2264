/* The pieces that panels are made of: sections, lists of facts, links to nodes. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const { el } = xe.dom;
  const { title } = xe.bundle;

  /** A section with a heading; nothing when it has nothing to say. */
  function section(heading, ...children) {
    const said = children.flat().filter(Boolean);
    return said.length ? el("section", {}, el("h3", { text: heading }), ...said) : null;
  }

  /** A list of names and what they are; pairs with nothing are left out. */
  function facts(pairs) {
    const known = pairs.filter(([, value]) => value);
    if (!known.length) return null;
    const list = el("dl", { class: "facts" });
    for (const [name, value] of known) list.append(el("dt", { text: name }), el("dd", {}, value));
    return list;
  }

  /** A button that goes to the node at a path. */
  function nodeLink(key, path, node, note = "") {
    if (node.kind === "outside")
      return goLink(xe.links.target(key, node.id.replace(/^o:/, "")), node, note);
    return goLink({ view: key, node: path, of: "" }, node, note);
  }

  function goLink(target, node, note = "") {
    const swatch = el("span", { class: `swatch ${xe.shapes.paint(node)}`, "aria-hidden": "true" });
    const name = el("span", { class: "name", text: title(node) });
    const small = el("span", { class: "faint", text: note || node.words || "" });
    const go = () => xe.state.set(target);
    return el(
      "button",
      { type: "button", class: "node-link", on: { click: go } },
      swatch,
      name,
      " ",
      small,
    );
  }

  function linkList(links) {
    return links.length
      ? xe.roving(el("ul", { class: "links" }, ...links.map((link) => el("li", {}, link))))
      : null;
  }

  xe.parts = { section, facts, nodeLink, goLink, linkList };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
