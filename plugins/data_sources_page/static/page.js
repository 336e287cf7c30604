// What the pages do in the browser. Every change goes through the JSON API:
//
//   data-write="POST"     on a form or a button: send its fields (or data-body) to its action (or data-url)
//   data-then             what happens next: a URL to open; "#id", a part of the page to refresh; "stay";
//                         "result", the page that the response names, or the page of its store; by default,
//                         this page is loaded again
//   data-form             on a button: send the fields of the form around it
//   data-largest-file     on a form with a file: send the file itself, if it has at most so many bytes
//   data-selects="NAME"   on a checkbox: it selects all checkboxes with that name
//   data-count="NAME"     shows how many of them are selected
//   data-busy             the notice while waiting for the response
//   data-version          on a form: the version of what it shows; if that has changed meanwhile, the response
//                         says how, and conflict.js lets people choose
//   data-check            on a form: the URL that checks its fields while they are typed
//   data-copy             on a button: copy the text of the field with this id
//   data-airflow          on a link: it leads to a page of Airflow, not to one of ours
//   data-announce         on an element: screen readers announce its text when it changes
//   data-settled          beside it: nothing is under way any more, so parts with data-follows are refreshed
(() => {
  "use strict";
  const CHECK_AFTER = 400; // milliseconds without a key
  const KEPT_NOTICE = "data-sources-notice";
  const KEPT_FOCUS = "data-sources-focus"; // id of what had it before this page is loaded again
  const NOTICE_SHOWN = 8000; // milliseconds; problems stay until they are closed
  const SLOW_AFTER = 30_000; // milliseconds until a person hears that an answer takes long
  const SESSION_ENDED = "Not done: your session has ended. Log in to Airflow in another tab, then try again.";
  const UNREACHABLE = "Not done: Airflow cannot be reached. Check your connection, then try again.";
  const ENTRIES_KEPT = " What you entered is still here."; // in a form

  // Notices

  let noticeEnds; // the timer that closes it
  let noticeAbout = ""; // id of the part that the notice says something is going to happen to

  function notice(sentence, { isProblem = false, stays = isProblem, about = "" } = {}) {
    const place = document.getElementById("notice");
    place.querySelector("[data-sentence]").textContent = sentence;
    place.classList.toggle("bad", isProblem);
    place.hidden = !sentence;
    noticeAbout = about;
    clearTimeout(noticeEnds);
    if (sentence && !stays) noticeEnds = setTimeout(closeNotice, NOTICE_SHOWN);
  }

  function closeNotice() {
    const place = document.getElementById("notice");
    if (place.matches(":hover, :focus-within")) noticeEnds = setTimeout(closeNotice, NOTICE_SHOWN); // being read
    else notice("");
  }

  function noticeOnNextPage(sentence) {
    sessionStorage.setItem(KEPT_NOTICE, sentence ?? "");
  }

  // Writing

  function fieldsOf(form) {
    const fields = {};
    for (const control of form.elements) {
      if (!control.name || control.disabled || control.closest("[data-conflict]")) continue;
      if (control.type === "checkbox" && control.hasAttribute("value")) {
        fields[control.name] ??= []; // one of several: a list of those that are selected
        if (control.checked) fields[control.name].push(control.value);
      } else if (control.type === "checkbox") fields[control.name] = control.checked;
      else if (control.type !== "radio" || control.checked) fields[control.name] = control.value;
    }
    return fields;
  }

  async function send(method, url, body, version) {
    const request = { method, headers: { "X-Requested-With": "page" } };
    if (version) request.headers["If-Match"] = version;
    if (body instanceof File) {
      request.headers["Content-Type"] = "text/csv";
      request.body = body;
      url += `?name=${encodeURIComponent(body.name.slice(0, 255))}`;
    } else if (body !== undefined) {
      request.headers["Content-Type"] = "application/json";
      request.body = JSON.stringify(body);
    }
    let answer;
    try {
      answer = await fetch(new URL(url, document.baseURI), request);
      if (answer.status === 401) return { ok: false, body: { detail: SESSION_ENDED }, isUndone: true };
    } catch {
      return { ok: false, body: { detail: UNREACHABLE }, isUndone: true };
    }
    try {
      return { ok: answer.ok, body: await answer.json() };
    } catch {
      return { ok: false, body: { detail: "Airflow sent an unexpected response. Reload the page and try again." } };
    }
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
  let pressed; // what had the focus when the last of them began

  async function write(element, form) {
    const url = element.dataset.url ?? element.getAttribute("action");
    let body = element.dataset.body ? JSON.parse(element.dataset.body) : undefined;
    if (form && element.dataset.body === undefined) {
      body = fieldsOf(form);
      for (const control of form.querySelectorAll("[data-only-check]")) {
        if (!("form" in element.dataset)) delete body[control.name];
      }
    }
    if (form?.dataset.largestFile) {
      body = form.elements.file.files[0];
      if (body.size > Number(form.dataset.largestFile)) {
        showProblems(form, { file: "The file is too large. Split it into several files." });
        return;
      }
    }
    const buttons = element.tagName === "FORM" ? element.querySelectorAll("button") : [element];
    const enabled = [...buttons].filter((button) => !button.disabled);
    clearTimeout(waiting);
    writes += 1; // a check under way must not overwrite the answer
    pressed = document.activeElement;
    notice(element.dataset.busy ?? "", { stays: true });
    for (const button of enabled) button.disabled = true;
    element.setAttribute("aria-busy", "true");
    const slow = setTimeout(() => notice("Still waiting: the answer has taken more than 30 seconds so far.", { stays: true }), SLOW_AFTER);
    const { ok, body: answer, isUndone } = await send(element.dataset.write, url, body, element.dataset.version);
    if (isUndone && form) answer.detail += ENTRIES_KEPT;
    clearTimeout(slow);
    element.removeAttribute("aria-busy");
    const then = element.dataset.then ?? "reload";
    const isLeaving = ok && then !== "stay" && !then.startsWith("#");
    if (!isLeaving) for (const button of enabled) button.disabled = false; // else a second press would write again
    keepFocus();
    if (form) showProblems(form, answer.problems ?? {});
    if (!ok) {
      const wrong = form?.querySelector("[aria-invalid='true']");
      const problems = Object.values(answer.problems ?? {});
      notice(form || !problems.length ? answer.detail : problems.join(" "), { isProblem: true }); // no fields to highlight
      if (answer.conflict) element.dispatchEvent(new CustomEvent("data-sources:conflict", { bubbles: true, detail: answer.conflict }));
      else if (wrong) wrong.focus();
      return;
    }
    proceed(then, answer);
  }

  function proceed(then, answer) {
    if (then === "stay") {
      notice(answer.message);
    } else if (then.startsWith("#")) {
      notice(answer.message, { about: then.slice(1) });
      htmx.trigger(then, "refresh");
    } else {
      document.dispatchEvent(new Event("data-sources:saved"));
      noticeOnNextPage(answer.message);
      if (then === "reload") {
        sessionStorage.setItem(KEPT_FOCUS, pressed?.id ?? "");
        location.reload();
      } else location.assign(new URL(then === "result" ? answer.page ?? encodeURIComponent(answer.store_hash) : then, document.baseURI));
    }
  }

  // Keeps the keyboard focus where it was when a button is disabled or its card is replaced

  function keepFocus() {
    const held = pressed?.isConnected ? pressed : pressed?.id && document.getElementById(pressed.id);
    if (!held || document.activeElement !== document.body) return;
    (held.disabled ? held.closest(".card")?.querySelector("a[href]") : held)?.focus({ preventScroll: true });
  }

  // Checks while people type, only in fields that they have changed

  const touched = new WeakMap();
  function checkSoon(event) {
    const form = event.target.closest("form[data-check]");
    if (!form || !event.target.name) return;
    if (!touched.has(form)) touched.set(form, new Set());
    touched.get(form).add(event.target.name);
    clearTimeout(waiting);
    const before = writes;
    waiting = setTimeout(async () => {
      const { ok, body } = await send("POST", form.dataset.check, fieldsOf(form));
      const problems = body.problems ?? {};
      if (!form.elements.access_token?.hasAttribute("aria-required") && !form.elements.access_token?.value) {
        delete problems.access_token;
      }
      if (ok && before === writes) showProblems(form, problems, touched.get(form));
    }, CHECK_AFTER);
  }

  // A problem is about what was entered before: what is typed now may be sent before it is checked

  function forgetProblem(control) {
    if (control.form?.dataset.write && control.name) showProblems(control.form, {}, new Set([control.name]));
  }

  // A price that was confirmed is not the one that is typed now

  function forgetConfirmation(control) {
    const confirmed = control.form?.elements.confirmed;
    if (!confirmed || confirmed === control) return;
    confirmed.checked = false;
    for (const place of control.form.querySelectorAll('[data-problem="confirmed"]')) place.textContent = "";
  }

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
      () => notice("Copied."),
      () => notice("The browser does not let this page copy. Press Ctrl+C: the text is selected."),
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
    if (event.target.closest("[data-close-notice]")) {
      notice("");
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
    notice(""); // it was about the previous input, and may cover the field
    forgetProblem(event.target);
    forgetConfirmation(event.target);
    checkSoon(event);
  });
  document.addEventListener("change", checkSoon);
  document.addEventListener("change", (event) => selectAll(event.target));

  // Parts that htmx replaces

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

  const announced = new Map();

  function announceChanges(part) {
    const changed = [];
    for (const element of part.querySelectorAll("[data-announce]")) {
      const id = element.closest("[id]")?.id;
      const text = element.dataset.announce;
      if (announced.has(id) && announced.get(id) !== text) {
        changed.push(text);
        if (id === noticeAbout) notice(""); // "it will start shortly": it has
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

  // A table that somebody has opened, or works in, stays as it is
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    if (isPressed || event.detail.target.querySelector("details[open], :focus")) event.detail.shouldSwap = false;
  });

  document.addEventListener("htmx:load", (event) => {
    announceChanges(event.target.parentElement ?? event.target);
    keepFocus();
  });

  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status === 401) location.reload();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !document.querySelector("dialog[open]")) notice("");
  });

  document.addEventListener("DOMContentLoaded", () => {
    announceChanges(document);
    showCounts(); // the browser may keep what was selected
    const kept = sessionStorage.getItem(KEPT_NOTICE);
    if (kept) notice(kept);
    sessionStorage.removeItem(KEPT_NOTICE);
    document.getElementById(sessionStorage.getItem(KEPT_FOCUS) ?? "")?.focus({ preventScroll: true });
    sessionStorage.removeItem(KEPT_FOCUS);
  });

  // The browser's back button may show a page as it was left: with old numbers and a disabled button
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });

  if (window.htmx) document.documentElement.dataset.scripts = "loaded"; // hides the warning in base.html
})();
