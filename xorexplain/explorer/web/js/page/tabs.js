/* The tabs: one for each view, as the ARIA pattern has them. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const { el, count } = xe.dom;
  const { views } = xe.bundle;
  const STEPS = { ArrowRight: 1, ArrowLeft: -1 };

  /**
   * Count what a view shows.
   * @param {View} view
   */
  function said(view) {
    return view.count === undefined ? null : count(view.count, view.noun ?? "");
  }

  /** Fill the list of tabs. */
  function create(list, start, panel) {
    const tabs = new Map(
      views.map((view) => [
        view.key,
        el(
          "button",
          {
            type: "button",
            role: "tab",
            id: `tab-${view.key}`,
            "aria-controls": (view.key === "start" ? start : panel).id,
            "aria-disabled": view.why ? "true" : null,
            title: view.why ?? said(view),
            on: {
              click: () => (view.why ? xe.copy.toast(view.why) : xe.state.set({ view: view.key })),
            },
          },
          el("span", { text: view.title }),
          said(view) &&
            el("span", { class: "count", text: ` ${view.count?.toLocaleString("en")}` }),
        ),
      ]),
    );
    list.append(...tabs.values());
    list.addEventListener("keydown", (event) => {
      // A tab that was clicked has the focus too, but then the arrows are those of the view.
      if (xe.keys.isClicked()) return;
      const keys = views.filter((view) => !view.why).map((view) => view.key);
      const here = keys.indexOf(xe.state.get().view);
      const edge = { Home: 0, End: keys.length - 1 }[event.key];
      const there =
        edge ?? (event.key in STEPS ? (here + STEPS[event.key] + keys.length) % keys.length : null);
      if (there === null) return;
      event.preventDefault();
      event.stopPropagation();
      xe.state.set({ view: keys[there] });
      tabs.get(keys[there])?.focus();
    });

    /** Show which view is shown. */
    function update(state, before) {
      tabs.forEach((tab, key) => {
        const here = key === state.view;
        tab.setAttribute("aria-selected", String(here));
        tab.tabIndex = here ? 0 : -1;
        if (here && state.view !== before.view) xe.dom.scrollTo(tab);
      });
      if (state.view !== "start") panel.setAttribute("aria-labelledby", `tab-${state.view}`);
    }
    return { update };
  }

  xe.tabs = { create };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
