/** The newest messages of the chats at the head of the list, before they are asked for: they open at once, and offline. */

const CHATS = 10;
const MESSAGES = 30;
const PAUSE = 400; // milliseconds between two requests

/** @param {import("chat/engine.js").Engine} engine @param {number} [pause] */
export async function prefetch(engine, pause = PAUSE) {
  const { cache, chats, status, leader, api, shelf } = engine;
  for (const row of chats.snapshot().rows.slice(0, CHATS)) {
    const isWelcome = leader.isLeader && engine.isVisible() && engine.socket.isOpen && status.level === 0;
    if (!isWelcome || /** @type {any} */ (globalThis.navigator)?.connection?.saveData) return;
    const kept = await cache.window(row.id);
    if (shelf.loaded(row.id) || (kept && kept.modseq >= row.chat.modseq)) continue;
    const page = await api.get(`chats/${row.id}/messages`, { query: { limit: MESSAGES } }).catch(() => null);
    if (!page) return; // not the time for it
    const { messages, has_before, modseq } = page;
    await cache.putWindow({ chat: row.id, modseq: Math.min(modseq, row.chat.modseq), messages, has_before });
    await new Promise((done) => setTimeout(done, pause));
  }
}
