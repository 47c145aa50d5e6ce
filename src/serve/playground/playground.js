"use strict";
// The Playground: texts and files go to this server, labels come back. Texts enter the page as textContent only.

const kShownClasses = 5;     // bars of a text before "all classes"
const kShownRows = 200;      // rows of a file in the table; the download has all
const kTextsPerRequest = 64;
const kRequestsAtOnce = 4;
const kUnusual = 0.95;       // novelty from which a text is called unusual

const $ = (id) => document.getElementById(id);
const state = { models: [], maxTexts: kTextsPerRequest, key: "", file: null, stopped: false };

// The page's parts

/** An element with attributes and children; strings become text. */
function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** A user's text, whose direction of writing stays its own. */
const userText = (text, limit = Infinity) => make("bdi", {}, text.length > limit ? text.slice(0, limit) + "…" : text);

const percent = (share) => (share > 0 && share < 0.0005 ? "< 0.1 %" : (100 * share).toFixed(share >= 0.9995 ? 0 : 1) + " %");
const count = (number, noun) => number.toLocaleString("en") + " " + noun + (number === 1 ? "" : "s");

function showProblem(id, message) {
  $(id).textContent = message;
  $(id).hidden = message === "";
}

// The server

class ServerError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function ask(path, body) {
  const headers = { "Content-Type": "application/json" };
  if (state.key) headers.Authorization = "Bearer " + state.key;
  let response;
  try {
    response = await fetch(path, body ? { method: "POST", headers, body: JSON.stringify(body) } : { headers });
  } catch {
    throw new ServerError(0, "The server does not answer.");
  }
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  if (response.status === 401) askForKey();
  const message = answer.message || (answer.error && answer.error.message) || answer.error || "HTTP " + response.status;
  throw new ServerError(response.status, message);
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Asks again while the server's queue is full. */
async function askPatiently(path, body) {
  for (let wait = 200; ; wait = Math.min(2 * wait, 5000)) {
    try {
      return await ask(path, body);
    } catch (error) {
      if (error.status !== 429 || state.stopped) throw error;
      await pause(wait);
    }
  }
}

function askForKey() {
  $("key-form").hidden = false;
  $("key").focus();
}

// The models

const model = () => state.models.find((one) => one.name === $("model").value);
const canClassify = () => Boolean(model() && model().labels);

async function askForModels() {
  const answer = await ask("/playground/models");
  state.models = answer.models;
  state.maxTexts = Math.min(kTextsPerRequest, answer.max_texts);
}

async function loadModels() {
  await askForModels();
  $("model").replaceChildren(...state.models.map((one) => make("option", { value: one.name }, one.name)));
  $("key-form").hidden = true;
  showModel();
}

/** The server may have loaded its models anew since they were asked for. */
async function keepUpWith(answer) {
  if (model().generation === answer.generation) return;
  await askForModels();
  showFacts();
}

function showFacts() {
  const { labels, multi_label: multi, max_tokens: tokens, dimensions } = model();
  const classes = labels ? count(labels.length, multi ? "label" : "class").replace("classs", "classes") : "no classification head";
  $("model-facts").textContent = `${classes} · texts up to ${tokens} tokens · ${dimensions} dimensions`;
  $("run").textContent = canClassify() ? "Classify" : "Compare";
  $("file-section").hidden = !canClassify();
}

function showModel() {
  showFacts();
  $("results").replaceChildren();
  hideNeighbours();
  $("similarity").hidden = true;
  showStatus("");
  showProblem("problem", "");
  showCommand();
}

function showStatus(text) {
  $("status").textContent = text;
}

function showCommand() {
  const texts = typedTexts().length ? typedTexts() : ["Where is my parcel?"];
  const [path, body] = canClassify()
    ? ["/v1/classify", { model: $("model").value, inputs: texts }]
    : ["/v1/embeddings", { model: $("model").value, input: texts }];
  const quoted = JSON.stringify(body).replaceAll("'", "'\\''");
  const key = state.key ? ' -H "Authorization: Bearer $REPRTUNE_API_KEY"' : "";
  $("command").textContent = `curl ${location.origin}${path} -H "Content-Type: application/json"${key} \\\n  -d '${quoted}'`;
}

// Texts

function typedTexts() {
  const typed = $("texts").value;
  const texts = $("whole").checked ? [typed] : typed.split("\n");
  return texts.filter((text) => text.trim() !== "");
}

/** Labels of a result as a list, empty when the model abstains. */
const givenLabels = (result) => [].concat(result.label).filter((label) => label !== "");

function barRow(label, share, given) {
  const fill = make("span", { class: "fill" });
  fill.style.width = 100 * share + "%";
  return make("tr", given ? { class: "given" } : {}, make("th", { scope: "row" }, userText(label)),
    make("td", {}, make("span", { class: "track", "aria-hidden": "true" }, fill)), make("td", {}, percent(share)));
}

/** The classes of one text as bars, the best first, the rest behind a button. */
function bars(result) {
  const given = new Set(givenLabels(result));
  const ranked = Object.entries(result.probabilities).sort((a, b) => b[1] - a[1]);
  const body = make("tbody");
  const show = (entries) => body.append(...entries.map(([label, share]) => barRow(label, share, given.has(label))));
  show(ranked.slice(0, kShownClasses));
  const table = make("table", { class: "bars" }, make("caption", { class: "unseen" }, "Probability of each class"), body);
  if (ranked.length <= kShownClasses) return [table];
  const more = make("button", { type: "button", class: "more" }, `All ${ranked.length} classes`);
  more.addEventListener("click", () => {
    show(ranked.slice(kShownClasses));
    more.remove();
  });
  return [table, more];
}

function noveltyChip(novelty) {
  const unusual = novelty >= kUnusual;
  const chip = make("span", { class: unusual ? "chip" : "chip calm" },
    unusual ? `unusual: novelty ${percent(novelty)}` : `novelty ${percent(novelty)}`);
  chip.title = "The share of the texts held out in training that were less unlike the training data";
  return chip;
}

/** Why there is no answer: what the best class has, and what it needs. */
function abstentionChip(result) {
  const [label, share] = Object.entries(result.probabilities).reduce((best, each) => (each[1] > best[1] ? each : best));
  const { labels, thresholds } = model();
  const needed = thresholds === null ? undefined : thresholds[labels.indexOf(label)];
  const words = { number: `, needs ${percent(needed)}`, object: ", never answered" }[typeof needed] || "";
  return make("span", { class: "chip" }, "abstains: ", userText(label), ` ${percent(share)}${words}`);
}

function verdict(result) {
  const labels = givenLabels(result);
  const parts = [];
  if (labels.length > 0) {
    parts.push(make("strong", {}, userText(labels.join(", "))));
    if (labels.length === 1) parts.push(make("span", { class: "share" }, percent([].concat(result.probability)[0])));
  } else if (model().multi_label) {
    parts.push(make("strong", {}, "No label"));
  } else {
    parts.push(make("strong", {}, "No answer"), abstentionChip(result));
  }
  if (typeof result.novelty === "number") parts.push(noveltyChip(result.novelty));
  return make("p", { class: "verdict" }, ...parts);
}

function resultItem(text, result, number) {
  const counted = number === null ? [] : [make("span", { class: "number" }, String(number)), " "];
  return make("li", {}, make("div", {}, make("p", { class: "text" }, ...counted, userText(text, 1000)), verdict(result), ...bars(result)));
}

async function classifyTyped(texts) {
  const started = performance.now();
  const answer = await ask("/playground/classify", { model: $("model").value, texts });
  await keepUpWith(answer);
  hideNeighbours();
  $("results").replaceChildren(...answer.results.map((result, i) => resultItem(texts[i], result, texts.length > 1 ? i + 1 : null)));
  const cut = answer.truncated ? `, ${count(answer.truncated, "text")} cut to ${model().max_tokens} tokens` : "";
  showStatus(`${count(texts.length, "text")} in ${(performance.now() - started).toFixed(0)} ms${cut}`);
  await showNeighbours(texts);
}

const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);

/** For a model without a head: how alike the texts are. */
async function compareTyped(texts) {
  const answer = await ask("/embed", { model: $("model").value, inputs: texts, truncate: true, normalize: true });
  const head = make("tr", {}, make("th", { scope: "col" }, "Cosine"), ...texts.map((_, i) => make("th", { scope: "col", class: "n" }, String(i + 1))));
  const rows = answer.map((vector, i) => make("tr", {}, make("th", { scope: "row" }, `${i + 1}. `, userText(texts[i], 120)),
    ...answer.map((other) => make("td", {}, dot(vector, other).toFixed(3)))));
  $("similarity").replaceChildren(make("p", { class: "dim" }, "This model has no classification head: here is how alike the texts are. reprtune finetune gives it one."),
    make("div", { class: "scroll", role: "region", "aria-label": "Cosine similarities", tabindex: "0" },
      make("table", { class: "cosines" }, make("thead", {}, head), make("tbody", {}, ...rows))));
  $("similarity").hidden = false;
  showStatus(count(texts.length, "text") + " compared");
}

async function runTexts(event) {
  event.preventDefault();
  const texts = typedTexts();
  showProblem("problem", "");
  if (texts.length === 0) {
    showStatus("Type a text first.");
    $("texts").focus();
    return;
  }
  $("run").disabled = true;
  showStatus("…");
  try {
    await (canClassify() ? classifyTyped(texts) : compareTyped(texts));
  } catch (error) {
    showStatus("");
    showProblem("problem", error.message);
  }
  $("run").disabled = false;
}

// Files

/** The rows of RFC 4180 text: quoted cells may have the delimiter, line breaks and doubled quotes. */
function parseTable(text, delimiter) {
  const rows = [];
  let row = [], cell = "", quoted = false;
  const endCell = () => { row.push(cell); cell = ""; };
  const endRow = () => { endCell(); if (row.length > 1 || row[0] !== "") rows.push(row); row = []; };
  for (let at = 0; at < text.length; ++at) {
    const c = text[at];
    if (quoted && c === '"' && text[at + 1] === '"') { cell += '"'; ++at; }
    else if (quoted && c === '"') quoted = false;
    else if (quoted) cell += c;
    else if (c === '"' && cell === "") quoted = true;
    else if (c === delimiter) endCell();
    else if (c === "\n" || c === "\r") { if (c === "\r" && text[at + 1] === "\n") ++at; endRow(); }
    else cell += c;
  }
  if (cell !== "" || row.length > 0) endRow();
  return rows;
}

/** The delimiter that the first line has most of. */
function guessDelimiter(text) {
  const line = text.split(/\r?\n/, 1)[0];
  const number = (delimiter) => line.split(delimiter).length;
  return [",", ";", "\t"].reduce((best, one) => (number(one) > number(best) ? one : best));
}

function parseLines(text, asText) {
  return text.split(/\r?\n/).filter((line) => line.trim() !== "").map((line) => [asText(line)]);
}

function jsonText(line) {
  try {
    const value = JSON.parse(line);
    return typeof value === "string" ? value : String(value.text ?? "");
  } catch {
    return "";
  }
}

/** {name, rows, isTable}: the cells of a file. */
async function readFile(file) {
  const text = await file.text();
  const extension = file.name.toLowerCase().split(".").pop();
  if (extension === "txt") return { name: file.name, rows: parseLines(text, (line) => line), isTable: false };
  if (extension === "jsonl") return { name: file.name, rows: parseLines(text, jsonText), isTable: false };
  const delimiter = extension === "tsv" ? "\t" : guessDelimiter(text);
  return { name: file.name, rows: parseTable(text, delimiter), isTable: true };
}

const kTextNames = /^(text|texts|sentence|sentences|input|inputs|message|utterance|query|content|body|review|comment)$/i;
const kLabelNames = /^(label|labels|class|category|intent|target|y)$/i;

async function takeFile(file) {
  showProblem("file-problem", "");
  $("summary").hidden = $("table").hidden = $("download").hidden = true;
  $("file-status").textContent = "";
  state.file = await readFile(file);
  if (state.file.rows.length === 0) {
    $("file-form").hidden = true;
    showProblem("file-problem", `${file.name}: no rows found.`);
    return;
  }
  const first = state.file.rows[0];
  $("header").checked = state.file.isTable && first.some((cell) => kTextNames.test(cell.trim()) || kLabelNames.test(cell.trim()));
  $("header-field").hidden = $("column-field").hidden = !state.file.isTable;
  $("file-form").hidden = false;
  showColumns();
  $("run-file").focus();
}

function showColumns() {
  const first = state.file.rows[0];
  const names = first.map((cell, i) => ($("header").checked && cell.trim() ? cell.trim() : "Column " + (i + 1)));
  const texts = $("header").checked ? Math.max(0, first.findIndex((cell) => kTextNames.test(cell.trim()))) : 0;
  $("column").replaceChildren(...names.map((name, i) => make("option", { value: String(i) }, name)));
  $("column").value = String(texts);
  $("file-name").textContent = `${state.file.name}: ${count(dataRows().length, "row")}`;
}

const dataRows = () => state.file.rows.slice($("header").checked ? 1 : 0);

/** Results of texts in their order, null for a blank one. Stops early when asked to, or at the first error. */
async function classifyAll(texts, progress) {
  const results = new Array(texts.length).fill(null);
  const wanted = texts.map((text, i) => i).filter((i) => texts[i].trim() !== "");
  let next = 0, done = 0;
  const work = async () => {
    while (next < wanted.length && !state.stopped) {
      const places = wanted.slice(next, next += state.maxTexts);
      const answer = await askPatiently("/playground/classify", { model: $("model").value, texts: places.map((i) => texts[i]) });
      places.forEach((place, i) => { results[place] = answer.results[i]; });
      progress(done += places.length, wanted.length);
    }
  };
  try {
    await Promise.all(Array.from({ length: kRequestsAtOnce }, work));
  } catch (error) {
    state.stopped = true;
    throw error;
  }
  return results;
}

function showSummary(results) {
  const answered = results.filter(Boolean);
  const counts = new Map();
  for (const result of answered) {
    const labels = givenLabels(result);
    for (const label of labels.length ? labels : [""]) counts.set(label, (counts.get(label) || 0) + 1);
  }
  const ranked = [...counts].sort((a, b) => b[1] - a[1]);
  const body = make("tbody", {}, ...ranked.map(([label, number]) => {
    const row = barRow(label || unlabelled(), number / answered.length, true);
    row.lastChild.textContent = number.toLocaleString("en");
    return row;
  }));
  $("summary").replaceChildren(make("h3", {}, "Rows per class"), make("table", { class: "bars" }, body));
  $("summary").hidden = false;
}

const unlabelled = () => (model().multi_label ? "(no label)" : "(no answer)");
const labelText = (result) => (result ? givenLabels(result).join("|") : "");
const bestText = (result) => (result ? [].concat(result.probability).map((value) => String(value)).join("|") : "");

function showTable(texts, results) {
  const novel = model().has_novelty;
  const head = ["Text", "Label", "Probability"].concat(novel ? ["Novelty"] : []);
  const rows = texts.slice(0, kShownRows).map((text, i) => {
    const result = results[i];
    const shares = result ? [].concat(result.probability).map(percent).join(", ") : "";
    return make("tr", {}, make("td", { class: "cell-text" }, userText(text, 300)), make("td", {}, labelText(result) ? userText(labelText(result)) : make("span", { class: "dim" }, result ? unlabelled() : "")),
      make("td", { class: "n" }, shares), ...(novel ? [make("td", { class: "n" }, result ? percent(result.novelty) : "")] : []));
  });
  $("table").replaceChildren(make("table", {}, make("thead", {}, make("tr", {}, ...head.map((name, i) =>
    make("th", i > 1 ? { scope: "col", class: "n" } : { scope: "col" }, name)))), make("tbody", {}, ...rows)));
  $("table").hidden = false;
}

const csvCell = (cell) => (/[",\r\n]|^\s|\s$/.test(cell) ? '"' + cell.replaceAll('"', '""') + '"' : cell);

function resultTable(results) {
  const novel = model().has_novelty;
  const extra = ["predicted_label", "probability"].concat(novel ? ["novelty"] : []);
  const head = $("header").checked ? state.file.rows[0] : state.file.rows[0].map((_, i) => (state.file.isTable ? "column" + (i + 1) : "text"));
  const rows = dataRows().map((row, i) => [...row, labelText(results[i]), bestText(results[i]), ...(novel ? [results[i] ? String(results[i].novelty) : ""] : [])]);
  return [[...head, ...extra], ...rows].map((row) => row.map(csvCell).join(",")).join("\n") + "\n";
}

function offerDownload(results) {
  const csv = resultTable(results);
  const name = state.file.name.replace(/\.[^.]*$/, "") + "-labels.csv";
  $("download").hidden = false;
  $("download").onclick = () => {
    const link = make("a", { href: URL.createObjectURL(new Blob([csv], { type: "text/csv" })), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
}

function setRunning(running) {
  $("run-file").disabled = $("column").disabled = $("header").disabled = $("model").disabled = $("file").disabled = running;
  $("stop-file").hidden = $("progress").hidden = !running;
  $("progress").value = 0;
}

async function runFile(event) {
  event.preventDefault();
  const column = Number($("column").value);
  const texts = dataRows().map((row) => row[column] ?? "");
  const started = performance.now();
  const progress = (done, all) => {
    const rate = done / ((performance.now() - started) / 1000);
    $("progress").value = done / all;
    $("file-status").textContent = `${done.toLocaleString("en")} of ${count(all, "row")}, ${rate.toFixed(0)} a second`;
  };
  state.stopped = false;
  showProblem("file-problem", "");
  $("download").hidden = true;
  setRunning(true);
  try {
    const results = await classifyAll(texts, progress);
    const seconds = (performance.now() - started) / 1000;
    const done = results.filter(Boolean).length;
    showSummary(results);
    showTable(texts, results);
    offerDownload(results);
    const shown = texts.length > kShownRows ? `, the first ${kShownRows} below` : "";
    $("file-status").textContent = `${state.stopped ? "Stopped: " : ""}${count(done, "row")} in ${seconds.toFixed(1)} s${shown}`;
  } catch (error) {
    $("file-status").textContent = "";
    showProblem("file-problem", error.message);
  }
  setRunning(false);
}

// What the user does

function listen() {
  $("texts-form").addEventListener("submit", runTexts);
  $("texts").addEventListener("input", showCommand);
  $("whole").addEventListener("change", showCommand);
  $("texts").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) $("texts-form").requestSubmit();
  });
  $("clear").addEventListener("click", () => {
    $("texts").value = "";
    showModel();
    $("texts").focus();
  });
  $("model").addEventListener("change", showModel);
  $("key-form").addEventListener("submit", (event) => {
    event.preventDefault();
    state.key = $("key").value;
    start();
  });
  $("file").addEventListener("change", () => { if ($("file").files.length) takeFile($("file").files[0]); });
  $("header").addEventListener("change", showColumns);
  $("file-form").addEventListener("submit", runFile);
  $("stop-file").addEventListener("click", () => { state.stopped = true; });
  $("copy").addEventListener("click", async () => {
    await navigator.clipboard.writeText($("command").textContent);
    $("copied").textContent = "Copied";
  });
  listenToDrops();
}

/** A file may be dropped anywhere on the page. */
function listenToDrops() {
  const over = (event, yes) => {
    event.preventDefault();
    $("drop").classList.toggle("over", yes);
  };
  addEventListener("dragover", (event) => over(event, true));
  addEventListener("dragleave", (event) => over(event, false));
  addEventListener("drop", (event) => {
    over(event, false);
    if (canClassify() && event.dataTransfer.files.length) takeFile(event.dataTransfer.files[0]);
  });
}

async function start() {
  showProblem("problem", "");
  try {
    await loadModels();
  } catch (error) {
    showProblem("problem", error.status === 401 && !state.key ? "" : error.message);
  }
}

listen();
start();
