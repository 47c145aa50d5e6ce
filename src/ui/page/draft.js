// The run that is being put together, kept for this tab until it is started.

import { modelNameFor } from "/ui/words.js";

const kKey = "reprtune-draft";

export const kNoDraft = { train: "", model: "", base: "", isFinetuned: false, settings: {} };

export function loadDraft() {
  try {
    return { ...kNoDraft, ...JSON.parse(sessionStorage.getItem(kKey) || "{}") };
  } catch {
    return { ...kNoDraft };
  }
}

export function saveDraft(draft) {
  sessionStorage.setItem(kKey, JSON.stringify(draft));
}

/// A draft for this file, of a model under none of the taken names; the one at hand when it is of the same file.
export function draftFor(file, bases, taken) {
  const draft = loadDraft();
  if (draft.train === file && draft.base) return draft;
  const here = bases.filter((base) => base.here && !base.has_head);
  return { ...kNoDraft, train: file, model: modelNameFor(file, taken), base: here.length > 0 ? here[0].name : "", settings: {} };
}

/// As the program wants it.
export function formOf(draft) {
  const form = { train: draft.train, model: draft.model, settings: draft.settings };
  form[draft.isFinetuned ? "init-from" : "base"] = draft.base;
  return form;
}

/// Sets a setting, or with nothing takes it back.
export function setSetting(draft, name, value) {
  if (value === "" || value === null || value === false || value === undefined) delete draft.settings[name];
  else draft.settings[name] = value;
  saveDraft(draft);
}
