// Lets the kiosk's screen start without a network. It never owns the queue and never keeps a staff page.
//
// The page says at registration which version this is: /sw.js?version=…

const VERSION = new URL(self.location.href).searchParams.get("version");
const CACHE = `kiosk-${VERSION}`;
const PATIENCE_MS = 4000;

self.addEventListener("install", (event) => event.waitUntil(keepShell()));

self.addEventListener("activate", (event) => event.waitUntil(dropOthers()));

// The page asks, when its queue is empty and nobody is tapping.
self.addEventListener("message", (event) => {
  if (event.data === "take-over") self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (event.request.mode === "navigate" && url.pathname === "/") event.respondWith(screen(event.request));
  else if (url.pathname.startsWith(`/static/${VERSION}/`)) event.respondWith(asset(event.request));
});

async function screen(request) {
  const controller = new AbortController();
  const late = setTimeout(() => controller.abort(), PATIENCE_MS);
  try {
    const response = await fetch(request, { signal: controller.signal });
    // Without a query: it says thanks to one person, or speaks the language that one person chose.
    if (isShell(response) && !new URL(request.url).search) {
      await (await caches.open(CACHE)).put("/", response.clone());
    }
    // A proxy's error page or a hotel's portal is no screen.
    if (isShell(response) || response.type === "opaqueredirect" || response.status < 500) return response;
    return (await kept("/")) ?? response;
  } catch (error) {
    const shell = await kept("/");
    if (shell) return shell;
    throw error;
  } finally {
    clearTimeout(late);
  }
}

async function asset(request) {
  const found = await kept(request);
  if (found) return found;
  const response = await fetch(request);
  if (response.ok) await (await caches.open(CACHE)).put(request, response.clone());
  return response;
}

async function kept(request) {
  return (await caches.open(CACHE)).match(request);
}

async function keepShell() {
  const response = await fetch("/", { cache: "no-store" });
  if (!isShell(response)) return;
  const cache = await caches.open(CACHE);
  const html = await response.clone().text();
  const assets = new Set(html.match(/\/static\/[^"#]+/g) ?? []);
  await cache.addAll([...assets]);
  await cache.put("/", response);
}

async function dropOthers() {
  for (const name of await caches.keys()) if (name.startsWith("kiosk-") && name !== CACHE) await caches.delete(name);
}

// Only a tablet's own screen says this of itself.
function isShell(response) {
  return response.ok && !response.redirected && response.headers.get("X-Kiosk-Shell") === VERSION;
}
