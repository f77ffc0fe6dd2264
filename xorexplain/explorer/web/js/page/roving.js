/* Make a list one tab stop: arrow keys move inside it. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const ITEMS = "button, [role=option], [role=treeitem]";
  const LEAVES = "[hidden], [hidden] *, [aria-disabled=true]";
  /** @type {WeakMap<HTMLElement, HTMLElement>} */
  const stops = new WeakMap();

  /** @param {Element} list */
  function itemsOf(list) {
    return /** @type {HTMLElement[]} */ ([...list.querySelectorAll(ITEMS)]).filter(
      (item) => !item.matches(LEAVES),
    );
  }

  /**
   * Let Tab stop once in a list, at its current item; up, down, Home and End go on from there.
   * @template {HTMLElement} E
   * @param {E} list
   */
  function roving(list) {
    list.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const items = itemsOf(list);
      const here = items.findIndex((item) => item.contains(document.activeElement));
      const there = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: items.length - 1 }[
        event.key
      ];
      if (here < 0 || there === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      if (!items[there]) return;
      put(list, items[there]);
      items[there].focus();
    });
    list.addEventListener("focusin", (event) => {
      const item = /** @type {HTMLElement} */ (event.target).closest(ITEMS);
      if (item instanceof HTMLElement && list.contains(item)) put(list, item);
    });
    new MutationObserver(() => settle(list)).observe(list, { childList: true, subtree: true });
    settle(list);
    return list;
  }

  /**
   * Leave one stop in a list whose items are new.
   * @param {HTMLElement} list
   */
  function settle(list) {
    const items = itemsOf(list);
    const known = stops.get(list);
    const stop = known && items.includes(known) ? known : items[0];
    for (const item of items) if (item !== stop && item.tabIndex !== -1) item.tabIndex = -1;
    if (stop) put(list, stop);
  }

  /**
   * Make an item the one that Tab stops at.
   * @param {HTMLElement} list
   * @param {HTMLElement} item
   */
  function put(list, item) {
    const known = stops.get(list);
    if (known && known !== item) known.tabIndex = -1;
    item.tabIndex = 0;
    stops.set(list, item);
  }

  xe.roving = Object.assign(roving, { put });
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
