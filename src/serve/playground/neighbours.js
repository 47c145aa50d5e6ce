"use strict";
// What training knows of a text: the nearest training examples, by the finetuned and by the base model, and where the
// text falls among all of them. Comes before playground.js, whose parts it is made of. Texts enter as textContent only.

const kColouredClasses = 12;  // beyond this, colours and shapes can no longer be told apart
const kSide = 400, kMargin = 16;  // of the square pictures, in their own units
const kReach = 20;                // from a mark to a pointer that means it
const kOpenedTexts = 3;           // of more, on a narrow screen of more than one, the lists of neighbours begin closed

const near = { texts: [], answer: null, examples: null, pictures: [], current: 0, shown: null };

const kSides = [
  { key: "finetuned", title: () => "Finetuned model" },
  { key: "base", title: () => "Base model" + (near.answer.base.name ? " " + near.answer.base.name : "") },
];

const labelsText = (labels) => (labels.length ? labels.join(", ") : "(no label)");
const shownSides = () => kSides.filter((side) => side.key === "finetuned" || near.answer.results[0].base);

// Lists

function votesText(side) {
  const best = side.votes[0];
  return best ? [`${best.votes} of ${side.nearest.length}: `, userText(best.label)] : ["none of them has a label"];
}

function neighbourItem(example) {
  const head = make("p", { class: "neighbour-head" }, make("span", { class: "neighbour-label" }, userText(labelsText(example.labels))),
    make("span", { class: "share", title: "Cosine of the two embeddings" }, example.cosine.toFixed(3)));
  return make("li", {}, head, make("p", { class: "neighbour-text" }, userText(example.text, 300)));
}

function sideList(side, result) {
  const answer = result[side.key];
  const heading = make("h4", {}, side.title());
  if (!answer) return make("div", { class: "side" }, heading, make("p", { class: "dim" }, near.answer.base.reason || ""));
  return make("div", { class: "side" }, heading, make("p", { class: "dim votes" }, ...votesText(answer)),
    make("ol", { class: "neighbours", "aria-label": "Nearest training examples: " + side.title() }, ...answer.nearest.map(neighbourItem)));
}

function neighbourLists(result, opened) {
  const details = make("details", { class: "near" }, make("summary", {}, "Nearest training examples"),
    make("div", { class: "sides" }, ...kSides.map((side) => sideList(side, result))));
  details.open = opened;
  return details;
}

// Pictures

function makeSvg(name, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** Class i has colour i mod 8 and shape i mod 3, as in the report: no two of 12 share both. */
function marker(style, r) {
  const kind = { class: "pt pt" + (style < 0 ? "x" : style % 8) };
  const shape = style < 0 ? 0 : style % 3;
  if (shape === 0) return makeSvg("circle", { ...kind, r });
  if (shape === 1) return makeSvg("rect", { ...kind, x: -0.9 * r, y: -0.9 * r, width: 1.8 * r, height: 1.8 * r });
  return makeSvg("path", { ...kind, d: `M0 ${-1.2 * r}l${1.2 * r} ${2.1 * r}h${-2.4 * r}z` });
}

/** The classes that get a colour, by name: all of a few, else the most frequent. */
function stylesOf(rows) {
  const counts = new Map();
  for (const row of rows) counts.set(labelsText(row.labels), (counts.get(labelsText(row.labels)) || 0) + 1);
  const ranked = [...counts].sort((a, b) => b[1] - a[1]).slice(0, kColouredClasses).map(([name]) => name);
  const names = ranked.sort((a, b) => a.localeCompare(b, "en"));
  return { names, others: counts.size > names.length, of: (row) => names.indexOf(labelsText(row.labels)) };
}

/** Moves places onto the paper, both axes by the same scale. */
function paper(places) {
  const xs = places.map((place) => place[0]), ys = places.map((place) => place[1]);
  const [left, right, low, high] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const scale = (kSide - 2 * kMargin) / Math.max(right - left, high - low, 1e-30);
  return places.map(([x, y]) => [kSide / 2 + (x - (left + right) / 2) * scale, kSide / 2 - (y - (low + high) / 2) * scale]);
}

const translate = ([x, y]) => `translate(${x.toFixed(1)} ${y.toFixed(1)})`;

function textMark(i) {
  return makeSvg("g", { class: "text-mark" }, makeSvg("circle", { r: 9 }), makeSvg("text", { dy: "0.35em", "text-anchor": "middle" }, String(i + 1)));
}

function picture(side) {
  const rows = near.examples.rows, results = near.answer.results;
  const places = paper([...rows.map((row) => row[side.key]), ...results.map((result) => result[side.key].place)]);
  const styles = stylesOf(rows), radius = rows.length > 600 ? 2.6 : 3.6;
  const marks = rows.map((row) => marker(styles.of(row), radius)).concat(results.map((_, i) => textMark(i)));
  marks.forEach((mark, i) => mark.setAttribute("transform", translate(places[i])));
  const links = makeSvg("g", { class: "links" });
  const title = side.title();
  const svg = makeSvg("svg", { class: "scatter", viewBox: `0 0 ${kSide} ${kSide}`, role: "application", tabindex: "0", "aria-describedby": "places-keys",
    "aria-label": `${title}: ${count(rows.length, "training example")} and ${count(results.length, "text")}` });
  svg.append(...marks.slice(0, rows.length), links, ...marks.slice(rows.length), makeSvg("circle", { class: "ring", r: 8, visibility: "hidden" }));
  listenToPicture(svg, places);
  return { side, svg, places, links, ring: svg.lastChild };
}

function legend() {
  const styles = stylesOf(near.examples.rows);
  const entry = (style, name) => make("li", {}, makeSvg("svg", { class: "swatch", viewBox: "-5 -5 10 10", "aria-hidden": "true" }, marker(style, 3.8)), userText(name, 40));
  return styles.names.map((name, i) => entry(i, name)).concat(styles.others ? [entry(-1, "all other classes")] : []);
}

// Choosing

/** Lines from a text to its nearest examples, which are outlined. */
function showLinks() {
  for (const { side, places, links } of near.pictures) {
    const own = places[near.examples.rows.length + near.current];
    const others = near.answer.results[near.current][side.key].nearest.map((example) => places[example.row]);
    links.replaceChildren(...others.map(([x, y]) => makeSvg("line", { x1: own[0], y1: own[1], x2: x, y2: y })),
      ...others.map((place) => makeSvg("circle", { r: 5, transform: translate(place) })));
  }
}

/** Says which mark this is: an example, or behind all of them a text. */
function showMark(i) {
  const rows = near.examples.rows;
  near.shown = i;
  for (const { places, ring } of near.pictures) {
    ring.setAttribute("transform", translate(places[i]));
    ring.setAttribute("visibility", "visible");
  }
  if (i >= rows.length) {
    near.current = i - rows.length;
    showLinks();
    $("places-tip").replaceChildren(`Text ${near.current + 1}: `, userText(near.texts[near.current], 200));
  } else {
    $("places-tip").replaceChildren(userText(labelsText(rows[i].labels)), ": ", userText(rows[i].text, 200));
  }
}

/** The next of the numbers 0 to size, around the end. */
const around = (i, by, size) => (i + by + size) % size;

function chooseText(by) {
  const size = near.answer.results.length, rows = near.examples.rows.length;
  showMark(rows + (near.shown === null ? near.current : around(near.current, by, size)));
}

/** Goes through the nearest examples of the text, by the model of this picture. */
function chooseNeighbour(side, by) {
  const nearest = near.answer.results[near.current][side.key].nearest.map((example) => example.row);
  const at = nearest.indexOf(near.shown);
  showMark(nearest[at < 0 ? (by > 0 ? 0 : nearest.length - 1) : around(at, by, nearest.length)]);
}

function listenToPicture(svg, places) {
  const point = (event) => {
    const box = svg.getBoundingClientRect(), scale = kSide / box.width;
    const x = (event.clientX - box.left) * scale, y = (event.clientY - box.top) * scale;
    let best = null, least = kReach ** 2;
    places.forEach(([px, py], i) => {
      const far = (px - x) ** 2 + (py - y) ** 2;
      if (far <= least) [least, best] = [far, i];
    });
    if (best !== null && best !== near.shown) showMark(best);
  };
  svg.addEventListener("pointermove", point);
  svg.addEventListener("pointerdown", point);
  svg.addEventListener("keydown", (event) => {
    const side = near.pictures.find((one) => one.svg === svg).side;
    const keys = { ArrowRight: () => chooseText(1), ArrowLeft: () => chooseText(-1), ArrowDown: () => chooseNeighbour(side, 1), ArrowUp: () => chooseNeighbour(side, -1) };
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
}

// All of it

function hideNeighbours() {
  near.answer = null;
  $("places").hidden = $("near-reason").hidden = true;
}

function showPlaces() {
  near.pictures = shownSides().map(picture);
  near.current = 0;
  near.shown = null;
  $("pictures").replaceChildren(...near.pictures.map(({ side, svg }) => make("figure", {}, make("figcaption", {}, side.title()), svg)));
  $("places-legend").replaceChildren(...legend());
  $("places-count").textContent = count(near.examples.rows.length, "training example");
  $("places-tip").textContent = near.texts.length > 1 ? "Point at a mark to read its text; a number is a text of yours." : "Point at a mark to read its text; 1 is yours.";
  $("places").hidden = false;
  showLinks();
}

/** With near.examples those of the same model, which the server may load anew at any time. */
async function askForNeighbours(name, texts) {
  for (;;) {
    const answer = await ask("/playground/neighbours", { model: name, texts });
    if (answer.reason !== null || (near.examples && near.examples.generation === answer.generation)) return answer;
    near.examples = await ask("/playground/examples", { model: name });
  }
}

/** Of texts whose results are shown, in their order; the first ones of many. */
async function showNeighbours(all) {
  const texts = all.slice(0, state.maxTexts), name = $("model").value;
  const answer = await askForNeighbours(name, texts);
  if ($("model").value !== name || $("results").children.length !== all.length) return;  // something else is shown by now
  near.answer = answer;
  near.texts = texts;
  $("near-reason").textContent = answer.reason ? "No nearest training examples: " + answer.reason : "";
  $("near-reason").hidden = answer.reason === null;
  if (answer.reason !== null) return;
  const opened = texts.length <= (matchMedia("(max-width: 52rem)").matches ? 1 : kOpenedTexts);
  answer.results.forEach((result, i) => $("results").children[i].append(neighbourLists(result, opened)));
  showPlaces();
}
