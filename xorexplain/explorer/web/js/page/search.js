/* The search box: results in groups, gone to by the keys or a click. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const { el, refill, count } = xe.dom;

  /**
   * Make the search box in an element.
   * @param {HTMLElement} element
   */
  function create(element) {
    const list = el("div", { id: "results", role: "listbox", "aria-label": "What was found" });
    const said = el("p", { class: "faint", role: "status" });
    const box = el("div", { class: "results", hidden: true }, said, list);
    const input = el("input", {
      ...{
        type: "search",
        id: "find",
        role: "combobox",
        placeholder: "Find a node, formula, rewrite, shape",
        "aria-label": "Find a node, formula, rewrite or shape",
      },
      ...{
        "aria-autocomplete": "list",
        "aria-controls": "results",
        "aria-expanded": "false",
        autocomplete: "off",
      },
    });
    element.append(input, box);
    /** @type {Result[]} */
    let found = [];
    /** @type {HTMLElement[]} */
    let items = [];
    let at = -1;

    function show() {
      const groups = xe.finding.find(input.value, xe.state.get().view);
      const total = groups.reduce((sum, entry) => sum + entry.count, 0);
      const kinds = groups.map((entry) => `${entry.count} ${entry.name.toLowerCase()}`);
      said.textContent = [count(total, "result"), kinds.join(", ")].filter(Boolean).join(": ");
      found = groups.flatMap((entry) => entry.results);
      items = found.map(option);
      let next = 0;
      refill(
        list,
        ...groups.map(({ name, count: all, results }, position) => {
          const own = items.slice(next, (next += results.length));
          const more = all - results.length;
          return el(
            "div",
            { role: "group", "aria-labelledby": `results-${position}` },
            el(
              "div",
              { id: `results-${position}`, class: "kind", role: "presentation" },
              name,
              " ",
              el("span", { class: "count", text: all }),
            ),
            el("ul", { role: "presentation" }, ...own),
            more > 0 &&
              el("div", { class: "more faint", role: "presentation", text: `and ${more} more` }),
          );
        }),
      );
      mark(found.length ? 0 : -1);
      open(input.value.trim() !== "");
    }

    /**
     * @param {Result} result
     * @param {number} position
     */
    function option(result, position) {
      return el(
        "li",
        {
          role: "option",
          id: `result-${position}`,
          "aria-selected": "false",
          on: { click: () => choose(position) },
        },
        result.paint && el("span", { class: `swatch ${result.paint}`, "aria-hidden": "true" }),
        el(
          "span",
          { class: "name" },
          result.math?.length ? xe.math.formula(result.math, result.text) : result.text,
        ),
        el("span", { class: "faint", text: result.said }),
      );
    }

    /** @param {number} position */
    function mark(position) {
      items[at]?.setAttribute("aria-selected", "false");
      at = position;
      const item = items[at];
      if (item) {
        item.setAttribute("aria-selected", "true");
        input.setAttribute("aria-activedescendant", item.id);
        xe.dom.reveal(item);
      } else input.removeAttribute("aria-activedescendant");
    }

    /** @param {boolean} yes */
    function open(yes) {
      box.hidden = !yes;
      input.setAttribute("aria-expanded", String(yes));
    }

    /** @param {number} position */
    function choose(position) {
      if (!found[position]) return;
      open(false);
      input.blur();
      found[position].go();
    }

    // A press on a result must not take the focus from the field, which would close the list.
    box.addEventListener("mousedown", (event) => event.preventDefault());
    input.addEventListener("input", show);
    input.addEventListener("focus", () => void (input.value.trim() && show()));
    input.addEventListener("blur", () => open(false));
    input.addEventListener("keydown", (event) => {
      const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (move && found.length) mark((at + move + found.length) % found.length);
      else if (event.key === "Enter") choose(at);
      else if (event.key === "Escape" && !box.hidden) open(false);
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    return { focus: () => input.focus() };
  }

  xe.search = { create };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
