/* Show the numbers of a small array in rows and columns, tinted by their size, and as NumPy. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const { el, button } = xe.dom;
  const DIGITS = 4;
  const MOST_TINT = 55; // per cent; text has to stay legible on it
  const FIT = 4; // columns that the panel surely has room for; more may have to be scrolled
  const SCROLLED = { tabindex: 0, role: "group", "aria-label": "Numbers" };
  /** @type {Record<string, string>} */
  const WORDS = { nan: "np.nan", inf: "np.inf", "-inf": "-np.inf" };

  /** @param {number | string} cell */
  function short(cell) {
    return typeof cell === "number"
      ? String(Number(cell.toPrecision(DIGITS))).replace("-", "−")
      : String(cell).replace("-", "−");
  }

  /**
   * Show an array: a matrix as a table, one of more axes as a table for each pair of the last two.
   * @param {ValueRecord} record
   * @param {string} name what it is a value of
   */
  function table(record, name) {
    const { cells = [], shape = [], text } = record;
    const copy = button(
      "Copy as NumPy",
      () => xe.copy.text(numpy(record), "NumPy"),
      { class: "quiet copy-numpy" },
      xe.icon("copy"),
    );
    if (!cells.length) return el("div", { class: "matrix-box" }, el("code", { text }), copy);
    const [rows, columns] = [shape.at(-2) ?? 1, shape.at(-1) ?? 1];
    const finite = cells.filter((cell) => typeof cell === "number").map(Math.abs);
    const most = finite.reduce((a, b) => Math.max(a, b), 0);
    const size = rows * columns;
    const tables = Array.from({ length: cells.length / size }, (_, at) => {
      const slice = cells.slice(at * size, (at + 1) * size);
      const made = el(
        "table",
        { class: "matrix" },
        shape.length > 2
          ? el("caption", { text: `[${indices(at, shape.slice(0, -2)).join(", ")}]` })
          : el("caption", { class: "hidden", text: name }),
        el("tbody", {}, ...rowsOf(slice, rows, columns).map((row) => lineOf(row, most))),
      );
      return made;
    });
    return el(
      "div",
      { class: "matrix-box" },
      el("div", { class: "matrices", ...(columns > FIT && SCROLLED) }, ...tables),
      copy,
    );
  }

  /**
   * @param {(number | string)[]} row
   * @param {number} most
   */
  function lineOf(row, most) {
    return el(
      "tr",
      {},
      ...row.map((cell) => {
        const isNumber = typeof cell === "number";
        const sign = isNumber ? (cell < 0 ? "below" : "above") : "odd";
        const made = el("td", { class: sign, text: short(cell) });
        const share = isNumber && most > 0 ? Math.abs(cell) / most : 0;
        made.style.setProperty("--heat", `${Math.round(share * MOST_TINT)}%`);
        return made;
      }),
    );
  }

  /**
   * @template T
   * @param {T[]} cells
   * @param {number} rows
   * @param {number} columns
   */
  function rowsOf(cells, rows, columns) {
    return Array.from({ length: rows }, (_, i) => cells.slice(i * columns, (i + 1) * columns));
  }

  /**
   * Return the indices of the leading axes at a position.
   * @param {number} at
   * @param {number[]} shape
   */
  function indices(at, shape) {
    /** @type {number[]} */
    const found = [];
    for (const length of [...shape].reverse()) {
      found.unshift(at % length);
      at = Math.floor(at / length);
    }
    return found;
  }

  /**
   * Write an array as Python has it, with the digits that the page has.
   * @param {ValueRecord} record
   */
  function numpy({ cells = [], shape = [], dtype }) {
    const kind = `dtype="${dtype}"`;
    if (!cells.length)
      return `np.zeros((${shape.join(", ")}${shape.length === 1 ? "," : ""}), ${kind})`;
    let parts = cells.map((cell) =>
      typeof cell === "number" ? String(cell) : (WORDS[cell] ?? cell),
    );
    const lengths = [...shape].reverse();
    lengths.forEach((length, depth) => {
      const between = depth === 0 ? ", " : `,\n${" ".repeat(9 + shape.length - 1 - depth)}`;
      parts = rowsOf(parts, parts.length / length, length).map((row) => `[${row.join(between)}]`);
    });
    return `np.array(${parts[0]}, ${kind})`;
  }

  xe.matrix = { table, numpy };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
