// Asks the server for what a screen shows, quietly: no answer is no error.

const ABORT_MS = 8000;

/** The answer of an address of ours, or null when there is none, or it is somebody else's. */
export async function ask(address) {
  try {
    const response = await send(address);
    const body = await response.json();
    return response.ok && body.kiosk === 1 ? body : null;
  } catch {
    return null;
  }
}

/** The element in the answer of a post of `fields`, or of a mere question, or null. What is wrong is said in it too. */
export async function askElement(address, fields) {
  try {
    const response = await send(address, fields && { method: "POST", body: new URLSearchParams(fields) });
    if (![200, 422].includes(response.status)) return null;
    return new DOMParser().parseFromString(await response.text(), "text/html").body.firstElementChild;
  } catch {
    return null;
  }
}

function send(address, options = {}) {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), ABORT_MS);
  return fetch(address, {
    // What a page asks for by itself is no sign of a person.
    headers: { "HX-Request": "true" },
    cache: "no-store",
    redirect: "error",
    signal: controller.signal,
    ...options,
  });
}
