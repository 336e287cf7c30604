// Asks before settings that were changed but not saved are lost: by a link, also one of Airflow around the page,
// or by closing or reloading the window. The frame may show no dialogs of the browser, hence a <dialog>.
(() => {
  "use strict";
  const saved = new Map(); // by form: what it held when the page was loaded
  let leaving = false;

  function held(form) {
    const values = [...form.elements].filter((control) => control.name && !control.closest("[data-conflict]"));
    return JSON.stringify(values.map((control) => (control.type === "checkbox" ? control.checked : control.value)));
  }

  function isUnsaved() {
    return !leaving && [...saved].some(([form, before]) => held(form) !== before);
  }

  function ask(link) {
    const dialog = document.getElementById("unsaved");
    dialog.returnValue = "";
    dialog.onclose = () => {
      if (dialog.returnValue !== "leave") return;
      leaving = true;
      link.click();
    };
    dialog.showModal();
  }

  function guardLinks(event) {
    const link = event.target.closest?.("a[href]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || link.hasAttribute("download")) return;
    if (link.hasAttribute("data-skip") || !isUnsaved()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(link);
  }

  function guardWindow(event) {
    if (isUnsaved()) event.preventDefault();
  }

  document.addEventListener("DOMContentLoaded", () => {
    for (const form of document.querySelectorAll("form[data-unsaved]")) saved.set(form, held(form));
    if (!saved.size) return;
    // capturing, so that it comes before whatever else the link does
    document.addEventListener("click", guardLinks, true);
    window.addEventListener("beforeunload", guardWindow);
    if (window.parent === window) return;
    const outside = window.parent;
    outside.document.addEventListener("click", guardLinks, true);
    outside.addEventListener("beforeunload", guardWindow);
    window.addEventListener("pagehide", () => {
      outside.document.removeEventListener("click", guardLinks, true);
      outside.removeEventListener("beforeunload", guardWindow);
    });
  });

  // writes.js says so when the form was saved, and opens another page
  document.addEventListener("data-sources:saved", () => {
    leaving = true;
  });
})();
