/* The controls: zoom, split view, values above the picture; copy, theme, help at the top. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const { el, button, refill } = xe.dom;
  const { data, stages, view, graph } = xe.bundle;

  /** A button that opens a list of buttons below it. */
  function menu(name, icon, fill) {
    const list = el("div", { class: "menu", hidden: true });
    const opener = button(
      name,
      toggle,
      { class: "quiet", "aria-expanded": "false" },
      xe.icon(icon),
      el("span", { class: "wide", text: name }),
    );
    const element = el("div", { class: "has-menu" }, opener, list);
    function toggle() {
      if (list.hidden)
        refill(
          list,
          ...fill().map(([label, act]) =>
            button(
              label,
              () => {
                open(false);
                act();
              },
              { class: "menu-item" },
            ),
          ),
        );
      open(list.hidden);
    }
    function open(yes) {
      list.hidden = !yes;
      opener.setAttribute("aria-expanded", String(yes));
      if (yes) list.querySelector("button")?.focus();
      else if (list.contains(document.activeElement)) opener.focus();
    }
    element.addEventListener("keydown", (event) => {
      const items = [...list.querySelectorAll("button")];
      const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (list.hidden) return;
      if (event.key === "Escape") {
        open(false);
        opener.focus();
      } else if (way)
        items.at((items.findIndex((item) => item.matches(":focus")) + way) % items.length)?.focus();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    document.addEventListener(
      "pointerdown",
      (event) => !element.contains(/** @type {Node} */ (event.target)) && open(false),
    );
    return element;
  }

  /** Fill the tools at the top of the page. */
  function createTools(element, stage) {
    const shareMenu = menu("Copy or save", "share", () => {
      const page = [
        ["Copy link to this view", () => xe.link.copy(stage)],
        ["Print", () => window.print()],
      ];
      if (xe.state.get().view === "start") return page;
      const drawing = stage.active().drawn();
      const { view, step } = xe.state.get();
      const shown = view === "rewrites" ? `${view}-${step}` : view;
      const name = `${data.title.slice(0, 60)}-${shown}`.replace(/[^\w.-]+/g, "-");
      return [
        ...xe.copies
          .texts(drawing)
          .map(([label, make]) => [`Copy as ${label}`, () => xe.copy.text(make(), label)]),
        ...xe.copies
          .formulas()
          .map(([label, make]) => [`Copy ${label}`, () => xe.copy.text(make(), label)]),
        page[0],
        ["Save as SVG", () => xe.picture.saveSvg(drawing, name)],
        ["Save as PNG", () => xe.picture.savePng(drawing, name)],
        page[1],
      ];
    });
    element.append(
      shareMenu,
      themeButton(),
      button("Help: keys", xe.help.open, { class: "quiet" }, xe.icon("help")),
    );
  }

  function themeButton() {
    const flip = () => xe.dom.announce(`${xe.theme.flip()} colours`);
    return button("Light or dark", flip, { class: "quiet", id: "theme" }, xe.icon("theme"));
  }

  /** Fill the line above the picture, and keep it as the state says. */
  function createHead(element, stage) {
    const lead = el("p", { class: "lead" });
    const split = el("select", { "aria-label": "Beside it" });
    const splitBox = el("label", { class: "field" }, split);
    const sides = button(
      "Before and after",
      () => xe.state.set({ split: xe.state.get().split ? "" : "before" }),
      { class: "toggle", "aria-pressed": "false" },
      xe.icon("split"),
      el("span", { text: "Before and after" }),
    );
    const row = el(
      "select",
      { "aria-label": "Row of the data" },
      ...xe.values.cases.map((entry) => el("option", { value: entry.key, text: entry.title })),
    );
    const moment = el(
      "select",
      { "aria-label": "Moment" },
      ...xe.values.moments.map((entry) => el("option", { value: entry.key, text: entry.title })),
    );
    const onNodes = el("input", { type: "checkbox" });
    const valueBox = el(
      "div",
      { class: "fieldset", role: "group", "aria-label": "Values" },
      row,
      moment,
      el("label", { class: "field" }, onNodes, " values on nodes"),
    );
    const lines = button(
      "Source",
      () => xe.state.set({ source: xe.state.get().source ? "" : "open" }),
      { class: "toggle roomy-only", "aria-pressed": "false", hidden: !xe.sources.files.length },
      xe.icon("code"),
      el("span", { text: "Source" }),
    );
    const bookkeeping = xe.bookkeeping.create();
    const zoomBox = el(
      "div",
      { class: "fieldset zoom", role: "group", "aria-label": "Zoom" },
      button(
        "Zoom out",
        () => stage.active().camera.zoom(1 / 1.25),
        { class: "quiet" },
        xe.icon("minus"),
      ),
      button(
        "Zoom in",
        () => stage.active().camera.zoom(1.25),
        { class: "quiet" },
        xe.icon("plus"),
      ),
      button("Fit", () => stage.active().fit(true), { class: "quiet" }, xe.icon("fit")),
    );
    refill(
      element,
      lead,
      el(
        "div",
        { class: "controls-line" },
        ...[valueBox, bookkeeping.element, splitBox, sides, lines, zoomBox],
      ),
    );
    split.addEventListener("change", () => xe.state.set({ split: split.value }));
    row.addEventListener("change", () => xe.state.set({ case: row.value }));
    moment.addEventListener("change", () => xe.state.set({ moment: moment.value }));
    onNodes.addEventListener("change", () => xe.state.set({ values: onNodes.checked ? "1" : "" }));

    /** Show what the state chose. */
    function update(state) {
      const rewrites = state.view === "rewrites";
      lead.textContent = view(state.view)?.lead ?? "";
      bookkeeping.update(state);
      splitBox.hidden = rewrites;
      sides.hidden = !rewrites;
      lines.setAttribute("aria-pressed", String(state.source !== ""));
      sides.setAttribute("aria-pressed", String(rewrites && state.split !== ""));
      const others = stages.filter((entry) => entry.key !== state.view && graph(entry.graph));
      refill(
        split,
        el("option", { value: "", text: "nothing beside" }),
        ...others.map((entry) => el("option", { value: entry.key, text: `beside ${entry.title}` })),
      );
      split.value = state.split;
      valueBox.hidden = !xe.values.has(state.view);
      row.value = state.case;
      moment.value = state.moment;
      onNodes.checked = state.values === "1";
    }
    return { update };
  }

  xe.toolbar = { createTools, createHead };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
