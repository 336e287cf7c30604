// Shows times in the time zone that is chosen in Airflow's menu, which is the browser's until somebody chooses one.
//
//   <time datetime>          in that zone; with data-relative ("3 min ago") only on hover and for screen readers
//   data-zone                on an element: the name of the zone
(() => {
  "use strict";
  const CHOICE = "timezone"; // where Airflow's own pages keep the choice, as JSON

  function format(options) {
    try {
      return new Intl.DateTimeFormat(undefined, { ...options, timeZone: JSON.parse(localStorage.getItem(CHOICE)) ?? undefined });
    } catch {
      return new Intl.DateTimeFormat(undefined, options); // no storage, or no zone that this browser knows
    }
  }

  function showTimes(part) {
    const whole = format({ dateStyle: "medium", timeStyle: "short" });
    const precise = format({ dateStyle: "full", timeStyle: "long" });
    for (const time of part.querySelectorAll("time[datetime]")) {
      const moment = new Date(time.dateTime);
      time.title = precise.format(moment);
      if ("relative" in time.dataset) time.querySelector(".unseen").textContent = ` (${whole.format(moment)})`;
      else time.textContent = whole.format(moment);
    }
    for (const place of part.querySelectorAll("[data-zone]")) place.textContent = whole.resolvedOptions().timeZone;
    document.documentElement.dataset.timeZone = whole.resolvedOptions().timeZone;
  }

  document.addEventListener("DOMContentLoaded", () => showTimes(document));
  document.addEventListener("htmx:load", (event) => showTimes(event.target.parentElement ?? event.target));
  window.addEventListener("storage", (event) => {
    if (event.key === CHOICE) showTimes(document);
  });
})();
