/* Before the first paint: take the colours that were chosen, and hide what is for no scripts. */
(function (/** @type {Xorexplain} */ xe) {
  "use strict";

  const KEY = "xorexplain-theme";
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const around = host();

  /** Return the body of a page around this one that tells its colours, as those of Furo do. */
  function host() {
    if (window.parent === window) return null;
    try {
      const { body } = window.parent.document;
      return body?.dataset.theme ? body : null;
    } catch {
      return null; // another site, or a frame that is kept apart from what is around it
    }
  }

  /** Return the colours that were chosen before; frames that are kept apart and files may not. */
  function remembered() {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null;
    }
  }

  /** @param {string} theme empty for that of the system */
  function remember(theme) {
    try {
      if (theme) localStorage.setItem(KEY, theme);
      else localStorage.removeItem(KEY);
    } catch {
      // The choice holds as long as the page is open.
    }
  }

  /** @param {string | null | undefined} theme any other than light and dark is that of the system */
  function show(theme) {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
  }

  /** Change between light and dark; what the system has too is no choice, and not kept. */
  function flip() {
    const shown = root.dataset.theme ?? named(system.matches);
    const next = named(shown === "light");
    show(next === named(system.matches) && !around ? "" : next);
    if (!around) remember(root.dataset.theme ?? "");
    return next;
  }

  /** @param {boolean} dark */
  function named(dark) {
    return dark ? "dark" : "light";
  }

  if (around) {
    const follow = () => show(around.dataset.theme);
    new MutationObserver(follow).observe(around, { attributeFilter: ["data-theme"] });
    follow();
  } else show(remembered());

  root.classList.add("scripted");
  root.classList.toggle("at-start", root.dataset.opens === "start" && location.hash.length < 2);

  /** @param {string | null} theme of a link; a page in another follows that, and has its own */
  function take(theme) {
    if (!around && (theme === "light" || theme === "dark")) show(theme);
  }

  xe.theme = { flip, show: take };
})((window.xorexplain ??= /** @type {Xorexplain} */ ({})));
