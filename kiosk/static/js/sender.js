// Sends what the queue holds, and believes an answer only if it is really ours. Nothing here touches the page.

import * as queue from "./queue.js";

const MAGIC = 1;
const MOST = 50;
const REFUSALS = 3;
const ABORT_MS = 8000;
const EVERY_MS = 15_000;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;
const LONGEST_RETRY_AFTER_MS = 300_000;
const UNPAIRED_MS = 60_000;
const LARGEST_KEEPALIVE = 30_000;
const VERDICTS = ["recorded", "known", "held"];

// Tells apart the page loads, because performance.now() begins anew with each.
export const BOOT = newId();

let offset = null;
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
export async function start(onState) {
  tell = onState;
  try {
    offset = (await queue.recall("offset")) ?? null;
  } catch {
    // Then the first answer tells it.
  }
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
  const answer = await ask(records);
  return answer.kind === "verdicts" && records.every((record) => VERDICTS.includes(answer.verdicts[record.id]));
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
  const answer = await ask(records);
  switch (answer.kind) {
    case "verdicts":
      return settle(records, answer);
    case "unpaired":
      tell("unpaired");
      pause(UNPAIRED_MS);
      return false;
    case "wait":
      tell("offline");
      pause(answer.ms);
      return false;
    case "refused":
      return isolate(records);
    default:
      tell("offline");
      later(backOff());
      return false;
  }
}

async function settle(records, answer) {
  const settled = records.filter((record) => VERDICTS.includes(answer.verdicts[record.id]));
  await queue.settle(settled.map((record) => record.id), { offset, epoch: answer.epoch });
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

async function ask(records) {
  const sent = performance.now();
  const content = JSON.stringify({
    kiosk: MAGIC,
    now: Date.now(),
    client: document.documentElement.dataset.version,
    taps: records.map(onTheWire),
  });
  let response;
  let body = null;
  try {
    response = await fetch("/api/taps", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Kiosk": "1" },
      cache: "no-store",
      redirect: "error",
      // So that a closed page still sends; browsers refuse it for more than 64 kB.
      keepalive: content.length < LARGEST_KEEPALIVE,
      signal: timeout(ABORT_MS),
      body: content,
    });
    body = await response.json();
  } catch {
    if (!response) return { kind: "nothing" };
  }
  const isOurs = body?.kiosk === MAGIC;
  if (response.status === 200 && isOurs && body.verdicts && typeof body.now === "number") {
    offset = Math.round(body.now - (Date.now() - (performance.now() - sent) / 2));
    return { kind: "verdicts", ...body };
  }
  const seconds = Number(response.headers.get("Retry-After"));
  if ([429, 503].includes(response.status) && seconds > 0) {
    return { kind: "wait", ms: Math.min(seconds * 1000, LONGEST_RETRY_AFTER_MS) };
  }
  // A captive portal says 401 and 403 too; it is ours only with our magic.
  if (isOurs && [401, 403].includes(response.status)) return { kind: "unpaired" };
  if (isOurs && [400, 413, 422].includes(response.status)) return { kind: "refused" };
  return { kind: "nothing" };
}

function onTheWire({ id, centre, activity, count, undoes, wall, offset, mono, boot }) {
  const age = boot === BOOT ? { age: Math.max(0, Math.round(performance.now() - mono)) } : {};
  return { id, centre, activity, count, ...(undoes && { undoes }), wall, offset, ...age };
}

function timeout(ms) {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), ms);
  return controller.signal;
}

// Not by the wall clock: set back a year, it would make the pause last a year.
function pause(ms) {
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
