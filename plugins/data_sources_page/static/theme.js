// Follows Airflow's theme: the page around this one carries the class "light" or "dark"; alone, the system's is
// taken. In the head and not deferred, so that no page flashes in the wrong colours.
(() => {
  "use strict";
  const preferred = window.matchMedia("(prefers-color-scheme: dark)");

  function outer() {
    try {
      return window.parent === window ? null : window.parent.document.documentElement;
    } catch {
      return null; // framed by another site, which the Content-Security-Policy forbids anyway
    }
  }

  function apply() {
    const around = outer();
    const dark = around?.classList.contains("dark") || (!around?.classList.contains("light") && preferred.matches);
    document.documentElement.dataset.theme = dark ? "dark" : "light";
  }

  apply();
  preferred.addEventListener("change", apply);
  const around = outer();
  if (around) {
    new MutationObserver(apply).observe(around, { attributes: true, attributeFilter: ["class"] });
  }
})();
