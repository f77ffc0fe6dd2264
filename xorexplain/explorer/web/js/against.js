/* Keep two explorers in step: rows of steps, counterparts of nodes, one address for both. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const { byId, button, el, refill, sure, announce } = xe.dom;
  /** @type {PairData} */
  const data = JSON.parse(byId("pair").textContent);
  /** @type {string} */
  const shell = JSON.parse(byId("shell").textContent);
  const rows = [{ a: 0, b: 0, kind: "start" }, ...(data.comparison.rows ?? [])];
  const words = ["Both start.", ...data.words];
  const frames = { a: frame("a"), b: frame("b") };
  /** @type {Side2[]} */
  const SIDES = ["a", "b"];
  /** @type {Record<string, Shows>} */
  const latest = {};
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let row = 0;
  let asked = new URLSearchParams(location.hash.replace(/^#/, ""));
  let isReady = false;

  /**
   * Put one explorer into its frame.
   * @param {Side2} side
   */
  function frame(side) {
    const made = el("iframe", { title: `${side.toUpperCase()}: ${data.comparison[side]}` });
    const story = sure(byId(`story-${side}`).textContent);
    const front = data.fronts[side === "a" ? 0 : 1];
    made.srcdoc = shell.replace("@@FRONT@@", () => front).replace("@@DATA@@", () => story);
    byId(`frame-${side}`).append(made);
    return made;
  }

  /** @param {Side2} side */
  function beside(side) {
    return side === "a" ? "b" : "a";
  }

  /**
   * @param {Side2} side
   * @param {Follow} told
   */
  function tell(side, told) {
    frames[side].contentWindow?.postMessage(told, "*");
  }

  /**
   * Return the row in which a side has come to a step: this one, or the first.
   * @param {Side2} side
   * @param {number} step
   */
  function rowOf(side, step) {
    if (rows[row][side] === step) return row;
    return Math.max(
      rows.findIndex((entry) => entry[side] === step),
      0,
    );
  }

  /**
   * Return the key of the nodes of a view: the derivation is drawn on the gradient.
   * @param {string} view
   */
  function space(view) {
    return view === "derivation" ? "gradient" : view;
  }

  /**
   * Return the nodes that a side shows, with what they compute: the value, and the op.
   * @param {Side2} side
   * @returns {[id: string, code: [number, number]][]}
   */
  function nodesOf(side) {
    const { view, present } = latest[side];
    const known = data.nodes[space(view)]?.[side === "a" ? 0 : 1] ?? {};
    if (!present) return Object.entries(known);
    return present.filter((id) => known[id]).map((id) => [id, known[id]]);
  }

  /**
   * Return the node of the other side that computes the same, by the same op if there is one.
   * @param {Side2} side
   * @param {{view: string, id: string}} picked
   */
  function counterpart(side, { view, id }) {
    const [own, other] = side === "a" ? [0, 1] : [1, 0];
    const code = data.nodes[space(view)]?.[own][id];
    if (!code) return null;
    const shown = latest[beside(side)];
    const isHere = shown && space(shown.view) === space(view);
    const all = isHere
      ? nodesOf(beside(side))
      : Object.entries(data.nodes[space(view)]?.[other] ?? {});
    const same = all.filter(([, [number]]) => number === code[0]);
    const found = same.find(([, [, op]]) => op === code[1]) ?? same[0];
    return found ? { view, id: found[0] } : null;
  }

  /** Tint on each side the nodes whose values the other lacks, or has by other ops. */
  function tint() {
    if (space(latest.a.view) !== space(latest.b.view) || !data.nodes[space(latest.a.view)]) {
      for (const side of SIDES) tell(side, { tints: { only: [], other: [] } });
      return;
    }
    for (const side of SIDES) {
      /** @type {Map<number, Set<number>>} */
      const there = new Map();
      for (const [, [number, op]] of nodesOf(beside(side)))
        there.set(number, (there.get(number) ?? new Set()).add(op));
      const own = nodesOf(side);
      tell(side, {
        tints: {
          only: own.filter(([, [number]]) => !there.has(number)).map(([id]) => id),
          other: own
            .filter(([, [number, op]]) => there.has(number) && !there.get(number)?.has(op))
            .map(([id]) => id),
        },
      });
    }
  }

  /**
   * Take in what a side shows, and have the other follow.
   * @param {Side2} side
   * @param {Shows} shown
   */
  function take(side, shown) {
    const before = latest[side];
    latest[side] = shown;
    if (!isReady) return begin();
    if (!shown.follows) {
      const other = beside(side);
      /** @type {Follow["patch"]} */
      const patch = { ...shown.shared };
      if (shown.view !== before.view) patch.view = shown.view;
      if (shown.view === "rewrites" && data.comparison.rows) {
        row = rowOf(side, shown.step);
        patch.view = shown.view;
        patch.step = rows[row][other];
      }
      if (JSON.stringify(shown.picked) !== JSON.stringify(before.picked)) {
        patch.pick = shown.picked && counterpart(side, shown.picked);
        say(shown.picked && !patch.pick ? "The other side has no node that computes this." : "");
      }
      tell(other, { patch });
    }
    tint();
    show();
    clearTimeout(timer);
    timer = setTimeout(write, 200);
  }

  /** Begin once both explorers are there: as the address says, else at the first difference. */
  function begin() {
    if (!latest.a || !latest.b) return;
    isReady = true;
    const first = difference(0, 1);
    row = Math.min(Math.max(Number(asked.get("row")) || 0, 0), rows.length - 1);
    if (asked.has("a") || asked.has("b"))
      for (const side of SIDES) tell(side, { address: asked.get(side) ?? "" });
    else if (data.comparison.rows) go(first ?? 0);
    tint();
    show();
    byId("pair-main").dataset.ready = "";
  }

  /** Write both views into the address. */
  function write() {
    const said = new URLSearchParams();
    if (data.comparison.rows) said.set("row", String(row));
    for (const side of SIDES) said.set(side, latest[side].address);
    if (`#${said}` === location.hash) return;
    asked = said;
    location.hash = `#${said}`;
  }

  /**
   * Return the next row that way in which the sides are not the same.
   * @param {number} from
   * @param {number} way
   */
  function difference(from, way) {
    for (let at = from + way; at > 0 && at < rows.length; at += way)
      if (rows[at].kind !== "same") return at;
    return null;
  }

  /**
   * Go to a row, both sides.
   * @param {number} to
   */
  function go(to) {
    row = Math.min(Math.max(to, 0), rows.length - 1);
    for (const side of SIDES) {
      /** @type {Follow["patch"]} */
      const patch = { view: "rewrites", step: rows[row][side] };
      tell(side, { patch });
    }
    announce(`Row ${row} of ${rows.length - 1}. ${words[row]}`);
    show();
  }

  /** @type {Record<string, () => void>} */
  const MOVES = {
    first: () => go(0),
    back: () => go(row - 1),
    next: () => go(row + 1),
    last: () => go(rows.length - 1),
    difference: () => go(difference(0, 1) ?? row),
    before: () => go(difference(row, -1) ?? row),
    after: () => go(difference(row, 1) ?? row),
  };

  const slider = el("input", { type: "range", min: 0, max: rows.length - 1, "aria-label": "Row" });
  const where = el("output", { class: "where" });
  const note = el("p", { class: "note", role: "status" });
  const marks = el(
    "div",
    { class: "marks", "aria-hidden": "true" },
    ...rows.slice(1).map(({ kind }) => el("i", { class: kind })),
  );

  /**
   * @param {string} name
   * @param {string} icon
   * @param {string} move
   */
  function nudge(name, icon, move) {
    return button(name, MOVES[move], { class: "quiet" }, xe.icon(icon));
  }

  function controls() {
    if (!data.comparison.rows) return;
    const parts = rows.some(({ kind }) => kind !== "same" && kind !== "start");
    refill(
      byId("rows"),
      el(
        "div",
        { class: "moves" },
        nudge("Both to the start", "first", "first"),
        nudge("Previous row", "back", "back"),
        nudge("Next row", "forward", "next"),
        nudge("Both to the end", "last", "last"),
        parts && button("First difference", MOVES.difference, { class: "strong" }),
        parts && button("Previous difference", MOVES.before, { class: "wide" }),
        parts && button("Next difference", MOVES.after, {}),
      ),
      el("div", { class: "track" }, marks, slider),
      where,
      note,
    );
    slider.addEventListener("input", () => go(Number(slider.value)));
  }

  /** Show which row both sides are at. */
  function show() {
    const { kind } = rows[row];
    slider.value = String(row);
    slider.setAttribute("aria-valuetext", words[row]);
    marks.querySelector(".here")?.classList.remove("here");
    marks.children[row - 1]?.classList.add("here");
    where.dataset.kind = kind;
    where.textContent = words[row];
    for (const side of SIDES) {
      const waits = kind === beside(side);
      byId(`side-${side}`).classList.toggle("waits", waits && latest[side]?.view === "rewrites");
    }
  }

  /** @param {string} text */
  function say(text) {
    note.textContent = text;
  }

  /**
   * On a narrow window one side is shown, chosen by a tab.
   * @param {Side2} side
   */
  function choose(side) {
    byId("pair-main").dataset.shown = side;
    for (const each of SIDES)
      byId(`tab-${each}`).setAttribute("aria-selected", String(each === side));
  }

  window.addEventListener("message", ({ source, data: told }) => {
    const side = SIDES.find((each) => frames[each].contentWindow === source);
    if (!side || !told) return;
    if (told.move) MOVES[told.move]?.();
    else if (told.theme !== undefined) {
      document.documentElement.dataset.theme = told.theme;
      if (told.theme) tell(beside(side), { theme: told.theme });
    } else take(side, told);
  });
  window.addEventListener("hashchange", () => {
    const said = new URLSearchParams(location.hash.replace(/^#/, ""));
    if (said.toString() === asked.toString()) return;
    asked = said;
    row = Math.min(Math.max(Number(said.get("row")) || 0, 0), rows.length - 1);
    for (const side of SIDES) tell(side, { address: said.get(side) ?? "" });
    show();
  });
  document.addEventListener("keydown", (event) => {
    const move = { ArrowRight: "next", ArrowLeft: "back", Home: "first", End: "last" }[event.key];
    const isTaken = event.target instanceof Element && event.target.closest("input, [role=tab]");
    if (!move || isTaken || !data.comparison.rows || event.ctrlKey || event.altKey) return;
    event.preventDefault();
    MOVES[move]();
  });
  for (const side of SIDES) byId(`tab-${side}`).addEventListener("click", () => choose(side));
  choose("a");
  controls();
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
