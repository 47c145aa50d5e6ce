// Step 2: which model to begin with, and how to train it.

import { busy, checkbox, field, make, note, select, steps } from "/ui/elements.js";
import { ask, folderFacts } from "/ui/server.js";
import { formOf, loadDraft, saveDraft, setSetting } from "/ui/draft.js";
import { count, duration, kBaseWords } from "/ui/words.js";

// In sight; all others are folded away, in the order of the command line.
const kShown = ["epochs", "time-limit", "head-only", "compare", "class-weights"];
const kElsewhere = ["validation", "validation-split", "folds", "overwrite", "header", "delimiter", "text-column",
  "label-column", "label-separator", "skip-bad-rows", "clean"];
const kNames = {
  "epochs": "Epochs", "time-limit": "Time limit", "class-weights": "Weights of the classes",
  "head-only": "Only fit the head", "compare": "Compare with simpler methods",
};
const kPause = 700;  // milliseconds from the last change to a look at it

function words(name) {
  const text = kNames[name] || name.replace(/-/g, " ");
  return text[0].toUpperCase() + text.slice(1);
}

/// Without what is said beside the field anyway.
function helpOf(setting) {
  return setting.description.replace(/ \(default: .*\)$/, "");
}

function settingField(draft, setting, files, changed) {
  const { name } = setting;
  const set = (value) => {
    setSetting(draft, name, value);
    changed();
  };
  const value = draft.settings[name];
  if (setting.has_no) {
    return field(words(name), select([["", "chosen from the data"], ["true", "yes"], ["false", "no"]], value || "", set), helpOf(setting));
  }
  if (setting.value === "") return checkbox(words(name), value === true, set, helpOf(setting));
  if (setting.choices.length > 0) {
    const choices = setting.choices.map((each) => [each === setting.default ? "" : each, each]);
    if (!setting.default) choices.unshift(["", "chosen from the data"]);
    return field(words(name), select(choices, value || "", set), helpOf(setting));
  }
  if (name === "class-weights") {
    const choices = [["", "none: every row counts the same"], ["balanced", "balanced: rare classes count more"]]
      .concat(files.map((file) => [file.name, `as ${file.name} says`]));
    return field(words(name), select(choices, value || "", set), helpOf(setting));
  }
  const input = make("input", { type: "text", value: value === undefined ? "" : String(value), placeholder: setting.default || "chosen from the data",
    inputmode: setting.value === "INT" || setting.value === "UINT" ? "numeric" : setting.value === "FLOAT" ? "decimal" : null,
    "data-setting": name, onchange: () => set(input.value.trim()) });
  return field(words(name), input, helpOf(setting));
}

function baseCards(draft, bases, changed) {
  const card = (base) => {
    const input = make("input", { type: "radio", name: "base", value: base.name, disabled: !base.here,
      checked: base.name === draft.base && base.has_head === draft.isFinetuned,
      onchange: () => {
        draft.base = base.name;
        draft.isFinetuned = base.has_head;
        saveDraft(draft);
        changed();
      } });
    const about = base.has_head ? "Finetuned here: go on from it, with the labels it knows."
      : kBaseWords[base.hub_id ? base.name : ""] || "A model in this folder.";
    return make("label", { class: `base ${base.here ? "" : "absent"}` }, input,
      make("span", { class: "base-name" }, base.name, base.here ? null : make("span", { class: "role" }, "not on this machine")),
      make("span", { class: "dim" }, about), base.hub_id ? make("code", { class: "dim" }, base.hub_id) : null);
  };
  return make("fieldset", { class: "bases" }, make("legend", { class: "unseen" }, "Base model"), bases.map(card));
}

/// How rows are held out: by a share, a file of their own, or folds in turn.
function validationFields(draft, files, changed) {
  const { settings } = draft;
  const way = settings.validation !== undefined ? "file" : settings.folds ? "folds" : "share";
  const set = (values) => {
    for (const name of ["validation", "validation-split", "folds"]) setSetting(draft, name, values[name]);
    changed();
  };
  const others = files.map((file) => file.name).filter((name) => name !== draft.train);
  const detail = make("div", {});
  const show = (now) => {
    if (now === "share") {
      const input = make("input", { type: "text", inputmode: "decimal", value: settings["validation-split"] || "", placeholder: "0.1",
        onchange: () => set({ "validation-split": input.value.trim() }) });
      detail.replaceChildren(field("Share", input));
    } else if (now === "file") {
      detail.replaceChildren(others.length === 0 ? note("There is no other file of rows in this folder.")
        : field("File", select(others.map((name) => [name, name]), settings.validation || others[0], (name) => set({ validation: name }))));
    } else {
      const input = make("input", { type: "text", inputmode: "numeric", value: settings.folds || "5", onchange: () => set({ folds: input.value.trim() }) });
      detail.replaceChildren(field("Folds", input));
    }
  };
  const choose = select([["share", "on a share of the rows"], ["file", "on a file of its own"], ["folds", "on folds in turn (cross-validation)"]], way, (now) => {
    set(now === "file" ? { validation: others[0] } : now === "folds" ? { folds: "5" } : {});
    show(now);
  });
  show(way);
  return [field("Scored", choose, "Rows that training does not see tell which epoch is best and how good the model is."), detail];
}

function estimateView(plan) {
  const { estimate } = plan;
  return make("div", {}, make("p", { class: "estimate" }, `about ${duration(estimate.seconds)}`),
    make("p", { class: "help" },
      estimate.training_seconds > 0
        ? `Measured just now: this machine trains at ${count(Math.round(estimate.training_tokens_per_second))} tokens/s, and ${count(estimate.training_tokens)} tokens (rows × epochs × tokens of a text) are to be trained: ${duration(estimate.training_seconds)}. `
        : "Only the head is fitted. ",
      `Embedding for baselines and validation: ${duration(estimate.embedding_seconds)}; all the rest: ${duration(estimate.fitting_seconds)}. Longer while other programs are busy.`));
}

export async function showSettings(main) {
  const draft = loadDraft();
  if (!draft.train) {
    location.hash = "#/new";
    return undefined;
  }
  const [{ bases, settings }, files] = await Promise.all([folderFacts(), ask("files")]);
  const dataLink = `#/new/data/${encodeURIComponent(draft.train)}`;
  const problem = make("div", { "aria-live": "polite" });
  const time = make("div", { "aria-live": "polite" });
  const next = make("a", { class: "button primary", href: "#/new/review" }, "Review");
  const fields = make("div", { class: "fields" });
  const rest = make("div", { class: "fields" });
  const name = make("input", { type: "text", value: draft.model, maxlength: 100, onchange: () => {
    draft.model = name.value.trim();
    saveDraft(draft);
    changed();
  } });
  main.append(steps("settings", { data: dataLink }), make("h1", {}, "Model and settings"), make("div", { class: "beside" },
    make("div", {},
      make("section", { class: "card" }, make("h2", {}, "Begin with"), baseCards(draft, bases, () => changed())),
      make("section", { class: "card" }, make("h2", {}, "Settings"),
        fields,
        make("details", {}, make("summary", {}, "All other settings"), make("p", { class: "help" }, "What is left empty is chosen, as the grey values say."), rest))),
    make("aside", { class: "card side" }, make("h2", {}, "Time on this machine"), time, problem)),
  make("div", { class: "bottom" }, make("a", { class: "button", href: dataLink }, "Back"), next));

  const byName = new Map(settings.map((setting) => [setting.name, setting]));
  const own = (setting) => settingField(draft, setting, files, changed);
  fields.replaceChildren(field("Name of the model", name, "A folder of this name is made in the folder."),
    ...kShown.filter((each) => byName.has(each)).map((each) => own(byName.get(each))), ...validationFields(draft, files, () => changed()));
  rest.replaceChildren(...settings.filter((setting) => !kShown.includes(setting.name) && !kElsewhere.includes(setting.name)).map(own));

  let timer = null, request = null, ended = false;
  async function look() {
    request = new AbortController();
    const { signal } = request;
    try {
      const plan = await ask("plan", formOf(draft), signal);
      problem.replaceChildren();
      for (const input of main.querySelectorAll("input[data-setting]")) {
        const chosen = plan.options[input.dataset.setting];
        if (chosen !== undefined && chosen !== null && !input.value) input.placeholder = String(chosen);
      }
      time.replaceChildren(busy("Training for a few seconds to measure"));
      time.replaceChildren(estimateView(await ask("estimate", formOf(draft), signal)));
    } catch (error) {
      if (error.name === "AbortError" || ended) return;
      time.replaceChildren();
      problem.replaceChildren(note(error.message, "bad"));
    }
  }
  function changed() {
    clearTimeout(timer);
    if (request) request.abort();
    time.replaceChildren(busy("Looking at the settings"));
    timer = setTimeout(look, kPause);
  }
  changed();
  return () => {
    ended = true;
    clearTimeout(timer);
    if (request) request.abort();
  };
}
