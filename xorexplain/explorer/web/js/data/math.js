/* Set formulas: MathML of the parts that Python writes, with the text to be copied and read out. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const { el } = xe.dom;
  const MATHML = "http://www.w3.org/1998/Math/MathML";
  /** @type {Record<string, string>} */
  const LEAVES = { i: "mi", n: "mn", o: "mo", t: "mtext" };
  const NAMES = new Set("mrow mfrac msup msub msubsup munder msqrt mtable mtr mtd".split(" "));
  const TALL = "mfrac, mtable, msqrt";
  const MOST = 300; // words of a formula that are compared

  /** @param {string} name */
  function make(name) {
    return document.createElementNS(MATHML, name);
  }

  /**
   * Write a formula. Without MathML, as for a long one, it is its text.
   * @param {MathPart[][] | null | undefined} math
   * @param {string} text
   * @param {Set<number>} [marked] which of its words are marked
   */
  function formula(math, text, marked = new Set()) {
    if (!math?.length)
      return el("code", { class: "math" }, ...(marked.size ? spans(text, marked) : [text]));
    let word = 0;

    /**
     * @param {MathPart} part
     * @returns {Element}
     */
    function built(part) {
      if (typeof part === "string") {
        const leaf = make(LEAVES[part[0]] ?? "mtext");
        leaf.textContent = part.slice(1);
        if (marked.has(word)) leaf.setAttribute("class", "differs");
        word += 1;
        return leaf;
      }
      const [name, ...inside] = part;
      const made = make(NAMES.has(String(name)) ? String(name) : "mrow");
      made.append(...inside.map(built));
      return made;
    }

    const pieces = math.map((piece, at) => {
      const made = make("math");
      const parts = piece.map(built);
      // An operator at the start of a line keeps the room of one between operands.
      if (at && parts[0]?.localName === "mo") parts[0].setAttribute("form", "infix");
      made.append(...parts);
      // Brackets grow with what they hold, where that is tall; else fonts may make them too tall.
      for (const bracket of made.querySelectorAll("mo"))
        if (!bracket.parentElement?.querySelector(TALL)) bracket.setAttribute("stretchy", "false");
      return made;
    });
    return el(
      "span",
      { class: "formula", "data-text": text },
      el("span", { class: "hidden", text }),
      el("span", { class: "set", "aria-hidden": "true" }, ...pieces),
    );
  }

  /**
   * Return text with some of its words marked.
   * @param {string} text
   * @param {Set<number>} marked
   */
  function spans(text, marked) {
    let word = -1;
    return textWords(text, true).map((part) => {
      if (part.trim()) word += 1;
      return part.trim() && marked.has(word) ? el("mark", { class: "differs", text: part }) : part;
    });
  }

  /** @param {string} text */
  function textWords(text, spaces = false) {
    return text.match(spaces ? /\s+|[\w∂δ.]+|./gu : /[\w∂δ.]+|\S/gu) ?? [];
  }

  /**
   * Return the words of a formula in order: those of its MathML, or of its text.
   * @param {MathPart[][] | null | undefined} math
   * @param {string} text
   */
  function words(math, text) {
    if (!math?.length) return textWords(text);
    /** @type {string[]} */
    const found = [];
    /** @param {MathPart} part */
    const walk = (part) => {
      if (typeof part === "string") found.push(part);
      else part.slice(1).forEach(walk);
    };
    math.flat().forEach(walk);
    return found;
  }

  /**
   * Return which words of two lists are not in the longest list that both hold.
   * @param {string[]} one
   * @param {string[]} other
   * @returns {[Set<number>, Set<number>]}
   */
  function differing(one, other) {
    if (!one.length || !other.length || Math.max(one.length, other.length) > MOST)
      return [new Set(), new Set()];
    const longest = Array.from(
      { length: one.length + 1 },
      () => /** @type {number[]} */ (new Array(other.length + 1).fill(0)),
    );
    for (let i = one.length - 1; i >= 0; i -= 1) {
      for (let j = other.length - 1; j >= 0; j -= 1) {
        longest[i][j] =
          one[i] === other[j]
            ? longest[i + 1][j + 1] + 1
            : Math.max(longest[i + 1][j], longest[i][j + 1]);
      }
    }
    const left = new Set(one.keys());
    const right = new Set(other.keys());
    for (let i = 0, j = 0; i < one.length && j < other.length; ) {
      if (one[i] === other[j]) {
        left.delete(i++);
        right.delete(j++);
      } else if (longest[i + 1][j] >= longest[i][j + 1]) i += 1;
      else j += 1;
    }
    return [left, right];
  }

  // What is copied of a formula is its text: the elements alone would lose fractions and powers.
  document.addEventListener("copy", (event) => {
    const selection = window.getSelection();
    if (!selection || selection.isCollapsed || !event.clipboardData) return;
    const range = selection.getRangeAt(0);
    const { commonAncestorContainer: home } = range;
    const within = (home instanceof Element ? home : home.parentElement)?.closest(".formula");
    const held = range.cloneContents();
    const formulas = [...held.querySelectorAll(".formula")];
    if (!within && !formulas.length) return;
    for (const part of formulas) part.replaceWith(part.getAttribute("data-text") ?? "");
    event.clipboardData.setData(
      "text/plain",
      within?.getAttribute("data-text") ?? held.textContent ?? "",
    );
    event.preventDefault();
  });

  xe.math = { formula, words, differing };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
