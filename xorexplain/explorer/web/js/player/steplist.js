/* The list of steps: filtered by name, phase and noise; the player goes through what it leaves. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const { el, refill, count } = xe.dom;
  const { steps } = xe.trace;
  const APART = { only: "here only", other: "other nodes" };

  /** Make the list in an element. `changed` is called when the filter changed. */
  function create(element, changed) {
    const search = el("input", {
      type: "search",
      placeholder: "Rewrite, formula, node",
      "aria-label": "Search the steps",
    });
    const phases = [...new Set(steps.map((step) => step.phase))];
    const phase = el(
      "select",
      { "aria-label": "Phase" },
      el("option", { value: "", text: "all phases" }),
      ...phases.map((name) => el("option", { value: name, text: name })),
    );
    const noisy = steps.some((step) => step.noise);
    const noise = el("input", { type: "checkbox" });
    noise.checked = xe.state.get().whole !== "";
    const found = el("p", { class: "faint", role: "status" });
    const list = xe.roving(el("ol", { class: "steps" }));
    refill(
      element,
      el("h2", { text: "Steps" }),
      el(
        "div",
        { class: "filters" },
        search,
        phase,
        noisy && el("label", {}, noise, " merges and other noise"),
      ),
      found,
      list,
    );
    const rows = steps.map(row);
    const texts = steps.map((step) =>
      [step.rewrite, step.name, step.where, ...(step.tags ?? []), ...(step.lines ?? []).flat()]
        .join(" ")
        .toLowerCase(),
    );
    let left = [];

    function row(step, position) {
      const failed = step.verdict && step.verdict !== "applied";
      const told = step.lines?.find(([sign]) => sign === "+" || sign === "=");
      const said = told?.[told[0] === "=" ? 2 : 1] ?? "";
      return el(
        "li",
        {},
        el(
          "button",
          {
            type: "button",
            "data-step": position + 1,
            on: { click: () => xe.state.set({ step: position + 1 }) },
          },
          el("span", { class: `dot ${xe.phases.paint(step.phase)}`, "aria-hidden": "true" }),
          el("span", { class: "number", text: position + 1 }),
          el("span", {
            class: "rewrite",
            text: (failed ? `${step.verdict}: ` : "") + step.rewrite,
          }),
          step.apart && el("span", { class: `apart ${step.apart}`, text: APART[step.apart] }),
          el("span", { class: "effect faint", text: said || step.name }),
        ),
      );
    }

    function filter() {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      left = steps
        .map((_, position) => position)
        .filter(
          (i) =>
            (noise.checked || !steps[i].noise) &&
            (!phase.value || steps[i].phase === phase.value) &&
            words.every((word) => texts[i].includes(word)),
        );
      refill(list, ...left.map((i) => rows[i]));
      found.textContent =
        left.length === steps.length
          ? count(left.length, "step")
          : `${left.length} of ${count(steps.length, "step")}`;
      changed();
    }

    search.addEventListener("input", filter);
    phase.addEventListener("change", filter);
    noise.addEventListener("change", filter);

    /** Return the number of the next state that way among those left; the start is always one. */
    function next(from, way) {
      const all = [0, ...left.map((i) => i + 1)];
      return way > 0
        ? (all.find((k) => k > from) ?? null)
        : (all.findLast((k) => k < from) ?? null);
    }

    /** @type {Element | null} */
    let current = null;
    /** Show which step is shown. */
    function update(state) {
      const at = rows[state.step - 1]?.firstElementChild ?? null;
      if (at === current) return;
      current?.removeAttribute("aria-current");
      current = at;
      at?.setAttribute("aria-current", "step");
      if (!(at instanceof HTMLElement)) return;
      xe.roving.put(list, at);
      xe.dom.scrollTo(at);
    }
    filter();
    return { update, next, left: () => left };
  }

  xe.steplist = { create };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
