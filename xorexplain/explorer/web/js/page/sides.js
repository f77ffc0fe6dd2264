/* The columns beside the picture: each can be made wider or narrower, and closed. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const { el, button } = xe.dom;
  const LEAST = 170; // px of a column
  const ROOM = 320; // px that are left to the picture
  const STEP = 24; // px a key press
  const CROWDED = 1600; // px of a window in which the contents make room for the file
  /** @type {Record<string, {name: string, grows: number}>} */
  const SIDES = {
    left: { name: "contents", grows: 1 },
    source: { name: "source", grows: 1 },
    right: { name: "details", grows: -1 },
  };

  /**
   * Put grips on the columns, and buttons that close and open the outer ones.
   * @param {HTMLElement} main
   * @param {HTMLElement} tools where the buttons go
   */
  function create(main, tools) {
    for (const key of Object.keys(SIDES)) grip(key);
    const openers = { left: opener("left", "list"), right: opener("right", "info") };
    tools.prepend(openers.left, openers.right);
    let madeRoom = false;

    /** @param {string} key */
    function sideOf(key) {
      return /** @type {HTMLElement} */ (xe.dom.sure(main.querySelector(`:scope > .${key}`)));
    }

    /** @param {string} key */
    function grip(key) {
      const { name, grows } = SIDES[key];
      const side = sideOf(key);
      const handle = el("div", {
        ...{ class: "grip", role: "separator", tabindex: 0, "aria-orientation": "vertical" },
        ...{ "aria-label": `Width of the ${name}`, "aria-valuemin": LEAST },
        "aria-valuenow": LEAST, // until it has the focus
      });
      side.append(handle);

      /** @param {number} wanted */
      function resize(wanted) {
        const now = side.getBoundingClientRect().width;
        const stage = sideOf("stage").getBoundingClientRect().width;
        const most = Math.max(now + stage - ROOM, LEAST);
        const width = Math.round(Math.min(Math.max(wanted, LEAST), most));
        main.style.setProperty(`--${key}-width`, `${width}px`);
        handle.setAttribute("aria-valuenow", String(width));
        handle.setAttribute("aria-valuemax", String(Math.round(most)));
      }

      handle.addEventListener("focus", () => resize(side.getBoundingClientRect().width));
      handle.addEventListener("keydown", (event) => {
        const way = { ArrowRight: grows, ArrowLeft: -grows }[event.key];
        if (!way) return;
        resize(side.getBoundingClientRect().width + way * STEP);
        event.preventDefault();
        event.stopPropagation();
      });
      handle.addEventListener("pointerdown", (event) => {
        const start = { x: event.clientX, width: side.getBoundingClientRect().width };
        handle.setPointerCapture(event.pointerId);
        const drag = (/** @type {PointerEvent} */ moved) =>
          resize(start.width + grows * (moved.clientX - start.x));
        handle.addEventListener("pointermove", drag);
        handle.addEventListener(
          "lostpointercapture",
          () => handle.removeEventListener("pointermove", drag),
          { once: true },
        );
        event.preventDefault();
      });
    }

    /**
     * @param {"left" | "right"} key
     * @param {string} icon
     */
    function opener(key, icon) {
      const { name } = SIDES[key];
      return button(
        `Show the ${name}`,
        () => show(key, main.classList.contains(`no-${key}`)),
        { class: "quiet roomy-only", "aria-pressed": "true" },
        xe.icon(icon),
      );
    }

    /**
     * @param {"left" | "right"} key
     * @param {boolean} yes
     */
    function show(key, yes) {
      main.classList.toggle(`no-${key}`, !yes);
      openers[key].setAttribute("aria-pressed", String(yes));
    }

    /**
     * Let the contents make room for the file in a window that has little.
     * @param {State} state
     * @param {Before} before
     */
    function update(state, before) {
      const [opened, closed] = [state.source && !before.source, !state.source && before.source];
      if (opened && window.innerWidth < CROWDED && !main.classList.contains("no-left")) {
        madeRoom = true;
        show("left", false);
      } else if (closed && madeRoom) {
        madeRoom = false;
        show("left", true);
      }
    }
    return { update };
  }

  xe.sides = { create };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
