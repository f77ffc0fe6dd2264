/* Show the whole of a large graph in small, with a frame around the part in sight. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const { svg } = xe.dom;
  const WIDTH = 150;
  const HEIGHT = 130;
  const CORNERS = ["right-bottom", "left-bottom", "right-top", "left-top"]; // the first is usual
  const SCALES = [1, 0.7, 0.5]; // a small map is better than none
  const PLACES = SCALES.flatMap((scale) => CORNERS.map((corner) => ({ corner, scale })));
  const ROOM = 20; // between a corner of the pane and what is beyond the map in it
  const ENOUGH = 0.9; // at this zoom of the whole graph, and above, a map helps nobody

  /**
   * Make a map.
   * @param {(x: number, y: number) => void} go called with a point of the graph to look at
   */
  function create(go) {
    const dots = svg("g");
    const sight = svg("rect", { class: "sight" });
    const element = svg("svg", { class: "minimap needless", "aria-hidden": "true" }, dots, sight);
    let k = 1;
    let scale = 1;
    /** @type {Size} */
    let size = [1, 1];
    let needed = false;
    let dragged = false;
    /** @type {Box[]} */
    let drawn = [];
    /** @type {Size} */
    let whole = [1, 1];

    /**
     * Draw the dots of a graph; `nodes` and `edges` are those that are there, null for all.
     * @param {IndexedGraph} graph
     * @param {{nodes: Set<string> | null, edges: Set<number> | null}} there
     * @param {{w: number, h: number}} frame
     */
    function show(graph, { nodes, edges }, frame) {
      const [w, h] = graph.size;
      whole = graph.size;
      k = Math.min((WIDTH - 8) / w, (HEIGHT - 8) / h);
      needed = Math.min(frame.w / w, frame.h / h) < ENOUGH && frame.w > 420;
      element.classList.toggle("needless", !needed);
      if (!needed) return;
      size = [Math.max(w * k + 8, 40), Math.max(h * k + 8, 40)];
      element.setAttribute("viewBox", `0 0 ${size[0]} ${size[1]}`);
      drawn = xe.extents.extents(graph, nodes, edges);
      dots.replaceChildren(
        ...graph.nodes
          .filter((node) => !nodes || nodes.has(node.id))
          .map((node) =>
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
      // While it is dragged it stays where it is.
      if (!dragged) {
        const place = all ? undefined : PLACES.find((one) => isFree(one, at, frame));
        element.classList.toggle("needless", !place);
        if (place) put(place);
      }
      sight.setAttribute("x", String(4 + (-at.x / at.k) * k));
      sight.setAttribute("y", String(4 + (-at.y / at.k) * k));
      sight.setAttribute("width", String((frame.w / at.k) * k));
      sight.setAttribute("height", String((frame.h / at.k) * k));
    }

    /**
     * Have the map in a corner, at a scale.
     * @param {{corner: string, scale: number}} place
     */
    function put(place) {
      scale = place.scale;
      element.dataset.corner = place.corner;
      element.setAttribute("width", String(size[0] * scale));
      element.setAttribute("height", String(size[1] * scale));
    }

    /**
     * Tell whether nothing is drawn in a corner, where the map would hide it.
     * @param {{corner: string, scale: number}} place
     * @param {At} at
     * @param {{w: number, h: number}} frame
     */
    function isFree({ corner, scale }, at, frame) {
      const [w, h] = size.map((length) => length * scale + ROOM);
      const left = (corner.startsWith("left") ? 0 : frame.w - w) - at.x;
      const top = (corner.endsWith("top") ? 0 : frame.h - h) - at.y;
      return !drawn.some(
        ([l, t, r, b]) =>
          r * at.k >= left && l * at.k <= left + w && b * at.k >= top && t * at.k <= top + h,
      );
    }

    const jump = (/** @type {PointerEvent} */ event) => {
      if (!dragged) return;
      const box = element.getBoundingClientRect();
      const point = [event.clientX - box.left, event.clientY - box.top];
      const [x, y] = point.map((length) => (length / scale - 4) / k);
      go(x, y);
    };
    element.addEventListener("pointerdown", (event) => {
      element.setPointerCapture(event.pointerId);
      dragged = event.buttons === 1;
      jump(event);
    });
    element.addEventListener("pointermove", jump);
    element.addEventListener("lostpointercapture", () => {
      dragged = false;
    });
    /** Return how much of the corner the map hides where it is shown: it comes and goes. */
    function reach() {
      const [w, h] = needed ? size.map((length) => length + 12) : [0, 0];
      return { w, h };
    }
    return { element, show, follow, reach };
  }

  xe.minimap = { create };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
