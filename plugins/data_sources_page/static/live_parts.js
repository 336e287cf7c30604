// Parts of the page that htmx replaces: nothing that a person is doing with one is lost, and changes are announced.
//
//   data-announce         on an element: screen readers announce its text when it changes
//   data-settled          beside it: nothing is under way any more, so parts with data-follows are refreshed
(() => {
  "use strict";

  // A button that is replaced between press and release is not clicked; the part is refreshed again soon.
  let isPressed = false;

  document.addEventListener("pointerdown", (event) => {
    isPressed = event.button === 0;
  }, true);
  for (const end of ["pointerup", "pointercancel"]) {
    document.addEventListener(end, () => {
      isPressed = false;
    }, true);
  }

  document.addEventListener("htmx:beforeSwap", (event) => {
    if (isPressed) event.detail.shouldSwap = false;
  });

  // A table that somebody has opened, or works in, stays as it is
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    if (isPressed || event.detail.target.querySelector("details[open], :focus")) event.detail.shouldSwap = false;
  });

  const announced = new Map();

  function announceChanges(part) {
    const changed = [];
    for (const element of part.querySelectorAll("[data-announce]")) {
      const id = element.closest("[id]")?.id;
      const text = element.dataset.announce;
      if (announced.has(id) && announced.get(id) !== text) {
        changed.push(text);
        notices.closeAbout(id); // "it will start shortly": it has
        if ("settled" in element.dataset) refreshFollowers();
      }
      announced.set(id, text);
    }
    if (changed.length) document.getElementById("announcer").textContent = changed.join(". ");
  }

  // What a sync has changed elsewhere on the page

  function refreshFollowers() {
    for (const part of document.querySelectorAll("[data-follows]")) htmx.trigger(part, "refresh");
  }

  document.addEventListener("htmx:load", (event) => announceChanges(event.target.parentElement ?? event.target));

  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status === 401) location.reload();
  });

  document.addEventListener("DOMContentLoaded", () => announceChanges(document));
})();
