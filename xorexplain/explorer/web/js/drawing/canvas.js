/* A pane: one graph, drawn, with its camera, its map, its picked and lit nodes. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const { el, svg, refill, sure } = xe.dom;
  const { boxOf, reach, topCentre } = xe.bundle;
  const KEPT = 24; // drawn graphs a pane remembers
  const READABLE = 1; // its smallest text has 11 px; a graph that fits so is shown whole, or its top
  const OVERVIEW = 0.35; // plates so small still say what depends on what; a slice of them does not

  /**
   * Make a pane.
   * @param {PaneEvents} on what to do on `pick`, `unfold` and `hover` of a node, `group`, and `moved`
   * @returns {Pane}
   */
  function create(on) {
    const world = svg("g", { class: "world" });
    const frame = svg(
      "svg",
      { class: "canvas", role: "application", "aria-roledescription": "graph" },
      world,
    );
    const heading = el("p", { class: "pane-title", hidden: true });
    /** @type {Map<IndexedGraph, Drawing>} */
    const drawings = new Map();
    /** @type {Drawing | null} */
    let now = null;
    const drawn = () => sure(now);
    /** @type {{nodes: Set<string> | null, edges: Set<number> | null}} */
    let exists = { nodes: null, edges: null };
    const map = xe.minimap.create((x, y) => {
      const { w, h } = camera.size();
      const { k } = camera.at();
      camera.put({ x: w / 2 - x * k, y: h / 2 - y * k, k });
    });
    const camera = xe.camera.create(frame, world, moved);
    const element = el("div", { class: "pane" }, heading, frame, map.element);
    // A page in a frame has no size before that is in sight, as below the window of a notebook.
    let waits = false;
    new ResizeObserver(() => waits && open()).observe(frame);

    /** @param {At} at */
    function moved(at) {
      map.follow(at, camera.size());
      on.moved?.(at);
    }

    /**
     * Show a graph; true when it is another one than before.
     * @param {IndexedGraph} graph
     * @param {{title?: string, label: string}} how
     */
    function show(graph, { title = "", label }) {
      heading.textContent = title;
      heading.hidden = !title;
      frame.setAttribute("aria-label", label);
      if (now?.graph === graph) return false;
      light(null);
      const known = drawings.get(graph);
      const [oldest] = drawings.keys();
      if (!known && drawings.size >= KEPT) drawings.delete(oldest);
      now = known ?? xe.draw.draw(graph);
      drawings.set(graph, now);
      refill(world, now.root);
      exists = { nodes: null, edges: null };
      return true;
    }

    /**
     * Show only some nodes and edges; null shows all.
     * @param {Set<string> | null} nodes
     * @param {Set<number> | null} edges
     */
    function limit(nodes, edges) {
      exists = { nodes, edges };
      drawn().nodes.forEach((shown, id) =>
        shown.classList.toggle("absent", nodes !== null && !nodes.has(id)),
      );
      drawn().edges.forEach((shown, position) =>
        shown.classList.toggle("absent", edges !== null && !edges.has(position)),
      );
    }

    /**
     * Write labels that differ from the graph's own: lines by node id.
     * @param {Existing["labels"]} labels
     */
    function relabel(labels) {
      drawn().nodes.forEach((_, id) => xe.draw.relabel(drawn(), id, labels[id] ?? null));
    }

    /**
     * Mark nodes and edges as added, removed or changed.
     * @param {Map<string, Mark>} marks
     * @param {Map<number, Mark>} edgeMarks
     */
    function mark(marks, edgeMarks) {
      drawn().nodes.forEach((_, id) => xe.draw.mark(drawn(), id, marks.get(id) ?? ""));
      drawn().edges.forEach(
        (shown, position) => (shown.dataset.mark = edgeMarks.get(position) ?? ""),
      );
    }

    /**
     * Show which node is picked, and which are linked with one picked elsewhere.
     * @param {string} picked
     */
    function choose(picked, linked = new Set()) {
      const ends = new Set();
      for (const way of /** @type {const} */ (["into", "outOf"]))
        (drawn().graph[way].get(picked) ?? []).forEach((position) => ends.add(position));
      const focusable = drawn().nodes.has(picked) ? picked : firstId();
      drawn().nodes.forEach((shown, id) => {
        shown.classList.toggle("picked", id === picked);
        shown.classList.toggle("linked", linked.has(id));
        shown.setAttribute("aria-pressed", String(id === picked));
        shown.setAttribute("tabindex", id === focusable ? "0" : "-1");
      });
      drawn().edges.forEach((shown, position) =>
        shown.classList.toggle("touched", ends.has(position)),
      );
    }

    /**
     * Light up what feeds a node and what it feeds; null ends that.
     * @param {string | null} id
     */
    function light(id) {
      frame.classList.toggle("lit", id !== null);
      if (!now) return;
      const up = id === null ? null : reach(drawn().graph, id, "into", exists.edges);
      const down = id === null ? null : reach(drawn().graph, id, "outOf", exists.edges);
      drawn().nodes.forEach((shown, key) => {
        shown.classList.toggle("up", Boolean(up?.nodes.has(key)));
        shown.classList.toggle("down", Boolean(down?.nodes.has(key)));
      });
      drawn().edges.forEach((shown, position) => {
        shown.classList.toggle("up", Boolean(up?.edges.has(position)));
        shown.classList.toggle("down", Boolean(down?.edges.has(position)));
      });
    }

    /** @param {string} id */
    function isThere(id) {
      return (
        (exists.nodes === null || exists.nodes.has(id)) &&
        !sure(drawn().nodes.get(id)).classList.contains("shut")
      );
    }

    function firstId() {
      return drawn().graph.nodes.find((node) => isThere(node.id))?.id;
    }

    const box = (/** @type {Iterable<string>} */ ids) => boxOf(drawn().graph, ids);

    function fit(smooth = false) {
      camera.show(exists.nodes ? box(exists.nodes) : [0, 0, ...drawn().graph.size], { smooth });
    }

    /** Fit the graph, but never so small that it cannot be read, unless that is asked for. */
    function open() {
      const [l, t, r, b] = exists.nodes ? box(exists.nodes) : [0, 0, ...drawn().graph.size];
      const { w, h } = camera.size();
      waits = w <= 1 || h <= 1;
      if (waits) return;
      camera.release();
      const k = Math.min((w - 32) / (r - l), (h - 32) / (b - t), 1.4);
      const { whole, view } = xe.state.get();
      if (k >= (view === "model" ? OVERVIEW : READABLE) || whole) return fit();
      const middle = w / 2 - READABLE * topCentre(drawn().graph, l, r, t);
      const sides = [w - 24 - READABLE * r, 24 - READABLE * l];
      const left =
        sides[0] > sides[1]
          ? (sides[0] + sides[1]) / 2
          : Math.min(Math.max(middle, sides[0]), sides[1]);
      const top =
        (b - t) * READABLE <= h - 32 ? h / 2 - (READABLE * (t + b)) / 2 : 20 - t * READABLE;
      camera.put({ x: left, y: top, k: READABLE });
    }

    /**
     * Draw the whole graph as large as the page, or go back to where the camera was.
     * @param {boolean} yes
     */
    function toPaper(yes) {
      if (!yes) {
        frame.removeAttribute("viewBox");
        return camera.put(camera.at());
      }
      const [l, t, r, b] = exists.nodes ? box(exists.nodes) : [0, 0, ...drawn().graph.size];
      world.removeAttribute("transform");
      frame.setAttribute("viewBox", `${l - 12} ${t - 12} ${r - l + 24} ${b - t + 24}`);
    }

    /**
     * @param {Event} event
     * @param {string} selector
     */
    const hitBy = (event, selector) =>
      /** @type {SVGElement | null} */ (/** @type {Element} */ (event.target).closest(selector));
    const of = (/** @type {Event} */ event) => hitBy(event, "[data-id], [data-group]");
    frame.addEventListener("click", (event) => {
      const { id, group } = of(event)?.dataset ?? {};
      if (id && hitBy(event, "[data-unfold]")) on.unfold(id);
      else if (id) on.pick(id);
      else if (group && hitBy(event, ".group-title, .closed-group")) on.group(group);
      else on.pick("");
    });
    frame.addEventListener("dblclick", (event) => {
      const id = of(event)?.dataset.id;
      if (id && drawn().graph.folds[id]) on.unfold(id);
    });
    // The mouse picks a node without taking the focus, so that arrow keys keep stepping.
    frame.addEventListener("mousedown", (event) => {
      event.preventDefault();
      // Within a frame of another page, no key comes here before the window has the focus.
      window.focus();
    });
    frame.addEventListener("pointerover", (event) => {
      const id = of(event)?.dataset.id ?? null;
      if (event.pointerType === "mouse") on.hover(id);
    });
    frame.addEventListener("pointerleave", () => on.hover(null));
    // Not on the SVG element itself, which browsers would then let have the focus.
    element.addEventListener("focusin", (event) =>
      on.hover(of(event)?.matches(":focus-visible") ? (of(event)?.dataset.id ?? null) : null),
    );
    element.addEventListener("focusout", () => on.hover(null));
    frame.addEventListener("keydown", (event) => {
      const hit = of(event);
      if (!hit || event.ctrlKey || event.metaKey || event.altKey) return;
      const { id, group } = hit.dataset;
      if (event.key === "Enter" || event.key === " ") {
        if (id) on.pick(id);
        else if (group) on.group(group);
      } else if (event.key === "o" && id && drawn().graph.folds[id]) on.unfold(id);
      else if (id && event.key in xe.keys.WAYS)
        focus(xe.keys.neighbour(drawn().graph, id, event.key, isThere));
      else return;
      event.preventDefault();
      event.stopPropagation();
    });

    /** @param {string | null | undefined} id */
    function focus(id) {
      if (!id) return;
      drawn().nodes.forEach((shown, key) =>
        shown.setAttribute("tabindex", key === id ? "0" : "-1"),
      );
      drawn().nodes.get(id)?.focus({ preventScroll: true });
      camera.reveal(box([id]));
    }

    return {
      ...{
        element,
        frame,
        camera,
        map,
        show,
        limit,
        mark,
        relabel,
        choose,
        light,
        fit,
        open,
        toPaper,
        focus,
        isThere,
        firstId,
      },
      reveal: (ids) => camera.reveal(box(ids)),
      showMap: () => {
        map.show(drawn().graph, exists, camera.size());
        map.follow(camera.at(), camera.size());
      },
      drawing: () => now,
      drawn,
    };
  }

  xe.canvas = { create };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
