// Runs side by side: what was set differently, what came of it, and how.

import { Chart } from "/ui/chart.js";
import { busy, make, note } from "/ui/elements.js";
import { ask } from "/ui/server.js";
import { Curves } from "/ui/run.js";
import { count, duration, number, percent, stateClass, stateWords } from "/ui/words.js";

const kMost = 6;  // curves that can be told apart
const kCurves = [
  ["Accuracy", "epoch", (curves) => curves.ofEpochs("accuracy"), { highest: 1, share: true }],
  ["Macro F1", "epoch", (curves) => curves.ofEpochs("f1"), { highest: 1, share: true }],
  ["Validation loss", "epoch", (curves) => curves.ofEpochs("loss"), { lowest: 0 }],
  ["Training loss", "step", (curves) => curves.ofSteps("loss"), { lowest: 0 }],
];

function withInterval(share, interval) {
  if (typeof share !== "number") return "–";
  return [percent(share), interval ? make("span", { class: "dim interval" }, `${(interval[0] * 100).toFixed(1)} to ${(interval[1] * 100).toFixed(1)} %`) : null];
}

// Name, what to show of a record, and its number where the largest (or smallest) is the best.
const kMetrics = [
  ["Accuracy", (run) => withInterval(run.metrics?.accuracy, run.metrics?.intervals?.accuracy), (run) => run.metrics?.accuracy],
  ["Macro F1", (run) => withInterval(run.metrics?.macro?.f1, run.metrics?.intervals?.macro_f1), (run) => run.metrics?.macro?.f1],
  ["Macro precision", (run) => percent(run.metrics?.macro?.precision), (run) => run.metrics?.macro?.precision],
  ["Macro recall", (run) => percent(run.metrics?.macro?.recall), (run) => run.metrics?.macro?.recall],
  ["Log loss", (run) => number(run.metrics?.log_loss, 3), (run) => (run.metrics ? -run.metrics.log_loss : undefined)],
  ["Held-out rows", (run) => (run.metrics ? count(run.metrics.rows) : "–")],
  ["Best epoch", (run) => (run.best_epoch ?? "–")],
  ["Time", (run) => duration(run.seconds)],
];

function settingsOf(run) {
  return { data: run.data?.train ? `${run.data.train.name}, ${count(run.data.train.rows, "row")}` : "", "begin with": run.init_from || run.base_model, ...run.options };
}

function words(value) {
  if (value === undefined || value === null) return "–";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function table(caption, runs, rows) {
  return make("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": caption }, make("table", { class: "wide compare" },
    make("caption", { class: "unseen" }, caption),
    make("thead", {}, make("tr", {}, make("td", {}), runs.map((run, i) => make("th", { scope: "col" }, make("span", { class: `key key${i}`, "aria-hidden": "true" }), make("a", { href: `#/run/${encodeURIComponent(run.name)}` }, run.name))))),
    make("tbody", {}, rows)));
}

/// What tells whether two runs were scored on the same rows.
function heldOut(run) {
  return JSON.stringify([run.data?.train, run.data?.validation, run.data?.folds, run.options?.seed]);
}

function metricRows(runs) {
  const comparable = new Set(runs.map(heldOut)).size === 1;
  return kMetrics.map(([name, show, value]) => {
    const values = value ? runs.map(value).filter((each) => typeof each === "number") : [];
    const best = comparable && new Set(values).size > 1 ? Math.max(...values) : null;
    return make("tr", {}, make("th", { scope: "row" }, name),
      runs.map((run) => make("td", { class: value && best !== null && value(run) === best ? "best" : "" }, show(run))));
  });
}

function settingRows(runs) {
  const all = runs.map(settingsOf);
  const names = [...new Set(all.flatMap(Object.keys))];
  return names.filter((name) => new Set(all.map((each) => words(each[name]))).size > 1)
    .map((name) => make("tr", {}, make("th", { scope: "row" }, name), all.map((each) => make("td", {}, words(each[name])))));
}

async function curvesOf(name) {
  const curves = new Curves();
  for (let cursor = "", part; ; cursor = part.cursor) {
    part = await ask("run", { name, cursor });
    if (!part.lines || (part.lines.length === 0 && cursor)) return curves;
    curves.add(part.lines, part.is_new);
  }
}

function chooser(all, chosen) {
  const go = () => { location.hash = `#/compare/${[...chosen].map(encodeURIComponent).join(",")}`; };
  return make("fieldset", { class: "chooser" }, make("legend", {}, `Which ones? At most ${kMost}`), all.map((run) => {
    const input = make("input", { type: "checkbox", checked: chosen.has(run.name), disabled: !chosen.has(run.name) && chosen.size >= kMost, onchange: () => {
      if (input.checked) chosen.add(run.name);
      else chosen.delete(run.name);
      go();
    } });
    return make("label", { class: "chip" }, input, run.name, run.state === "done" ? null : make("span", { class: `badge ${stateClass(run.state)}` }, stateWords(run.state)));
  }));
}

/// names: as in the address, encoded, between commas.
export async function showCompare(main, names) {
  main.append(make("h1", {}, "Compare"));
  const waiting = busy("Reading the runs");
  main.append(waiting);
  const all = (await ask("runs")).filter((run) => run.has_run);
  if (all.length < 2) {
    waiting.remove();
    main.append(make("p", { class: "lead" }, "There are not two runs in this folder yet."), make("a", { class: "button primary", href: "#/new" }, "New run"));
    return undefined;
  }
  const known = new Set(all.map((run) => run.name));
  const chosen = new Set(names === undefined ? all.slice(0, 3).map((run) => run.name) : names.split(",").map(decodeURIComponent).filter((name) => known.has(name)).slice(0, kMost));
  main.insertBefore(chooser(all, chosen), waiting);
  const runs = [], problems = [];
  for (const name of chosen) {
    try {
      const [record, curves] = await Promise.all([ask("record", { name }), curvesOf(name)]);
      runs.push({ ...record, curves });
    } catch (error) {
      problems.push(note(error.message, "bad"));
    }
  }
  waiting.remove();
  main.append(...problems);
  if (runs.length === 0) return undefined;
  const different = settingRows(runs);
  main.append(make("section", { class: "card" }, make("h2", {}, "Scores on the held-out rows"), table("Scores on the held-out rows", runs, metricRows(runs)),
    make("p", { class: "help" }, "The ranges are 95 % confidence intervals: where they overlap much, the difference may be chance. Held-out rows are the same only where data, split and seed are; where they are, the best is in bold.")));
  if (runs.length > 1) {
    main.append(make("section", { class: "card" }, make("h2", {}, "What was set differently"),
      different.length > 0 ? table("Settings that differ", runs, different) : make("p", {}, "Nothing.")));
  }
  main.append(make("div", { class: "charts" }, kCurves.map(([title, xName, points, options]) => {
    const chart = new Chart({ title, xName, ...options });
    chart.draw(runs.map((run, i) => ({ name: run.name, points: points(run.curves), dots: xName === "epoch", line: i })));
    return chart.element;
  })));
  return undefined;
}
