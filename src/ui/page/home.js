// The first page: what has been trained here, and the way to something new.

import { announce, busy, make, note, steps } from "/ui/elements.js";
import { ask, upload } from "/ui/server.js";
import { ago, bytes, duration, isGoing, percent, stateClass, stateWords } from "/ui/words.js";

const kEvery = 2000;  // milliseconds between two looks while something runs
const kRows = /\.(csv|tsv|jsonl)(\.gz)?$/i;

function goToData(file) {
  location.hash = `#/new/data/${encodeURIComponent(file)}`;
}

/// A field to drop a file on, which is also a button to choose one.
function dropZone() {
  const status = make("p", { class: "dim", role: "status" }, ".csv, .tsv or .jsonl, or .gz of these. It is copied into the folder.");
  const input = make("input", { type: "file", class: "unseen", id: "file", accept: ".csv,.tsv,.jsonl,.gz", onchange: () => send(input.files[0]) });
  const zone = make("div", { class: "drop" },
    make("p", { class: "drop-title" }, "Drop a file of texts and labels here"),
    make("p", {}, "or ", make("label", { class: "button", for: "file" }, "Choose a file"), input), status);

  async function send(file) {
    if (!file) return;
    status.className = "dim";
    if (!kRows.test(file.name)) {
      status.className = "note bad";
      status.textContent = `${file.name}: expected a file of rows with labels: .csv, .tsv or .jsonl, or .gz of these`;
      return;
    }
    zone.classList.add("sending");
    try {
      const name = await upload(file, (share) => { status.textContent = `Sending ${file.name}: ${Math.round(share * 100)} %`; });
      if (name !== file.name) announce(`There is another ${file.name} already: this one is called ${name}`);
      goToData(name);
    } catch (error) {
      status.className = "note bad";
      status.textContent = error.message;
    }
    zone.classList.remove("sending");
    input.value = "";
  }

  let depth = 0;  // of elements that are dragged over
  const over = (change) => zone.classList.toggle("over", (depth = Math.max(0, depth + change)) > 0);
  zone.addEventListener("dragenter", (event) => { event.preventDefault(); over(1); });
  zone.addEventListener("dragleave", () => over(-1));
  zone.addEventListener("dragover", (event) => event.preventDefault());
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    over(-depth);
    send(event.dataTransfer.files[0]);
  });
  return zone;
}

function fileList(files) {
  if (files.length === 0) return null;
  return make("section", { class: "card" }, make("h2", {}, "Files in this folder"),
    make("ul", { class: "files" }, files.map((file) => make("li", {},
      make("a", { href: `#/new/data/${encodeURIComponent(file.name)}` }, make("span", { class: "name" }, file.name),
        make("span", { class: "dim" }, `${bytes(file.bytes)} · ${ago(file.modified)}`))))));
}

/// The file chooser, in the order of what is at hand.
export async function showNew(main) {
  main.append(steps("data"), make("h1", {}, "Which data?"),
    make("p", { class: "lead" }, "Each row has a text and the label that it should get. A few dozen rows per label are a beginning, hundreds are better."),
    dropZone());
  const waiting = busy("Looking into the folder");
  main.append(waiting);
  const list = fileList(await ask("files"));
  waiting.replaceWith(list || make("p", { class: "dim" }, "There is no file of rows in this folder yet."));
}

function progressBar(run) {
  const share = run.steps > 0 ? Math.min(1, run.step / run.steps) : 0;
  const bar = make("div", { class: "progress", role: "progressbar", "aria-valuemin": 0, "aria-valuemax": 100,
    "aria-valuenow": Math.round(share * 100), "aria-label": `Progress of ${run.name}` }, make("div", { class: "progress-fill" }));
  bar.firstChild.style.width = `${share * 100}%`;
  return bar;
}

function runLine(run) {
  if (isGoing(run.state)) {
    const left = run.seconds_left ? ` · about ${duration(run.seconds_left)} left` : "";
    return run.steps > 0 ? `Epoch ${run.epoch} of ${run.epochs} · step ${run.step} of ${run.steps}${left}` : "Getting ready";
  }
  if (run.reason && run.state !== "done") return run.reason;
  const parts = [run.seconds ? `took ${duration(run.seconds)}` : "", run.updated ? ago(run.updated) : ""];
  return parts.filter(Boolean).join(" · ");
}

function runCard(run) {
  const scores = run.scores && !isGoing(run.state) ? make("dl", { class: "scores" },
    make("div", {}, make("dt", {}, "Accuracy"), make("dd", {}, percent(run.scores.accuracy))),
    make("div", {}, make("dt", {}, "Macro F1"), make("dd", {}, percent(run.scores.f1)))) : null;
  return make("li", {}, make("a", { class: "run", href: `#/run/${encodeURIComponent(run.name)}` },
    make("div", { class: "run-head" }, make("span", { class: "run-name" }, run.name),
      make("span", { class: `badge ${stateClass(run.state)}` }, stateWords(run.state))),
    make("p", { class: "dim run-line" }, runLine(run)), isGoing(run.state) ? progressBar(run) : scores));
}

export async function showHome(main) {
  const list = make("div", {}, busy("Looking into the folder"));
  main.append(list);
  let timer = null;
  let ended = false;
  let wasEmpty = null;

  async function update() {
    try {
      const runs = await ask("runs");
      if (ended) return;
      if (runs.length === 0) {
        if (wasEmpty !== true) {
          list.replaceChildren(make("div", { class: "hero" }, make("h1", {}, "Teach a model your labels"),
            make("p", { class: "lead" }, "From a file of texts and labels to a model that classifies, and places texts of one kind together. Everything stays on this machine.")),
            dropZone());
          ask("files").then((files) => { const found = fileList(files); if (found && !ended) list.append(found); });
        }
      } else {
        list.replaceChildren(
          make("div", { class: "title-row" }, make("h1", {}, "Runs"),
            make("span", { class: "actions" },
              runs.filter((run) => run.has_run).length > 1 ? make("a", { class: "button", href: "#/compare" }, "Compare") : null,
              make("a", { class: "button primary", href: "#/new" }, "New run"))),
          make("ul", { class: "runs" }, runs.map(runCard)));
      }
      wasEmpty = runs.length === 0;
      timer = setTimeout(update, runs.some((run) => isGoing(run.state)) ? kEvery : kEvery * 3);
    } catch (error) {
      if (!ended) list.replaceChildren(note(error.message, "bad"));
    }
  }
  await update();
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}
