/* The link of a view: what is shown, where the camera stands, which colours; and the way back. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const root = document.documentElement;
  const CAMERAS = /** @type {const} */ ({ main: "at", side: "beside" });

  /**
   * Tell where a camera stands: the point of the graph in its middle, and its zoom.
   * @param {Camera} camera
   */
  function told(camera) {
    const { x, y, k } = camera.at();
    const { w, h } = camera.size();
    return [(w / 2 - x) / k, (h / 2 - y) / k, k].map((n) => Number(n.toPrecision(9))).join(",");
  }

  /**
   * @param {Camera} camera
   * @param {string} text
   */
  function stand(camera, text) {
    const [x, y, k] = text.split(",").map(Number);
    const { w, h } = camera.size();
    if (![x, y, k].every(Number.isFinite) || k <= 0 || k > 50 || w <= 1) return;
    camera.put({ x: w / 2 - x * k, y: h / 2 - y * k, k });
  }

  /**
   * Return what stands in the address after `#`.
   * @param {Stage} stage
   */
  function fragment(stage) {
    const said = new URLSearchParams(xe.state.address().slice(1));
    if (xe.state.get().view !== "start")
      for (const [name, key] of Object.entries(CAMERAS)) {
        const pane = stage.panes[/** @type {"main" | "side"} */ (name)];
        if (!pane.element.hidden && pane.drawing()) said.set(key, told(pane.camera));
      }
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    said.set("theme", root.dataset.theme ?? (dark ? "dark" : "light"));
    return `#${said}`;
  }

  /**
   * Copy the link of what is shown. A page inside a document has no address that others could open.
   * @param {Stage} stage
   */
  function copy(stage) {
    const hash = fragment(stage);
    if (/^(https?|file):$/.test(location.protocol))
      return xe.copy.text(location.href.replace(/#.*$/s, "") + hash, "link");
    return xe.copy.text(
      hash,
      "the end of a link: this page is inside another document and has no address here; put it " +
        "after the address of a saved page",
    );
  }

  /**
   * Take camera and colours from the address, now and whenever it changes.
   * @param {Stage} stage
   */
  function follow(stage) {
    const take = () => {
      const said = new URLSearchParams(location.hash.slice(1));
      xe.theme.show(said.get("theme"));
      if (xe.state.get().view === "start") return;
      for (const [name, key] of Object.entries(CAMERAS)) {
        const pane = stage.panes[/** @type {"main" | "side"} */ (name)];
        const text = said.get(key);
        if (text && pane.drawing()) stand(pane.camera, text);
      }
    };
    window.addEventListener("hashchange", take);
    take();
  }

  xe.link = { copy, follow, fragment };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
