// Which page is shown: the part of the address behind the #.

import { make, note } from "/ui/elements.js";
import { folderFacts } from "/ui/server.js";
import { showHome, showNew } from "/ui/home.js";
import { showData } from "/ui/data_step.js";
import { showSettings } from "/ui/settings_step.js";
import { showReview } from "/ui/review_step.js";
import { showRun } from "/ui/run.js";
import { showCompare } from "/ui/compare.js";

// Each takes the element to fill and the rest of the address, and may return what ends it.
const kPages = [
  [/^\/$/, "home", showHome, "Runs"],
  [/^\/new$/, "new", showNew, "New run"],
  [/^\/new\/data\/([^/]+)$/, "new", showData, "Data"],
  [/^\/new\/settings$/, "new", showSettings, "Model and settings"],
  [/^\/new\/review$/, "new", showReview, "Review"],
  [/^\/run\/([^/]+)(?:\/(report))?$/, "home", showRun, "Run"],
  [/^\/compare(?:\/(.*))?$/, "compare", showCompare, "Compare"],
];

let end = null;
let visit = 0;

async function show() {
  const main = document.getElementById("main");
  const path = location.hash.slice(1) || "/";
  const found = kPages.map(([pattern, ...page]) => [path.match(pattern), ...page]).find(([match]) => match);
  if (!found) {
    location.hash = "#/";
    return;
  }
  const [match, name, page, title] = found;
  const mine = ++visit;
  if (end) end();
  end = null;
  const content = make("div", { class: "page" });
  main.replaceChildren(content);
  for (const link of document.querySelectorAll("nav a"))
    link.toggleAttribute("aria-current", link.dataset.page === name);
  const parts = match.slice(1).map((part) => (part === undefined || name === "compare" ? part : decodeURIComponent(part)));
  document.title = `${parts[0] && name !== "compare" ? `${parts[0]} · ` : ""}${title} · reprtune`;
  window.scrollTo(0, 0);
  try {
    const ends = await page(content, ...parts);
    if (mine === visit) end = ends || null;
    else if (ends) ends();
  } catch (error) {
    content.append(note(error.message, "bad"));
  }
}

async function begin() {
  // The token has become a cookie: it need not stay in the address and the history.
  if (location.search) history.replaceState(null, "", location.pathname + location.hash);
  window.addEventListener("hashchange", () => {
    document.getElementById("main").focus({ preventScroll: true });
    show();
  });
  show();
  try {
    const facts = await folderFacts();
    const folder = document.getElementById("folder");
    folder.textContent = facts.folder;
    folder.title = `All files and models are in ${facts.folder}`;
  } catch {
    // The page itself says it.
  }
}

begin();
