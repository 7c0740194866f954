// The screens of volunteers and staff: what they have beside taps.

import "../tap.js";
import { askElement } from "./ask.js";
import * as newest from "./newest.js";
import * as numbers from "./numbers.js";
import { askNumber } from "./pad.js";

const several = document.getElementById("several");

document.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-opens], [data-closes], [data-pad]");
  const sheet = event.target.closest("dialog");
  if (sheet && isOutside(sheet, event)) sheet.close();
  if (!pressed) return;
  if (pressed.matches("a")) event.preventDefault();
  if (pressed.dataset.opens) open(pressed.dataset.opens);
  else if (pressed.dataset.food) askBags(pressed);
  else if (pressed.dataset.pad) askSeveral(pressed);
  else sheet.close();
});

function open(name) {
  document.getElementById(name).showModal();
  if (name === "newest") newest.fill();
}

// On the veil around a sheet; keys that are pressed like buttons have no place.
function isOutside(sheet, { target, detail, clientX, clientY }) {
  const box = sheet.getBoundingClientRect();
  const isInside = clientX >= box.left && clientX <= box.right && clientY >= box.top && clientY <= box.bottom;
  return target === sheet && detail > 0 && !isInside;
}

async function askSeveral({ dataset }) {
  const { pad: words, activity, one, decimals, maximum } = dataset;
  const number = await askNumber({ words, decimals: Number(decimals), maximum: Number(maximum ?? Infinity) });
  if (number === null) return;
  several.dataset.activity = activity;
  several.dataset.count = Math.round(number * one);
  several.requestSubmit();
}

// Not a tap, and kept by nobody but the server: without a network it is said, and asked for again.
async function askBags({ dataset }) {
  const form = document.getElementById("food");
  const bags = await askNumber({ words: dataset.pad, least: 0, keep: document.getElementById("pad").dataset.sayKeep });
  if (bags === null) return;
  if (await showFood({ [dataset.food]: bags })) document.querySelector(`[data-food="${dataset.food}"]`).focus();
  else form.querySelector(".food-says").textContent = form.dataset.sayFailed;
}

// True when the server said how the bags stand, after it was told these fields.
async function showFood(fields) {
  const form = document.getElementById("food");
  const answer = await askElement(form.action, fields);
  if (answer?.id !== "food") return false;
  const fresh = answer.querySelectorAll(".food-field");
  for (const [place, field] of form.querySelectorAll(".food-field").entries()) field.replaceWith(fresh[place]);
  // The line itself stays: a screen reader tells what changes in it, and nothing of a new one.
  const [line, news] = [form, answer].map((one) => one.querySelector(".food-says"));
  line.className = news.className;
  if (line.textContent !== news.textContent) line.textContent = news.textContent;
  return true;
}

// Quietly: not while somebody is at it, nor when there is nothing new to say.
document.addEventListener("tally-counted", () => {
  const form = document.getElementById("food");
  if (form && !form.contains(document.activeElement)) showFood();
});

document.documentElement.classList.add("has-script");
numbers.start();
