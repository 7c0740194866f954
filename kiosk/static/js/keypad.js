// The PIN is typed here and sent with its last digit. Without this each digit sends the form.

import { isServerThere } from "./health.js";

const IDLE_MS = 30_000;

const keypad = document.getElementById("keypad");
const dots = document.getElementById("dots");
const back = document.querySelector("main a");
let typed = "";
let idle = null;

function show() {
  const spots = [...dots.querySelectorAll("span")];
  for (const [place, spot] of spots.entries()) spot.classList.toggle("is-full", place < typed.length);
  const [of, all] = [typed.length, spots.length];
  dots.setAttribute("aria-label", dots.dataset.say.replace("{}", of).replace("{}", all));
}

function press(key) {
  typed = key === "delete" ? typed.slice(0, -1) : typed + key;
  show();
  if (typed.length < Number(keypad.dataset.digits)) return;
  keypad.elements.typed.value = typed;
  keypad.submit();
}

// The page is left only for one that is sure to come.
async function leave() {
  if (await isServerThere()) location.replace(back.href);
  else stay();
}

function stay() {
  clearTimeout(idle);
  idle = setTimeout(leave, IDLE_MS);
}

keypad?.addEventListener("submit", (event) => {
  event.preventDefault();
  const { name, value } = event.submitter;
  press(name === "delete" ? name : value);
});
addEventListener("keydown", ({ key }) => {
  if (!keypad) return;
  if (/^[0-9]$/.test(key)) press(key);
  else if (key === "Backspace") press("delete");
});
document.addEventListener("pointerdown", ({ target }) => target.closest("button")?.classList.add("is-pressed"));
for (const name of ["pointerup", "pointercancel"]) {
  document.addEventListener(name, () => {
    for (const one of document.querySelectorAll(".is-pressed")) one.classList.remove("is-pressed");
  });
}
for (const name of ["pointerdown", "keydown"]) addEventListener(name, stay);
stay();
