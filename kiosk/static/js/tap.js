// The screen of a tablet: takes the forms over, thanks when the queue has the tap, lets it be taken back.

import * as health from "./health.js";
import * as queue from "./queue.js";
import { newRecord, post, start, wake } from "./sender.js";

// A shaking hand bounces; the same button is deaf this long. Other buttons never are.
const LOCK_MS = 1000;
const THANKS_MS = 1600;
const LOOK_EVERY_MS = 15_000;
const ABORT_MS = 8000;
// Only a gap that a person would notice is worth a sign.
const OFFLINE_SIGN_MS = 5000;

const screen = document.getElementById("screen");
const strip = document.getElementById("strip");
const message = document.getElementById("message");
const after = document.getElementById("after");
const offlineSign = document.getElementById("offline");
const isLarge = screen.classList.contains("is-large");
// Who asks for larger text needs longer.
const UNDO_MS = isLarge ? 20_000 : 8000;
const IDLE_MS = isLarge ? 30_000 : 20_000;
const say = strip.dataset;

let last = null;
let resting = say.sayDefault;
let afterTimer = null;
let idleTimer = null;
let offlineTimer = null;
let isResting = true;
const thanking = new Map();
const otherPages = globalThis.BroadcastChannel && new BroadcastChannel("kiosk");

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form.tap, #undo, #again")) return;
  event.preventDefault();
  // Not form.id: the form has a field of that name.
  if (form.matches("#undo")) undo(form);
  else if (form.matches("#again")) again(form);
  else tap(form);
});

// A finger's press shows at once; :active waits until the browser is sure that it is no swipe.
document.addEventListener("pointerdown", ({ target }) => showPressed(target.closest("button")));
for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, () => showPressed(null));

function showPressed(button) {
  for (const one of document.querySelectorAll(".is-pressed")) one.classList.remove("is-pressed");
  button?.classList.add("is-pressed");
}

function tap(form) {
  const { activity, count } = form.dataset;
  record(form, newRecord(screen.dataset.centre, activity, Number(count)));
}

// One more is one, also after five at once.
function again(form) {
  if (last) record(form, newRecord(last.centre, last.activity, oneOf(last.activity) ?? last.count));
}

function undo(form) {
  if (last) takeBack(form, last);
}

/** Takes back a tap of the queue or of the server, `{id, centre, activity, count}`; `form` was pressed for it. */
export async function takeBack(form, taken) {
  if (isLocked(form)) return;
  if (!(await keepLocked(form, newRecord(taken.centre, taken.activity, taken.count, taken.id)))) return fail(form);
  if (last?.id === taken.id) closeAfter();
  speak(say.sayUndone);
}

async function record(form, one) {
  if (isLocked(form)) return;
  if (!(await keepLocked(form, one))) return fail(form);
  const button = buttonOf(one.activity);
  thank(form.matches(".tap") ? button : null);
  const times = one.count / (oneOf(one.activity) ?? one.count);
  const word = button?.querySelector(".word").textContent ?? "";
  speak(say.sayRecorded.replace("{}", times === 1 ? word : `${times.toLocaleString("nb")} ${word}`));
  openAfter(one, UNDO_MS);
}

// True when the tap is safe: in the queue, or, if the tablet cannot keep it, at the server.
async function keep(one) {
  try {
    await queue.put(one);
    wake();
    return true;
  } catch {
    return post([one]);
  }
}

function isLocked(form) {
  return form.querySelector("button").classList.contains("is-locked");
}

// The button is deaf until it is known what became of the tap: who sees no thanks on a slow disk presses again.
async function keepLocked(form, one) {
  const button = form.querySelector("button");
  const since = performance.now();
  button.classList.remove("is-failed");
  button.classList.add("is-locked");
  button.setAttribute("aria-disabled", "true");
  const isKept = await keep(one);
  if (isKept) document.dispatchEvent(new Event("tally-changed"));
  const unlock = () => {
    button.classList.remove("is-locked");
    button.removeAttribute("aria-disabled");
  };
  setTimeout(unlock, since + LOCK_MS - performance.now());
  return isKept;
}

function thank(button) {
  if (!button) return;
  // A second tap while the first is still being thanked has a whole thank-you of its own.
  clearTimeout(thanking.get(button));
  if (button.classList.contains("is-thanking")) {
    button.classList.remove("is-thanking");
    void button.offsetWidth;
  }
  button.classList.add("is-thanking");
  thanking.set(button, setTimeout(() => button.classList.remove("is-thanking"), THANKS_MS));
}

function fail(form) {
  const button = form.querySelector("button");
  button.classList.add("is-failed");
  strip.classList.add("is-failed");
  speak(say.sayFailed);
}

export function speak(text) {
  if (text !== say.sayFailed) strip.classList.remove("is-failed");
  // The same words twice are said twice only when they were gone in between.
  message.textContent = "";
  requestAnimationFrame(() => (message.textContent = text));
}

function openAfter(one, ms) {
  last = one;
  after.hidden = false;
  clearTimeout(afterTimer);
  afterTimer = setTimeout(() => {
    closeAfter();
    speak(resting);
  }, ms);
}

function closeAfter() {
  last = null;
  after.hidden = true;
}

function buttonOf(activity) {
  return document.querySelector(`form.tap[data-activity="${CSS.escape(activity)}"] button`);
}

function oneOf(activity) {
  return buttonOf(activity) && Number(buttonOf(activity).closest("form").dataset.count);
}

// The next person meets the start screen: nothing red, the default language.
function startOver() {
  isResting = true;
  for (const button of document.querySelectorAll(".is-failed")) button.classList.remove("is-failed");
  closeAfter();
  if (message.textContent !== resting) speak(resting);
  if (location.pathname + location.search !== screen.dataset.home) goHome();
}

async function goHome() {
  if (await health.isServerThere()) location.replace(screen.dataset.home);
  else restLater();
}

function restLater() {
  isResting = false;
  clearTimeout(idleTimer);
  idleTimer = setTimeout(startOver, IDLE_MS);
}

// What a leader changed comes by itself, but never under a finger: only while nobody is here, before and after.
async function refresh() {
  const old = document.getElementById("buttons");
  const isAlone = () => isResting && !old.querySelector(".is-pressed");
  if (document.hidden || !isAlone()) return;
  const response = await fetch(location, {
    headers: { "HX-Request": "true", "If-None-Match": `"${old.dataset.version}"` },
    cache: "no-store",
    redirect: "error",
    signal: AbortSignal.timeout(ABORT_MS),
  });
  if (response.status !== 200) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  // A portal's page has none.
  if (!page.getElementById("buttons") || !isAlone()) return;
  for (const part of [...page.body.children]) document.getElementById(part.id)?.replaceWith(part);
  document.dispatchEvent(new Event("tally-changed"));
}

function onState(state) {
  // What waited here is counted there now, and shown on the other pages of this browser.
  if (state === "sending") {
    document.dispatchEvent(new Event("tally-changed"));
    otherPages?.postMessage("tally-changed");
  }
  if (state === "offline") {
    offlineTimer ??= setTimeout(show, OFFLINE_SIGN_MS, state);
    return;
  }
  clearTimeout(offlineTimer);
  offlineTimer = null;
  show(state);
}

function show(state) {
  offlineSign.hidden = state !== "offline";
  // Only the screens of those who work here have words for being offline.
  const words = { unpaired: say.sayUnpaired, offline: say.sayOffline }[state] ?? say.sayDefault;
  if (words === resting) return;
  resting = words;
  if (after.hidden) speak(resting);
}

// A reload within the time to undo must not take the undo away.
async function resume() {
  const newest = await queue.newest();
  const age = newest && Date.now() - newest.wall;
  if (newest && !newest.undoes && age >= 0 && age < UNDO_MS) openAfter(newest, UNDO_MS - age);
}

// What presses a button without a finger, and what wakes the screen, is somebody too.
for (const name of ["pointerdown", "keydown", "submit", "visibilitychange"]) addEventListener(name, restLater);
setInterval(() => refresh().catch(() => {}), LOOK_EVERY_MS);
// A tap by form, before this script was there, brought its id in the address; it needs no second start.
if (location.search) restLater();
start(onState);
health.start(() => isResting);
resume().catch(() => {});
