/* Keep two explorers in step: each in its frame, with one player and one address for both. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const { byId, el, sure, announce } = xe.dom;
  /** @type {PairData} */
  const data = JSON.parse(byId("pair").textContent);
  /** @type {string} */
  const shell = JSON.parse(byId("shell").textContent);
  /** @type {("a" | "b")[]} */
  const SIDES = ["a", "b"];
  const SETTLE = 200; // ms; browsers limit how often the address may change
  /** @type {PairRow[]} */
  const rows = [{ a: 0, b: 0, kind: "start" }, ...(data.comparison.rows ?? [])];
  const words = ["Both start.", ...data.words];
  const root = document.documentElement;
  const frames = SIDES.map(frame);
  const counterparts = xe.counterparts.create(data.nodes);
  const player = xe.rows.create(byId("rows"), rows, words, go);
  /** @type {Shows[]} */
  const latest = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let row = 0;
  let asked = new URLSearchParams(location.hash.replace(/^#/, ""));
  let isReady = false;
  let isTinting = false;

  /**
   * Put one explorer into its frame.
   * @param {"a" | "b"} key
   * @param {number} side
   */
  function frame(key, side) {
    const made = el("iframe", { title: `${key.toUpperCase()}: ${data.comparison[key]}` });
    const story = sure(byId(`story-${key}`).textContent);
    made.srcdoc = shell
      .replace("@@FRONT@@", () => data.fronts[side])
      .replace("@@DATA@@", () => story);
    byId(`frame-${key}`).append(made);
    return made;
  }

  /**
   * @param {number} side
   * @param {Follow} told
   */
  function tell(side, told) {
    frames[side].contentWindow?.postMessage(told, "*");
  }

  /**
   * Return the row in which a side has come to a step: this one, or the first.
   * @param {"a" | "b"} key
   * @param {number} step
   */
  function rowOf(key, step) {
    const there = rows.findIndex((entry) => entry[key] === step);
    return rows[row][key] === step ? row : Math.max(there, 0);
  }

  /** Tint both sides, once for whatever comes in together. */
  function tint() {
    if (isTinting) return;
    isTinting = true;
    setTimeout(() => {
      isTinting = false;
      counterparts.tints([latest[0], latest[1]]).forEach((tints, side) => {
        tell(side, { tints });
      });
    }, 0);
  }

  /**
   * Take in what a side shows, and have the other follow.
   * @param {number} side
   * @param {Shows} shown
   */
  function take(side, shown) {
    const before = latest[side];
    latest[side] = shown;
    if (!isReady) return begin();
    if (!shown.follows) {
      const other = 1 - side;
      /** @type {Follow["patch"]} */
      const patch = { ...shown.shared };
      if (shown.view !== before.view) patch.view = shown.view;
      if (shown.view === "rewrites" && data.comparison.rows) {
        row = rowOf(SIDES[side], shown.step);
        patch.view = shown.view;
        patch.step = rows[row][SIDES[other]];
      }
      if (JSON.stringify(shown.picked) !== JSON.stringify(before.picked)) {
        patch.pick = shown.picked && counterparts.of(side, shown.picked, latest[other]);
        const isAlone = shown.picked && !patch.pick;
        player.say(isAlone ? "No node of the other side is known to compute this." : "");
      }
      tell(other, { patch });
    }
    tint();
    show();
    clearTimeout(timer);
    timer = setTimeout(write, SETTLE);
  }

  /** Begin once both explorers are there: as the address says, else at the first difference. */
  function begin() {
    if (!latest[0] || !latest[1]) return;
    isReady = true;
    if (asked.has("a") || asked.has("b")) follow();
    else if (data.comparison.rows) go(player.first ?? 0);
    tint();
    byId("pair-main").dataset.ready = "";
  }

  /** Show what the address asks for. */
  function follow() {
    row = within(Number(asked.get("row")) || 0);
    SIDES.forEach((key, side) => {
      tell(side, { address: asked.get(key) ?? "" });
    });
    show();
  }

  /** Write both views into the address. */
  function write() {
    const said = new URLSearchParams();
    if (data.comparison.rows) said.set("row", String(row));
    SIDES.forEach((key, side) => {
      said.set(key, latest[side].address);
    });
    if (`#${said}` === location.hash) return;
    asked = said;
    location.hash = `#${said}`;
  }

  /** @param {number} number */
  function within(number) {
    return Math.min(Math.max(Math.round(number), 0), rows.length - 1);
  }

  /**
   * Go to a row, both sides.
   * @param {number} to
   */
  function go(to) {
    row = within(to);
    SIDES.forEach((key, side) => {
      tell(side, { patch: { view: "rewrites", step: rows[row][key] } });
    });
    announce(`Row ${row} of ${rows.length - 1}. ${words[row]}`);
    show();
  }

  /** Show which row both sides are at, and which of them waits. */
  function show() {
    player.show(row);
    SIDES.forEach((key, side) => {
      const isPlaying = latest[side]?.view === "rewrites";
      const waits = isPlaying && rows[row].kind === SIDES[1 - side];
      byId(`side-${key}`).classList.toggle("waits", waits);
      tell(side, { waits });
    });
  }

  /**
   * On a narrow window one side is shown, chosen by a tab.
   * @param {"a" | "b"} key
   */
  function choose(key) {
    byId("pair-main").dataset.shown = key;
    for (const each of SIDES)
      byId(`tab-${each}`).setAttribute("aria-selected", String(each === key));
  }

  /** Return the colours of the system. */
  function system() {
    return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }

  window.addEventListener("message", ({ source, data: told }) => {
    const side = frames.findIndex((each) => each.contentWindow === source);
    if (side < 0 || !told) return;
    if (told.move) player.moves[told.move]?.();
    else if (told.theme === undefined) take(side, told);
    else if (told.theme !== root.dataset.theme) root.dataset.theme = told.theme;
  });
  // Whoever changes the colours, a frame or what is around the page: all of it follows.
  new MutationObserver(() => {
    const theme = root.dataset.theme || system();
    for (const side of SIDES.keys()) tell(side, { theme });
  }).observe(root, { attributeFilter: ["data-theme"] });
  window.addEventListener("hashchange", () => {
    const said = new URLSearchParams(location.hash.replace(/^#/, ""));
    if (said.toString() === asked.toString()) return;
    asked = said;
    follow();
  });
  document.addEventListener("keydown", (event) => {
    const move = { ArrowRight: "next", ArrowLeft: "back", Home: "first", End: "last" }[event.key];
    const isTaken = event.target instanceof Element && event.target.closest("input, [role=tab]");
    if (!move || isTaken || !data.comparison.rows || event.ctrlKey || event.altKey) return;
    event.preventDefault();
    player.moves[move]();
  });
  for (const key of SIDES) byId(`tab-${key}`).addEventListener("click", () => choose(key));
  // What is the same is told above the pictures, which need the room where there is little.
  if (matchMedia("(max-width: 800px)").matches) byId("same").removeAttribute("open");
  choose("a");
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
