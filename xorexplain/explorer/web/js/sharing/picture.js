/* Save the drawing as a file: SVG, or PNG through a canvas. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const { el, svg } = xe.dom;
  const KEPT = [
    "fill",
    "stroke",
    "stroke-width",
    "stroke-dasharray",
    "stroke-linecap",
    "opacity",
    "font-size",
    "font-weight",
    "font-style",
    "font-family",
    "text-anchor",
  ];
  const MARGIN = 16;
  const SHARP = 2; // pixels of a PNG for one of the page
  const LARGEST = 12000; // pixels a side that every browser draws

  /** Return the drawing as the text of an SVG file, with its colours written into it. */
  function source(drawing, title) {
    const copy = drawing.root.cloneNode(true);
    dress(drawing.root, copy);
    const { x, y, width, height } = drawing.root.getBBox();
    const [w, h] = [width + 2 * MARGIN, height + 2 * MARGIN];
    const back = getComputedStyle(xe.dom.byId("panes")).backgroundColor;
    const file = svg(
      "svg",
      {
        xmlns: "http://www.w3.org/2000/svg",
        viewBox: `${x - MARGIN} ${y - MARGIN} ${w} ${h}`,
        width: w,
        height: h,
        role: "img",
      },
      svg("title", { text: title }),
      svg("rect", { x: x - MARGIN, y: y - MARGIN, width: w, height: h, fill: back }),
      copy,
    );
    return { text: new XMLSerializer().serializeToString(file), w, h };
  }

  function dress(from, to) {
    const style = getComputedStyle(from);
    if (style.display === "none") return to.remove();
    for (const name of KEPT) to.setAttribute(name, style.getPropertyValue(name));
    for (const name of ["class", "tabindex", "role", "aria-label", "aria-pressed"])
      to.removeAttribute(name);
    const children = [...to.children];
    [...from.children].forEach((child, position) => dress(child, children[position]));
  }

  function save(blob, name) {
    const address = URL.createObjectURL(blob);
    el("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  }

  /** Save the drawing as SVG. */
  function saveSvg(drawing, name) {
    save(new Blob([source(drawing, name).text], { type: "image/svg+xml" }), `${name}.svg`);
  }

  /** Save the drawing as PNG, at twice the size on the page. */
  async function savePng(drawing, name) {
    const { text, w, h } = source(drawing, name);
    const image = new Image();
    image.src = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
    await image.decode();
    const scale = Math.min(SHARP, LARGEST / w, LARGEST / h);
    const canvas = el("canvas", { width: Math.ceil(w * scale), height: Math.ceil(h * scale) });
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    URL.revokeObjectURL(image.src);
    canvas.toBlob((blob) => save(blob, `${name}.png`), "image/png");
  }

  xe.picture = { source, saveSvg, savePng };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
