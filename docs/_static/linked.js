/* Pointing at a piece of code lights the box it made, and the other way round. */
(function () {
  "use strict";

  for (const name of ["mouseover", "focusin", "mouseout", "focusout"]) {
    document.addEventListener(name, (event) => {
      const part = event.target.closest?.("[data-box]");
      const line = part?.closest(".code-and-boxes");
      if (!line) return;
      const isIn = name === "mouseover" || name === "focusin";
      for (const lit of line.querySelectorAll(".lit")) lit.classList.remove("lit");
      if (!isIn) return;
      for (const box of part.dataset.box.split(" "))
        for (const same of line.querySelectorAll(`[data-box~="${box}"]`)) same.classList.add("lit");
    });
  }
})();
