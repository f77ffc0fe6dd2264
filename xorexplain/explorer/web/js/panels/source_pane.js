/* The pane of the user's file: a line marks its nodes, a node marks its lines. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const { el, button, refill } = xe.dom;
  const { files, byLine, linesOf, picked, chosen } = xe.sources;

  /**
   * Make the pane.
   * @param {HTMLElement} element
   * @param {Stage} stage
   */
  function create(element, stage) {
    const name = el("h2", { class: "file" });
    const choice = el(
      "select",
      { "aria-label": "File", hidden: files.length < 2 },
      ...files.map((entry, at) => el("option", { value: at, text: titleOf(entry) })),
    );
    const close = button(
      "Close the source",
      () => xe.state.set({ source: "" }),
      { class: "quiet source-close" },
      xe.icon("close"),
    );
    const list = el("ol", { class: "code", role: "listbox" });
    const body = el(
      "div",
      { class: "side-body" },
      el("header", { class: "source-head" }, name, choice, close),
      list,
    );
    refill(element, body);
    let file = -1;
    /** @type {Map<string, HTMLElement>} */
    const lines = new Map();
    xe.roving(list);
    choice.addEventListener("change", () => {
      show(Number(choice.value));
      count();
      xe.state.set({ source: "open" });
    });

    /**
     * Write a file, unless it is there.
     * @param {number} at
     */
    function show(at) {
      if (at === file || !files[at]) return;
      file = at;
      lines.clear();
      choice.value = String(at);
      name.textContent = titleOf(files[at]);
      name.title = files[at].file;
      name.hidden = files.length > 1;
      list.setAttribute("aria-label", files[at].file);
      let last = files[at].lines[0]?.[0] - 1;
      refill(
        list,
        ...files[at].lines.flatMap(([number, text]) => {
          const gap = number !== last + 1 && el("li", { class: "gap", role: "presentation" });
          last = number;
          const line = el(
            "li",
            {
              role: "option",
              tabindex: -1,
              "data-line": `${at}:${number}`,
              "aria-selected": "false",
            },
            el("span", { class: "line-number", text: number }),
            el("span", { class: "uses" }),
            el("code", { text: text || " " }),
          );
          lines.set(`${at}:${number}`, line);
          return [gap || null, line];
        }),
      );
    }

    /** Say beside each line how many nodes in sight it has; one without any cannot be chosen. */
    function count() {
      const { view } = xe.state.get();
      const of = stage.panes.main.drawn();
      const found = byLine(view, of.graph);
      for (const [key, line] of lines) {
        const ids = [...(found.get(key) ?? [])].filter(stage.panes.main.isThere);
        line.classList.toggle("used", ids.length > 0);
        if (ids.length) line.removeAttribute("aria-disabled");
        else line.setAttribute("aria-disabled", "true");
        const uses = /** @type {HTMLElement} */ (line.children[1]);
        uses.textContent = ids.length ? String(ids.length) : "";
        uses.title = ids.length ? `${xe.dom.count(ids.length, "node")} in the picture` : "";
      }
    }

    /**
     * Mark lines, and scroll to the first.
     * @param {string[]} keys
     * @param {string} style
     */
    function mark(keys, style, scrolls = true) {
      for (const [key, line] of lines) {
        const here = keys.includes(key);
        line.classList.toggle(style, here);
        if (style === "here") line.setAttribute("aria-selected", String(here));
      }
      const first = lines.get(keys.find((key) => lines.has(key)) ?? "");
      if (first && scrolls && !list.contains(document.activeElement))
        xe.dom.scrollTo(first, "center");
      if (first && style === "here") xe.roving.put(list, first);
    }

    /** @param {Event} event */
    function lineAt(event) {
      const hit = event.target instanceof Element ? event.target.closest(".used") : null;
      return hit instanceof HTMLElement ? (hit.dataset.line ?? "") : "";
    }

    /** @param {string} key */
    function choose(key) {
      if (key) xe.state.set({ source: xe.state.get().source === key ? "open" : key, node: "" });
    }

    list.addEventListener("click", (event) => {
      // Lines that are being marked to be copied are not chosen.
      if (!String(window.getSelection())) choose(lineAt(event));
    });
    list.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      if (event.key === " " && xe.keys.isClicked()) return;
      choose(lineAt(event));
      event.preventDefault();
      event.stopPropagation();
    });
    list.addEventListener("pointerover", (event) => {
      if (event.pointerType !== "mouse") return;
      const line = lineAt(event);
      stage.point(line ? (view, of) => xe.sources.nodes(view, of, line) : null);
    });
    list.addEventListener("pointerleave", () => stage.point(null));

    /**
     * Colour the lines of a node that the pointer is on.
     * @param {string} view
     * @param {string | null} id
     */
    function hover(view, id) {
      if (element.hidden) return;
      const of = stage.panes.main.drawn().graph;
      const node = id === null ? null : of.node.get(id);
      mark(node ? [...linesOf(view, of, node)] : [], "hot", false);
    }

    /**
     * Show the file, and in it the lines of what the state picks.
     * @param {State} state
     */
    function update(state) {
      element.hidden = state.source === "" || !files.length;
      if (element.hidden) return;
      const line = chosen(state);
      const keys = line ? [line] : picked(state);
      const wanted = keys.find((key) => Number(key.split(":")[0]) === file) ?? keys[0];
      const isFresh = file < 0;
      show(wanted ? Number(wanted.split(":")[0]) : Math.max(file, 0));
      count();
      mark(keys, "here");
      const first = isFresh && !keys.length && list.querySelector(".used");
      if (first) xe.dom.scrollTo(first, "center");
    }
    return { update, hover };
  }

  /** @param {SourceFile} entry */
  function titleOf(entry) {
    const short = entry.file.split("/").slice(-2).join("/");
    return entry.library ? `${short} (library)` : short;
  }

  xe.source = { create };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
