// What the pages do beside showing what the server rendered. Every change goes through the JSON API:
//
//   data-write="POST"     on a form or a button: send its fields (or data-body) to its action (or data-url)
//   data-then             what follows: a URL; "#id", a part of the page to refresh; "stay"; "result", the page
//                         that the answer names, or else that of its store; else this page is loaded again
//   data-form             on a button: send the fields of the form around it
//   data-busy             what is said while the answer is awaited
//   data-check            on a form: have its fields checked there while they are typed
//   data-airflow          on a link: it leads to a page of Airflow, not to one of ours
//   data-announce         on an element: its text is read out when it changes
(() => {
  "use strict";
  const CHECK_AFTER = 400; // milliseconds without a key
  const KEPT_NOTICE = "data-sources-notice";

  // Times in the browser's zone

  const whole = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
  const precise = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });

  function showTimes(part) {
    for (const time of part.querySelectorAll("time[datetime]:not([title])")) {
      const moment = new Date(time.dateTime);
      time.textContent = whole.format(moment);
      time.title = precise.format(moment);
    }
  }

  // Notices

  function notice(sentence, isProblem) {
    const place = document.getElementById("notice");
    place.textContent = sentence;
    place.classList.toggle("bad", Boolean(isProblem));
    place.hidden = !sentence;
  }

  function noticeOnNextPage(sentence) {
    sessionStorage.setItem(KEPT_NOTICE, sentence ?? "");
  }

  // Writing

  function fieldsOf(form) {
    const fields = {};
    for (const control of form.elements) {
      if (!control.name || control.disabled) continue;
      if (control.type === "checkbox") fields[control.name] = control.checked;
      else if (control.type !== "radio" || control.checked) fields[control.name] = control.value;
    }
    return fields;
  }

  async function send(method, url, body) {
    const request = { method, headers: { "X-Requested-With": "page" } };
    if (body !== undefined) {
      request.headers["Content-Type"] = "application/json";
      request.body = JSON.stringify(body);
    }
    let answer;
    try {
      answer = await fetch(new URL(url, document.baseURI), request);
    } catch {
      return { ok: false, said: { detail: "Airflow does not answer. Check your connection, then try again." } };
    }
    let said = {};
    try {
      said = await answer.json();
    } catch {
      said = { detail: "Airflow gave an answer that this page does not understand. Try again." };
    }
    return { ok: answer.ok, said };
  }

  function showProblems(form, problems, only) {
    const unplaced = { ...problems };
    for (const place of form.querySelectorAll("[data-problem]")) {
      const name = place.dataset.problem;
      if (only && !only.has(name)) continue;
      place.textContent = problems[name] ?? "";
      form.elements[name]?.setAttribute("aria-invalid", name in problems);
      if (name in problems) place.closest("details")?.setAttribute("open", "");
      delete unplaced[name];
    }
    const rest = form.querySelector("[data-problem-else]");
    if (rest && !only) rest.textContent = Object.values(unplaced).join(" ");
  }

  let waiting; // the timer of the check while people type
  let writes = 0; // how many so far
  let pressed; // id of what had the focus when the last of them began

  async function write(element, form) {
    const url = element.dataset.url ?? element.getAttribute("action");
    let body = element.dataset.body ? JSON.parse(element.dataset.body) : undefined;
    if (form && element.dataset.body === undefined) {
      body = fieldsOf(form);
      for (const control of form.querySelectorAll("[data-only-check]")) {
        if (!("form" in element.dataset)) delete body[control.name];
      }
    }
    const buttons = element.tagName === "FORM" ? element.querySelectorAll("button") : [element];
    const enabled = [...buttons].filter((button) => !button.disabled);
    clearTimeout(waiting);
    writes += 1; // what is being checked now would overwrite the answer
    pressed = document.activeElement?.id;
    notice(element.dataset.busy ?? "");
    for (const button of enabled) button.disabled = true;
    element.setAttribute("aria-busy", "true");
    const { ok, said } = await send(element.dataset.write, url, body);
    element.removeAttribute("aria-busy");
    for (const button of enabled) button.disabled = false;
    keepFocus();
    if (form) showProblems(form, said.problems ?? {});
    if (!ok) {
      const wrong = form?.querySelector("[aria-invalid='true']");
      notice(wrong ? `${said.detail} See the fields below.` : said.detail, true);
      if (wrong) wrong.focus();
      return;
    }
    proceed(element.dataset.then ?? "reload", said);
  }

  function proceed(then, said) {
    if (then === "stay") {
      notice(said.message);
    } else if (then.startsWith("#")) {
      notice(said.message);
      htmx.trigger(then, "refresh");
    } else {
      noticeOnNextPage(said.message);
      if (then === "reload") location.reload();
      else location.assign(new URL(then === "result" ? said.page ?? encodeURIComponent(said.store_hash) : then, document.baseURI));
    }
  }

  // Whoever works with the keyboard stays where they were, though a button is switched off or its card is new

  function keepFocus() {
    const held = pressed && document.getElementById(pressed);
    if (!held || document.activeElement !== document.body) return;
    (held.disabled ? held.closest(".card")?.querySelector("a[href]") : held)?.focus({ preventScroll: true });
  }

  // Checking while people type: only what they have touched

  const touched = new WeakMap();
  function checkSoon(event) {
    const form = event.target.closest("form[data-check]");
    if (!form || !event.target.name) return;
    if (!touched.has(form)) touched.set(form, new Set());
    touched.get(form).add(event.target.name);
    clearTimeout(waiting);
    const before = writes;
    waiting = setTimeout(async () => {
      const { ok, said } = await send("POST", form.dataset.check, fieldsOf(form));
      const problems = said.problems ?? {};
      if (!form.elements.access_token?.hasAttribute("aria-required") && !form.elements.access_token?.value) {
        delete problems.access_token;
      }
      if (ok && before === writes) showProblems(form, problems, touched.get(form));
    }, CHECK_AFTER);
  }

  // Links into Airflow. The page lives in a frame that may not navigate the window around it, so the link is
  // followed in that window's own name.

  function toAirflow(event, link) {
    if (window.parent === window || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const outside = window.parent.document.createElement("a");
    outside.href = link.href;
    window.parent.document.body.append(outside);
    outside.click();
    outside.remove();
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-airflow]");
    if (link) {
      toAirflow(event, link);
      return;
    }
    if (event.target.closest("a[data-skip]")) {
      event.preventDefault();
      document.getElementById("main").focus();
      return;
    }
    const button = event.target.closest("button[data-write]");
    if (button) write(button, "form" in button.dataset ? button.closest("form") : null);
  });

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-write]");
    if (!form) return;
    event.preventDefault();
    clearTimeout(waiting);
    write(form, form);
  });

  document.addEventListener("input", (event) => {
    notice(""); // it was about what stood there before, and may cover what is written now
    checkSoon(event);
  });
  document.addEventListener("change", checkSoon);

  // Parts that htmx brings anew

  const said = new Map();

  function announceChanges(part) {
    for (const element of part.querySelectorAll("[data-announce]")) {
      const id = element.closest("[id]")?.id;
      const text = element.dataset.announce;
      if (said.has(id) && said.get(id) !== text) document.getElementById("announcer").textContent = text;
      said.set(id, text);
    }
  }

  document.addEventListener("htmx:load", (event) => {
    showTimes(event.target.parentElement ?? event.target);
    announceChanges(event.target.parentElement ?? event.target);
    keepFocus();
  });

  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status === 401) location.reload();
  });

  document.addEventListener("DOMContentLoaded", () => {
    showTimes(document);
    announceChanges(document);
    const kept = sessionStorage.getItem(KEPT_NOTICE);
    if (kept) notice(kept);
    sessionStorage.removeItem(KEPT_NOTICE);
  });
})();
