/* Open the inner graph of a node in a frame beside that node. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const { el, button, refill, sure } = xe.dom;
  const { inner, nodeAt, title } = xe.bundle;
  const GAP = 16;

  /**
   * Make the frame.
   * @param {HTMLElement} room what the frame has to stay in
   */
  function create(room) {
    const trail = el("p", { class: "trail" });
    const close = button(
      "Close the inner graph",
      () => leave(),
      { class: "quiet" },
      xe.icon("close"),
    );
    const pane = xe.canvas.create({
      pick: (id) => xe.state.set({ node: id ? `${shown}/${id}` : "" }),
      unfold: (id) => xe.state.set({ open: `${shown}/${id}`, node: `${shown}/${id}` }),
      group: () => {},
      hover: (id) => pane.light(id),
    });
    const element = el(
      "section",
      { class: "fold", hidden: true, "aria-label": "Inner graph" },
      el(
        "header",
        {},
        trail,
        button("Fit the inner graph", () => pane.fit(true), { class: "quiet" }, xe.icon("fit")),
        close,
      ),
      pane.element,
    );
    room.append(element);
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      leave();
    });
    let shown = "";

    function leave() {
      const outer = shown.split("/").slice(0, -1).join("/");
      const node = xe.state.get().node.startsWith(`${shown}/`) ? shown : xe.state.get().node;
      xe.state.set({ open: outer, node });
    }

    /** Show what the state opens, or hide. `anchor` is the box of the outermost node on screen. */
    function update(state, key, anchor) {
      const graph = state.open ? inner(key, state.open) : null;
      const opened = shown !== state.open;
      shown = graph ? state.open : "";
      element.hidden = !graph;
      if (!graph) return;
      refill(trail, ...crumbs(key, state.open));
      if (opened) place(anchor);
      const fresh = pane.show(graph, { label: `Inner graph of ${trail.textContent}` });
      if (opened) pane.camera.forget();
      if (fresh || opened) pane.open();
      const within = state.node.startsWith(`${shown}/`) ? state.node.slice(shown.length + 1) : "";
      pane.choose(within);
      // Nodes in folded layers are those of the stage, and have its values and its order.
      if (nodeAt(key, state.open)?.node.kind === "fold") {
        xe.draw.values(pane.drawn(), state.view, state);
        xe.order.write(pane.drawn(), state.view);
      }
      if (opened && document.activeElement === document.body) close.focus({ preventScroll: true });
    }

    function crumbs(key, path) {
      const ids = path.split("/");
      return ids.flatMap((_, depth) => {
        const upTo = ids.slice(0, depth + 1).join("/");
        const found = sure(nodeAt(key, upTo));
        const name = found.graph.folds[ids[depth]]?.title ?? title(found.node);
        const last = depth === ids.length - 1;
        const crumb = last
          ? el("strong", { text: name })
          : button(name, () => xe.state.set({ open: upTo }), { class: "link" });
        return depth ? [" › ", crumb] : [crumb];
      });
    }

    function place(anchor) {
      const { clientWidth: w, clientHeight: h } = room;
      const width = Math.min(520, w - 2 * GAP);
      const height = Math.min(460, h - 2 * GAP);
      const within = (low, space, size) => Math.min(Math.max(low, GAP), space - size - GAP);
      const { left: l, right: r, top: t } = anchor ?? { left: w, right: w, top: GAP };
      const [isRight, isLeft] = [r + GAP + width <= w - GAP, l - GAP - width >= GAP];
      const left = isRight ? r + GAP : isLeft ? l - GAP - width : within(r + GAP, w, width);
      const top = within(isRight || isLeft ? t - 40 : t + 3 * GAP, h, height);
      Object.assign(element.style, {
        left: `${left}px`,
        top: `${top}px`,
        width: `${width}px`,
        height: `${height}px`,
      });
    }

    return { update, pane, isOpen: () => !element.hidden, leave };
  }

  xe.folds = { create };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
