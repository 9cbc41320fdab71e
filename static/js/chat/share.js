/** What another app shared into this one: the service worker has put it aside (see sw.js). */

const PLACE = "personal-share";

/** Once: taking removes it. @returns {Promise<{ text: string, files: File[] }|null>} */
export async function takeShared() {
  if (!globalThis.caches || !(await caches.has(PLACE))) return null;
  const cache = await caches.open(PLACE);
  const said = await cache.match("/share/text");
  const files = [];
  for (const request of await cache.keys()) {
    if (!new URL(request.url).pathname.startsWith("/share/file/")) continue;
    const kept = await cache.match(request);
    if (!kept) continue;
    const name = decodeURIComponent(kept.headers.get("X-File-Name") ?? "file");
    files.push(new File([await kept.blob()], name, { type: kept.headers.get("Content-Type") ?? "" }));
  }
  await caches.delete(PLACE);
  return { text: (await said?.text()) ?? "", files };
}
