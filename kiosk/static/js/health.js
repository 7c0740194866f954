// A tablet's sign of life: what waits on it and since when, which staff see on I dag. The answer tells it the time,
// whether the server was restored from a backup, and which version of the screen is served.

import * as queue from "./queue.js";
import { exchange, offset, wake } from "./sender.js";

const EVERY_MS = 30_000;
const ONE_DAY_MS = 24 * 3600 * 1000;
const UNKNOWN = { pending: null, dead: null, oldest: null };
const OWN_VERSION = document.documentElement.dataset.version;

let canKeep = true;

/** Tells now and every half minute, while somebody could see the screen. `isResting()`: whether nobody is at it. */
export function start(isResting) {
  const tell = () => document.hidden || exchangeHealth(isResting).catch(() => {});
  setInterval(tell, EVERY_MS);
  document.addEventListener("visibilitychange", tell);
  tell();
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

async function exchangeHealth(isResting) {
  const { pending, dead, oldest } = await look();
  const age = oldest && Math.max(0, Date.now() - oldest);
  const { status, body } = await exchange("/api/health", { pending, dead, oldest: age });
  if (status !== 200 || !body?.version) return;
  canKeep = await queue.learn({ offset, epoch: body.epoch }).then(() => true, () => false);
  // The server is there, and after a restore it lacks what was sent.
  wake();
  await meet(body.version, isResting);
}

// A tablet that can keep no tap says that it does not know: what it still reads is not what staff must know.
async function look() {
  return (canKeep && (await queue.state().catch(() => null))) || UNKNOWN;
}

// The server serves this version: the page goes over to it when nothing waits and nobody is here.
async function meet(version, isResting) {
  const registration = await keepScreen(version);
  const worker = registration?.waiting;
  if (registration?.installing || !(worker || isNew(version))) return;
  if ((await queue.state()).pending || !(await isServerThere()) || !isResting()) return;
  if (!worker) return beginAnew(version);
  worker.onstatechange = () => {
    if (worker.state === "activated" && isResting()) beginAnew(version);
  };
  worker.postMessage("take-over");
}

// So that the screen starts without a network. Plain http has no service worker, and some browsers refuse one.
async function keepScreen(version) {
  if (location.pathname !== "/") return;
  return navigator.serviceWorker?.register(`/sw.js?version=${version}`).catch(() => {});
}

// Where something on the way keeps old pages, the one that began anew is the old one still: then once a day is enough.
function isNew(version) {
  return version !== OWN_VERSION && (!sessionStorage.getItem(version) || performance.now() > ONE_DAY_MS);
}

function beginAnew(version) {
  if (!isNew(version)) return;
  sessionStorage.setItem(version, "met");
  location.reload();
}
