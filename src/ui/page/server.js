// Asks the program behind the page.

export class Refusal extends Error {}

function messageOf(text, status) {
  try {
    return JSON.parse(text).message || `answer ${status}`;
  } catch {
    return status === 0 ? "reprtune ui does not answer: it has ended" : `answer ${status}`;
  }
}

/// What the program answers to an action. Throws Refusal with its words.
export async function ask(action, form = {}, signal = undefined) {
  let response;
  try {
    response = await fetch(`/ui/api/${action}`, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(form), signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refusal("reprtune ui does not answer: it has ended. Start it again and open the address that it prints.");
  }
  const text = await response.text();
  if (response.ok) return JSON.parse(text);
  if (response.status === 401) throw new Refusal("This page is of an earlier reprtune ui: open the address that the new one has printed.");
  throw new Refusal(messageOf(text, response.status));
}

/// Sends a file into the folder; its name there. `progress` is told of the share that has been sent.
export function upload(file, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();  // fetch does not tell how far it is
    request.open("PUT", `/ui/files/${encodeURIComponent(file.name)}`);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
    request.onload = () => {
      if (request.status === 200) resolve(JSON.parse(request.responseText).name);
      else reject(new Refusal(messageOf(request.responseText, request.status)));
    };
    request.onerror = () => reject(new Refusal("the file could not be sent: reprtune ui does not answer"));
    request.send(file);
  });
}

let folder = null;
/// What does not change while the page is open: {"folder", "bases", "settings"}.
export async function folderFacts(fresh = false) {
  if (!folder || fresh) folder = ask("folder");
  try {
    return await folder;
  } catch (error) {
    folder = null;
    throw error;
  }
}
