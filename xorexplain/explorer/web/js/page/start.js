/* The first view: it stands in the page as HTML; its links are addresses of other views. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  /**
   * Keep an element as the state says.
   * @param {HTMLElement} element
   */
  function create(element) {
    // In a frame without an address of its own a link would leave the page.
    element.addEventListener("click", (event) => {
      const link = /** @type {Element} */ (event.target).closest("a");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      location.hash = link.hash;
    });

    /** @param {State} state */
    function update(state) {
      document.documentElement.classList.toggle("at-start", state.view === "start");
    }
    return { update };
  }

  xe.start = { create };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
