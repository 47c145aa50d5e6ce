// Elements are made by name, never from text: what a user wrote is only ever text.

const kSvg = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(2).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/// make("p", { class: "dim", onclick: f }, "text", element, [more], null)
export function make(name, attributes, ...children) {
  return fill(document.createElement(name), attributes, children);
}

export function draw(name, attributes, ...children) {
  return fill(document.createElementNS(kSvg, name), attributes, children);
}

/// Says something to those who do not see the page change.
export function announce(text) {
  document.getElementById("live").textContent = text;
}

let ids = 0;
export function newId() {
  return `e${++ids}`;
}

/// A label, its control and what it is for.
export function field(label, control, help) {
  control.id = control.id || newId();
  if (help) control.setAttribute("aria-describedby", `${control.id}-help`);
  return make("div", { class: "field" }, make("label", { for: control.id }, label), control,
    help ? make("p", { class: "help", id: `${control.id}-help` }, help) : null);
}

export function checkbox(label, checked, onchange, help) {
  const id = newId();
  const input = make("input", { type: "checkbox", id, checked, onchange: () => onchange(input.checked) });
  return make("div", { class: "check" }, input,
    make("label", { for: id }, label, help ? make("span", { class: "help" }, help) : null));
}

/// choices: [[value, words], ...]
export function select(choices, value, onchange) {
  const element = make("select", { onchange: () => onchange(element.value) },
    choices.map(([each, words]) => make("option", { value: each, selected: each === value }, words)));
  return element;
}

export function note(text, kind = "") {
  return make("p", { class: `note ${kind}`, role: kind === "bad" ? "alert" : null }, text);
}

export function busy(text) {
  return make("p", { class: "busy", role: "status" }, make("span", { class: "spinner", "aria-hidden": "true" }), text);
}

const kSteps = [["data", "Data"], ["settings", "Model and settings"], ["review", "Review"], ["run", "Train"]];

/// Where one is on the way to a run; steps behind are links.
export function steps(current, links = {}) {
  const place = kSteps.findIndex(([name]) => name === current);
  return make("ol", { class: "steps", "aria-label": "Steps" }, kSteps.map(([name, words], i) => {
    const text = [make("span", { class: "number", "aria-hidden": "true" }, i < place ? "✓" : String(i + 1)),
      make("span", { class: "words" }, words)];
    return make("li", { class: i < place ? "past" : "", "aria-current": i === place ? "step" : null },
      i < place && links[name] ? make("a", { href: links[name] }, text) : make("span", {}, text));
  }));
}
