// The number pad: asks for a number, and once more when it is above what is usual.

// A hand that bounces on “record” must not answer “are you sure?” with it.
const LOCK_MS = 1000;
const MOST_DIGITS = 4;
const FORGET_MS = 60_000;

const pad = document.getElementById("pad");
const title = document.getElementById("pad-title");
const shown = document.getElementById("pad-number");
const sure = document.getElementById("pad-sure");
const done = document.getElementById("pad-done");
const comma = document.getElementById("pad-comma");
const say = pad.dataset;

let asked = null;
let written = "";
let sureSince = null;
let forgetTimer = null;

pad.addEventListener("click", ({ target }) => {
  const key = target.closest("[data-key]")?.dataset.key;
  if (key) press(key);
  else if (target === done) finish();
});
pad.addEventListener("keydown", (event) => {
  if (/^[0-9]$/.test(event.key) || event.key === "Backspace") press(event.key);
  else if ([",", "."].includes(event.key)) press(",");
  // Enter on a key presses that key, for who walks over them.
  else if (event.key === "Enter" && !event.target.closest("[data-key], [data-closes]")) finish();
  else return;
  event.preventDefault();
});
pad.addEventListener("close", () => {
  clearTimeout(forgetTimer);
  const { resolve } = asked ?? {};
  asked = null;
  resolve?.(pad.returnValue === "done" ? number() : null);
});

/** Asks for a number in whole units, such as 14 or 1.5; null when it was called off. `least`: 0 or 1 of the smallest. */
export function askNumber({ words, decimals = 0, maximum = Infinity, least = 1, keep = say.sayOk }) {
  return new Promise((resolve) => {
    asked = { decimals, maximum, least, keep, resolve };
    title.textContent = words;
    comma.hidden = decimals === 0;
    written = "";
    pad.returnValue = "";
    show();
    pad.showModal();
    done.focus();
  });
}

function press(key) {
  const [whole, rest = null] = written.split(",");
  if (key === "Backspace") written = written.slice(0, -1);
  else if (key === ",") written += rest === null && asked.decimals ? (written ? "," : "0,") : "";
  else if (rest === null ? whole.length < MOST_DIGITS : rest.length < asked.decimals) written += key;
  written = written.replace(/^0+(?=\d)/, "");
  show();
}

function show() {
  // A number that the last person left half written is not the beginning of the next one's.
  clearTimeout(forgetTimer);
  forgetTimer = setTimeout(() => pad.close(), FORGET_MS);
  sureSince = null;
  sure.textContent = "";
  shown.textContent = written || "–";
  done.textContent = isPossible() ? asked.keep.replace("{}", written) : say.sayNone;
  done.setAttribute("aria-disabled", String(!isPossible()));
}

function finish() {
  if (!isPossible()) return;
  if (number() > asked.maximum && sureSince === null) {
    sureSince = performance.now();
    sure.textContent = say.saySure.replace("{}", written);
    done.textContent = say.sayYes.replace("{}", written);
    return;
  }
  if (sureSince !== null && performance.now() - sureSince < LOCK_MS) return;
  pad.close("done");
}

function number() {
  return Number(written.replace(",", "."));
}

function isPossible() {
  return written !== "" && number() * 10 ** asked.decimals >= asked.least;
}
