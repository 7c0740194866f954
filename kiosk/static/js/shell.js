// Keeps the screen startable without a network, where the browser can, and lets a new version in when it hurts nobody.

import * as queue from "./queue.js";

const LOOK_EVERY_MS = 60_000;

/** `isResting()` says whether nobody is at the screen. Does nothing on plain http, which has no service worker. */
export async function start(isResting) {
  if (!("serviceWorker" in navigator)) return;
  const version = document.documentElement.dataset.version;
  const registration = await navigator.serviceWorker.register(`/sw.js?version=${version}`);
  let isTakingOver = false;
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (isTakingOver) location.reload();
  });
  setInterval(async () => {
    if (!registration.waiting || !isResting() || !(await isQueueEmpty()) || !(await isServerThere())) return;
    isTakingOver = true;
    registration.waiting.postMessage("take-over");
  }, LOOK_EVERY_MS);
}

async function isQueueEmpty() {
  return (await queue.state()).pending === 0;
}

/** A page may only be left when the one it goes to is sure to come: our own server answers, not a portal. */
export async function isServerThere() {
  try {
    const response = await fetch("/healthz", { cache: "no-store", redirect: "error" });
    return response.ok && (await response.json()).kiosk === 1;
  } catch {
    return false;
  }
}
