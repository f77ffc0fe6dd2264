/* The player of both explorers: rows of steps that stand side by side, and where they part. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const { button, el, refill } = xe.dom;

  /**
   * Make the player in an element.
   * @param {HTMLElement} element
   * @param {PairRow[]} rows the start first
   * @param {string[]} words what each row says
   * @param {(to: number) => void} go goes to a row
   */
  function create(element, rows, words, go) {
    let row = 0;
    const first = difference(0, 1);
    const slider = el("input", {
      type: "range",
      min: 0,
      max: rows.length - 1,
      "aria-label": "Row",
    });
    const where = el("output", { class: "where" });
    const note = el("p", { class: "note", role: "status" });
    const marks = el(
      "div",
      { class: "marks", "aria-hidden": "true" },
      ...rows.slice(1).map(({ kind }) => el("i", { class: kind })),
    );
    /** @type {Record<string, () => void>} */
    const moves = {
      first: () => go(0),
      back: () => go(row - 1),
      next: () => go(row + 1),
      last: () => go(rows.length - 1),
      difference: () => go(first ?? row),
      before: () => go(difference(row, -1) ?? row),
      after: () => go(difference(row, 1) ?? row),
    };
    if (rows.length > 1) refill(element, ...parts());
    slider.addEventListener("input", () => go(Number(slider.value)));

    /**
     * @param {string} name
     * @param {string} icon
     * @param {string} move
     */
    function nudge(name, icon, move) {
      return button(name, moves[move], { class: "quiet" }, xe.icon(icon));
    }

    function parts() {
      const differs = first !== null;
      return [
        el(
          "div",
          { class: "moves" },
          nudge("Both to the start", "first", "first"),
          nudge("Previous row", "back", "back"),
          nudge("Next row", "forward", "next"),
          nudge("Both to the end", "last", "last"),
          differs && button("First difference", moves.difference, { class: "strong" }),
          differs && button("Previous difference", moves.before, { class: "wide" }),
          differs && button("Next difference", moves.after),
        ),
        el("div", { class: "track" }, marks, slider),
        where,
        el(
          "p",
          { class: "tints" },
          el("span", {
            class: "tint only",
            text: "value that the other side is not known to have",
          }),
          el("span", { class: "tint other", text: "same value by another op" }),
        ),
        note,
      ];
    }

    /**
     * Return the next row that way in which the sides are not the same.
     * @param {number} from
     * @param {number} way
     */
    function difference(from, way) {
      for (let at = from + way; at > 0 && at < rows.length; at += way)
        if (rows[at].kind !== "same") return at;
      return null;
    }

    /**
     * Show which row both sides are at.
     * @param {number} at
     */
    function show(at) {
      marks.children[row - 1]?.classList.remove("here");
      row = at;
      marks.children[row - 1]?.classList.add("here");
      slider.value = String(row);
      slider.setAttribute("aria-valuetext", words[row]);
      where.dataset.kind = rows[row].kind;
      where.textContent = words[row];
    }

    /**
     * Say what has been asked for and is not there.
     * @param {string} text
     */
    function say(text) {
      note.textContent = text;
    }
    return { moves, first, show, say };
  }

  xe.rows = { create };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
