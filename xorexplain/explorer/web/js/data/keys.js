/* Find the neighbour of a node in a direction, for the arrow keys. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  /** @type {Record<string, Point>} */
  const WAYS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
  const ASIDE = 2.2; // how much worse a px to the side is than one ahead

  /**
   * Return the id of the nearest node that way, or null.
   * @param {IndexedGraph} graph
   * @param {string} id
   * @param {string} key
   * @param {(id: string) => boolean} exists which nodes count
   */
  function neighbour(graph, id, key, exists) {
    const [wx, wy] = WAYS[key];
    const from = xe.dom.sure(graph.node.get(id));
    /** @type {string | null} */
    let best = null;
    let least = Infinity;
    for (const node of graph.nodes) {
      if (node.id === id || !exists(node.id)) continue;
      const [dx, dy] = [node.x - from.x, node.y - from.y];
      const ahead = dx * wx + dy * wy;
      const aside = Math.abs(dx * wy) + Math.abs(dy * wx);
      if (ahead <= 1 || aside > 3 * ahead) continue;
      const cost = ahead + ASIDE * aside;
      if (cost < least) [best, least] = [node.id, cost];
    }
    return best;
  }

  /**
   * Tell whether a key press belongs to a field that is being typed in, or to a widget.
   * @param {KeyboardEvent} event
   */
  function isTaken(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return true;
    if (!(event.target instanceof Element)) return false;
    if (event.target.closest("textarea, dialog")) return true;
    // A list that was clicked keeps the focus; its keys are its own only for the keyboard.
    if (event.target.closest("select")) return !isClicked();
    const input = event.target.closest("input");
    if (!input) return false;
    // Letters are nothing to a box to check or a slider; the space bar and arrows are.
    if (input.type === "checkbox") return [" ", "Enter", "Tab"].includes(event.key);
    return input.type !== "range" || event.key === " " || event.key.length > 1;
  }

  let pointing = false;
  let clicked = false;
  document.addEventListener(
    "pointerdown",
    () => {
      // What had the focus may keep it, as a tab does when a node is clicked.
      pointing = clicked = true;
    },
    true,
  );
  document.addEventListener("keydown", () => (pointing = false), true);
  document.addEventListener("focusin", () => (clicked = pointing), true);

  /** Tell whether what has the focus was clicked: then it has keys that are of no use to it. */
  function isClicked() {
    return clicked;
  }

  xe.keys = { WAYS, neighbour, isTaken, isClicked };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
