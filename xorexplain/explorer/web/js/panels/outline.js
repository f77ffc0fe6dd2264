/* The outline: what the picture says, as a tree of text. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const { el, refill } = xe.dom;
  const { view, graph } = xe.bundle;

  /**
   * Make the outline in an element.
   * @param {HTMLElement} element
   */
  function create(element) {
    const tree = el("ul", { class: "outline", role: "tree", "aria-label": "Outline of the graph" });
    const empty = el("p", { class: "faint", text: "This graph has no outline." });
    refill(element, el("h2", { text: "Outline" }), empty, tree);
    /** @type {IndexedGraph | null} */
    let shown = null;
    /** @type {HTMLElement[]} */
    let items = [];

    /** @param {IndexedGraph} of */
    function fill(of) {
      items = of.outline.map((entry) =>
        el("li", {
          ...{
            role: "treeitem",
            "aria-level": entry.depth + 1,
            tabindex: -1,
            "data-node": entry.id ?? "",
            text: entry.text,
          },
          class: `depth-${Math.min(entry.depth, 12)}`,
        }),
      );
      refill(tree, ...items);
      empty.hidden = items.length > 0;
      tree.hidden = items.length === 0;
    }

    /** @param {HTMLElement | null} item */
    function pick(item) {
      if (item?.dataset.node) xe.state.set({ node: item.dataset.node });
    }

    tree.addEventListener("click", (event) =>
      pick(/** @type {HTMLElement} */ (event.target).closest("li")),
    );
    tree.addEventListener("keydown", (event) => {
      const target = /** @type {HTMLElement} */ (event.target);
      const here = items.indexOf(target);
      const there = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: items.length - 1 }[
        event.key
      ];
      if (event.key === "Enter" || event.key === " ") pick(target);
      else if (there !== undefined) move(items[there]);
      else return;
      event.preventDefault();
      event.stopPropagation();
    });

    /** @param {HTMLElement | undefined} item */
    function move(item) {
      if (!item) return;
      items.forEach((entry) => (entry.tabIndex = entry === item ? 0 : -1));
      item.focus();
    }

    /**
     * Show the outline of the state's graph and where the picked node is in it.
     * @param {State} state
     */
    function update(state) {
      const of = graph(view(state.view)?.graph);
      if (!of) return;
      if (of !== shown) fill(of);
      shown = of;
      const picked = state.of ? "" : state.node.split("/")[0];
      const found = items.filter((item) => picked && item.dataset.node === picked);
      items.forEach((item) => {
        item.setAttribute("aria-selected", String(found.includes(item)));
        item.tabIndex = -1;
      });
      const entry = found[0] ?? items[0];
      if (entry) entry.tabIndex = 0;
      if (found[0] && !tree.contains(document.activeElement)) xe.dom.scrollTo(found[0]);
    }
    return { update };
  }

  xe.outline = { create };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
