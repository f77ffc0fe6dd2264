/* The bar of phases: as wide as they have steps, each in a colour and with its name. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const { el } = xe.dom;
  const { steps, last } = xe.trace;
  const COLOURS = 7;
  const NARROW = 0.06; // of the bar; below this a name does not fit

  const names = [...new Set(steps.map((step) => step.phase))];

  /**
   * Return the class that colours a phase.
   * @param {string} name
   */
  function paint(name) {
    return `phase-${Math.max(names.indexOf(name), 0) % COLOURS}`;
  }

  /** Return the runs of steps of one phase: `{name, first, last}` by numbers of states. */
  function runs() {
    /** @type {{name: string, first: number, last: number}[]} */
    const found = [];
    steps.forEach((step, position) => {
      const open = found.at(-1);
      if (open?.name === step.phase) open.last = position + 1;
      else found.push({ name: step.phase, first: position + 1, last: position + 1 });
    });
    return found;
  }

  /** Make the bar in an element. */
  function create() {
    const parts = runs().map((run) => {
      const size = run.last - run.first + 1;
      const said = `${run.name}: ${xe.dom.count(size, "step")}`;
      const part = el("button", {
        ...{
          type: "button",
          class: `phase ${paint(run.name)}`,
          title: said,
          "aria-label": said,
          tabindex: -1,
        },
        text: size / last > NARROW ? run.name : "",
        on: { click: () => xe.state.set({ step: run.first }) },
      });
      part.style.flexGrow = String(size);
      return { run, part };
    });
    const element = el(
      "div",
      { class: "phases", role: "group", "aria-label": "Phases" },
      ...parts.map(({ part }) => part),
    );

    /**
     * Show which phase the state is in.
     * @param {State} state
     */
    function update(state) {
      for (const { run, part } of parts) {
        const here = run.first <= state.step && state.step <= run.last;
        part.classList.toggle("here", here);
        part.tabIndex = here || (state.step === 0 && run.first === 1) ? 0 : -1;
      }
    }
    element.addEventListener("keydown", (event) => {
      const way = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!way) return;
      event.preventDefault();
      event.stopPropagation();
      parts[parts.findIndex(({ part }) => part === event.target) + way]?.part.focus();
    });
    return { element, update };
  }

  xe.phases = { create, paint };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
