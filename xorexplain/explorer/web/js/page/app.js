/* Put the parts of the page together, and tell them when the state changes. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const { el, refill } = xe.dom;
  const { sure, byId } = xe.dom;
  const { data, views, stages } = xe.bundle;

  byId("title").textContent = data.title;
  byId("made").textContent = [data.engine, data.made].filter(Boolean).join(" · ");

  /** @type {SourcePane | null} */
  let source = null;
  /** @type {SourcePane | null} */
  let order = null;
  const stage = xe.stage.create(byId("panes"), (view, id) => {
    source?.hover(view, id);
    order?.hover(view, id);
  });
  const left = {
    outline: el("div", { class: "side-body" }),
    equations: el("div", { class: "side-body", hidden: true }),
    steps: el("div", { class: "side-body listed", hidden: true }),
  };
  refill(byId("left"), ...Object.values(left));

  const [running, tree] = [el("div"), el("div")];
  refill(left.outline, running, tree);
  order = xe.order.create(running, stage);
  const outline = xe.outline.create(tree);
  const equations = xe.equations.create(left.equations);
  const steps = xe.trace.trace ? xe.steplist.create(left.steps, () => {}) : null;
  const player = steps ? xe.player.create(byId("player"), steps) : null;
  const panel = xe.panel.create(byId("panel"));
  const start = xe.start.create(byId("start"));
  const tabs = xe.tabs.create(byId("tabs"), byId("start"), byId("stage"));
  source = xe.source.create(byId("source"), stage);
  const head = xe.toolbar.createHead(byId("head"), stage);
  const search = xe.search.create(byId("search"));
  const sheets = xe.sheets.create(byId("left"), byId("source"), byId("panel"));
  xe.toolbar.createTools(byId("tools"), stage);
  const sides = xe.sides.create(byId("main"), byId("tools"));

  byId("skip").addEventListener("click", () =>
    atStart() ? byId("start").focus() : stage.active().focus(stage.active().firstId()),
  );

  function atStart() {
    return xe.state.get().view === "start";
  }

  /**
   * @param {State} state
   * @param {Before} before
   */
  function update(state, before) {
    xe.bookkeeping.turn(state);
    start.update(state);
    if (before.view !== state.view)
      xe.dom.announce(sure(views.find((view) => view.key === state.view)).title);
    tabs.update(state, before);
    player?.update(state, before);
    if (!atStart()) show(state, before);
  }

  /**
   * Show a view that has a picture.
   * @param {State} state
   * @param {Before} before
   */
  function show(state, before) {
    byId("main").classList.toggle("sourced", state.source !== "" && xe.sources.files.length > 0);
    byId("main").classList.toggle("split", state.split !== "" && state.view !== "rewrites");
    left.outline.hidden = state.view === "derivation" || state.view === "rewrites";
    left.equations.hidden = state.view !== "derivation";
    left.steps.hidden = state.view !== "rewrites";
    sheets.update(state, before);
    sides.update(state, before);
    head.update(state);
    stage.update(state, before);
    source?.update(state);
    panel.update(state);
    outline.update(state);
    order?.update(state);
    equations.update(state);
    steps?.update(state);
  }

  /** @type {Record<string, () => void>} */
  const ANYWHERE = {
    "/": () => search.focus(),
    "?": () => xe.help.open(),
  };
  /** @type {Record<string, () => void>} */
  const KEYS = {
    ...ANYWHERE,
    "+": () => stage.active().camera.zoom(1.25),
    "=": () => stage.active().camera.zoom(1.25),
    "-": () => stage.active().camera.zoom(1 / 1.25),
    0: () => stage.active().fit(true),
    l: () =>
      xe.sources.files.length && xe.state.set({ source: xe.state.get().source ? "" : "open" }),
    s: () => xe.state.set({ split: xe.state.get().split ? "" : beside() }),
    v: () =>
      xe.values.has(xe.state.get().view) &&
      xe.state.set({ values: xe.state.get().values ? "" : "1" }),
    Escape: () => (stage.folds.isOpen() ? stage.folds.leave() : xe.state.set({ node: "" })),
  };
  /** @type {Record<string, () => void>} */
  const STEPPING = {
    ArrowRight: () => xe.pair.moves("next") || player?.move(1),
    ArrowLeft: () => xe.pair.moves("back") || player?.move(-1),
    " ": () => player?.toggle(),
    Home: () => xe.pair.moves("first") || player?.go(0),
    End: () => xe.pair.moves("last") || player?.go(xe.trace.last),
  };

  function beside() {
    if (xe.state.get().view === "rewrites") return "before";
    return stages.find((view) => view.key !== xe.state.get().view)?.key ?? "";
  }

  document.addEventListener("keydown", (event) => {
    if (xe.keys.isTaken(event)) return;
    const stepping = xe.state.get().view === "rewrites" ? STEPPING[event.key] : null;
    // A button that was clicked has the focus too; the space bar is its own only for the keyboard.
    const onButton =
      event.key === " " &&
      event.target instanceof Element &&
      event.target.closest("button") &&
      !xe.keys.isClicked();
    const tab = /^[1-9]$/.test(event.key) ? views[Number(event.key) - 1] : null;
    const act = onButton
      ? null
      : (stepping ??
        (atStart() ? ANYWHERE : KEYS)[event.key] ??
        (tab && (() => xe.state.set({ view: tab.key }))));
    if (!act) return;
    event.preventDefault();
    act();
  });

  xe.state.on(update);
  update(xe.state.get(), { node: "", step: -1, view: "", source: "" });
  xe.pair.create(stage);
  xe.link.follow(stage);
  byId("main").dataset.ready = "";
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
