/**
 * The service worker, served at /sw.js with VERSION, SHELL, ICON and BADGE written before it (core/pwa.py). It keeps the app's own
 * files and the page without a person in it; what belongs to a person is in IndexedDB, never in these caches.
 */
/* global VERSION, SHELL, ICON, BADGE */

const CACHE = `shell-${VERSION}`;
const SHARED = "personal-share"; // see chat/share.js
const PAGE = "/shell";
const PATIENCE = 5000; // milliseconds until a page is taken from here, though the server may yet answer
const HASHED = /\.[0-9a-f]{8,}\.\w+$/;
const APP = /^\/($|c\/|@|join\/)/;

self.addEventListener("install", (event) => {
  event.waitUntil(keepShell().then(() => self.skipWaiting()));
});

async function keepShell() {
  const cache = await caches.open(CACHE);
  const fresh = (address) => new Request(address, { cache: HASHED.test(address) ? "default" : "reload", credentials: "same-origin" });
  // One by one: a single missing picture must not leave the app without its offline half.
  await Promise.all(SHELL.map((address) => cache.add(fresh(address)).catch(() => console.warn("Not kept:", address))));
  await cache.add(fresh(PAGE));
  const page = await (await cache.match(PAGE)).text();
  const [, templates] = page.match(/name="templates" content="([^"]+)"/) ?? [];
  if (templates) await cache.add(fresh(templates));
}

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      const shells = (await caches.keys()).filter((name) => name.startsWith("shell-") && name !== CACHE);
      // The one before stays: pages that are still open load the rest of their own release from it.
      for (const name of shells.slice(0, -1)) await caches.delete(name);
      await self.clients.claim();
    })(),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== self.location.origin) return;
  if (request.method === "POST" && pathname === "/share") event.respondWith(takeShare(request));
  else if (request.method !== "GET") return;
  else if (request.mode === "navigate") event.respondWith(page(request, pathname));
  else if (/^\/(static|templates)\//.test(pathname)) event.respondWith(file(request));
});

/** The server's page; without a server, the app from here. */
async function page(request, pathname) {
  const isApp = APP.test(pathname);
  const answer = fetch(request).then((response) => {
    if ([502, 503, 504].includes(response.status) && isApp) throw new Error(`the server is away: ${response.status}`);
    return response;
  });
  const waited = isApp && new Promise((done) => setTimeout(done, PATIENCE)).then(shell);
  try {
    return (waited && (await Promise.race([answer, waited]))) || (await answer);
  } catch (error) {
    if (!isApp) return Response.redirect("/"); // only the chats work without a server
    const kept = await shell();
    if (kept) return kept;
    throw error;
  }
}

const shell = () => caches.match(PAGE, { cacheName: CACHE });

/** Hashed files never change; others (development) come from the server while there is one. */
async function file(request) {
  const kept = await caches.match(request);
  if (kept && HASHED.test(new URL(request.url).pathname)) return kept;
  return fetch(request).catch((error) => {
    if (kept) return kept;
    throw error;
  });
}

/** Something another app shares: put aside for the page, which asks where it goes. */
async function takeShare(request) {
  const form = await request.formData();
  await caches.delete(SHARED);
  const cache = await caches.open(SHARED);
  const said = ["title", "text", "url"].map((name) => form.get(name)).filter(Boolean);
  await cache.put("/share/text", new Response(said.join("\n")));
  for (const [index, file] of form.getAll("files").entries()) {
    const headers = { "Content-Type": file.type, "X-File-Name": encodeURIComponent(file.name) };
    await cache.put(`/share/file/${index}`, new Response(file, { headers }));
  }
  return Response.redirect("/?shared=1", 303);
}

/** data: a notice of messenger/notices.py or calls/notices.py */
self.addEventListener("push", (event) => {
  const notice = event.data?.json() ?? {};
  const shown = { call: ring, call_end: endRing }[notice.type] ?? notify;
  event.waitUntil(Promise.all([shown(notice), badge(notice.badge)]));
});

async function notify({ title, body, tag, url, is_silent: silent = false }) {
  if (!title || (await isInSight())) return; // the page has it already
  const look = { icon: ICON, badge: BADGE, silent, renotify: Boolean(tag) && !silent };
  await self.registration.showNotification(title, { body, tag, data: { url }, ...look });
}

const isInSight = async () => (await self.clients.matchAll({ type: "window" })).some((client) => client.focused && isChats(client));

/** Somebody calls. Stays until it is answered, or until the notice that it is over replaces it. */
async function ring({ title, body, tag, url, call, expires, answer, decline }) {
  if ((await isInSight()) || !(await stillRings(call, expires))) return;
  const actions = [
    { action: "answer", title: answer },
    { action: "decline", title: decline },
  ];
  const look = { icon: ICON, badge: BADGE, renotify: true, requireInteraction: true, vibrate: [400, 200, 400, 200, 400], actions };
  await self.registration.showNotification(title, { body, tag, data: { url, call }, ...look });
}

/** The server knows; this device's clock may be wrong, so it is asked only when the server cannot be. */
async function stillRings(call, expires) {
  try {
    const answer = await fetch(`/api/v1/calls/${call}`, { signal: AbortSignal.timeout(3000) });
    if (answer.ok) return (await answer.json()).state === "ringing";
    if ([401, 403, 404].includes(answer.status)) return false;
  } catch (error) {
    console.warn("Not asked whether it still rings:", error);
  }
  return Date.now() < Date.parse(expires);
}

async function endRing({ title, body, tag, url, is_missed: isMissed }) {
  const inSight = await isInSight();
  const look = { body, tag, data: { url }, icon: ICON, badge: BADGE, silent: !isMissed };
  // A push must show something, or browsers show something of their own: what is not missed is taken away at once.
  if (!inSight) await self.registration.showNotification(title, look);
  if (isMissed && !inSight) return;
  for (const notice of await self.registration.getNotifications({ tag })) notice.close();
}

async function badge(unread) {
  if (unread === undefined || !self.navigator.setAppBadge) return;
  if (unread) await self.navigator.setAppBadge(unread);
  else await self.navigator.clearAppBadge();
}

/** A page of the settings shows no messages, and opens no chat. */
const isChats = (client) => APP.test(new URL(client.url).pathname);

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { url = "/", call } = event.notification.data ?? {};
  if (event.action === "decline") event.waitUntil(decline(call, url));
  else event.waitUntil(open(event.action === "answer" ? `${url}&answer=1` : url));
});

/** Without opening anything, where the browser lets a worker read the CSRF cookie; else the page says it. */
async function decline(call, url) {
  const token = (await self.cookieStore?.get("csrftoken"))?.value;
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
  const said = token && (await fetch(`/api/v1/calls/${call}/decline`, { method: "POST", headers, body: "{}" }).catch(() => null));
  if (!said || said.status === 403 || said.status >= 500) await open(`${url}&decline=1`);
}

async function open(url) {
  const page = (await self.clients.matchAll({ type: "window" })).find(isChats);
  if (!page) return self.clients.openWindow(url);
  page.postMessage({ type: "open", url });
  return page.focus();
}
