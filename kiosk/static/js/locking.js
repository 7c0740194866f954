// A screen that a PIN has opened: locked again when nobody has touched it for a while.

import { isServerThere } from "./health.js";

const IDLE_MS = 180_000;
const TELL_EVERY_MS = 60_000;
const AGAIN_MS = 5000;

const lock = document.getElementById("lock");
let idle = null;
let toldAt = performance.now();

function touched() {
  clearTimeout(idle);
  idle = setTimeout(close, IDLE_MS);
  if (performance.now() - toldAt < TELL_EVERY_MS) return;
  toldAt = performance.now();
  // Should it be closed already, the next page says so.
  fetch("/skjerm/her", { method: "POST", cache: "no-store" }).catch(() => {});
}

// The numbers go at once; the page is left only for one that is sure to come.
async function close() {
  document.getElementById("screen").hidden = true;
  if (await isServerThere()) lock.submit();
  else if (navigator.serviceWorker?.controller) location.replace("/");
  else setTimeout(close, AGAIN_MS);
}

for (const name of ["pointerdown", "keydown"]) addEventListener(name, touched);
touched();
