/* The player: goes through the steps by buttons, slider, keys, or by itself. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const { el, button, refill, announce } = xe.dom;
  const { steps, last } = xe.trace;
  const PACE = 1100; // ms a step

  /**
   * Make the player in an element.
   * @param {HTMLElement} element
   * @param {Pick<StepList, "next">} list the steps to go through
   */
  function create(element, list) {
    let timer = 0;
    const bar = xe.phases.create();
    const slider = el("input", { type: "range", min: 0, max: last, step: 1, "aria-label": "Step" });
    const where = el("output", { class: "where" });
    const play = button("Play", toggle, { class: "quiet" }, xe.icon("play"));
    /**
     * @param {string} name
     * @param {string} icon
     * @param {() => void} act
     */
    const nudge = (name, icon, act) => button(name, act, { class: "quiet" }, xe.icon(icon));
    refill(
      element,
      el(
        "div",
        { class: "controls" },
        nudge("First state", "first", () => go(0)),
        nudge("Previous step", "back", () => move(-1)),
        play,
        nudge("Next step", "forward", () => move(1)),
        nudge("Last state", "last", () => go(last)),
        where,
      ),
      el("div", { class: "track" }, bar.element, slider),
    );
    slider.addEventListener("input", () => go(Number(slider.value), true));
    slider.addEventListener("keydown", (event) => {
      const way = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
      if (!way) return;
      event.preventDefault();
      move(way);
    });

    /** @param {number} step */
    function go(step, replace = false) {
      xe.state.set({ step }, { replace });
    }

    /**
     * Go to the next step that way which the filter leaves; false where there is none.
     * @param {number} way
     */
    function move(way, replace = false) {
      const there = list.next(xe.state.get().step, way);
      if (there === null) return false;
      go(there, replace);
      return true;
    }

    function toggle() {
      if (timer) return stop();
      if (list.next(xe.state.get().step, 1) === null) go(0);
      timer = setInterval(() => move(1, true) || stop(), PACE);
      show("pause", "Pause");
    }

    function stop() {
      clearInterval(timer);
      timer = 0;
      show("play", "Play");
    }

    /**
     * @param {string} icon
     * @param {string} name
     */
    function show(icon, name) {
      refill(play, xe.icon(icon));
      play.setAttribute("aria-label", name);
      play.title = name;
    }

    /**
     * Show where the player is.
     * @param {State} state
     * @param {Before} before
     */
    function update(state, before) {
      element.hidden = state.view !== "rewrites";
      if (element.hidden) return stop();
      const step = steps[state.step - 1];
      const name = step ? step.rewrite : "start";
      slider.value = String(state.step);
      slider.setAttribute("aria-valuetext", `step ${state.step} of ${last}: ${name}`);
      refill(
        where,
        el("strong", { text: `${state.step} / ${last}` }),
        el("span", { class: "rewrite", text: name }),
      );
      bar.update(state);
      if (before.step !== state.step)
        announce(`Step ${state.step} of ${last}: ${name}. ${step?.why ?? ""}`);
    }
    return { update, move, toggle, go };
  }

  xe.player = { create };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
