// Step 3: all of it once more, as the command line says it.

import { busy, checkbox, make, note, steps } from "/ui/elements.js";
import { ask } from "/ui/server.js";
import { formOf, kNoDraft, loadDraft, saveDraft, setSetting } from "/ui/draft.js";
import { count, duration } from "/ui/words.js";

function settingsTable(plan, draft) {
  const value = (each) => (typeof each === "boolean" ? (each ? "yes" : "no") : each !== null && typeof each === "object" ? JSON.stringify(each) : String(each));
  return make("div", { class: "columns" }, Object.entries(plan.options).map(([name, each]) =>
    make("div", { class: "pair-row" }, make("span", { class: "dim" }, name),
      make("span", { class: draft.settings[name] === undefined ? "" : "own" }, value(each)))));
}

function commandBox(plan) {
  const button = make("button", { type: "button", onclick: async () => {
    try {
      await navigator.clipboard.writeText(plan.command);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(code);
      button.textContent = "Selected: copy it";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  } }, "Copy");
  const code = make("code", {}, plan.command);
  return make("div", { class: "command" }, make("pre", { tabindex: 0 }, code), button);
}

function fact(name, ...value) {
  return make("div", {}, make("dt", {}, name), make("dd", {}, value));
}

export async function showReview(main) {
  const draft = loadDraft();
  if (!draft.train || !draft.base) {
    location.hash = "#/new";
    return undefined;
  }
  const content = make("div", {}, busy("Reading the data and choosing what was left open"));
  const problem = make("div", { "aria-live": "polite" });
  const start = make("button", { type: "button", class: "primary", disabled: true }, "Start training");
  main.append(steps("review", { data: `#/new/data/${encodeURIComponent(draft.train)}`, settings: "#/new/settings" }), make("h1", {}, "Review"), content, problem,
    make("div", { class: "bottom" }, make("a", { class: "button", href: "#/new/settings" }, "Back"), start));

  start.addEventListener("click", async () => {
    start.disabled = true;
    try {
      const { name } = await ask("start", formOf(draft));
      saveDraft(kNoDraft);
      location.hash = `#/run/${encodeURIComponent(name)}`;
    } catch (error) {
      problem.replaceChildren(note(error.message, "bad"));
      start.disabled = false;
    }
  });

  const request = new AbortController();
  const { signal } = request;
  async function look() {
    try {
      const plan = await ask("plan", formOf(draft), signal);
      const time = make("dd", {}, busy("measuring"));
      const { data } = plan;
      const scored = data.folds ? `on ${data.folds} folds in turn` : `on ${count(data.validation.rows, "row")} of ${data.validation.name === data.train.name ? "the same file" : data.validation.name}`;
      const replaces = draft.settings.overwrite === true;
      content.replaceChildren(...[
        make("section", { class: "card" }, make("dl", { class: "facts" },
          fact("Data", make("strong", {}, draft.train), ` · ${count(data.train.rows, "row")} to train on, ${count(data.train.classes.length, "class")}`),
          fact("Scored", scored),
          fact("Begin with", make("strong", {}, draft.base)),
          fact("Model", make("strong", {}, draft.model), ` in ${plan.folder}`),
          make("div", {}, make("dt", {}, "Time"), time))),
        plan.is_there ? make("div", { class: "note" }, make("p", {}, `There is a run or a model called ${draft.model} already: go back and give another name, or`),
          checkbox("replace it, once the new model is complete", replaces, (on) => {
            setSetting(draft, "overwrite", on);
            look();
          })) : null,
        make("section", { class: "card" }, make("h2", {}, "The same on the command line"), commandBox(plan),
          make("p", { class: "help" }, `In the folder ${plan.folder}. This is what the button starts; it goes on when this page is closed.`)),
        make("section", { class: "card" }, make("h2", {}, "All settings"), settingsTable(plan, draft)),
      ].filter(Boolean));
      start.disabled = plan.is_there && !replaces;
      const { estimate } = await ask("estimate", formOf(draft), signal);
      time.replaceChildren(`about ${duration(estimate.seconds)} on this machine`);
    } catch (error) {
      if (error.name === "AbortError") return;
      if (content.querySelector(".busy") === content.firstChild) content.replaceChildren();
      problem.replaceChildren(note(error.message, "bad"));
    }
  }
  look();
  return () => request.abort();
}
