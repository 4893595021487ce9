// Keeps the public copy of each opened lesson, to be read without a connection. It is fetched without cookies, so it
// holds nothing of a person; no other page is ever stored. One cache for each build: a new worker fills its own with
// fresh copies before it takes over, and then deletes the others.
const PREFIX = "offline-";
const NAME = PREFIX + self.build.version;
const OFFLINE = self.build.offline;
const LOOK = "/offline/look";
const MOST = 30;
const PATIENCE = 10000;
const LESSON = /^\/lessons\/([^/]+)$/;
const COPY = /^\/lessons\/([a-z0-9-]+)\/copy\/(patient|trainee)$/;
const OURS = { size: ["large", "largest"], theme: ["light", "dark"] };
const busy = new Set();

const older = async () => (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== NAME);

// The kept lessons of a cache, the one that was opened last first.
async function copiesIn(cache) {
  const found = [];
  for (const { url } of await cache.keys()) {
    const path = new URL(url).pathname;
    const [, slug, track] = COPY.exec(path) || [];
    if (slug) found.push({ path, slug, track, opened: Number((await cache.match(path)).headers.get("Opened-At")) });
  }
  return found.sort((one, other) => other.opened - one.opened);
}

// Our files have their hash in their name: what is kept under a name is right for ever.
async function keepFile(cache, url) {
  if (await cache.match(url)) return;
  const reply = await fetch(url, { credentials: "omit" });
  if (!reply.ok) throw new Error(`${url}: ${reply.status}`);
  if (url.endsWith(".css")) {
    const named = (await reply.clone().text()).matchAll(/url\(([\w./-]+)\)/g);
    for (const [, name] of named) await keepFile(cache, new URL(name, reply.url).pathname);
  }
  await cache.put(url, reply);
}

// A page is stored after all the files that it names: there is never half of one. One that is gone is forgotten; when
// the site is busy or the connection fails this throws, and what was kept before stays.
async function keep(cache, path, opened) {
  const reply = await fetch(path, { credentials: "omit", redirect: "error", cache: "no-cache" });
  if (reply.status === 404 || reply.status === 410) return cache.delete(path);
  const rule = reply.headers.get("Cache-Control") || "";
  if (reply.status !== 200 || rule.includes("no-store")) throw new Error(`${path}: not to be kept`);
  const html = await reply.text();
  const named = new Set([...html.matchAll(/"(\/static\/[\w./-]+)/g)].map(([, url]) => url));
  await Promise.all([...named].map((url) => keepFile(cache, url)));
  const headers = new Headers(reply.headers);
  for (const name of ["Content-Encoding", "Content-Length", "Vary"]) headers.delete(name);
  headers.set("Kept-At", Date.now());
  headers.set("Opened-At", opened);
  return cache.put(path, new Response(html, { headers }));
}

async function fill() {
  const cache = await caches.open(NAME);
  await keep(cache, OFFLINE, 0);
  for (const name of await older()) {
    const before = await caches.open(name);
    const look = await before.match(LOOK);
    if (look) await cache.put(LOOK, look);
    for (const { path, opened } of await copiesIn(before)) await keep(cache, path, opened);
  }
  await self.skipWaiting();
}

async function takeOver() {
  await Promise.all((await older()).map((name) => caches.delete(name)));
  if (self.registration.navigationPreload) await self.registration.navigationPreload.enable();
  await self.clients.claim();
}

// A lesson was opened: keep its copy, and how this device shows pages (large text, dark), and let the oldest go.
async function opened(path, look) {
  if (busy.has(path)) return;
  busy.add(path);
  try {
    const cache = await caches.open(NAME);
    await cache.put(LOOK, new Response(JSON.stringify(look)));
    await keep(cache, path, Date.now());
    for (const copy of (await copiesIn(cache)).slice(MOST)) await cache.delete(copy.path);
  } finally {
    busy.delete(path);
  }
}

async function forget(slug) {
  const cache = await caches.open(NAME);
  for (const copy of await copiesIn(cache)) if (copy.slug === slug) await cache.delete(copy.path);
}

async function kept(path) {
  const cache = await caches.open(NAME);
  const copy = await cache.match(path);
  if (!copy) return undefined;
  const look = await cache.match(LOOK);
  const shown = { kept: copy.headers.get("Kept-At"), ...(look ? await look.json() : {}) };
  const marks = Object.entries(shown).map(([name, value]) => ` data-${name}="${value}"`).join("");
  const html = (await copy.text()).replace("<html", `<html${marks}`);
  return new Response(html, { headers: copy.headers });
}

// The wording that the address asks for; when it asks for none, the one that was opened last.
async function copyOf(url) {
  const [, slug] = LESSON.exec(url.pathname) || [];
  if (!slug) return undefined;
  const track = url.searchParams.get("track");
  const copies = await copiesIn(await caches.open(NAME));
  const copy = copies.find((one) => one.slug === slug && (!track || one.track === track));
  return copy && kept(copy.path);
}

async function fromNetwork(event, url) {
  const reply = (await event.preloadResponse) || (await fetch(event.request));
  const [, slug] = LESSON.exec(url.pathname) || [];
  if (slug && (reply.status === 404 || reply.status === 410)) event.waitUntil(forget(slug));
  return reply;
}

// The network first; the copy when there is none, or when it says nothing for a long time.
async function page(event, url) {
  const online = fromNetwork(event, url).catch(() => null);
  event.waitUntil(online);
  const late = new Promise((give) => { setTimeout(give, PATIENCE); });
  const reply = await Promise.race([online, late]);
  return reply || (await copyOf(url)) || (await online) || (await kept(OFFLINE)) || Response.error();
}

async function file(event, url) {
  const cache = await caches.open(NAME);
  return (await cache.match(url.pathname)) || fetch(event.request);
}

self.addEventListener("install", (event) => event.waitUntil(fill()));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (event.request.mode === "navigate") event.respondWith(page(event, url));
  else if (url.pathname.startsWith("/static/")) event.respondWith(file(event, url));
});

self.addEventListener("message", (event) => {
  const { slug, track, ...asked } = event.data || {};
  const path = `/lessons/${slug}/copy/${track}`;
  const look = {};
  for (const [name, values] of Object.entries(OURS)) if (values.includes(asked[name])) look[name] = asked[name];
  if (COPY.test(path)) event.waitUntil(opened(path, look).catch(() => {}));
});
