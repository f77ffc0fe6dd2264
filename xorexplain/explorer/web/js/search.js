/* Search nodes of every view by name, op and type. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const { el, refill, count, sure } = xe.dom;
  const { stages, view, graph, title, labelLines } = xe.bundle;
  const MOST = 50;
  /** @type {SearchRecord[] | null} */
  let records = null;

  function collect() {
    const seen = [...stages, view("rewrites") ?? []].flat();
    return seen.flatMap((entry) => {
      const keys = entry.graph
        ? [entry.graph]
        : (xe.trace.trace?.segments ?? []).map((segment) => segment.graph);
      return keys.flatMap((key) => nodesOf(entry, sure(graph(key)), ""));
    });
  }

  function nodesOf(entry, of, prefix) {
    return of.nodes.flatMap((node) => {
      const path = prefix + node.id;
      const text = [
        title(node),
        node.name,
        node.op,
        node.family,
        node.type,
        node.words,
        node.kind,
        node.id,
        ...labelLines(node).map(([line]) => line),
      ];
      const own = {
        view: entry,
        node,
        path,
        open: prefix.replace(/\/$/, ""),
        text: text.filter(Boolean).join(" ").toLowerCase(),
      };
      const inner =
        of.folds[node.id] && path.split("/").length < 4 ? graph(of.folds[node.id].graph) : null;
      return inner ? [own, ...nodesOf(entry, inner, `${path}/`)] : [own];
    });
  }

  /** Return the nodes that hold every word, those of a view first. */
  function find(query, first) {
    records ??= collect();
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length) return [];
    const found = records.filter((record) => words.every((word) => record.text.includes(word)));
    const rank = (record) => (record.view.key === first ? 0 : 1);
    return found.sort((a, b) => rank(a) - rank(b));
  }

  /** Make the search box in an element. */
  function create(element) {
    const list = el("ul", { id: "results", role: "listbox", "aria-label": "Nodes found" });
    const said = el("p", { class: "faint", role: "status" });
    const box = el("div", { class: "results", hidden: true }, said, list);
    const input = el("input", {
      ...{
        type: "search",
        id: "find",
        role: "combobox",
        placeholder: "Find a node: name, op, type",
        "aria-label": "Find a node",
      },
      ...{
        "aria-autocomplete": "list",
        "aria-controls": "results",
        "aria-expanded": "false",
        autocomplete: "off",
      },
    });
    element.append(input, box);
    let found = [];
    let at = -1;

    function show() {
      found = find(input.value, xe.state.get().view).slice(0, MOST);
      said.textContent =
        found.length === MOST ? `the first ${MOST} nodes` : count(found.length, "node");
      refill(list, ...found.map(option));
      mark(found.length ? 0 : -1);
      open(input.value.trim() !== "");
    }

    function option(record, position) {
      return el(
        "li",
        {
          role: "option",
          id: `result-${position}`,
          "aria-selected": "false",
          on: { click: () => choose(position) },
        },
        el("span", { class: `swatch ${xe.shapes.paint(record.node)}`, "aria-hidden": "true" }),
        el("span", { class: "name", text: title(record.node) }),
        el("span", {
          class: "faint",
          text: [record.node.type, record.view.title].filter(Boolean).join(" · "),
        }),
      );
    }

    function mark(position) {
      at = position;
      [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === at)));
      if (at >= 0) {
        input.setAttribute("aria-activedescendant", `result-${at}`);
        list.children[at].scrollIntoView({ block: "nearest" });
      } else input.removeAttribute("aria-activedescendant");
    }

    function open(yes) {
      box.hidden = !yes;
      input.setAttribute("aria-expanded", String(yes));
    }

    function choose(position) {
      const record = found[position];
      if (!record) return;
      open(false);
      input.blur();
      const step = record.view.key === "rewrites" ? xe.search.stateWith(record.node.id) : null;
      xe.state.set({
        view: record.view.key,
        node: record.path,
        of: "",
        open: record.open,
        ...(step === null ? {} : { step }),
      });
    }

    // A press on a result must not take the focus from the field, which would close the list.
    box.addEventListener("mousedown", (event) => event.preventDefault());
    input.addEventListener("input", show);
    input.addEventListener("focus", () => input.value.trim() && show());
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

  /** Return the state of the rewriting nearest to the one shown in which a node exists. */
  function stateWith(id) {
    const here = xe.state.get().step;
    const states = xe.trace.trace?.states ?? [];
    const there = states.map((_, k) => k).filter((k) => xe.trace.at(k).nodes.has(id));
    return there.sort((a, b) => Math.abs(a - here) - Math.abs(b - here))[0] ?? here;
  }

  xe.search = { create, find, stateWith };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
