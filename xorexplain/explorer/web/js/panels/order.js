/* The order in which compiled code runs: a number at each node, and the nodes as a list. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const { el, svg, refill } = xe.dom;
  const { graph, view: viewOf, title } = xe.bundle;
  const LETTER = 7; // px
  /** @type {Map<string, Map<string, number>>} */
  const known = new Map();

  /**
   * Return the turn of each node of a view, nothing for one that does not run.
   * @param {string} view
   */
  function turns(view) {
    const found =
      known.get(view) ?? new Map((viewOf(view)?.order ?? []).map(([turn, id]) => [id, turn]));
    known.set(view, found);
    return found;
  }

  /**
   * Return when a node runs: a number, or the first and the last of what is folded into it.
   * @param {Map<string, number>} all
   * @param {IndexedGraph} of
   * @param {GraphNode} node
   */
  function said(all, of, node) {
    const own = all.get(node.id);
    if (own !== undefined || node.kind !== "fold") return own === undefined ? "" : String(own);
    /** @type {number[]} */
    const inside = [];
    const queue = [of.folds[node.id]?.graph];
    for (let key = queue.pop(); key; key = queue.pop()) {
      const inner = graph(key);
      for (const member of inner?.nodes ?? []) {
        const turn = all.get(member.id);
        if (turn !== undefined) inside.push(turn);
        else if (member.kind === "fold") queue.push(inner?.folds[member.id]?.graph ?? "");
      }
    }
    if (!inside.length) return "";
    return `${inside.reduce((a, b) => Math.min(a, b))}–${inside.reduce((a, b) => Math.max(a, b))}`;
  }

  /**
   * Write the turns at the nodes of a drawing.
   * @param {Drawing} drawn
   * @param {string} view
   */
  function write(drawn, view) {
    const all = turns(view);
    if (!all.size) return;
    for (const node of drawn.graph.nodes) {
      const shown = drawn.nodes.get(node.id);
      const text = said(all, drawn.graph, node);
      if (!shown || !text || shown.querySelector(".turn")) continue;
      const width = Math.max(18, text.length * LETTER + 8);
      const [x, y] = [node.x - node.w / 2 - width + 9, node.y - node.h / 2 - 9];
      const turn = svg(
        "g",
        { class: "turn" },
        svg("rect", { x, y, width, height: 18, rx: 9 }),
        svg("text", { x: x + width / 2, y: y + 13, "font-size": 11, text }),
      );
      // First of what is read, and a word of its own: small text may be out of sight.
      turn.append(" ");
      shown.querySelector(".text")?.before(turn);
      xe.draw.name(drawn, node.id);
    }
  }

  /**
   * Make the list.
   * @param {HTMLElement} element
   * @param {Stage} stage
   */
  function create(element, stage) {
    const list = xe.roving(el("ol", { class: "runs" }));
    const rest = el("p", {
      class: "faint",
      text: "A number that is missing is that of a node drawn inside another, as a transpose is.",
    });
    refill(element, el("h2", { text: "Order of execution" }), list, rest);
    element.className = "running";
    /** @type {Map<string, HTMLElement>} */
    const items = new Map();
    let filled = "";

    /** @param {string} view */
    function fill(view) {
      if (filled === view) return;
      filled = view;
      items.clear();
      for (const [turn, id] of viewOf(view)?.order ?? []) {
        const node = xe.links.find(view, id);
        if (!node) continue;
        const link = xe.parts.goLink(xe.links.target(view, id), node, " ");
        link.prepend(el("span", { class: "number", text: turn }));
        link.title = title(node);
        items.set(id, el("li", { "data-runs": id }, link));
      }
      refill(list, ...items.values());
      const last = viewOf(view)?.order?.at(-1)?.[0] ?? 0;
      rest.hidden = last === viewOf(view)?.order?.length;
    }

    list.addEventListener("pointerover", (event) => {
      const target = /** @type {Element} */ (event.target).closest("li");
      const id = target instanceof HTMLElement ? (target.dataset.runs ?? "") : "";
      if (event.pointerType === "mouse" && id)
        stage.point((view) => xe.links.drawn(view, xe.links.to(filled, id, view)));
    });
    list.addEventListener("pointerleave", () => stage.point(null));

    /**
     * Colour the node that the pointer is on.
     * @param {string} view
     * @param {string | null} id
     */
    function hover(view, id) {
      for (const [key, item] of items) item.classList.toggle("hot", view === filled && key === id);
    }

    /** @param {State} state */
    function update(state) {
      const runs = turns(state.view).size > 0;
      element.hidden = !runs;
      if (!runs) return;
      fill(state.view);
      const picked = state.of ? "" : xe.links.picked(state);
      for (const [id, item] of items) item.classList.toggle("here", id === picked);
      const here = items.get(picked);
      const link = here?.querySelector("button");
      if (!here || !link || list.contains(document.activeElement)) return;
      xe.roving.put(list, link);
      xe.dom.scrollTo(here);
    }
    return { update, hover };
  }

  xe.order = { write, create };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
