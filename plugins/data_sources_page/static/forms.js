// What a form holds, how it is sent, and what is wrong with its fields.
//
//   data-check            on a form: the URL that checks its fields while they are typed
//   data-problem="NAME"   the place for the problem of the field with this name
//   data-problem-else     the place for problems of fields that have none
const forms = (() => {
  "use strict";
  const CHECK_AFTER = 400; // milliseconds without a key
  const SESSION_ENDED = "Not done: your session has ended. Log in to Airflow in another tab, then try again.";
  const UNREACHABLE = "Not done: Airflow cannot be reached. Check your connection, then try again.";

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

  // Checks while people type, only in fields that they have changed

  let waiting; // the timer of the next check
  let cancelled = 0; // how often checks were cancelled so far
  const touched = new WeakMap();

  function cancelCheck() {
    clearTimeout(waiting);
    cancelled += 1; // one under way must not overwrite the answer to a write
  }

  function checkSoon(event) {
    const form = event.target.closest("form[data-check]");
    if (!form || !event.target.name) return;
    if (!touched.has(form)) touched.set(form, new Set());
    touched.get(form).add(event.target.name);
    clearTimeout(waiting);
    const before = cancelled;
    waiting = setTimeout(async () => {
      const { ok, body } = await send("POST", form.dataset.check, fieldsOf(form));
      const problems = body.problems ?? {};
      if (!form.elements.access_token?.hasAttribute("aria-required") && !form.elements.access_token?.value) {
        delete problems.access_token;
      }
      if (ok && before === cancelled) showProblems(form, problems, touched.get(form));
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

  document.addEventListener("input", (event) => {
    forgetProblem(event.target);
    forgetConfirmation(event.target);
    checkSoon(event);
  });
  document.addEventListener("change", checkSoon);

  return { fieldsOf, send, showProblems, cancelCheck };
})();
