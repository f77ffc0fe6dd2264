/* Tell a step of the rewriting: what it did, why that is valid, how it was checked. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const { el } = xe.dom;
  const { graph } = xe.bundle;

  const SIGNS = { "−": "removed", "+": "added", "=": "same" };

  function lines(step) {
    const told = step.lines ?? [];
    const marks = told.map(([sign, text, , math], at) => {
      const [, was, , before] = told[at + { "−": 1, "+": -1 }[sign]] ?? ["", ""];
      if (!was || Boolean(math?.length) !== Boolean(before?.length)) return undefined;
      return xe.math.differing(xe.math.words(math, text), xe.math.words(before, was))[0];
    });
    const rows = told.map(([sign, text, by, math], at) => {
      const kind = SIGNS[sign] ?? "";
      return el(
        "li",
        { class: kind },
        el("span", { class: "sign", text: sign, role: "img", "aria-label": kind || null }),
        el("span", {}, xe.math.formula(math, text, marks[at])),
        by && el("small", { class: "faint", text: by }),
      );
    });
    return rows.length > 0 && el("ul", { class: "diff" }, ...rows);
  }

  function check(record) {
    if (!record) return null;
    return el(
      "p",
      { class: `check ${record.ok ? "good" : "bad"}` },
      el("span", { class: "sign", text: record.ok ? "✓" : "✗", "aria-hidden": "true" }),
      el("span", { text: record.words }),
    );
  }

  function law(step) {
    const found = [step.law ?? []].flat().filter(Boolean);
    return found.map((entry) =>
      el(
        "p",
        {},
        el(
          "span",
          { class: "law" },
          typeof entry === "string"
            ? xe.math.formula(null, entry)
            : xe.math.formula(entry.math, entry.text),
        ),
        entry.where && el("small", { class: "faint", text: entry.where }),
      ),
    );
  }

  function changed(step, state) {
    const kinds = /** @type {const} */ (["added", "removed", "kept_changed"]);
    const rows = kinds.map((kind) => {
      const links = (step[kind] ?? []).map((id) => node(id, state, kind)).filter(Boolean);
      const rewired = step.verdict === "rejected" ? "× tried" : "~ rewired";
      const said = { added: "+ added", removed: "− removed", kept_changed: rewired }[kind];
      return /** @type {[string, Child]} */ ([said, xe.parts.linkList(links)]);
    });
    return xe.parts.facts(rows);
  }

  function node(id, state, kind) {
    const at = kind === "removed" ? [state.step - 1, state.step] : [state.step, state.step - 1];
    const found = at
      .map((k) => graph(xe.trace.graphKey(Math.max(k, 0)))?.node.get(id))
      .find(Boolean);
    return found && xe.parts.nodeLink("rewrites", id, found);
  }

  /** Return the sections about the step of a state. */
  function sections(state) {
    if (state.step === 0) return [el("h2", { text: "Before the first step" })];
    const step = xe.trace.steps[state.step - 1];
    const failed = step.verdict && step.verdict !== "applied";
    const tags = (step.tags ?? []).join(", ");
    return [
      el("h2", { class: "step-name", text: step.rewrite }),
      el("p", {
        class: "faint",
        text: `Step ${state.step} of ${xe.trace.last} · ${step.phase}`,
      }),
      step.apart_words && el("p", { class: "note apart-words", text: `${step.apart_words}.` }),
      failed &&
        el("p", { class: "note bad", text: `${step.verdict}: the graph is as it was before.` }),
      step.message && el("p", { class: "note", text: step.message }),
      step.name &&
        el(
          "p",
          { class: "faint" },
          "the value of ",
          el("code", { class: "math", text: step.name }),
        ),
      lines(step),
      xe.parts.section(
        "Why",
        step.why && el("p", { text: step.why }),
        ...law(step),
        step.caveat && el("p", { class: "note", text: step.caveat }),
      ),
      xe.parts.section("Checked with numbers", check(step.check)),
      xe.parts.section("Nodes", changed(step, state)),
      xe.parts.section(
        "Rewrite",
        xe.parts.facts([
          ["written at", step.where && el("code", { text: step.where })],
          ["tags", tags],
          ["switch off", step.excluding && el("code", { text: step.excluding })],
        ]),
      ),
    ];
  }

  xe.step = { sections };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
