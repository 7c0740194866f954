// What htmx does on our pages besides macros/live.html, which holds its settings and the triggers of fragments.

// A page that nobody sees does not poll; when it is seen again it asks at once.
document.addEventListener("htmx:config:request", (event) => {
  if (document.hidden && event.detail.ctx.request.method === "GET") event.preventDefault();
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) document.body.dispatchEvent(new CustomEvent("page-shown"));
});

// Somebody tapped on another page of this browser (tap.js): the numbers are others.
if (globalThis.BroadcastChannel) {
  new BroadcastChannel("kiosk").addEventListener("message", ({ data }) => {
    document.body.dispatchEvent(new CustomEvent(data));
  });
}

// A page that the browser kept for its back button is asked for anew: somebody else may sit there now.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

// What is on the page already is not sent again: the answer is 304, and nothing is swapped.
document.addEventListener("htmx:config:request", (event) => {
  const { request, sourceElement } = event.detail.ctx;
  const etag = sourceElement.dataset.etag;
  if (etag && request.method === "GET") request.headers["If-None-Match"] = `"${etag}"`;
});

// Old numbers say that they are old.
const sayWhetherStale = (isStale) => {
  const sign = document.getElementById("stale");
  if (sign) sign.hidden = !isStale;
};
for (const trouble of ["htmx:error", "htmx:response:error"]) {
  document.addEventListener(trouble, () => sayWhetherStale(true));
}
document.addEventListener("htmx:after:request", (event) => {
  if (event.detail.ctx.response.status < 400) sayWhetherStale(false);
});
