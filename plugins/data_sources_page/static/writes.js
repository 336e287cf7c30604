// Every change that a page makes: a form or a button is sent to the JSON API, and the page says what came of it.
// Loaded last, because it needs what the other scripts provide.
//
//   data-write="POST"     on a form or a button: send its fields (or data-body) to its action (or data-url)
//   data-then             what happens next: a URL to open; "#id", a part of the page to refresh; "stay";
//                         "result", the page that the response names, or the page of its store; by default,
//                         this page is loaded again
//   data-form             on a button: send the fields of the form around it
//   data-largest-file     on a form with a file: send the file itself, if it has at most so many bytes
//   data-busy             the notice while waiting for the response
//   data-version          on a form: the version of what it shows; if that has changed meanwhile, the response
//                         says how, and conflict.js lets people choose
(() => {
  "use strict";
  const { fieldsOf, send, showProblems, cancelCheck } = forms;
  const KEPT_FOCUS = "data-sources-focus"; // in the session's storage: id of what gets it when the page is loaded again
  const SLOW_AFTER = 30_000; // milliseconds until a person hears that an answer takes long
  const ENTRIES_KEPT = " What you entered is still here."; // in a form
  let pressed; // what had the focus when the last write began

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
    cancelCheck();
    pressed = document.activeElement;
    notices.show(element.dataset.busy ?? "", { stays: true });
    for (const button of enabled) button.disabled = true;
    element.setAttribute("aria-busy", "true");
    const slow = setTimeout(() => notices.show("Still waiting: the answer has taken more than 30 seconds so far.", { stays: true }), SLOW_AFTER);
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
      notices.show(form || !problems.length ? answer.detail : problems.join(" "), { isProblem: true }); // no fields to highlight
      if (answer.conflict) element.dispatchEvent(new CustomEvent("data-sources:conflict", { bubbles: true, detail: answer.conflict }));
      else if (wrong) wrong.focus();
      return;
    }
    proceed(then, answer);
  }

  function proceed(then, answer) {
    if (then === "stay") {
      notices.show(answer.message);
    } else if (then.startsWith("#")) {
      notices.show(answer.message, { about: then.slice(1) });
      htmx.trigger(then, "refresh");
    } else {
      document.dispatchEvent(new Event("data-sources:saved"));
      notices.showOnNextPage(answer.message);
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

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-write]");
    if (button) write(button, "form" in button.dataset ? button.closest("form") : null);
  });

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-write]");
    if (!form) return;
    event.preventDefault();
    cancelCheck();
    write(form, form);
  });

  document.addEventListener("htmx:load", keepFocus);

  document.addEventListener("DOMContentLoaded", () => {
    document.getElementById(sessionStorage.getItem(KEPT_FOCUS) ?? "")?.focus({ preventScroll: true });
    sessionStorage.removeItem(KEPT_FOCUS);
  });

  if (window.htmx) document.documentElement.dataset.scripts = "loaded"; // hides the warning in base.html
})();
