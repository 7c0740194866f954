// A tablet's sign of life: what waits on it and since when. Staff see it on I dag.

import * as queue from "./queue.js";

const EVERY_MS = 30_000;
const ABORT_MS = 8000;

/** Tells now and every half minute, while somebody could see the screen. */
export function start() {
  setInterval(tell, EVERY_MS);
  document.addEventListener("visibilitychange", tell);
  tell();
}

async function tell() {
  if (document.hidden) return;
  try {
    const { pending, dead, oldest } = await queue.state();
    const now = Date.now();
    const controller = new AbortController();
    setTimeout(() => controller.abort(), ABORT_MS);
    const response = await fetch("/api/health", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Kiosk": "1" },
      cache: "no-store",
      redirect: "error",
      signal: controller.signal,
      body: JSON.stringify({
        kiosk: 1,
        client: document.documentElement.dataset.version,
        pending,
        dead,
        oldest: oldest === null ? null : Math.max(0, now - oldest),
      }),
    });
    const answer = await response.json();
    if (response.status !== 200 || answer.kiosk !== 1 || !answer.epoch) return;
    // A restored backup is noticed also by a tablet that has nothing to send.
    await queue.learnEpoch(answer.epoch);
  } catch {
    // It will be told next time.
  }
}
