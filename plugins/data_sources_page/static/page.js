// Links, lists with checkboxes, and what else every page does in the browser.
//
//   data-airflow          on a link: it leads to a page of Airflow, not to one of ours
//   data-copy             on a button: copy the text of the field with this id
//   data-selects="NAME"   on a checkbox: it selects all checkboxes with that name
//   data-count="NAME"     shows how many of them are selected
(() => {
  "use strict";

  // Links into Airflow and to other sites. The page lives in a frame that may neither navigate its parent
  // window nor open another, so the link is clicked in the parent window.

  function toAirflow(event, link) {
    if (window.parent === window || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const outside = window.parent.document.createElement("a");
    outside.href = link.href;
    outside.target = link.target;
    outside.rel = link.rel;
    window.parent.document.body.append(outside);
    outside.click();
    outside.remove();
  }

  function copy(field) {
    field.select();
    const copied = navigator.clipboard?.writeText(field.value) ?? Promise.reject(new Error("not offered here"));
    copied.then(
      () => notices.show("Copied."),
      () => notices.show("The browser does not let this page copy. Press Ctrl+C: the text is selected."),
    );
  }

  document.addEventListener("click", (event) => {
    const copying = event.target.closest("button[data-copy]");
    if (copying) {
      copy(document.getElementById(copying.dataset.copy));
      return;
    }
    const link = event.target.closest("a[data-airflow], a[target='_blank']");
    if (link) {
      toAirflow(event, link);
      return;
    }
    if (event.target.closest("a[data-skip]")) {
      event.preventDefault();
      document.getElementById("main").focus();
    }
  });

  // Checkboxes of a list

  function selectAll(control) {
    if (control.dataset?.selects) {
      for (const checkbox of document.getElementsByName(control.dataset.selects)) checkbox.checked = control.checked;
    }
    showCounts();
  }

  function showCounts() {
    for (const place of document.querySelectorAll("[data-count]")) {
      const selected = document.querySelectorAll(`input[name="${place.dataset.count}"]:checked`);
      place.textContent = selected.length;
    }
  }

  document.addEventListener("change", (event) => selectAll(event.target));
  document.addEventListener("DOMContentLoaded", showCounts); // the browser may keep what was selected

  // The browser's back button may show a page as it was left: with old numbers and a disabled button
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
})();
