/* Show the whole of a large graph in small, with a frame around the part in sight. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const { svg } = xe.dom;
  const WIDTH = 150;
  const HEIGHT = 130;
  const CORNERS = ["right-bottom", "left-bottom", "right-top", "left-top"]; // the first is usual
  const ROOM = 20; // between a corner of the pane and what is beyond the map in it
  const ENOUGH = 0.9; // at this zoom of the whole graph, and above, a map helps nobody

  /**
   * Make a map.
   * @param {(x: number, y: number) => void} go called with a point of the graph to look at
   */
  function create(go) {
    const dots = svg("g");
    const sight = svg("rect", { class: "sight" });
    const element = svg(
      "svg",
      { class: "minimap needless", width: WIDTH, height: HEIGHT, "aria-hidden": "true" },
      dots,
      sight,
    );
    let k = 1;
    let needed = false;
    /** @type {GraphNode[]} */
    let drawn = [];
    /** @type {Size} */
    let whole = [1, 1];

    /**
     * Draw the dots of a graph; `ids` are those in sight, null for all.
     * @param {IndexedGraph} graph
     * @param {Set<string> | null} ids
     * @param {{w: number, h: number}} frame
     */
    function show(graph, ids, frame) {
      const [w, h] = graph.size;
      whole = graph.size;
      k = Math.min((WIDTH - 8) / w, (HEIGHT - 8) / h);
      needed = Math.min(frame.w / w, frame.h / h) < ENOUGH && frame.w > 420;
      element.classList.toggle("needless", !needed);
      if (!needed) return;
      element.setAttribute("width", String(Math.max(w * k + 8, 40)));
      element.setAttribute("height", String(Math.max(h * k + 8, 40)));
      drawn = graph.nodes.filter((node) => !ids || ids.has(node.id));
      dots.replaceChildren(
        ...drawn.map((node) =>
          svg("rect", {
            class: `dot ${xe.shapes.paint(node)}`,
            x: 4 + (node.x - node.w / 2) * k,
            y: 4 + (node.y - node.h / 2) * k,
            width: Math.max(node.w * k, 1.5),
            height: Math.max(node.h * k, 1.5),
          }),
        ),
      );
    }

    /**
     * Move the frame to where the camera is.
     * @param {At} at
     * @param {{w: number, h: number}} frame
     */
    function follow(at, frame) {
      if (!needed) return;
      const [w, h] = whole;
      const all =
        at.x >= 0 && at.y >= 0 && at.x + w * at.k <= frame.w && at.y + h * at.k <= frame.h;
      const corner = all ? undefined : CORNERS.find((name) => isFree(name, at, frame));
      element.classList.toggle("needless", !corner);
      if (corner) element.dataset.corner = corner;
      sight.setAttribute("x", String(4 + (-at.x / at.k) * k));
      sight.setAttribute("y", String(4 + (-at.y / at.k) * k));
      sight.setAttribute("width", String((frame.w / at.k) * k));
      sight.setAttribute("height", String((frame.h / at.k) * k));
    }

    /**
     * Tell whether no node is drawn in a corner, where the map would hide it.
     * @param {string} corner
     * @param {At} at
     * @param {{w: number, h: number}} frame
     */
    function isFree(corner, at, frame) {
      const [w, h] = ["width", "height"].map((side) => Number(element.getAttribute(side)) + ROOM);
      const left = corner.startsWith("left") ? 0 : frame.w - w;
      const top = corner.endsWith("top") ? 0 : frame.h - h;
      return !drawn.some((node) => {
        const [x, y] = [at.x + node.x * at.k, at.y + node.y * at.k];
        const [across, down] = [(node.w / 2) * at.k, (node.h / 2) * at.k];
        const isBeside = x + across < left || x - across > left + w;
        return !isBeside && y + down >= top && y - down <= top + h;
      });
    }

    const jump = (/** @type {PointerEvent} */ event) => {
      if (event.buttons !== 1) return;
      const box = element.getBoundingClientRect();
      go((event.clientX - box.left - 4) / k, (event.clientY - box.top - 4) / k);
    };
    element.addEventListener("pointerdown", (event) => {
      element.setPointerCapture(event.pointerId);
      jump(event);
    });
    element.addEventListener("pointermove", jump);
    /** Return how much of the corner the map hides where it is shown: it comes and goes. */
    function reach() {
      const length = (/** @type {string} */ name) =>
        needed ? Number(element.getAttribute(name)) + 12 : 0;
      return { w: length("width"), h: length("height") };
    }
    return { element, show, follow, reach };
  }

  xe.minimap = { create };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
