// The notice at the edge of the page: what a write came to, or why it did not.
//
//   data-close-notice     on a button: closes the notice
const notices = (() => {
  "use strict";
  const KEPT = "data-sources-notice"; // in the session's storage: what the next page shows
  const SHOWN = 8000; // milliseconds; problems stay until they are closed
  let ends; // the timer that closes it
  let isAbout = ""; // id of the part that the notice says something is going to happen to

  function show(sentence, { isProblem = false, stays = isProblem, about = "" } = {}) {
    const place = document.getElementById("notice");
    place.querySelector("[data-sentence]").textContent = sentence;
    place.classList.toggle("bad", isProblem);
    place.hidden = !sentence;
    isAbout = about;
    clearTimeout(ends);
    if (sentence && !stays) ends = setTimeout(closeLater, SHOWN);
  }

  function closeLater() {
    const place = document.getElementById("notice");
    if (place.matches(":hover, :focus-within")) ends = setTimeout(closeLater, SHOWN); // being read
    else close();
  }

  function close() {
    show("");
  }

  function closeAbout(id) {
    if (id === isAbout) close();
  }

  function showOnNextPage(sentence) {
    sessionStorage.setItem(KEPT, sentence ?? "");
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-close-notice]")) close();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !document.querySelector("dialog[open]")) close();
  });

  document.addEventListener("input", close); // it was about the previous input, and may cover the field

  document.addEventListener("DOMContentLoaded", () => {
    const kept = sessionStorage.getItem(KEPT);
    if (kept) show(kept);
    sessionStorage.removeItem(KEPT);
  });

  return { show, close, closeAbout, showOnNextPage };
})();
