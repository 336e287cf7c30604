// Two people changed one data source: shows, setting by setting, what was saved meanwhile and what this form
// holds, and lets the second person choose. Fields that this person did not touch take the saved value.
(() => {
  "use strict";

  function read(control) {
    return control.type === "checkbox" ? control.checked : control.value;
  }

  function set(control, value) {
    if (control.type === "checkbox") control.checked = value;
    else control.value = value;
    control.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function opened(control) { // its value when the page was opened
    if (control.type === "checkbox") return control.defaultChecked;
    if (control.tagName !== "SELECT") return control.defaultValue;
    return ([...control.options].find((option) => option.defaultSelected) ?? control.options[0]).value;
  }

  function shown(control, value) {
    if (control.type === "checkbox") return value ? "on" : "off";
    if (control.tagName === "SELECT") return [...control.options].find((option) => option.value === value)?.text ?? value;
    return value === "" ? "empty" : value;
  }

  function choice(name, label, value, apply, isChosen) {
    const cell = document.createElement("td");
    const around = document.createElement("label");
    const radio = document.createElement("input");
    radio.type = "radio";
    radio.name = `conflict-${name}`;
    radio.checked = isChosen;
    radio.addEventListener("change", apply);
    const text = document.createElement("span");
    text.textContent = value;
    around.append(radio, text);
    cell.dataset.label = label;
    cell.append(around);
    return cell;
  }

  function row(form, difference) {
    const control = form.elements[difference.name];
    const mine = read(control);
    const before = opened(control);
    if (mine === difference.saved || before === difference.saved) return null; // only this person changed it
    const keepsMine = mine !== before;
    const line = document.createElement("tr");
    const name = document.createElement("td");
    name.dataset.label = "Setting";
    name.textContent = difference.label;
    const apply = (value) => () => set(control, value);
    line.append(
      name,
      choice(difference.name, "Saved meanwhile", shown(control, difference.saved), apply(difference.saved), !keepsMine),
      choice(difference.name, "In this form", shown(control, mine), apply(mine), keepsMine),
    );
    if (!keepsMine) set(control, difference.saved);
    return line;
  }

  document.addEventListener("data-sources:conflict", (event) => {
    const form = event.target;
    const place = form.querySelector("[data-conflict]");
    const rows = event.detail.settings.map((difference) => row(form, difference)).filter(Boolean);
    place.querySelector("tbody").replaceChildren(...rows);
    place.hidden = !rows.length;
    form.dataset.version = event.detail.version;
    if (rows.length) place.focus();
  });
})();
