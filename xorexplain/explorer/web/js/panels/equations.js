/* The derivation: the equations of the gradient, each with the nodes that compute it. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const { el, button, refill } = xe.dom;
  const { data } = xe.bundle;

  const PARTS = {
    forward: "Forward",
    step: "Step by step",
    sum: "Sums",
    gradient: "Gradients",
    update: "Updates",
  };

  /** Return the nodes of a view that an equation is about. */
  function nodes(equation, view) {
    const key = xe.bundle.space(view);
    const said =
      equation.nodes?.[key] ?? { gradient: equation.node, symbolic: equation.of }[key] ?? [];
    return [said].flat();
  }

  /** Go to an equation: to the nodes that compute it, in the derivation. */
  function show(equation) {
    xe.state.set(xe.links.target("derivation", nodes(equation, "gradient")[0] ?? ""));
  }

  /** Make the list of equations in an element. */
  function create(element) {
    const cards = (data.gradient?.equations ?? []).map(card);
    const legend = (data.gradient?.legend ?? []).map((line) => el("li", { text: line }));
    refill(
      element,
      el("h2", { text: "Derivation" }),
      legend.length > 0 && el("ul", { class: "reading faint" }, ...legend),
      ...byPart().flatMap(([part, found]) => [
        PARTS[part] && el("h3", { text: PARTS[part] }),
        xe.roving(el("ol", { class: "equations" }, ...found.map((entry) => entry.element))),
      ]),
    );

    function byPart() {
      const parts = new Map();
      for (const entry of cards)
        parts.set(entry.equation.part, [...(parts.get(entry.equation.part) ?? []), entry]);
      return [...parts];
    }

    function card(equation) {
      const steps = (equation.lines ?? []).map(([text, said]) =>
        el(
          "li",
          {},
          el("code", { class: "math", text }),
          said && el("p", { class: "faint", text: said }),
        ),
      );
      return {
        equation,
        element: el(
          "li",
          { class: "equation" },
          equation.title && el("h3", { text: equation.title }),
          el(
            "div",
            { class: "equation-line" },
            el(
              "button",
              {
                type: "button",
                class: "math equation-text",
                on: { click: () => show(equation) },
                "aria-pressed": "false",
              },
              xe.math.formula(equation.math, equation.text),
            ),
            equation.latex &&
              button(
                "Copy as LaTeX",
                () => xe.copy.text(equation.latex, "LaTeX"),
                { class: "quiet" },
                xe.icon("copy"),
              ),
          ),
          steps.length > 0 && el("ol", { class: "equation-steps" }, ...steps),
          equation.note && el("p", { text: equation.note }),
        ),
      };
    }

    /** Show which equations the picked node belongs to. */
    function update(state) {
      /** @type {HTMLElement | null} */
      let first = null;
      const picked = state.view === "derivation" ? xe.links.picked(state) : "";
      for (const { equation, element: shown } of cards) {
        const here = picked !== "" && nodes(equation, "gradient").includes(picked);
        shown.classList.toggle("here", here);
        shown.querySelector(".equation-text")?.setAttribute("aria-pressed", String(here));
        first ??= here ? shown : null;
      }
      if (first && !first.contains(document.activeElement)) xe.dom.scrollTo(first);
    }
    return { update };
  }

  xe.equations = { create, nodes, show };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
