import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { FakeBrowser, states, texts } from "./fakes/app.js";
import { pause, until } from "./fakes/browser.js";
import { FakeServer } from "./fakes/server.js";

const ALICE = 1;
const BOB = 2;
let server, alice, bob, everybody;

beforeEach(() => {
  server = new FakeServer();
  server.addChat(7, [ALICE, BOB]);
  everybody = [];
  alice = browser(ALICE);
  bob = browser(BOB);
});

afterEach(async () => {
  for (const one of everybody) await one.close();
});

function browser(user) {
  const made = new FakeBrowser(server, user);
  everybody.push(made);
  return made;
}

const online = (app) => until(() => app.socket.isOpen && app.chats.snapshot().state === "ready" && !app.sync.isSyncing, "online");

test("two people write to each other, in one order, each message once", async () => {
  const [one, two] = [await alice.tab(), await bob.tab()];
  await Promise.all([online(one), online(two)]);
  await Promise.all([one.openChat(7), two.openChat(7)]);
  for (let number = 1; number <= 20; number += 1) {
    await one.outbox.send(7, { text: `a${number}` });
    await two.outbox.send(7, { text: `b${number}` });
  }
  await until(() => one.outbox.snapshot().count + two.outbox.snapshot().count === 0);
  const stored = server.chats.get(7).messages.map((message) => message.text);
  await until(() => texts(one, 7).length === 40 && texts(two, 7).length === 40);
  assert.deepEqual(texts(one, 7), stored);
  assert.deepEqual(texts(two, 7), stored);
  const own = stored.filter((text) => text.startsWith("a"));
  assert.deepEqual(own, Array.from({ length: 20 }, (_, index) => `a${index + 1}`));
});

test("what plain members may follows the chat's default rights, without an event of its own", async () => {
  const app = await bob.tab();
  await online(app);
  assert.ok(app.chats.row(7).my.rights.includes("write"));
  const chat = server.chats.get(7);
  const { last_seq, ...before } = app.chats.row(7).chat;
  chat.modseq += 1;
  const data = { ...before, last_seq, modseq: chat.modseq, default_rights: ["react"] };
  server.push([BOB], { event: "chat.changed", chat: 7, modseq: chat.modseq, data });
  await until(() => app.chats.row(7).my.rights.join() === "react");
});

test("a message shows as pending at once, keeps its key, and its ticks follow", async () => {
  const app = await alice.tab();
  await online(app);
  await app.openChat(7);
  server.refuse = (what) => what === "message.send" && { code: "unavailable", detail: "", retry_after: 0.05 };
  await app.outbox.send(7, { text: "hello" });
  const [pending] = app.timeline(7).snapshot().rows;
  assert.equal(pending.state, "pending");
  assert.equal(app.chats.row(7).lastMessage.text, "hello");
  server.refuse = null;
  await until(() => states(app, 7)[0] === "sent");
  assert.equal(app.timeline(7).snapshot().rows[0].key, pending.key);
  server.push([ALICE], { event: "chat.delivered", chat: 7, data: { user: BOB, delivered_seq: 1 } });
  await until(() => states(app, 7)[0] === "delivered");
  server.read(7, BOB, 1);
  await until(() => states(app, 7)[0] === "read");
});

test("events that come twice or late change nothing; a gap is fetched", async () => {
  const app = await alice.tab();
  await online(app);
  await app.openChat(7);
  server.say(7, BOB, "one");
  await until(() => texts(app, 7).length === 1);
  const [message] = server.chats.get(7).messages;
  server.push([ALICE], { event: "message.created", chat: 7, modseq: 1, data: { ...message, text: "old" } });
  server.isLosingEvents = true;
  server.say(7, BOB, "lost");
  server.isLosingEvents = false;
  server.say(7, BOB, "three");
  await until(() => texts(app, 7).length === 3);
  assert.deepEqual(texts(app, 7), ["one", "lost", "three"]);
  assert.equal(server.log.filter((line) => line.includes("changes")).length, 1);
});

test("an early event waits for the missing one without asking", async () => {
  const app = await alice.tab();
  await online(app);
  await app.openChat(7);
  const asked = () => server.log.filter((line) => line.includes("changes")).length;
  const before = asked();
  server.isLosingEvents = true;
  const [first, second] = [server.say(7, BOB, "first"), server.say(7, BOB, "second")].map((message) => structuredClone(message));
  app.sync.handle({ event: "message.created", chat: 7, modseq: 2, data: second });
  assert.deepEqual(texts(app, 7), []);
  app.sync.handle({ event: "message.created", chat: 7, modseq: 1, data: first });
  assert.deepEqual(texts(app, 7), ["first", "second"]);
  await pause(50);
  assert.equal(asked(), before);
});

test("what the loss of every push hides, the ping finds", async () => {
  const app = await alice.tab();
  await online(app);
  await app.openChat(7);
  server.isLosingEvents = true;
  server.say(7, BOB, "silent");
  app.socket.wake(); // a ping, as every 30 s
  await until(() => texts(app, 7).includes("silent"));
});

test("a page that was read before a message which the head counts already does not hide it", async () => {
  server.say(7, ALICE, "before");
  const first = await bob.tab();
  await online(first);
  first.cache.flush();
  await pause(20);
  first.stop();
  server.refuse = (what) => what === "resume" && { code: "unavailable", detail: "" };
  const app = await bob.tab(); // knows the chat from the cache
  let release;
  const held = new Promise((done) => (release = done));
  const answer = server.answer.bind(server);
  server.answer = async (user, method, path, ...rest) => {
    const read = await answer(user, method, path, ...rest); // as the chat is now
    if (path === "chats/7/messages") await held;
    return read;
  };
  const opened = app.openChat(7);
  await until(() => server.log.includes(`${BOB} GET chats/7/messages`));
  await pause(10);
  server.isLosingEvents = true;
  server.say(7, ALICE, "meanwhile");
  server.refuse = null;
  await app.sync.resume(); // the list counts it from here
  release();
  await opened;
  await until(() => texts(app, 7).join() === "before,meanwhile");
});

test("a lost answer is asked again with the same client_id and stored once", async () => {
  const app = await alice.tab();
  await online(app);
  await app.openChat(7);
  server.isMute = true; // stores, and never answers
  const clientId = await app.outbox.send(7, { text: "once" });
  await until(() => server.sent(clientId) === 1);
  server.isMute = false;
  for (const socket of [...server.sockets]) socket.end();
  await until(() => app.outbox.snapshot().count === 0);
  assert.equal(server.sent(clientId), 1);
  assert.deepEqual(texts(app, 7), ["once"]);
});

test("written without a connection, reloaded, reconnected: everything arrives once and in order", async () => {
  let app = await alice.tab();
  await online(app);
  server.say(7, BOB, "before");
  await app.openChat(7);
  await until(() => texts(app, 7).length === 1);
  await pause(20);
  server.down();
  for (const text of ["one", "two", "three"]) await app.outbox.send(7, { text });
  assert.deepEqual(states(app, 7), ["received", "pending", "pending", "pending"]);
  await alice.close();

  app = await alice.tab({ boot: {} }); // the offline shell: nobody tells who this is
  assert.equal(app.me.id, ALICE);
  await app.openChat(7);
  assert.deepEqual(texts(app, 7), ["before", "one", "two", "three"]);
  assert.equal(app.chats.row(7).pending, 3);
  await app.outbox.send(7, { text: "four" });

  server.up();
  app.status.retryNow();
  await until(() => app.outbox.snapshot().count === 0);
  assert.deepEqual(server.chats.get(7).messages.map((message) => message.text), ["before", "one", "two", "three", "four"]);
  assert.deepEqual(texts(app, 7), ["before", "one", "two", "three", "four"]);
});

test("of two tabs one sends, both show, and the second takes over", async () => {
  const [first, second] = [await alice.tab(), await alice.tab()];
  await Promise.all([online(first), online(second)]);
  await Promise.all([first.openChat(7), second.openChat(7)]);
  assert.deepEqual([first.leader.isLeader, second.leader.isLeader], [true, false]);
  server.refuse = (what) => what === "message.send" && { code: "unavailable", detail: "", retry_after: 0.05 };
  const clientId = await second.outbox.send(7, { text: "from the second" });
  assert.equal(states(second, 7)[0], "pending");
  await until(() => texts(first, 7)[0] === "from the second", "the first shows it too");
  server.refuse = null;
  await until(() => first.outbox.snapshot().count + second.outbox.snapshot().count === 0);
  await until(() => states(second, 7)[0] === "sent");
  assert.equal(server.sent(clientId), 1);
  assert.deepEqual(texts(second, 7), ["from the second"]);
  const sends = () => server.log.filter((line) => line === "1 message.send").length;
  const before = sends();
  await second.outbox.send(7, { text: "again" });
  await until(() => first.outbox.snapshot().count + second.outbox.snapshot().count === 0);
  assert.equal(sends() - before, 1); // the server would make two one: it is not even asked twice

  server.refuse = (what) => what === "message.send" && { code: "unavailable", detail: "" };
  const orphan = await second.outbox.send(7, { text: "left behind" });
  await pause(5);
  first.stop();
  server.refuse = null;
  await until(() => second.leader.isLeader);
  await until(() => server.sent(orphan) === 1 && second.outbox.snapshot().count === 0);
});

test("a refusal makes a failed bubble with its reason; retry and delete work, others go on", async () => {
  const app = await alice.tab();
  await online(app);
  await app.openChat(7);
  server.refuse = (what, body) => what === "message.send" && body.text === "bad" && { code: "blocked", detail: "Blocked." };
  const clientId = await app.outbox.send(7, { text: "bad" });
  await app.outbox.send(7, { text: "good" });
  await until(() => app.outbox.snapshot().failed === 1 && texts(app, 7).length === 2 && states(app, 7)[0] === "sent");
  const row = app.timeline(7).row(clientId);
  assert.deepEqual([row.state, row.error], ["failed", { code: "blocked", detail: "Blocked." }]);
  assert.equal(app.chats.row(7).failed, 1);
  server.refuse = null;
  await app.outbox.retry(clientId);
  await until(() => app.outbox.snapshot().count === 0);
  assert.equal(server.sent(clientId), 1);
  server.refuse = (what) => what === "message.send" && { code: "text_too_long", detail: "" };
  const other = await app.outbox.send(7, { text: "worse" });
  await until(() => app.outbox.snapshot().failed === 1);
  await app.outbox.remove(other);
  assert.equal(app.outbox.snapshot().count, 0);
  assert.deepEqual(texts(app, 7), ["good", "bad"]);
});

test("a timer that fires a few milliseconds before the clock says so is not the last one", async (t) => {
  const app = await alice.tab();
  await online(app);
  await app.openChat(7);
  const { setTimeout: timeout } = globalThis;
  t.after(() => (globalThis.setTimeout = timeout));
  globalThis.setTimeout = (act, after = 0, ...more) => timeout(act, after >= 30 ? after - 5 : after, ...more);
  let refusals = 0;
  server.refuse = (what) => what === "message.send" && (refusals += 1) === 1 && { code: "unavailable", detail: "", retry_after: 0.05 };
  const clientId = await app.outbox.send(7, { text: "patience" });
  await until(() => app.outbox.snapshot().count === 0);
  assert.equal(server.sent(clientId), 1);
});

test("slow mode waits as long as it is told and keeps the order", async () => {
  const app = await alice.tab();
  await online(app);
  await app.openChat(7);
  let isSlow = true;
  server.refuse = (what) => what === "message.send" && isSlow && { code: "slow_mode", detail: "", retry_after: 0.1 };
  const clientId = await app.outbox.send(7, { text: "one" });
  await app.outbox.send(7, { text: "two" });
  await until(() => app.timeline(7).row(clientId).retryAt > Date.now());
  isSlow = false;
  await until(() => app.outbox.snapshot().count === 0);
  assert.deepEqual(texts(app, 7), ["one", "two"]);
});

test("read marks never go back, and wait for the connection", async () => {
  for (let number = 0; number < 5; number += 1) server.say(7, BOB, `m${number}`);
  const app = await alice.tab();
  await online(app);
  assert.equal(app.chats.row(7).unread, 5);
  const timeline = await app.openChat(7);
  assert.equal(timeline.snapshot().rows[0].isFirstUnread, true);
  timeline.see(1, 4);
  assert.equal(app.chats.row(7).unread, 1);
  timeline.see(1, 2);
  assert.equal(app.chats.row(7).unread, 1);
  await until(() => server.chats.get(7).members.get(ALICE).read === 4);
  app.chats.applyMy(7, { ...server.my(7, ALICE), read_seq: 1 });
  assert.equal(app.chats.row(7).unread, 1);
  server.down();
  timeline.see(3, 5);
  await pause(20);
  await alice.close();
  server.up();
  const again = await alice.tab();
  await online(again);
  await until(() => server.chats.get(7).members.get(ALICE).read === 5);
  assert.equal(again.chats.row(7).unread, 0);
});

test("a chat set aside as unread is so on all devices, until it is opened on one", async () => {
  server.say(7, BOB, "later");
  const [here, there] = [await alice.tab(), await browser(ALICE).tab()];
  await Promise.all([online(here), online(there)]);
  here.actions.markUnread(7, false); // everything is read
  await until(() => here.chats.row(7).unread === 0 && there.chats.row(7).unread === 0);
  await here.actions.markUnread(7, true);
  assert.equal(here.chats.row(7).isMarkedUnread, true);
  await until(() => there.chats.row(7).isMarkedUnread);
  await there.openChat(7);
  await until(() => !here.chats.row(7).isMarkedUnread && !there.chats.row(7).isMarkedUnread);
  assert.equal(here.chats.row(7).unread, 0);
});

test("nothing is marked as read while nobody looks", async () => {
  server.say(7, BOB, "unseen");
  const app = await alice.tab({ isVisible: () => false });
  await online(app);
  (await app.openChat(7)).see(1, 1);
  await pause(30);
  assert.equal(server.chats.get(7).members.get(ALICE).read, 0);
  assert.equal(app.chats.row(7).unread, 1);
});

test("private facts agree between devices, and a lost one is resumed", async () => {
  const [phone, laptop] = [await alice.tab(), await browser(ALICE).tab()];
  await Promise.all([online(phone), online(laptop)]);
  server.say(7, BOB, "hi");
  await until(() => laptop.chats.row(7).unread === 1 && phone.chats.row(7).unread === 1);
  (await phone.openChat(7)).see(1, 1);
  await until(() => laptop.chats.row(7).unread === 0, "read on the other device");
  phone.drafts.set(7, { text: "dear Bob" });
  await until(() => laptop.drafts.of(7)?.text === "dear Bob", "the draft");
  server.isLosingEvents = true;
  server.chats.get(7).members.get(ALICE).muted = "2999-01-01T00:00:00Z";
  server.chats.get(7).changedAt = server.clock += 1;
  server.fact(ALICE, "my.changed", { chat: 7, my: server.my(7, ALICE) });
  server.isLosingEvents = false;
  server.fact(ALICE, "something.else", {}); // the number tells that one is missing
  await until(() => laptop.chats.row(7).isMuted);
});

test("resync asks for everything that changed; a chat too far behind starts over", async () => {
  server.addChat(8, [ALICE, BOB], "group", "Team");
  const app = await alice.tab();
  await online(app);
  await app.openChat(7);
  server.isLosingEvents = true;
  server.history = 3;
  for (let number = 1; number <= 6; number += 1) server.say(7, BOB, `late ${number}`);
  server.say(8, BOB, "elsewhere");
  server.isLosingEvents = false;
  server.push([ALICE], { event: "resync" });
  await until(() => texts(app, 7).length === 6);
  assert.equal(texts(app, 7).at(-1), "late 6");
  await until(() => app.chats.row(8).unread === 1);
});

test("a token the server no longer takes starts over and drops what is not mine any more", async () => {
  server.addChat(8, [ALICE, BOB], "group", "Old");
  let app = await alice.tab();
  await online(app);
  assert.ok(app.chats.row(8));
  await pause(20);
  await alice.close();
  server.chats.delete(8);
  server.refuse = (what, body) => what === "resume" && body.token && { code: "bad_token", detail: "" };
  app = await alice.tab();
  await online(app);
  await until(() => !app.chats.row(8));
  assert.ok(app.chats.row(7));
});

test("the first message of somebody new comes with the chat", async () => {
  const app = await alice.tab();
  await online(app);
  const incoming = new Promise((done) => app.addEventListener("incoming", (event) => done(event.detail)));
  server.isLosingEvents = true;
  server.addChat(9, [ALICE, 3]);
  server.say(9, 3, "may I?");
  server.isLosingEvents = false;
  server.push([ALICE], { event: "chat.added", data: server.head(9, ALICE) });
  assert.equal((await incoming).message.text, "may I?");
  assert.equal(app.chats.withUser(3).unread, 1);
});

test("of a big chat that is not open only the counter comes; its line follows", async () => {
  server.addChat(8, [ALICE, BOB], "group", "Crowd");
  const app = await alice.tab();
  await online(app);
  server.isLosingEvents = true;
  for (let number = 0; number < 3; number += 1) server.say(8, BOB, `crowd ${number}`);
  server.isLosingEvents = false;
  server.push([ALICE], { event: "chat.head", chat: 8, data: { last_seq: 3, modseq: 3 } });
  await until(() => app.chats.row(8).unread === 3);
  await until(() => app.chats.row(8).lastMessage?.text === "crowd 2");
});

test("a chat one is put out of disappears, here and from the cache", async () => {
  const app = await alice.tab();
  await online(app);
  await app.openChat(7);
  const gone = new Promise((done) => app.addEventListener("chatgone", done));
  server.push([ALICE], { event: "chat.removed", data: { chat: 7, state: "removed" } });
  await gone;
  await pause(20);
  assert.equal(app.chats.row(7), undefined);
  assert.equal((await app.db.all("heads")).length, 0);
});

test("another person finds nothing of the one before", async () => {
  const app = await alice.tab();
  await online(app);
  await app.openChat(7);
  server.down();
  await app.outbox.send(7, { text: "secret" });
  await alice.close();
  const other = await alice.tab({ user: BOB });
  assert.equal(other.me.id, BOB);
  assert.equal(other.chats.snapshot().rows.length, 0);
  assert.equal((await other.db.all("outbox")).length, 0);
});

test("a session that has ended stops the engine and keeps what was written", async () => {
  const app = await alice.tab();
  await online(app);
  const told = new Promise((done) => app.addEventListener("signedout", done));
  server.refuse = () => ({ status: 401, code: "not_authenticated", detail: "" });
  for (const socket of [...server.sockets]) socket.end();
  app.socket.wake();
  await app.outbox.send(7, { text: "kept" });
  await told;
  assert.equal((await app.db.all("outbox")).length, 1);
  assert.deepEqual([await app.db.all("heads"), await app.db.all("windows")], [[], []]); // nothing to read for whoever comes
});
