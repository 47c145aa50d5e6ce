// Step 1: is this the right file, and is it read the right way?

import { busy, checkbox, field, make, note, select, steps } from "/ui/elements.js";
import { ask, folderFacts } from "/ui/server.js";
import { draftFor, formOf, saveDraft, setSetting } from "/ui/draft.js";
import { count } from "/ui/words.js";

const kShownClasses = 12;


/// "1 (subject)" for the columns, by their number.
function columnChoices(preview) {
  const width = Math.max(preview.names.length, ...preview.rows.map((row) => row.length));
  const choices = [];
  for (let i = 0; i < width; ++i) choices.push([String(i + 1), preview.names[i] ? `${i + 1}: ${preview.names[i]}` : `column ${i + 1}`]);
  return choices;
}

function previewTable(preview) {
  const names = columnChoices(preview).map(([number, words], i) => preview.names[i] || words);
  const role = (i) => (i === preview.text ? "text" : i === preview.label ? "label" : "");
  const badge = (i) => (role(i) ? make("span", { class: "role" }, role(i)) : null);
  return make("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "First rows of the file" },
    make("table", { class: "wide preview" },
      make("thead", {}, make("tr", {}, names.map((name, i) => make("th", { scope: "col", class: role(i) }, name, " ", badge(i))))),
      make("tbody", {}, preview.rows.map((row) => make("tr", {}, row.map((cell, i) => make("td", { class: role(i) }, make("bdi", {}, cell))))))));
}

function readingFields(draft, preview, changed) {
  const set = (name) => (value) => {
    setSetting(draft, name, value);
    changed();
  };
  const columns = columnChoices(preview);
  const chosen = (index) => (index === null ? "" : String(index + 1));
  const missing = [["", "choose one"]];
  const fields = [];
  if (preview.can_choose) {
    fields.push(field("Text column", select(preview.text === null ? missing.concat(columns) : columns, chosen(preview.text), set("text-column"))),
      field("Label column", select(preview.label === null ? missing.concat(columns) : columns, chosen(preview.label), set("label-column"))),
      field("First row", select([["", preview.header ? "names the columns (found)" : "is a row (found)"], ["yes", "names the columns"], ["no", "is a row"]],
        draft.settings.header || "", set("header"))),
      field("Columns are separated by", select([["", "the usual (, or tab)"], [",", "comma ,"], [";", "semicolon ;"], ["\t", "tab"], ["|", "bar |"]],
        draft.settings.delimiter || "", set("delimiter"))));
  }
  const separator = make("input", { type: "text", value: draft.settings["label-separator"] || "", placeholder: "one label per row", maxlength: 8,
    onchange: () => set("label-separator")(separator.value) });
  const clean = new Set((draft.settings.clean || "").split(",").filter(Boolean));
  const cleaning = [["html", "HTML marks"], ["urls", "web addresses"], ["symbols", "symbols"], ["whitespace", "needless white space"]].map(([name, words]) =>
    checkbox(words, clean.has(name), (on) => {
      if (on) clean.add(name);
      else clean.delete(name);
      set("clean")([...clean].join(","));
    }));
  const isUsed = draft.settings["label-separator"] || draft.settings.clean || draft.settings["skip-bad-rows"];
  return [make("div", { class: "fields" }, fields),
    make("details", { open: Boolean(isUsed) }, make("summary", {}, "More about reading"),
      make("div", { class: "fields" },
        field("Between the labels of a row", separator, "For rows with any number of labels, such as “billing|refund”: |"),
        make("fieldset", {}, make("legend", {}, "Remove from texts"), cleaning),
        checkbox("Skip bad rows", draft.settings["skip-bad-rows"] === true, (on) => set("skip-bad-rows")(on), "Instead of stopping at the first of them; they are counted.")))];
}

function classTable(classes, rows) {
  const sorted = [...classes].sort((a, b) => b.rows - a.rows);
  const most = Math.max(1, ...sorted.map((each) => each.rows));
  const line = (each) => {
    const bar = make("span", { "aria-hidden": "true" });
    bar.style.width = `${(each.rows / most) * 100}%`;
    return make("tr", {}, make("th", { scope: "row" }, make("bdi", {}, each.label)), make("td", { class: "bar" }, bar),
      make("td", { class: "n" }, count(each.rows)), make("td", { class: "n dim" }, `${((each.rows / rows) * 100).toFixed(1)} %`));
  };
  const table = (some) => make("table", { class: "wide classes" },
    make("thead", { class: "unseen" }, make("tr", {}, ["Label", "", "Rows", "Share"].map((name) => make("th", { scope: "col" }, name)))),
    make("tbody", {}, some.map(line)));
  if (sorted.length <= kShownClasses) return table(sorted);
  return [table(sorted.slice(0, kShownClasses)),
    make("details", {}, make("summary", {}, `${sorted.length - kShownClasses} more classes`), table(sorted.slice(kShownClasses)))];
}

function tile(name, value, detail) {
  return make("div", {}, make("dt", {}, name), make("dd", {}, value), detail ? make("dd", { class: "detail" }, detail) : null);
}

function checkView(check) {
  const warnings = check.warnings.map((warning) => make("li", {}, warning.message, warning.line ? make("span", { class: "dim" }, ` (for example line ${warning.line})`) : null));
  return [
    make("dl", { class: "tiles" },
      tile("Rows", count(check.rows), check.bad_rows > 0 ? `${count(check.bad_rows)} bad ones skipped` : "all of them good"),
      tile("Classes", count(check.classes.length), check.classes.length > 0 ? `the smallest has ${count(Math.min(...check.classes.map((each) => each.rows)), "row")}` : ""),
      tile("Tokens of a text", count(check.tokens.p50), `half have fewer; 95 % at most ${count(check.tokens.p95)}`),
      tile("Cut", count(check.truncated), `longer than the model reads; the longest has ${count(check.tokens.max)}`)),
    warnings.length > 0
      ? make("div", { class: "note" }, make("strong", {}, `${count(warnings.length, "thing")} to look at`), make("ul", {}, warnings))
      : make("p", { class: "good" }, "✓ Nothing to warn of."),
    make("section", { class: "card" }, make("h2", {}, "Classes"), classTable(check.classes, check.rows)),
  ];
}

export async function showData(main, file) {
  const [{ bases }, runs] = await Promise.all([folderFacts(true), ask("runs")]);
  const draft = draftFor(file, bases, [...bases, ...runs].map((each) => each.name));
  saveDraft(draft);
  const reading = make("section", { class: "card" }, busy("Reading the first rows"));
  const result = make("div", { "aria-live": "polite" });
  const next = make("a", { class: "button primary", href: "#/new/settings" }, "Model and settings");
  const bottom = make("div", { class: "bottom" }, make("a", { class: "button", href: "#/new" }, "Another file"), next);
  main.append(steps("data"), make("h1", {}, file), reading, result, bottom);
  let request = null;

  const allow = (good) => {
    next.classList.toggle("disabled", !good);
    next.setAttribute("aria-disabled", String(!good));
  };
  next.addEventListener("click", (event) => next.classList.contains("disabled") && event.preventDefault());

  async function update() {
    if (request) request.abort();
    request = new AbortController();
    const { signal } = request;
    allow(false);
    const open = reading.querySelector("details")?.open;
    try {
      const preview = await ask("preview", formOf(draft), signal);
      reading.replaceChildren(make("h2", {}, "First rows"), previewTable(preview), ...readingFields(draft, preview, update));
      if (open) reading.querySelector("details").open = true;
      if (preview.problem) {
        result.replaceChildren(note(preview.problem, "bad"));
        return;
      }
      result.replaceChildren(busy("Reading and checking all rows"));
      if (!draft.base) throw new Error("There is no base model on this machine: run reprtune models pull small, or copy a model folder into this folder.");
      const check = await ask("check", formOf(draft), signal);
      result.replaceChildren(...checkView(check));
      allow(true);
    } catch (error) {
      if (error.name === "AbortError") return;
      if (reading.querySelector(".busy")) reading.replaceChildren(note(error.message, "bad"));
      else result.replaceChildren(note(error.message, "bad"));
    }
  }
  update();
  return () => request && request.abort();
}
