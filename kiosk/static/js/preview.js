// A button's form shows itself as it is filled in. Without this there is a button for it.

const button = document.getElementById("try");
const frame = document.querySelector(".preview iframe");
let newest = 0;

async function show() {
  const mine = (newest += 1);
  const answer = await fetch(button.formAction, { method: "POST", body: new FormData(button.form) }).catch(() => null);
  // Something else was chosen meanwhile, or there is nothing to show: the picture stays as it is.
  if (mine !== newest || !answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  // In its place and not as a new page: the way back leads out of the form, not through its colours.
  frame.contentDocument.body.replaceWith(page.body);
}

button.hidden = true;
button.form.addEventListener("input", show);
