// Numbers and states as people say them.

export function duration(seconds) {
  if (seconds === null || seconds === undefined || !isFinite(seconds)) return "–";
  if (seconds < 59.5) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 3570) {
    const minutes = Math.floor((seconds + 0.5) / 60);
    const rest = Math.round(seconds - minutes * 60);
    return minutes < 10 && rest > 0 ? `${minutes} min ${rest} s` : `${Math.round(seconds / 60)} min`;
  }
  const hours = Math.floor((seconds + 30) / 3600);
  return `${hours} h ${Math.round((seconds - hours * 3600) / 60)} min`;
}

export function bytes(count) {
  const units = ["B", "kB", "MB", "GB"];
  let unit = 0;
  while (count >= 999.5 && unit < 3) {
    count /= 1000;
    ++unit;
  }
  return `${unit === 0 || count >= 99.5 ? Math.round(count) : count.toPrecision(2)} ${units[unit]}`;
}

export function count(number, noun) {
  const digits = Number(number).toLocaleString("en-US");
  if (!noun) return digits;
  return `${digits} ${noun}${number === 1 ? "" : noun.endsWith("s") ? "es" : "s"}`;
}

export function percent(share, digits = 1) {
  return typeof share === "number" && isFinite(share) ? `${(share * 100).toFixed(digits)} %` : "–";
}

export function number(value, digits = 4) {
  return typeof value === "number" && isFinite(value) ? Number(value.toPrecision(digits)).toString() : "–";
}

export function ago(seconds) {
  const passed = Date.now() / 1000 - seconds;
  if (passed < 90) return "just now";
  if (passed < 5400) return `${Math.round(passed / 60)} min ago`;
  if (passed < 86400 * 1.5) return `${Math.round(passed / 3600)} h ago`;
  return new Date(seconds * 1000).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" });
}

const kStates = {
  queued: "starting", preparing: "preparing", training: "training", validating: "validating",
  calibrating: "calibrating", done: "done", failed: "failed", interrupted: "stopped", died: "died",
};
export function stateWords(state) {
  return kStates[state] || state;
}

export function isGoing(state) {
  return ["queued", "preparing", "training", "validating", "calibrating"].includes(state);
}

export function stateClass(state) {
  if (isGoing(state)) return "running";
  return state === "died" ? "failed" : state;
}

export const kBaseWords = {
  small: "22 million parameters. English. The fastest, and often enough.",
  medium: "109 million parameters. English. Eight times the work of “small”.",
  large: "335 million parameters. English. Thirty times the work of “small”: for a GPU, or patience.",
  multilingual: "118 million parameters. About 100 languages. Twice the work of “small”.",
};

/// "messages.csv.gz" -> "messages-model", or "messages-model-2" where that is among the taken names.
export function modelNameFor(file, taken) {
  const name = `${file.replace(/\.gz$/, "").replace(/\.[^.]*$/, "")}-model`;
  let free = name;
  for (let number = 2; taken.includes(free); ++number) free = `${name}-${number}`;
  return free;
}
