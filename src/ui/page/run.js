// A run: what it is doing, or how it went.

import { Chart } from "/ui/chart.js";
import { announce, busy, make, note, steps } from "/ui/elements.js";
import { ask } from "/ui/server.js";
import { count, duration, isGoing, number, percent, stateClass, stateWords } from "/ui/words.js";

// Milliseconds between two looks at a run that is going: a share of the time it has taken so far, because each look costs
// processor time that training could have.
const kShortest = 2500, kLongest = 15000, kShare = 0.15;
const kParts = [["loss", "loss"], ["classification_loss", "classification part"], ["contrastive_loss", "contrastive part"]];
const kScores = [["accuracy", "accuracy"], ["precision", "precision (macro)"], ["recall", "recall (macro)"], ["f1", "F1 (macro)"]];

/// The lines of metrics.jsonl, as curves.
export class Curves {
  constructor() {
    this.lines = [];
  }
  add(lines, isNew) {
    if (isNew) this.lines = [];
    this.lines.push(...lines);
  }
  get steps() {
    return this.lines.filter((line) => !line.validation);
  }
  /// Those of the last round that has some.
  get validations() {
    const all = this.lines.filter((line) => line.validation);
    const round = all.length > 0 ? all.at(-1).round : undefined;
    return all.filter((line) => line.round === round);
  }
  ofSteps(key) {
    return this.steps.filter((line) => typeof line[key] === "number").map((line) => [line.step, line[key]]);
  }
  ofEpochs(key) {
    return this.validations.filter((line) => typeof line.validation[key] === "number").map((line) => [line.epoch, line.validation[key]]);
  }
  last(key) {
    const steps = this.steps;
    return steps.length > 0 ? steps.at(-1)[key] : undefined;
  }
}

function tile(name, value, detail) {
  return make("div", {}, make("dt", {}, name), make("dd", {}, value), detail ? make("dd", { class: "detail" }, detail) : null);
}

function tiles(run, curves) {
  const validations = curves.validations;
  const best = run.status && run.status.best_epoch;
  const shown = validations.find((line) => line.epoch === best) || validations.at(-1);
  const scores = run.scores && !isGoing(run.state) ? run.scores : shown && shown.validation;
  const which = run.scores && !isGoing(run.state) ? (run.scores.before_final_fit ? "of the model before the final fit" : "of the finished model") : shown ? `after epoch ${shown.epoch}` : "after the first epoch";
  const rate = curves.last("tokens_per_second");
  return make("dl", { class: "tiles" },
    tile("Accuracy", percent(scores && scores.accuracy), which),
    tile("Macro F1", percent(scores && scores.f1), best ? `best epoch: ${best}` : which),
    tile("Loss", number(curves.last("loss"), 3), "of the last steps"),
    tile(isGoing(run.state) ? "Time left" : "Time", isGoing(run.state) ? duration(run.seconds_left) : duration(run.seconds),
      isGoing(run.state) ? `${duration(run.seconds)} gone` : rate ? `${count(Math.round(rate))} tokens/s` : ""));
}

class ProgressView {
  constructor() {
    this.fill = make("div", { class: "progress-fill" });
    this.bar = make("div", { class: "progress large", role: "progressbar", "aria-valuemin": 0, "aria-valuemax": 100, "aria-label": "Progress of training" }, this.fill);
    this.text = make("p", { class: "progress-text" });
    this.element = make("div", { class: "progress-box" }, this.bar, this.text);
  }
  show(run) {
    const share = run.steps > 0 ? Math.min(1, run.step / run.steps) : 0;
    this.element.hidden = !isGoing(run.state);
    this.bar.setAttribute("aria-valuenow", String(Math.round(share * 100)));
    this.bar.classList.toggle("unknown", run.steps === 0 || run.state !== "training");
    this.fill.style.width = `${share * 100}%`;
    const doing = { queued: "Starting", preparing: "Reading the data, scoring the baselines", validating: "Validating", calibrating: "Fitting probabilities, writing the model" }[run.state];
    const place = run.steps > 0 ? `Epoch ${run.epoch} of ${run.epochs} · step ${count(run.step)} of ${count(run.steps)}` : "";
    this.text.textContent = [run.round, doing, place, run.seconds_left && run.state === "training" ? `about ${duration(run.seconds_left)} left` : ""].filter(Boolean).join(" · ");
  }
}

/// The progress is seen in the row of tabs, too.
function titleOf(run) {
  const share = run.steps > 0 ? `${Math.floor((run.step / run.steps) * 100)} % · ` : "";
  return `${isGoing(run.state) ? share : ""}${run.name} · ${stateWords(run.state)} · reprtune`;
}

function reasonView(run) {
  if (isGoing(run.state) || run.state === "done") return null;
  const how = { failed: "It failed", interrupted: "It was stopped", died: "Its process is gone" }[run.state] || "";
  return make("div", { class: `note ${run.state === "interrupted" ? "" : "bad"}` }, make("strong", {}, how), run.reason ? `: ${run.reason}` : "",
    run.can_resume ? make("p", {}, run.status && run.status.checkpoint_step !== null
      ? `Its state of step ${run.status.checkpoint_step} is saved: it can go on from there.` : "It has no saved state yet: going on begins anew.") : null);
}

function settingsView(record) {
  if (!record.options) return null;
  const rows = Object.entries(record.options).map(([key, value]) => make("div", { class: "pair-row" }, make("span", { class: "dim" }, key),
    make("span", {}, value !== null && typeof value === "object" ? JSON.stringify(value) : String(value))));
  const { train, validation } = record.data || {};
  return make("section", { class: "card" }, make("h2", {}, "Data and settings"),
    train ? make("p", {}, `${train.name}: ${count(train.rows, "training row")}, ${count(train.classes.length, "class")}`,
      validation ? `; ${count(validation.rows, "held-out row")}` : "", record.base_model ? `; from ${record.base_model}` : "") : null,
    make("details", {}, make("summary", {}, "All settings"), make("div", { class: "columns" }, rows)));
}

/// The report in a frame of its own, which has no part in this page.
function showReport(main, name) {
  const address = `/ui/report/${encodeURIComponent(name)}`;
  main.classList.add("full");
  main.append(make("div", { class: "title-row" }, make("h1", {}, make("a", { href: `#/run/${encodeURIComponent(name)}` }, name), " · report"),
    make("span", { class: "actions" }, make("a", { class: "button", href: `#/run/${encodeURIComponent(name)}` }, "Back to the run"),
      make("a", { class: "button", href: address, target: "_blank", rel: "noopener" }, "Alone in a tab"))),
  make("iframe", { class: "report", src: address, sandbox: "allow-scripts", title: `Report of ${name}` }));
  return () => main.classList.remove("full");
}

export async function showRun(main, name, part) {
  if (part === "report") return showReport(main, name);
  const curves = new Curves();
  const loss = new Chart({ title: "Training loss", xName: "step", lowest: 0 });
  const scores = new Chart({ title: "Validation scores", xName: "epoch", highest: 1, share: true });
  const validationLoss = new Chart({ title: "Validation loss", xName: "epoch", lowest: 0 });
  const rate = new Chart({ title: "Learning rate", xName: "step", lowest: 0 });
  const progress = new ProgressView();
  const badge = make("span", { class: "badge" });
  const actions = make("span", { class: "actions" });
  const reason = make("div", {});
  const numbers = make("div", {});
  const problem = make("div", { "aria-live": "polite" });
  const settings = make("div", {});
  const messages = make("pre", { class: "messages", tabindex: 0 });
  const messageBox = make("details", { hidden: true }, make("summary", {}, "Messages"), messages);
  const way = make("div", {});
  const waiting = busy("Looking at the run");
  const charts = make("div", { class: "charts", hidden: true }, [loss, scores, validationLoss, rate].map((each) => each.element));
  main.append(way, make("div", { class: "title-row" }, make("h1", {}, name, " ", badge), actions), problem, reason, progress.element, waiting, numbers, charts, settings, messageBox);

  let cursor = "", timer = null, ended = false, asked = "", shown = "", settingsOf = "", drawn = "", baselines = null;

  async function act(action, words) {
    asked = words;
    shown = "";
    try {
      await ask(action, { name });
      announce(words);
    } catch (error) {
      asked = "";
      problem.replaceChildren(note(error.message, "bad"));
    }
    look();
  }

  function showActions(run) {
    const state = `${run.state} ${run.can_stop} ${run.can_resume} ${run.has_model} ${asked}`;
    if (state === shown) return;
    const focused = actions.contains(document.activeElement);
    shown = state;
    const link = encodeURIComponent(name);
    actions.replaceChildren(...[
      run.can_stop ? make("button", { type: "button", disabled: asked !== "", onclick: () => act("stop", "Stopping") }, asked || "Stop") : null,
      run.can_resume ? make("button", { type: "button", class: "primary", disabled: asked !== "", onclick: () => act("resume", "Going on") }, asked || "Go on") : null,
      run.has_run && !isGoing(run.state) ? make("a", { class: "button", href: `#/run/${link}/report` }, "Report") : null,
      run.has_model && !isGoing(run.state) ? make("a", { class: "button primary", href: `/ui/playground/${link}`, target: "_blank", rel: "noopener" }, "Try it") : null,
    ].filter(Boolean));
    if (focused && actions.firstChild) actions.firstChild.focus();
    if (badge.textContent !== stateWords(run.state)) announce(`${name}: ${stateWords(run.state)}`);
    badge.textContent = stateWords(run.state);
    badge.className = `badge ${stateClass(run.state)}`;
    const view = reasonView(run);
    reason.replaceChildren(...(view ? [view] : []));
    way.replaceChildren(...(isGoing(run.state) ? [steps("run")] : []));
  }

  function showCurves(run) {
    const levels = baselines && baselines.linear_probe ? [{ name: "accuracy of a linear probe", y: baselines.linear_probe.accuracy }] : [];
    const best = (run.status && run.status.best_epoch) || null;
    charts.hidden = curves.lines.length === 0;
    loss.draw(kParts.map(([key, words]) => ({ name: words, points: curves.ofSteps(key) })));
    rate.draw([{ name: "learning rate", points: curves.ofSteps("learning_rate") }]);
    const known = `${curves.validations.length} ${curves.validations.at(-1)?.step} ${best} ${baselines !== null}`;
    if (known === drawn) return;  // a drawing costs the processor time that training could have
    drawn = known;
    const series = kScores.map(([key, words]) => ({ name: words, points: curves.ofEpochs(key), dots: true }));
    scores.draw(series, levels, best);
    validationLoss.draw([{ name: "validation loss", points: curves.ofEpochs("loss"), dots: true }], [], best);
  }

  /// Data, settings and baselines are known a while after the start, and others once it has ended.
  async function showSettings(run) {
    const known = `${isGoing(run.state)} ${curves.lines.length > 0}`;
    if (settingsOf === known || !run.has_record || run.state === "queued") return;
    try {
      const record = await ask("record", { name });
      const view = settingsView(record);
      baselines = record.baselines;
      if (ended || !view) return;
      settings.replaceChildren(view);
      settingsOf = known;
    } catch {
      // It is being put in its place.
    }
  }

  function pause(run) {
    if (document.hidden) return kLongest;
    return Math.min(kLongest, Math.max(kShortest, 1000 * kShare * (run.seconds || 0)));
  }

  async function look() {
    clearTimeout(timer);
    try {
      const run = await ask("run", { name, cursor });
      if (ended) return;
      waiting.remove();
      const isNews = run.lines !== undefined && (run.lines.length > 0 || run.is_new);
      if (run.lines) {
        curves.add(run.lines, run.is_new);
        cursor = run.cursor;
      }
      if ((asked === "Stopping" && !isGoing(run.state)) || (asked === "Going on" && isGoing(run.state))) asked = "";
      showActions(run);
      progress.show(run);
      document.title = titleOf(run);
      numbers.replaceChildren(...(run.has_run ? [tiles(run, curves)] : []));
      await showSettings(run);
      if (isNews) showCurves(run);
      messageBox.hidden = !run.messages;
      if (messages.textContent !== run.messages) messages.textContent = run.messages;
      if (!ended && (!run.is_settled || asked)) timer = setTimeout(look, pause(run));
    } catch (error) {
      if (ended) return;
      waiting.remove();
      problem.replaceChildren(note(error.message, "bad"));
      timer = setTimeout(look, kShortest);
    }
  }
  await look();
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}
