/* Hold what is shown, write it into the address, and read it from there. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const { data, stages, view } = xe.bundle;
  const cases = data.values?.cases ?? [];
  const moments = data.values?.moments ?? [];
  const FIRST = stages[0]?.key ?? "start";
  /** @type {State} */
  const NOTHING = {
    view: view(document.documentElement.dataset.opens ?? "")?.key ?? "start",
    node: "", // the picked node, a path into folded nodes: n9/n2
    of: "", // the view it was picked in, where that is not the view shown
    step: 0,
    split: "", // the view beside this one; for the rewrites: `before`
    open: "", // the folded node that is open, a path
    closed: null, // ids of the closed groups; null leaves it to the graph
    case: cases[0]?.key ?? "",
    moment: moments[0]?.key ?? "",
    values: "", // `1` writes the values on the nodes
    raw: "", // `1` shows the bookkeeping that pictures leave out
    whole: "", // `1` opens pictures fitted, however small, and goes through every step
    source: "", // `open` shows the user's file, `0:42` line 42 of the first with its nodes
  };
  /** @type {((state: State, before: State) => void)[]} */
  const listeners = [];
  const SETTLE = 200; // ms; browsers limit how often the address may change
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let state = parse(location.hash);
  // The address as it was last written or read: a browser tells of one that this page has written
  // too, and later, when what it says may be over.
  let known = location.hash;

  /**
   * Read a state from an address; what it does not say, or says wrongly, is as at the start.
   * @param {string} hash
   */
  function parse(hash) {
    const said = new URLSearchParams(hash.replace(/^#/, ""));
    const texts = Object.fromEntries([...said].filter(([key]) => Object.hasOwn(NOTHING, key)));
    const found = {
      ...NOTHING,
      ...texts,
      step: Number(said.get("step") ?? NOTHING.step),
      closed: said.get("closed")?.split(" ").filter(Boolean) ?? null,
    };
    // What is said without a view is said of the rewriting, or of the first stage.
    if (!said.has("view") && said.has("step") && data.trace) found.view = "rewrites";
    else if (!said.has("view") && said.size) found.view = FIRST;
    return tidy(found);
  }

  /**
   * Mend what does not fit together.
   * @param {State} found
   */
  function tidy(found) {
    if (!view(found.view)) found.view = FIRST;
    if (
      found.of &&
      (found.of === "start" || !view(found.of) || found.of === found.view || !found.node)
    )
      found.of = "";
    const step = Math.round(found.step);
    found.step = Number.isFinite(step) ? Math.min(Math.max(step, 0), xe.trace.last) : 0;
    const other = found.view === "rewrites" ? found.split === "before" : view(found.split)?.graph;
    if (!other || found.split === found.view) found.split = "";
    if (!cases.some((entry) => entry.key === found.case)) found.case = NOTHING.case;
    if (!moments.some((entry) => entry.key === found.moment)) found.moment = NOTHING.moment;
    return found;
  }

  /**
   * Write a state as an address: only what differs from the start, the view always.
   * @param {State} of
   */
  function format(of) {
    const said = new URLSearchParams({ view: of.view });
    for (const [key, start] of Object.entries(NOTHING)) {
      const value = of[/** @type {keyof State} */ (key)];
      if (key === "view" || value === start) continue;
      if (key === "step" && of.view !== "rewrites") continue;
      said.set(key, Array.isArray(value) ? value.join(" ") : String(value));
    }
    return `#${said}`;
  }

  /** @param {boolean} replace */
  function write(replace) {
    clearTimeout(timer);
    // Of two explorers in a page the page writes the address.
    if (data.side) return;
    const hash = format(state);
    if (hash === location.hash) return;
    // The address of a frame that is part of a document is not the one a bare `#` is read against.
    if (replace) location.replace(location.href.replace(/#.*$/s, "") + hash);
    else location.hash = hash;
    known = location.hash;
  }

  /**
   * Change what is shown.
   * @param {Partial<State>} patch
   * @param {{replace?: boolean}} [how] replace: leave no entry for the back button
   */
  function set(patch, { replace = false } = {}) {
    const before = state;
    const next = { ...state, ...patch };
    if (next.view !== before.view) {
      Object.assign(next, {
        open: patch.open ?? "",
        closed: patch.closed ?? null,
        split: patch.split ?? "",
      });
      if (next.node && !("node" in patch)) next.of = before.of || before.view;
    }
    if ("node" in patch && !("of" in patch)) next.of = "";
    if (patch.node && next.source) next.source = "open";
    tidy(next);
    if (format(next) === format(before) && next.step === before.step) return;
    state = next;
    clearTimeout(timer);
    if (replace) timer = setTimeout(write, SETTLE, true);
    else write(false);
    listeners.forEach((listener) => listener(state, before));
  }

  /**
   * Show what an address says.
   * @param {string} hash
   */
  function go(hash) {
    const found = parse(hash);
    if (format(found) === format(state)) return;
    const before = state;
    state = found;
    listeners.forEach((listener) => listener(state, before));
  }

  window.addEventListener("hashchange", () => {
    if (location.hash === known) return;
    known = location.hash;
    clearTimeout(timer);
    go(known);
  });

  xe.state = {
    get: () => state,
    /** Return what the address says of the state. */
    address: () => format(state),
    go,
    set,
    /** Return the view a node was picked in. */
    pickedIn: (of = state) => of.of || of.view,
    on: (listener) => void listeners.push(listener),
  };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
