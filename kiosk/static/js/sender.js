// Sends what the queue holds, and believes an answer only if it is really ours. Nothing here touches the page.

import * as queue from "./queue.js";

const MAGIC = 1;
const MOST = 50;
const REFUSALS = 3;
const ABORT_MS = 8000;
const EVERY_MS = 15_000;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;
const LONGEST_PAUSE_MS = 300_000;
const UNPAIRED_MS = 60_000;
const LARGEST_KEEPALIVE = 30_000;
const VERDICTS = ["recorded", "known", "held"];

// Tells apart the page loads, because performance.now() begins anew with each.
export const BOOT = newId();

/** The server's clock minus the tablet's, in ms, as this page has heard it; null until then. */
export let offset = null;

let batch = MOST;
let failures = 0;
let timer = null;
let notBefore = 0;
let isSending = false;
let isWoken = false;
let tell = () => {};

/** A version 4 UUID; crypto.randomUUID does not exist on plain http. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** A tap as the queue keeps it. */
export function newRecord(centre, activity, count, undoes) {
  const wall = Date.now();
  return {
    id: newId(),
    centre,
    activity,
    count,
    ...(undoes && { undoes }),
    wall,
    since: wall,
    offset,
    mono: performance.now(),
    boot: BOOT,
    tries: 0,
    state: "waiting",
  };
}

/** Starts sending. `onState("sending" | "offline" | "unpaired")` is told how it goes. */
export function start(onState) {
  tell = onState;
  for (const name of ["online", "pageshow"]) addEventListener(name, wake);
  document.addEventListener("visibilitychange", wake);
  setInterval(wake, EVERY_MS);
  wake();
}

/** Sends now, unless the server asked for a pause. */
export function wake() {
  if (performance.now() >= notBefore) attempt();
}

/** Posts records past the queue, when it could not keep them. True when the server answers for all. */
export async function post(records) {
  const { status, body } = await send(records);
  return status === 200 && records.every(isAnsweredForIn(body?.verdicts));
}

/** Posts a message. Resolves with `status` (0: nothing came), `pause` (ms it asks for), and `body` (null: not ours). */
export async function exchange(path, message) {
  const content = JSON.stringify({ kiosk: MAGIC, client: document.documentElement.dataset.version, ...message });
  const sent = performance.now();
  const answer = { status: 0, pause: 0, body: null };
  try {
    const response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Kiosk": "1" },
      cache: "no-store",
      redirect: "error",
      // So that a closed page still sends; browsers refuse it for more than 64 kB.
      keepalive: content.length < LARGEST_KEEPALIVE,
      signal: AbortSignal.timeout(ABORT_MS),
      body: content,
    });
    answer.status = response.status;
    answer.pause = Math.min(Number(response.headers.get("Retry-After")) * 1000, LONGEST_PAUSE_MS);
    const body = await response.json();
    // A captive portal answers with any status; ours carries our magic.
    if (body?.kiosk === MAGIC) answer.body = body;
  } catch {
    // Nothing came, or half of it, or no JSON.
  }
  // No number: the server knows that its clock is wrong.
  if (answer.status === 200 && typeof answer.body?.now === "number") {
    offset = Math.round(answer.body.now + (performance.now() - sent) / 2 - Date.now());
  }
  return answer;
}

async function attempt() {
  isWoken = true;
  if (isSending) return;
  isSending = true;
  clearTimeout(timer);
  try {
    // Woken while an answer was on its way that asked for a pause: it waits too.
    while (isWoken && performance.now() >= notBefore) {
      isWoken = false;
      let records;
      while ((records = await queue.waiting(batch)).length && (await sendBatch(records)));
    }
  } catch {
    // The queue could not be read or written: nothing is lost, it is tried again.
    later(backOff());
  } finally {
    isSending = false;
  }
}

// True when the next batch may follow at once.
async function sendBatch(records) {
  const { status, pause, body } = await send(records);
  if (status === 200 && body?.verdicts) return settle(records, body);
  if (body && [400, 413, 422].includes(status)) return isolate(records);
  const isUnpaired = body && [401, 403].includes(status);
  tell(isUnpaired ? "unpaired" : "offline");
  if (isUnpaired) holdOff(UNPAIRED_MS);
  else if ([429, 503].includes(status) && pause > 0) holdOff(pause);
  else later(backOff());
  return false;
}

async function settle(records, { verdicts, epoch }) {
  const settled = records.filter(isAnsweredForIn(verdicts));
  await queue.settle(settled.map((record) => record.id), { offset, epoch });
  if (settled.length < records.length) {
    later(backOff());
    return false;
  }
  failures = 0;
  batch = Math.min(MOST, batch * 2);
  tell("sending");
  return true;
}

// The whole batch was refused: the poison is found by halving, and after three refusals it lies aside.
async function isolate(records) {
  if (records.length > 1) {
    batch = Math.ceil(records.length / 2);
    return true;
  }
  await queue.refuse(records[0].id, REFUSALS);
  return true;
}

function send(records) {
  return exchange("/api/taps", { now: Date.now(), taps: records.map(onTheWire) });
}

function isAnsweredForIn(verdicts) {
  return ({ id }) => VERDICTS.includes(verdicts?.[id]);
}

function onTheWire({ id, centre, activity, count, undoes, wall, offset, mono, boot }) {
  const age = boot === BOOT ? { age: Math.max(0, Math.round(performance.now() - mono)) } : {};
  return { id, centre, activity, count, ...(undoes && { undoes }), wall, offset, ...age };
}

// Not by the wall clock: set back a year, it would make the pause last a year.
function holdOff(ms) {
  notBefore = performance.now() + ms;
  clearTimeout(timer);
  timer = setTimeout(() => {
    notBefore = 0;
    attempt();
  }, ms);
}

function later(ms) {
  clearTimeout(timer);
  timer = setTimeout(attempt, ms);
}

// 1, 2, 4 … 30 s, each half longer or shorter by chance, so that tablets do not come back all at once.
function backOff() {
  const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures++);
  return wait * (0.5 + Math.random());
}
