import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { inPieces, uuid } from "chat/entry.js";
import { waveformOf } from "chat/recorder.js";
import { FakeBrowser, states, texts } from "./fakes/app.js";
import { until } from "./fakes/browser.js";
import { FakeServer } from "./fakes/server.js";

let server, alice;

beforeEach(() => {
  server = new FakeServer();
  server.addChat(7, [1, 2]);
  alice = new FakeBrowser(server, 1);
});

afterEach(() => alice.close());

const file = (text, name = "notes.txt") => new File([text], name, { type: "text/plain" });
const bytes = () => [...server.uploads.values()].map((upload) => upload.bytes);

async function tab() {
  const app = await alice.tab();
  await until(() => app.socket.isOpen && !app.sync.isSyncing);
  await app.openChat(7);
  return app;
}

test("files go up in pieces, then the message with them", async () => {
  const app = await tab();
  await app.outbox.send(7, { text: "look", files: [file("0123456789"), file("abc", "b.txt")] });
  const [row] = app.timeline(7).snapshot().rows;
  assert.equal(row.message.attachments[0].url.slice(0, 5), "blob:");
  await until(() => app.outbox.snapshot().count === 0);
  assert.deepEqual(bytes(), ["0123456789", "abc"]);
  const [message] = server.chats.get(7).messages;
  assert.deepEqual(message.attachments.map((attachment) => attachment.id), ["att-up1", "att-up2"]);
  await until(async () => (await app.db.all("blobs")).length === 0);
});

test("an upload cut in the middle goes on where it was, after a reload too", async () => {
  let app = await tab();
  let pieces = 0;
  server.refuse = (what) => what.startsWith("PATCH uploads") && (pieces += 1) > 1 && { status: 503, code: "unavailable" };
  await app.outbox.send(7, { files: [file("0123456789")] });
  await until(() => pieces > 1);
  assert.deepEqual(bytes(), ["0123"]);
  await alice.close();
  server.refuse = null;
  app = await tab();
  await until(() => app.outbox.snapshot().count === 0);
  assert.deepEqual(bytes(), ["0123456789"]);
  assert.equal(server.uploads.size, 1);
});

test("a stored piece whose answer was lost is not sent twice", async () => {
  const app = await tab();
  const { fetch } = app.api;
  let isLost = false;
  app.api.fetch = async (...args) => {
    const answer = await fetch(...args);
    if (args[1].method === "PATCH" && !isLost) {
      isLost = true;
      throw new TypeError("cut");
    }
    return answer;
  };
  await app.outbox.send(7, { files: [file("0123456789")] });
  await until(() => app.outbox.snapshot().count === 0);
  assert.deepEqual(bytes(), ["0123456789"]);
});

test("an upload the server has swept starts again", async () => {
  let app = await tab();
  server.refuse = (what) => what.startsWith("PATCH uploads") && { status: 503, code: "unavailable" };
  await app.outbox.send(7, { files: [file("0123456789")] });
  await until(() => server.uploads.size === 1);
  await alice.close();
  server.uploads.set("up0", {}); // so that the next has another id
  server.uploads.delete("up1");
  server.refuse = null;
  app = await tab();
  await until(() => app.outbox.snapshot().count === 0);
  assert.equal(server.chats.get(7).messages.length, 1);
});

test("a refused file is a failed bubble; a cancelled one leaves nothing behind", async () => {
  const app = await tab();
  server.refuse = (what) => what === "POST uploads" && { status: 413, code: "file_too_large", detail: "Too large." };
  const clientId = await app.outbox.send(7, { files: [file("x".repeat(50))] });
  await until(() => states(app, 7)[0] === "failed");
  await app.outbox.remove(clientId);
  server.refuse = (what) => what.startsWith("PATCH uploads") && { status: 503, code: "unavailable" };
  const other = await app.outbox.send(7, { files: [file("0123456789")] });
  await until(() => server.uploads.size === 1);
  await app.outbox.cancel(other);
  assert.deepEqual(texts(app, 7), []);
  assert.equal((await app.db.all("blobs")).length, 0);
  assert.equal(server.uploads.size, 0);
});

test("a small file keeps its place before the text written after it", async () => {
  const app = await tab();
  await app.outbox.send(7, { text: "file", files: [file("0123456789")] });
  await app.outbox.send(7, { text: "after" });
  await until(() => app.outbox.snapshot().count === 0);
  assert.deepEqual(server.chats.get(7).messages.map((message) => message.text), ["file", "after"]);
});

test("more files than a message holds become several messages", async () => {
  const app = await tab();
  const files = Array.from({ length: 12 }, (_, index) => file("x", `${index}.txt`));
  await app.outbox.send(7, { text: "many", files });
  await until(() => app.outbox.snapshot().count === 0);
  assert.deepEqual(server.chats.get(7).messages.map((message) => [message.text, message.attachments.length]), [["many", 10], ["", 2]]);
});

test("long text is cut where it reads best, never inside a character", () => {
  assert.deepEqual(inPieces("short", 10), ["short"]);
  assert.deepEqual(inPieces("first one\nsecond one", 12), ["first one", "second one"]);
  const emoji = "😀".repeat(10);
  const pieces = inPieces(emoji, 5);
  assert.equal(pieces.join(""), emoji);
  assert.ok(pieces.every((piece) => piece.length <= 5 && piece.isWellFormed?.() !== false));
});

test("ids are UUIDs, waveforms 64 peaks of 0 to 31", () => {
  assert.match(uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const peaks = waveformOf(Array.from({ length: 1000 }, (_, index) => index / 2000));
  assert.equal(peaks.length, 64);
  assert.equal(Math.max(...peaks), 31);
  assert.ok(peaks.every((peak) => Number.isInteger(peak) && peak >= 0));
  assert.deepEqual(waveformOf([]), []);
});
