// The newest taps of the screen, each to be taken back: those of this device from its queue, the others from the server.

import * as queue from "../queue.js";
import { takeBack } from "../tap.js";
import { ask } from "./ask.js";
import { isToday, write } from "./numbers.js";

const MOST = 20;
const MINUTE_MS = 60_000;

const screen = document.getElementById("screen");
const list = document.getElementById("newest-list");
const says = document.getElementById("newest-says");
const row = document.getElementById("newest-row");

const clock = new Intl.DateTimeFormat("nb", { hour: "2-digit", minute: "2-digit", timeZone: screen.dataset.timezone });

// What each row's form takes back.
const taps = new WeakMap();

/** Fills the list. Without a network it holds what this device knows, and says so. */
export async function fill() {
  says.textContent = "";
  const [records, answer] = await Promise.all([queue.all().catch(() => []), ask(screen.dataset.newest)]);
  const found = merge(records.filter(isOfThisScreen), answer?.taps ?? []);
  list.replaceChildren(...found.map(rowOf));
  list.hidden = !found.length;
  says.textContent = answer ? (found.length ? "" : says.dataset.sayNone) : says.dataset.sayOwn;
}

list.addEventListener("submit", async (event) => {
  const form = event.target;
  event.preventDefault();
  await takeBack(form, taps.get(form));
  if (form.querySelector(".is-failed")) return;
  const item = form.closest("li");
  item.classList.add("is-undone");
  form.remove();
  // Focus was on what is gone.
  item.tabIndex = -1;
  item.focus();
});

function merge(records, answered) {
  const found = new Map(answered.map((tap) => [tap.id, tap]));
  for (const one of records) {
    if (one.undoes || found.has(one.id)) continue;
    found.set(one.id, { ...one, at: Math.floor(one.wall / MINUTE_MS) * MINUTE_MS });
  }
  for (const one of records) if (found.has(one.undoes)) found.get(one.undoes).isUndone = true;
  return [...found.values()].sort((one, other) => other.at - one.at).slice(0, MOST);
}

function isOfThisScreen(record) {
  return record.centre === screen.dataset.centre && isToday(record.wall) && buttonOf(record.activity);
}

function rowOf(tap) {
  const item = row.content.firstElementChild.cloneNode(true);
  const form = item.querySelector("form");
  const button = form.querySelector("button");
  const on = buttonOf(tap.activity);
  const time = clock.format(tap.at).replace(":", ".");
  const what = `${write(tap.count, on?.decimals ?? 0)} ${on?.word ?? tap.word}`;
  item.querySelector(".when").textContent = time;
  item.querySelector(".what").textContent = what;
  item.classList.toggle("is-undone", Boolean(tap.isUndone));
  if (tap.isUndone) form.remove();
  button.setAttribute("aria-label", `${button.textContent}: ${time}, ${what}`);
  taps.set(form, { ...tap, centre: screen.dataset.centre });
  return item;
}

// What the screen says of an activity; undefined where it has no button for it.
function buttonOf(activity) {
  const place = document.querySelector(`[data-today="${CSS.escape(activity)}"]`);
  return place && { decimals: place.dataset.decimals, word: place.closest("button").querySelector(".word").textContent };
}
