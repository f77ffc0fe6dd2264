/* The middle of the page: one graph, or two side by side, drawn as the state says. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const { sure } = xe.dom;
  const { view, space, graph } = xe.bundle;

  /** Make the panes inside a room, and keep them as the state says. */
  function create(room, hovered) {
    const panes = { main: pane("main"), side: pane("side") };
    panes.side.element.hidden = true;
    room.append(panes.side.element, panes.main.element);
    const folds = xe.folds.create(panes.main.element);
    let following = false; // one camera is moving the other
    const chosenBeside = new Map(); // the groups closed at the side, by graph
    /** @type {{all: Pane[], ids: Set<string>}} */
    let marked = { all: [], ids: new Set() }; // what the step marks, and the panes that show it

    function pane(name) {
      const made = xe.canvas.create({
        pick: (id) => xe.state.set({ node: id, of: viewOf(name) }),
        unfold: (id) => unfold(name, id),
        group: (id) => fold(name, id),
        hover: (id) => hover(name, id),
        moved: () => alongside(name),
      });
      made.element.dataset.pane = name;
      return made;
    }

    /** Open an inner graph; one of the pane at the side changes the places of the two. */
    function unfold(name, id) {
      const { view: here, split, open } = xe.state.get();
      const swap = name === "side" && here !== "rewrites" ? { view: split, split: here } : {};
      xe.state.set({ node: id, of: "", open: open === id && name === "main" ? "" : id, ...swap });
    }

    /** Close or open a group; only those of the main pane are in the address. */
    function fold(name, id) {
      const drawing = panes[name].drawn();
      if (name === "main") {
        return xe.state.set({
          closed: xe.groups.toggled(drawing.graph, xe.state.get().closed, id),
        });
      }
      chosenBeside.set(drawing.graph.key, xe.groups.toggled(drawing.graph, besides(), id));
      drawStage(name, xe.state.get().split, true, besides());
      panes[name].showMap();
    }

    /** Return the groups that are closed in the pane at the side. */
    function besides() {
      return chosenBeside.get(view(xe.state.get().split)?.graph) ?? null;
    }

    function viewOf(name) {
      const state = xe.state.get();
      return name === "side" && state.view !== "rewrites" ? state.split : state.view;
    }

    /** Two states of one graph keep the same place in sight. */
    function alongside(name) {
      if (following || panes.side.element.hidden || xe.state.get().view !== "rewrites") return;
      const other = panes[name === "main" ? "side" : "main"];
      if (other.drawing()?.graph !== panes[name].drawing()?.graph) return;
      following = true;
      other.camera.put(panes[name].camera.at());
      following = false;
    }

    function hover(name, id) {
      panes[name].light(id);
      hovered(viewOf(name), id);
      const other = name === "main" ? "side" : "main";
      if (panes[other].element.hidden) return;
      if (id === null) pick(other, xe.state.get());
      else
        panes[other].choose(
          "",
          xe.links.drawn(viewOf(other), xe.links.to(viewOf(name), id, viewOf(other))),
        );
    }

    /** Return the picked node where it is one of a pane's own, else "". */
    function own(name, state) {
      const isOwn = space(xe.state.pickedIn(state)) === space(viewOf(name));
      return isOwn && !xe.sources.chosen(state) ? state.node.split("/")[0] : "";
    }

    function pick(name, state) {
      const here = viewOf(name);
      const from = xe.state.pickedIn(state);
      const line = xe.sources.chosen(state);
      if (line)
        return panes[name].choose("", xe.sources.nodes(here, panes[name].drawn().graph, line));
      if (space(from) === space(here)) return panes[name].choose(own(name, state));
      panes[name].choose("", xe.links.drawn(here, xe.links.to(from, xe.links.picked(state), here)));
    }

    /** Outline what a list beside the picture points at, as the pointer does; null ends that. */
    function point(find) {
      for (const name of ["main", "side"]) {
        if (panes[name].element.hidden) continue;
        const { graph } = panes[name].drawn();
        if (find) panes[name].choose(own(name, xe.state.get()), find(viewOf(name), graph));
        else pick(name, xe.state.get());
      }
    }

    /** Draw a stage in a pane, some groups closed; true when it was another stage before. */
    function drawStage(name, key, titled, chosen) {
      const entry = sure(view(key));
      const whole = sure(graph(entry.graph));
      const closed = xe.groups.closed(whole, chosen);
      const of = xe.closeup.closedUp(whole, closed);
      const before = panes[name].drawing()?.graph;
      const fresh = panes[name].show(of, {
        title: titled ? entry.title : "",
        label: label(entry.title, of),
      });
      if (!fresh) return false;
      xe.groups.apply(panes[name].drawn(), closed);
      if (before?.key !== of.key) return true;
      keep(panes[name], before, of);
      return false;
    }

    /** Keep a group where it was on the screen when it is closed or opened. */
    function keep({ camera }, before, after) {
      const [x, y] = xe.closeup.shift(before, after) ?? [0, 0];
      const at = camera.at();
      camera.put({ x: at.x - x * at.k, y: at.y - y * at.k, k: at.k });
    }

    function label(title, of) {
      const count = of.summary ?? xe.dom.count(of.nodes.length, "node");
      return `${title}: ${count}. Arrow keys move between nodes, Enter picks one.`;
    }

    function drawStep(name, side, state) {
      const change = xe.trace.change(state.step, side);
      const title = { both: "", before: "Before", after: "After" }[side];
      const fresh = panes[name].show(change.graph, {
        title,
        label: label(
          [`Step ${state.step}`, title.toLowerCase()].filter(Boolean).join(", "),
          change.graph,
        ),
      });
      panes[name].limit(change.nodes, change.edges);
      panes[name].mark(change.marks, change.edgeMarks);
      panes[name].relabel(change.labels);
      return { fresh, change };
    }

    /** Bring the panes to a state. */
    function update(state, before) {
      const split = state.split !== "";
      const resized = panes.side.element.hidden === split;
      panes.side.element.hidden = !split;
      room.classList.toggle("two", split);
      room.classList.toggle("rewrites", state.view === "rewrites");
      if (resized || before.view !== state.view) {
        for (const made of Object.values(panes)) made.camera.forget();
      }
      const fresh =
        state.view === "rewrites"
          ? updateStep(state, before, resized)
          : updateStage(state, resized);
      pick("main", state);
      if (split) pick("side", state);
      writeValues(state);
      xe.order.write(panes.main.drawn(), state.view);
      if (split) xe.order.write(panes.side.drawn(), viewOf("side"));
      if (fresh || before.node !== state.node || before.source !== state.source) reveal(state);
      folds.update(state, panes.main.drawn().graph.key, anchor(state));
    }

    function updateStage(state, resized) {
      const split = state.split !== "";
      const fresh = drawStage("main", state.view, split, state.closed);
      if (fresh || resized) panes.main.open();
      panes.main.showMap();
      if (!split) return fresh;
      const freshSide = drawStage("side", state.split, true, besides());
      if (freshSide || resized) panes.side.open();
      panes.side.showMap();
      return fresh || freshSide || resized;
    }

    function updateStep(state, before, resized) {
      const split = state.split !== "";
      const { fresh, change } = drawStep("main", split ? "after" : "both", state);
      const old = split ? drawStep("side", "before", state) : null;
      const entered = resized || before.view !== state.view;
      const ids = new Set([...change.marks.keys(), ...(old?.change.marks.keys() ?? [])]);
      const all = split ? [panes.main, panes.side] : [panes.main];
      if (entered || (fresh && !ids.size)) all.forEach((made) => made.open());
      all.forEach((made) => made.showMap());
      marked = { all, ids };
      if (ids.size && (fresh || old?.fresh || entered || before.step !== state.step))
        follow(all, ids, before.step !== state.step && !fresh && !entered);
      return fresh && !ids.size;
    }

    /** Look at what a step changed: two states of one layout at the same place. */
    function follow(all, ids, smooth) {
      const graphs = new Set(all.map((made) => made.drawn().graph));
      if (graphs.size === 1) return xe.sight.follow(all, ids, { smooth });
      for (const made of all) xe.sight.follow([made], ids, { smooth });
    }

    function reveal(state) {
      for (const name of ["main", "side"]) {
        if (panes[name].element.hidden) continue;
        const ids = [
          ...room.querySelectorAll(
            `[data-pane="${name}"] > svg .picked, [data-pane="${name}"] > svg .linked`,
          ),
        ];
        const there = ids.map((node) => node.dataset.id).filter(panes[name].isThere);
        panes[name].camera.forget();
        if (there.length && (state.node || xe.sources.chosen(state))) panes[name].reveal(there);
      }
    }

    function anchor(state) {
      const id = state.open.split("/")[0];
      const node = id && panes.main.drawn().nodes.get(id);
      if (!node) return null;
      const box = node.getBoundingClientRect();
      const home = panes.main.element.getBoundingClientRect();
      return { left: box.left - home.left, right: box.right - home.left, top: box.top - home.top };
    }

    function writeValues(state) {
      for (const name of ["main", "side"]) {
        if (panes[name].element.hidden) continue;
        xe.draw.values(panes[name].drawn(), viewOf(name), state);
      }
    }

    /** Return the pane that keys act on: the open inner graph, else the main one. */
    function active() {
      if (folds.isOpen()) return folds.pane;
      const side = panes.side.element;
      return !side.hidden && side.contains(document.activeElement) ? panes.side : panes.main;
    }

    new ResizeObserver(() => {
      if (!panes.main.drawing()) return;
      panes.main.showMap();
      const state = xe.state.get();
      // A sheet that opens for a picked node must not hide it.
      if (state.node) reveal(state);
      else if (marked.ids.size && state.view === "rewrites") follow(marked.all, marked.ids, false);
    }).observe(room);

    for (const event of ["beforeprint", "afterprint"]) {
      window.addEventListener(event, () => {
        for (const made of Object.values(panes))
          if (made.drawing()) made.toPaper(event === "beforeprint");
      });
    }

    return { update, active, point, folds, panes };
  }

  xe.stage = { create };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
