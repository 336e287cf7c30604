// Asks before a button does what is not easily undone. The frame may show no dialogs of the browser, hence a <dialog>.
//
//   data-confirm="Remove 5 variants?"    on a button with an id: the heading
//   data-confirm-text                    what will happen, and how it can be undone
//   data-confirm-button                  what the button that goes on says
(() => {
  "use strict";
  let confirmed; // the button that may be clicked now

  function ask(button) {
    const dialog = document.getElementById("confirm");
    document.getElementById("confirm-heading").textContent = button.dataset.confirm;
    document.getElementById("confirm-text").textContent = button.dataset.confirmText;
    document.getElementById("confirm-button").textContent = button.dataset.confirmButton;
    dialog.returnValue = "";
    dialog.onclose = () => {
      // its part of the page may have been refreshed meanwhile, and need the button no more
      const now = document.getElementById(button.id);
      now?.focus({ preventScroll: true });
      if (dialog.returnValue !== "do") return;
      confirmed = now;
      now?.click();
    };
    dialog.showModal();
  }

  // capturing, so that it comes before whatever else the button does
  document.addEventListener(
    "click",
    (event) => {
      const button = event.target.closest("button[data-confirm]");
      if (!button) return;
      if (button === confirmed) {
        confirmed = undefined;
        return;
      }
      event.stopPropagation();
      ask(button);
    },
    true,
  );
})();
