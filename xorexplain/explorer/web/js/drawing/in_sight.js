/* Have what a step marks in sight: beside what lies over the picture, and large enough to be read. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const READABLE = 1.1; // the small lines of a node, of 10 px, are 11 px large at this zoom
  const AROUND = 14; // px of the drawing around a node: its sign, its border
  const EDGE = 6; // px of the screen that stay free beside it
  const OVER = ".pane-title, .fold, .side.open"; // what may lie over a picture

  /**
   * Return where a camera has to be for a box to be in a room of its frame: as near as it can to
   * where it is, at the zoom the reader holds, else one that can be read; but nothing is left out.
   * @param {At} at
   * @param {Box} box
   * @param {Box} room
   * @param {number | null} held
   * @returns {At}
   */
  function aim(at, [l, t, r, b], [left, top, right, bottom], held) {
    const fits = Math.min((right - left) / (r - l), (bottom - top) / (b - t));
    const k = Math.min(held ?? Math.max(at.k, READABLE), fits);
    return { x: (left + right - k * (l + r)) / 2, y: (top + bottom - k * (t + b)) / 2, k };
  }

  /**
   * Return the boxes that lie over the picture of a pane, in px of its frame.
   * @param {Pane} pane
   * @returns {Box[]}
   */
  function covers(pane) {
    const home = pane.frame.getBoundingClientRect();
    const map = pane.map.reach();
    /** @type {Box[]} */
    const found = map.w ? [[home.width - map.w, home.height - map.h, home.width, home.height]] : [];
    for (const over of document.querySelectorAll(OVER)) {
      const isFixed = getComputedStyle(over).position === "absolute";
      const box = over.getBoundingClientRect();
      if (!isFixed || !box.width || box.right <= home.left || box.left >= home.right) continue;
      if (box.bottom <= home.top || box.top >= home.bottom) continue;
      found.push([
        box.left - home.left,
        box.top - home.top,
        box.right - home.left,
        box.bottom - home.top,
      ]);
    }
    return found;
  }

  /**
   * Return the largest part of a frame that nothing lies over, for something of a shape.
   * @param {Size} frame
   * @param {Box[]} over
   * @param {Size} shape
   * @returns {Box}
   */
  function free([w, h], over, shape) {
    const fits = (/** @type {Box} */ [l, t, r, b]) =>
      Math.min(Math.max(r - l, 0) / shape[0], Math.max(b - t, 0) / shape[1]);
    /** @type {Box} */
    let room = [EDGE, EDGE, w - EDGE, h - EDGE];
    for (const [l, t, r, b] of over) {
      const [left, top, right, bottom] = room;
      if (l >= right || r <= left || t >= bottom || b <= top) continue;
      /** @type {Box[]} */
      const parts = [
        [left, top, Math.min(right, l - EDGE), bottom],
        [Math.max(left, r + EDGE), top, right, bottom],
        [left, top, right, Math.min(bottom, t - EDGE)],
        [left, Math.max(top, b + EDGE), right, bottom],
      ];
      room = parts.reduce((best, part) => (fits(part) > fits(best) ? part : best));
    }
    return room;
  }

  /**
   * @param {Box} one
   * @param {Box} other
   */
  function meet(one, other) {
    return one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3];
  }

  /**
   * Move panes that show one graph, all alike, to where some of its nodes are in sight.
   * @param {Pane[]} panes
   * @param {Set<string>} ids
   * @param {{smooth: boolean}} how
   */
  function follow(panes, ids, { smooth }) {
    const [first] = panes;
    const { graph } = first.drawn();
    const there = [...ids].filter((id) => graph.node.has(id));
    first.camera.forget();
    const { w, h } = first.camera.size();
    if (!there.length || w <= 1 || h <= 1) return;
    const held = first.camera.held();
    const at = first.camera.goal();
    const over = panes.flatMap(covers);
    /** @param {Iterable<string>} some */
    const around = (some) => {
      const [l, t, r, b] = xe.bundle.boxOf(graph, some);
      return /** @type {Box} */ ([l - AROUND, t - AROUND, r + AROUND, b + AROUND]);
    };
    const isSeen = there.every((id) => {
      const [l, t, r, b] = around([id]);
      /** @type {Box} */
      const box = [l * at.k + at.x, t * at.k + at.y, r * at.k + at.x, b * at.k + at.y];
      const isIn = box[0] >= 0 && box[1] >= 0 && box[2] <= w && box[3] <= h;
      return isIn && !over.some((cover) => meet(box, cover));
    });
    const box = around(there);
    const room = free([w, h], over, [box[2] - box[0], box[3] - box[1]]);
    const better = aim(at, box, room, held);
    const stays = isSeen && at.k >= Math.min(held ?? READABLE, better.k) - 1e-3;
    const next = stays ? at : better;
    for (const pane of panes) {
      const { x, y, k } = pane.camera.goal();
      if (x !== next.x || y !== next.y || k !== next.k) pane.camera.go(next, smooth);
    }
  }

  xe.sight = { aim, follow };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
