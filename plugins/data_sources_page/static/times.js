// Shows times in the time zone that is chosen in Airflow's menu, which is the browser's until somebody chooses one.
//
//   <time datetime>          in that zone; with data-relative ("3 min ago") only on hover and for screen readers
//   data-zone                on an element: the name of the zone
(() => {
  "use strict";
  const CHOICE = "timezone"; // where Airflow's own pages keep the choice, as JSON

  function zone() {
    const ofBrowser = new Intl.DateTimeFormat().resolvedOptions().timeZone;
    try {
      const timeZone = JSON.parse(localStorage.getItem(CHOICE)) ?? ofBrowser;
      new Intl.DateTimeFormat(undefined, { timeZone });
      return timeZone;
    } catch {
      return ofBrowser; // no storage, or no zone that this browser knows
    }
  }

  function showTimes(part) {
    const timeZone = zone();
    const whole = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short", timeZone });
    const precise = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long", timeZone });
    for (const time of part.querySelectorAll("time[datetime]")) {
      const moment = new Date(time.dateTime);
      time.title = precise.format(moment);
      if ("relative" in time.dataset) time.querySelector(".unseen").textContent = ` (${whole.format(moment)})`;
      else time.textContent = whole.format(moment);
    }
    for (const place of part.querySelectorAll("[data-zone]")) place.textContent = timeZone;
    document.documentElement.dataset.timeZone = timeZone;
  }

  document.addEventListener("DOMContentLoaded", () => showTimes(document));
  document.addEventListener("htmx:load", (event) => showTimes(event.target.parentElement ?? event.target));
  window.addEventListener("storage", (event) => {
    if (event.key === CHOICE) showTimes(document);
  });
})();
