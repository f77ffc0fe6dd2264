/* Write a formula that is set as MathML as LaTeX, to be put between dollar signs. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  /** @type {Record<string, string>} */
  const SIGNS = {
    "·": "\\cdot ",
    "×": "\\times ",
    "⊙": "\\odot ",
    "−": "-",
    "≤": "\\le ",
    "≥": "\\ge ",
    "≠": "\\ne ",
    "∧": "\\land ",
    "∨": "\\lor ",
    "⊕": "\\oplus ",
    "¬": "\\lnot ",
    "∂": "\\partial ",
    "∞": "\\infty ",
    "∑": "\\sum ",
    "∏": "\\prod ",
    "÷": "\\div ",
    "⌊": "\\lfloor ",
    "⌋": "\\rfloor ",
    "⌈": "\\lceil ",
    "⌉": "\\rceil ",
    "√": "\\surd ",
    ᵀ: "^{\\top}",
    "…": "\\dots ",
    "|": "\\lvert ",
    " ": "~",
  };
  const GREEK =
    "α alpha β beta γ gamma δ delta ε varepsilon ζ zeta η eta θ theta ι iota κ kappa λ lambda " +
    "μ mu ν nu ξ xi π pi ρ rho σ sigma τ tau υ upsilon φ varphi χ chi ψ psi ω omega " +
    "Γ Gamma Δ Delta Θ Theta Λ Lambda Ξ Xi Π Pi Σ Sigma Φ Phi Ψ Psi Ω Omega";
  for (const [, letter, name] of GREEK.matchAll(/(\S) (\w+)/g)) SIGNS[letter] = `\\${name} `;
  const KNOWN = new Set(
    "exp log sin cos tan sinh cosh tanh arcsin arccos arctan max min det".split(" "),
  );
  const BRACED = /[#$%&_{}]/g;

  /** @param {string} text */
  function plain(text) {
    return text
      .replace(
        /[\\^~]/g,
        (sign) => ({ "\\": "\\backslash ", "^": "\\wedge ", "~": "\\sim " })[sign] ?? "",
      )
      .replace(BRACED, (sign) => `\\${sign}`);
  }

  /** @param {string} text */
  const worded = (text) =>
    text
      .replace(/[\\^~]/g, " ")
      .replace(BRACED, (sign) => `\\${sign}`)
      .replace(/\s+/g, " ");

  /** @param {string} leaf its first letter says what it is */
  function leafTex(leaf) {
    const [kind, text] = [leaf[0], leaf.slice(1)];
    if (kind === "t") return `\\text{${worded(text)}}`;
    if (SIGNS[text]) return SIGNS[text];
    if (kind === "i" && [...text].length > 1)
      return KNOWN.has(text) ? `\\${text} ` : `\\mathrm{${worded(text).replaceAll(" ", "\\ ")}}`;
    return [...text].map((sign) => SIGNS[sign] ?? plain(sign)).join("");
  }

  /** @type {Record<string, (...parts: string[]) => string>} */
  const FORMS = {
    mfrac: (over, under) => `\\frac{${over}}{${under}}`,
    msup: (base, above) => `{${base}}^{${above}}`,
    msub: (base, below) => `{${base}}_{${below}}`,
    msubsup: (base, below, above) => `{${base}}_{${below}}^{${above}}`,
    munder: (base, below) => `{${base}}_{${below}}`,
    msqrt: (...inside) => `\\sqrt{${inside.join("")}}`,
    mtable: (...rows) => `\\begin{cases} ${rows.join(" \\\\ ")} \\end{cases}`,
    mtr: (...cells) => cells.join(" & "),
  };

  /**
   * @param {MathPart} part
   * @returns {string}
   */
  function partTex(part) {
    if (typeof part === "string") return leafTex(part);
    const [name, ...inside] = part;
    const written = inside.map(partTex);
    return (FORMS[String(name)] ?? ((...parts) => parts.join("")))(...written);
  }

  /**
   * Write a formula.
   * @param {MathPart[][]} math
   */
  function write(math) {
    return math.map((piece) => piece.map(partTex).join("")).join(" ");
  }

  xe.tex = { write };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
