// Today's numbers on the buttons: what the server counted, and what waits here on its way to it.

import * as queue from "../queue.js";
import { ask } from "./ask.js";

const EVERY_MS = 15_000;
// Of an older page, or one that was kept for starting without a network, the numbers are not believed.
const FRESH_MS = 60_000;

const screen = document.getElementById("screen");

// {activity: count}; null while nothing is known that can be believed.
let counts = null;
let answeredAt = -Infinity;
let asked = 0;

/** Shows what came with the page, then keeps it fresh while somebody could see it. */
export function start() {
  if (Math.abs(Date.now() - Number(screen.dataset.now)) < FRESH_MS) {
    counts = Object.fromEntries(places().map(({ dataset }) => [dataset.today, Number(dataset.count)]));
    answeredAt = performance.now();
  }
  setInterval(refresh, EVERY_MS);
  for (const name of ["visibilitychange", "tally-changed"]) document.addEventListener(name, refresh);
  refresh();
}

/** Brings the numbers up to date: at once with what waits here, then with what the server says. */
export async function refresh() {
  if (document.hidden) return;
  await paint();
  const turn = ++asked;
  const answer = await ask(screen.dataset.counts);
  // An answer that another overtook knows less than what is shown.
  if (turn < asked) return;
  if (answer?.counts) {
    const isNew = JSON.stringify(answer.counts) !== JSON.stringify(counts);
    counts = answer.counts;
    answeredAt = performance.now();
    if (isNew) document.dispatchEvent(new Event("tally-counted"));
  }
  await paint();
}

async function paint() {
  const waiting = sumOf(await queue.all().catch(() => []));
  screen.classList.toggle("is-stale", performance.now() - answeredAt > FRESH_MS);
  for (const place of places()) {
    const { today, decimals } = place.dataset;
    const isKnown = counts && today in counts;
    place.textContent = isKnown ? write(counts[today] + (waiting[today] ?? 0), decimals) : "";
    place.parentElement.hidden = !isKnown;
  }
}

/** A count in the smallest unit as the pages write it: 15 with one decimal is “1,5”. */
export function write(count, decimals) {
  return (count / 10 ** decimals).toLocaleString("nb", { maximumFractionDigits: Number(decimals) });
}

// What was tapped and taken back here today and is not answered for; a whole gets what its parts get.
function sumOf(records) {
  const wholes = Object.fromEntries(places().map(({ dataset }) => [dataset.today, dataset.whole]));
  const sums = {};
  for (const one of records) {
    if (one.state !== "waiting" || one.centre !== screen.dataset.centre || !isToday(one.wall)) continue;
    for (const activity of [one.activity, wholes[one.activity]]) {
      sums[activity] = (sums[activity] ?? 0) + (one.undoes ? -one.count : one.count);
    }
  }
  return sums;
}

// Where the centre is: a tablet may be set to another time zone.
const day = new Intl.DateTimeFormat("nb", { dateStyle: "short", timeZone: screen.dataset.timezone });

export function isToday(ms) {
  return day.format(ms) === day.format(Date.now());
}

function places() {
  return [...document.querySelectorAll("[data-today]")];
}
