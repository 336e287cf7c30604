// Says when the parts that refresh themselves no longer do, because Airflow or a database does not answer, and
// since when they show what they show. They go on asking, so the notice disappears by itself.
(() => {
  "use strict";
  const SLOW_AFTER = 30_000; // milliseconds without progress
  const RELOAD_AFTER = 5_000; // milliseconds between two attempts to open a page that could not be shown
  const opened = Date.now();
  const updated = new Map(); // by the id of a part: when it was last refreshed
  const lost = new Set(); // ids of the parts whose last refresh failed

  function showConnection() {
    const place = document.getElementById("connection");
    const oldest = Math.min(...[...lost].map((id) => updated.get(id) ?? opened));
    const { timeZone } = document.documentElement.dataset;
    const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", timeZone });
    const sentence = lost.size ? `Connection lost; last updated ${clock.format(oldest)}. This page keeps trying.` : "";
    if (place.textContent !== sentence) place.textContent = sentence;
    place.hidden = !lost.size;
  }

  function failed(event) {
    if (event.detail.xhr?.status >= 400 && event.detail.xhr.status < 500) return; // it did answer
    lost.add(event.detail.elt.id);
    showConnection();
  }

  document.addEventListener("htmx:sendError", failed);
  document.addEventListener("htmx:timeout", failed);
  document.addEventListener("htmx:responseError", failed);
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.isError) return;
    const { id } = event.detail.requestConfig.elt;
    updated.set(id, Date.now());
    if (lost.delete(id)) showConnection();
  });

  // A part with data-progress that has shown the same for a while unhides what it has as data-slow

  const progress = new Map(); // by the id of a part: what it showed, and since when

  function showSlowness(part) {
    for (const element of part.querySelectorAll("[data-progress]")) {
      const id = element.closest("[id]").id;
      const now = element.dataset.progress;
      if (progress.get(id)?.shown !== now) progress.set(id, { shown: now, since: Date.now() });
      const isSlow = Date.now() - progress.get(id).since >= SLOW_AFTER;
      for (const said of element.querySelectorAll("[data-slow]")) said.hidden = !isSlow;
    }
  }

  document.addEventListener("htmx:load", (event) => showSlowness(event.target.parentElement ?? event.target));

  // A page that could not be shown is opened again once Airflow answers: a reload that fails would end in the
  // browser's own error page, which never tries again.

  async function reopen() {
    try {
      const answer = await fetch(location.href, { cache: "no-store" });
      if (answer.status < 500) {
        location.reload();
        return;
      }
    } catch {
      // still unavailable
    }
    setTimeout(reopen, RELOAD_AFTER);
  }

  document.addEventListener("DOMContentLoaded", () => {
    showSlowness(document);
    if (document.querySelector("[data-reopen]")) setTimeout(reopen, RELOAD_AFTER);
  });
})();
