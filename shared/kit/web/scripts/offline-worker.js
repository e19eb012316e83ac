// The service worker of the few forms that people fill in without a network: it keeps their page, and what they send.

import { keep } from "./waiting.js";

const CACHE = "unionhall-offline";
const SAVED = "/offline/saved";
const AWAY = new Set([502, 503, 504]); // the gateway answers, the service does not

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.add(SAVED)));
  self.skipWaiting();
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

// The first visit came before this worker: the page says what it was made of.
self.addEventListener("message", (event) => {
  const addresses = [SAVED, ...event.data.addresses];
  event.waitUntil(
    caches.open(CACHE).then(async (cache) => {
      await Promise.all(addresses.map((address) => cache.add(address).catch(() => {})));
      event.ports[0].postMessage("kept");
    }),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(request.method === "POST" ? post(request) : page(request));
  else if (url.pathname.startsWith("/static/")) event.respondWith(file(request));
});

async function reach(request) {
  const answer = await fetch(request);
  if (AWAY.has(answer.status)) throw new Error(`away: ${answer.status}`);
  return answer;
}

async function page(request) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await reach(request);
    if (answer.ok && !answer.redirected) await cache.put(request.url, answer.clone());
    return answer;
  } catch {
    return (await cache.match(request.url, { ignoreSearch: true, ignoreVary: true })) || (await saved(cache));
  }
}

// Addresses of files change with their content, so a kept one is the right one.
async function file(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(request.url, { ignoreVary: true })) || fetch(request);
}

async function post(request) {
  const cache = await caches.open(CACHE);
  const copy = request.clone();
  const type = request.headers.get("Content-Type");
  const body = await copy.arrayBuffer();
  const typed = await new Response(body, { headers: { "Content-Type": type } }).formData();
  const id = typed.get("entry_id");
  const kind = typed.get("offline");
  try {
    const answer = await reach(request);
    if (kind === "visit") await cache.delete(request.url); // done: nothing of it stays on the device
    return answer;
  } catch (problem) {
    if (!id) throw problem;
    await keep({ id, kind, type, body, person: typed.get("entry_for"), url: request.url, page: request.referrer, at: Date.now() });
    // At a door the next person is waiting; a visit is told that it is safe.
    return kind === "check-in" ? Response.redirect(request.url, 303) : saved(cache);
  }
}

const saved = (cache) => cache.match(SAVED, { ignoreVary: true });
