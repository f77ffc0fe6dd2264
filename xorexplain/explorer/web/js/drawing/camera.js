/* Move and zoom a drawing: drag, wheel, two fingers; keys and buttons call the same functions. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const SMALLEST = 0.03;
  const LARGEST = 4;
  const SLOP = 4; // px a pointer may move in a click
  const GLIDE = 220; // ms

  /**
   * Let a group inside an SVG element be moved.
   * @param {SVGSVGElement} frame what is looked through
   * @param {SVGGElement} world what is looked at
   * @param {(at: At) => void} changed called after each move
   * @returns {Camera}
   */
  function create(frame, world, changed) {
    let at = { x: 0, y: 0, k: 1 };
    let goal = at;
    let gliding = 0;
    /** @type {number | null} */
    let held = null; // the zoom the reader chose

    /** @param {At} next */
    function put(next) {
      cancelAnimationFrame(gliding);
      place(next);
      goal = at;
    }

    /** @param {At} next */
    function place(next) {
      at = { ...next, k: Math.min(Math.max(next.k, SMALLEST), LARGEST) };
      world.setAttribute("transform", `translate(${at.x} ${at.y}) scale(${at.k})`);
      changed(at);
    }

    /** @param {At} next */
    function glide(next) {
      cancelAnimationFrame(gliding);
      if (xe.dom.calm()) return put(next);
      goal = next;
      const from = at;
      const start = performance.now();
      const frameStep = (/** @type {number} */ now) => {
        const t = Math.min((now - start) / GLIDE, 1);
        const e = 1 - (1 - t) ** 3;
        place({
          x: from.x + (next.x - from.x) * e,
          y: from.y + (next.y - from.y) * e,
          k: from.k + (next.k - from.k) * e,
        });
        if (t < 1) gliding = requestAnimationFrame(frameStep);
      };
      gliding = requestAnimationFrame(frameStep);
    }

    // Asking the browser for a size costs a layout, so it is asked only when it may have changed.
    /** @type {{w: number, h: number} | null} */
    let measured = null;
    function size() {
      measured ??= { w: frame.clientWidth || 1, h: frame.clientHeight || 1 };
      return measured;
    }
    const forget = () => {
      measured = null;
    };
    /** Forget the zoom that was chosen. */
    const release = () => {
      held = null;
    };
    new ResizeObserver(forget).observe(frame);

    /**
     * Zoom by a factor about a point of the frame, its centre if none is given.
     * @param {number} factor
     */
    function zoom(factor, x = size().w / 2, y = size().h / 2) {
      const k = Math.min(Math.max(at.k * factor, SMALLEST), LARGEST);
      const ratio = k / at.k;
      put({ x: x - (x - at.x) * ratio, y: y - (y - at.y) * ratio, k });
      held = k;
    }

    /**
     * @param {number} dx
     * @param {number} dy
     */
    function pan(dx, dy) {
      put({ x: at.x + dx, y: at.y + dy, k: at.k });
    }

    /**
     * Return where the camera has to be for a box to fill the frame.
     * @param {Box} box
     * @param {Limits} limits
     */
    function framing([l, t, r, b], { most = 1.4, least = SMALLEST, margin = 24 } = {}) {
      const { w, h } = size();
      const fits = Math.min(
        (w - 2 * margin) / Math.max(r - l, 1),
        (h - 2 * margin) / Math.max(b - t, 1),
      );
      const k = Math.max(Math.min(fits, most), least);
      return { x: w / 2 - (k * (l + r)) / 2, y: h / 2 - (k * (t + b)) / 2, k };
    }

    /**
     * Go somewhere else, and leave the zoom that the reader chose as it is.
     * @param {At} next
     */
    function go(next, smooth = false) {
      if (smooth) glide(next);
      else put(next);
    }

    /**
     * Show a box; `smooth` glides there.
     * @param {Box} box
     * @param {Limits} limits
     */
    function show(box, { smooth = false, ...limits } = {}) {
      release();
      go(framing(box, limits), smooth);
    }

    /**
     * Move as little as is needed to have a box in sight.
     * @param {Box} box
     */
    function reveal([l, t, r, b]) {
      const { w, h } = size();
      const margin = 40;
      const dx = shift(at.x + l * at.k, at.x + r * at.k, margin, w - margin);
      const dy = shift(at.y + t * at.k, at.y + b * at.k, margin, h - margin);
      if (dx || dy) glide({ x: at.x + dx, y: at.y + dy, k: at.k });
    }

    /**
     * @param {number} low
     * @param {number} high
     * @param {number} least
     * @param {number} most
     */
    function shift(low, high, least, most) {
      if (high - low > most - least) return (least + most - low - high) / 2;
      if (low < least) return least - low;
      return high > most ? most - high : 0;
    }

    listen(frame, { zoom, pan });
    return {
      ...{ forget, release, zoom, pan, show, reveal, put, go, size },
      at: () => at,
      goal: () => goal,
      held: () => held,
    };
  }

  /**
   * @param {SVGSVGElement} frame
   * @param {Pick<Camera, "zoom" | "pan">} camera
   */
  function listen(frame, { zoom, pan }) {
    /** @type {Map<number, {x: number, y: number, start: {x: number, y: number}}>} */
    const pointers = new Map();
    let moved = false;
    const here = (/** @type {MouseEvent} */ event) => {
      const box = frame.getBoundingClientRect();
      return { x: event.clientX - box.left, y: event.clientY - box.top };
    };
    frame.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        const unit = event.deltaMode === 1 ? 16 : 1;
        const { x, y } = here(event);
        zoom(Math.exp(-event.deltaY * unit * (event.ctrlKey ? 0.01 : 0.0018)), x, y);
      },
      { passive: false },
    );
    frame.addEventListener("pointerdown", (event) => {
      if (event.button > 0) return;
      pointers.set(event.pointerId, { ...here(event), start: here(event) });
      if (pointers.size === 1) moved = false;
    });
    frame.addEventListener("pointermove", (event) => {
      const old = pointers.get(event.pointerId);
      if (!old) return;
      const now = here(event);
      if (!moved && Math.hypot(now.x - old.start.x, now.y - old.start.y) < SLOP) return;
      if (!moved) frame.classList.add("moving");
      moved = true;
      if (!frame.hasPointerCapture(event.pointerId)) frame.setPointerCapture(event.pointerId);
      const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
      pointers.set(event.pointerId, { ...now, start: old.start });
      if (!other) return pan(now.x - old.x, now.y - old.y);
      const ratio =
        Math.hypot(now.x - other.x, now.y - other.y) /
        (Math.hypot(old.x - other.x, old.y - other.y) || 1);
      zoom(ratio, (now.x + other.x) / 2, (now.y + other.y) / 2);
      pan((now.x - old.x) / 2, (now.y - old.y) / 2);
    });
    const lift = (/** @type {PointerEvent} */ event) => {
      pointers.delete(event.pointerId);
      if (!pointers.size) frame.classList.remove("moving");
    };
    frame.addEventListener("pointerup", lift);
    frame.addEventListener("pointercancel", lift);
    frame.addEventListener("pointerleave", (event) => !moved && lift(event));
    // A drag that ends over a node is no click on it.
    frame.addEventListener("click", (event) => moved && event.stopPropagation(), true);
  }

  xe.camera = { create };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
