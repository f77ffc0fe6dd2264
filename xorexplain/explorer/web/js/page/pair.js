/* One of two explorers in a page: tell the page what is shown, follow it, tint what is here only. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const { data } = xe.bundle;
  const isPaired = Boolean(data.side) && window.parent !== window;
  const TINTS = ["only", "other"];

  /**
   * Be one side of a pair, if the page is one.
   * @param {Stage} stage
   */
  function create(stage) {
    if (!isPaired) return;
    const root = document.documentElement;
    root.dataset.side = data.side ?? "";
    /** @type {Tints} */
    let tints = { only: [], other: [] };
    let follows = false;

    /** @param {State} state */
    function shown(state) {
      const isPlaying = state.view === "rewrites";
      /** @type {Shows} */
      const message = {
        view: state.view,
        step: state.step,
        picked: state.node ? { view: xe.state.pickedIn(state), id: xe.links.picked(state) } : null,
        present: isPlaying ? [...xe.trace.at(state.step).nodes] : null,
        shared: { case: state.case, moment: state.moment, values: state.values },
        address: xe.state.address(),
        follows,
      };
      window.parent.postMessage(message, "*");
    }

    function tint() {
      for (const pane of [stage.panes.main, stage.panes.side]) {
        const nodes = pane.drawing()?.nodes ?? new Map();
        for (const kind of TINTS) {
          const ids = new Set(tints[/** @type {keyof Tints} */ (kind)]);
          nodes.forEach((node, id) => {
            node.classList.toggle(`side-${kind}`, ids.has(id));
          });
        }
      }
    }

    /** @param {Follow} told */
    function follow(told) {
      if (told.theme && told.theme !== root.dataset.theme) root.dataset.theme = told.theme;
      if (told.waits !== undefined) root.classList.toggle("waiting", told.waits);
      if (told.tints) {
        tints = told.tints;
        tint();
      }
      if (told.address !== undefined) {
        follows = true;
        xe.state.go(told.address);
        follows = false;
      }
      if (told.patch) {
        const { pick, ...patch } = told.patch;
        if (patch.view && !xe.bundle.view(patch.view)) delete patch.view;
        const found = pick && pick.view !== "rewrites" && xe.links.target(pick.view, pick.id);
        const node = found ? { node: found.node, open: found.open } : { node: pick?.id ?? "" };
        follows = true;
        xe.state.set(pick === undefined ? patch : { ...patch, ...node }, { replace: true });
        follows = false;
      }
    }

    window.addEventListener("message", (event) => {
      if (event.source === window.parent && event.data) follow(event.data);
    });
    new MutationObserver(() => {
      window.parent.postMessage({ theme: root.dataset.theme ?? "" }, "*");
    }).observe(root, { attributes: true, attributeFilter: ["data-theme"] });
    xe.state.on((state) => {
      shown(state);
      tint();
    });
    shown(xe.state.get());
  }

  /**
   * Have the page move both sides, as it has the player; false where there is no such page.
   * @param {string} move
   */
  function moves(move) {
    if (isPaired) window.parent.postMessage({ move }, "*");
    return isPaired;
  }

  xe.pair = { create, moves };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
