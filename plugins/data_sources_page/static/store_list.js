// The list of stores: one request refreshes all of it; several stores are selected and acted on together.
//
//   data-seconds on #stores     how often it is refreshed, while the page can be seen and nobody works in it
//   data-pick                   on a checkbox: its value is the store hash
//   data-bulk, data-body        on a button: the bulk action of the API, and more fields for its body
//   data-clear                  on a button: selects nothing
(() => {
  "use strict";
  const stores = () => document.getElementById("stores");
  const picks = () => [...stores().querySelectorAll("[data-pick]")];
  const picked = () => picks().filter((box) => box.checked);

  // Refreshing

  let refreshed = Date.now();

  function isBusy() {
    return Boolean(picked().length || stores().querySelector("details[open]"));
  }

  setInterval(() => {
    const age = Date.now() - refreshed;
    if (document.hidden || isBusy() || age < 1000 * stores().dataset.seconds) return;
    refreshed = Date.now();
    htmx.trigger("#stores", "refresh");
  }, 1000);

  // Before the list was replaced; somebody may have begun to work in it after it was requested
  let focused; // id of what had the focus
  let selected = new Set(); // values of the selected checkboxes
  let opened = []; // ids of the summaries of open menus

  document.addEventListener("htmx:beforeSwap", (event) => {
    const active = document.activeElement;
    focused = event.target.contains(active) ? active.id : undefined;
    selected = new Set(picked().map((box) => box.value));
    opened = [...stores().querySelectorAll("details[open] > summary")].map((summary) => summary.id);
  });

  document.addEventListener("htmx:load", (event) => {
    if (event.target.id !== "stores") return;
    refreshed = Date.now();
    for (const box of picks()) box.checked = selected.has(box.value);
    for (const id of opened) document.getElementById(id)?.closest("details").setAttribute("open", "");
    showSelection();
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  });

  // Selecting

  function showSelection() {
    const bar = document.getElementById("bulk");
    if (!bar) return;
    const number = picked().length;
    const all = document.getElementById("pick-all");
    bar.hidden = !number;
    document.getElementById("bulk-number").textContent = `${number} selected`;
    all.checked = number > 0 && number === picks().length;
    all.indeterminate = number > 0 && !all.checked;
  }

  function pick(isPicked) {
    for (const box of picks()) box.checked = isPicked;
    showSelection();
  }

  document.addEventListener("change", (event) => {
    if (event.target.id === "pick-all") pick(event.target.checked);
    else if (event.target.matches("[data-pick]")) showSelection();
  });

  // Acting on the selected stores

  function showResult(answer) {
    const result = document.getElementById("bulk-result");
    const title = document.getElementById("bulk-result-title");
    const failures = answer.failures ?? [];
    title.textContent = answer.message ?? answer.detail;
    result.querySelector("ul").replaceChildren(
      ...failures.map((failure) => {
        const line = document.createElement("li");
        const name = document.createElement("b");
        name.textContent = `${failure.store_name} (${failure.store_hash})`;
        line.append(name, `: ${failure.reason}`);
        return line;
      }),
    );
    result.hidden = false;
    title.focus();
  }

  async function act(button) {
    const body = { stores: picked().map((box) => box.value), ...JSON.parse(button.dataset.body ?? "{}") };
    const buttons = [...document.querySelectorAll("#bulk button")];
    for (const each of buttons) each.disabled = true;
    let answer;
    try {
      const response = await fetch(new URL(`api/bulk-actions/${button.dataset.bulk}`, document.baseURI), {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-Requested-With": "page" },
        body: JSON.stringify(body),
      });
      answer = await response.json();
      if (response.ok) pick(false);
    } catch {
      answer = { detail: "Airflow cannot be reached, so it is not known for which stores this was done. Reload the page." };
    }
    for (const each of buttons) each.disabled = false;
    showResult(answer);
    htmx.trigger("#stores", "refresh");
  }

  // before writes.js, which then returns the focus to what is still there: the menu's own button
  document.addEventListener(
    "click",
    (event) => {
      const menu = event.target.closest("details.menu");
      for (const open of document.querySelectorAll("details.menu[open]")) {
        if (open !== menu) open.open = false;
      }
      if (!menu || !event.target.closest("button")) return;
      menu.open = false;
      menu.querySelector("summary").focus();
    },
    true,
  );

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if ("bulk" in button.dataset) act(button);
    else if ("clear" in button.dataset) pick(false);
    else if (button.id === "bulk-result-close") document.getElementById("bulk-result").hidden = true;
  });

  // Tab leads out of a menu, which then closes: an open one keeps the list from refreshing
  document.addEventListener("focusout", (event) => {
    const menu = event.target.closest("details.menu[open]");
    if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });

  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  document.addEventListener("DOMContentLoaded", () => {
    if (stores()) showSelection();
  });
})();
