// A server of the socket and REST interface, as far as the engine uses it: two counters per chat, one per person.

const CREATED = Date.parse("2026-01-01T10:00:00Z");

export class FakeServer {
  chats = new Map();
  facts = new Map();
  sockets = new Set();
  uploads = new Map();
  hidden = [];
  log = []; // "user command-or-request"
  isDown = false;
  isLosingEvents = false;
  refuse = null; // (what, body) => problem | undefined
  history = 2000; // changes kept; beyond it a client is told to reset
  clock = CREATED;

  user = (id) => ({ id, handle: `u${id}`, name: `User ${id}`, avatar: null, color: id % 8, status: "", bio: "", is_deleted: false });

  addChat(id, members, kind = "direct", title = "") {
    this.chats.set(id, {
      id, kind, title, members: new Map(members.map((user) => [user, { read: 0, delivered: 0, fact_seq: 0, draft: null, muted: null, marked: false }])),
      messages: [], modseq: 0, changedAt: 0,
    }); // prettier-ignore
    return this.chats.get(id);
  }

  say(chatId, user, text = "hi", extra = {}) {
    const chat = this.chats.get(chatId);
    const stored = extra.client_id && chat.messages.find((message) => message.client_id === extra.client_id);
    if (stored) return stored;
    const { id, handle, name, avatar, color } = this.user(user);
    const message = {
      chat: chatId, seq: chat.messages.length + 1, modseq: 0, id: chatId * 1000 + chat.messages.length, client_id: null, kind: "text",
      sender: { id, handle, name, avatar, color }, text, entities: [], reply: null, forward: null, attachments: [], preview: null,
      reactions: [], card: null, service: null, mentions: [], is_pinned: false, is_silent: false, is_deleted: false,
      created_at: new Date((this.clock += 1000)).toISOString(), edited_at: null, ...extra,
    }; // prettier-ignore
    chat.messages.push(message);
    chat.members.get(user).read = message.seq;
    this.touch(chat, message, "message.created");
    return message;
  }

  edit(chatId, seq, fields) {
    const chat = this.chats.get(chatId);
    this.touch(chat, Object.assign(chat.messages[seq - 1], fields), "message.changed");
  }

  touch(chat, message, event) {
    message.modseq = chat.modseq += 1;
    chat.changedAt = this.clock += 1;
    this.push([...chat.members.keys()], { event, chat: chat.id, modseq: message.modseq, data: structuredClone(message) });
  }

  push(users, frame) {
    if (this.isLosingEvents) return;
    for (const socket of this.sockets) if (users.includes(socket.user)) socket.tell(frame);
  }

  fact(user, event, data) {
    const fact_seq = (this.facts.get(user) ?? 0) + 1;
    this.facts.set(user, fact_seq);
    if (data.my) data.my.fact_seq = this.chats.get(data.chat).members.get(user).fact_seq = fact_seq;
    this.push([user], { event, fact_seq, data });
    return data.my;
  }

  read(chatId, user, seq) {
    const member = this.chats.get(chatId).members.get(user);
    if (seq > member.read || member.marked) {
      member.read = Math.max(seq, member.read);
      member.marked = false;
      this.chats.get(chatId).changedAt = this.clock += 1;
      this.push([...this.chats.get(chatId).members.keys()], { event: "chat.read", chat: chatId, data: { user, read_seq: seq } });
      return this.fact(user, "my.changed", { chat: chatId, my: this.my(chatId, user) });
    }
    return this.my(chatId, user);
  }

  // --- shapes ---

  my(chatId, user) {
    const chat = this.chats.get(chatId);
    const { read, fact_seq, draft, muted, marked } = chat.members.get(user);
    return {
      state: "active", role: "member", rights: ["write"], joined_seq: 0, read_seq: read, unread_count: chat.messages.length - read,
      mention_count: 0, muted_until: muted, pinned_rank: 0, is_archived: false, is_marked_unread: marked, folders: [], draft, fact_seq,
    }; // prettier-ignore
  }

  head(chatId, user) {
    const chat = this.chats.get(chatId);
    const others = [...chat.members].filter(([id]) => id !== user);
    const most = (name) => Math.max(0, ...others.map(([, member]) => member[name]));
    return structuredClone({
      chat: {
        id: chatId, kind: chat.kind, title: chat.title, description: "", handle: null, photo: null, color: 0, member_count: chat.members.size,
        last_seq: chat.messages.length, modseq: chat.modseq, slow_mode_seconds: 0, default_rights: [], is_history_visible: true,
        created_at: new Date(CREATED).toISOString(),
      },
      my: this.my(chatId, user),
      peer: chat.kind === "direct" ? this.user(others[0][0]) : null,
      last_message: chat.messages.at(-1) ?? null,
      others_read_seq: most("read"),
      others_delivered_seq: Math.max(most("read"), most("delivered")),
    }); // prettier-ignore
  }

  sync(user, token) {
    const since = token ? Number(token) : -1;
    const mine = [...this.chats.values()].filter((chat) => chat.members.has(user) && chat.changedAt > since);
    return {
      token: String(this.clock), user, fact_seq: this.facts.get(user) ?? 0, heads: mine.map((chat) => this.head(chat.id, user)),
      gone: (this.goneOf?.get(user) ?? []), hidden: this.hidden.filter((one) => one.user === user), has_more: false,
    }; // prettier-ignore
  }

  page(chatId, query) {
    const { messages, modseq } = this.chats.get(chatId);
    const limit = Number(query.get("limit") ?? 50);
    const before = query.get("before");
    const after = query.get("after");
    const around = query.get("around");
    let [start, end] = [Math.max(0, messages.length - limit), messages.length];
    if (before) [start, end] = [Math.max(0, Number(before) - 1 - limit), Number(before) - 1];
    if (after) [start, end] = [Number(after), Math.min(messages.length, Number(after) + limit)];
    if (around) [start, end] = [Math.max(0, Number(around) - limit / 2), Math.min(messages.length, Number(around) + limit / 2)];
    return { messages: messages.slice(start, end), has_before: start > 0, has_after: end < messages.length, modseq };
  }

  changes(chatId, after) {
    const chat = this.chats.get(chatId);
    const reset = chat.modseq - after > this.history;
    const changed = chat.messages.filter((message) => message.modseq > after).sort((one, other) => one.modseq - other.modseq);
    const messages = reset ? [] : changed.slice(0, 100);
    const has_more = !reset && changed.length > 100;
    return { messages, members: [], chat: null, modseq: has_more ? messages.at(-1).modseq : chat.modseq, has_more, reset };
  }

  // --- the two ways in ---

  command(user, { do: command, ...body }) {
    this.log.push(`${user} ${command}`);
    const problem = this.refuse?.(command, body);
    if (problem) return { error: problem };
    if (command === "message.send") return { ok: { message: this.store(user, body.chat, body), is_new: true } };
    if (command === "chat.read") return { ok: { my: this.read(body.chat, user, body.seq) } };
    if (command === "resume") return { ok: this.sync(user, body.token) };
    if (command === "ping") {
      const ahead = Object.entries(body.open ?? {}).filter(([chat, modseq]) => this.chats.get(Number(chat)).modseq > modseq);
      return { ok: { behind: Object.fromEntries(ahead.map(([chat]) => [chat, this.chats.get(Number(chat)).modseq])) } };
    }
    return { ok: {} };
  }

  store(user, chat, { client_id, text, attachments = [] }) {
    return structuredClone(this.say(chat, user, text, { client_id, attachments: attachments.map((id) => ({ id, kind: "file", name: id, url: `/media/${id}` })) }));
  }

  fetch(user) {
    return async (address, { method, body, headers, signal }) => {
      const { pathname, searchParams } = new URL(address, "http://x");
      const path = pathname.replace("/api/v1/", "");
      this.log.push(`${user} ${method} ${path}`);
      await new Promise((done) => setTimeout(done, 1));
      if (signal?.aborted) throw signal.reason;
      if (this.isDown) throw new TypeError("no connection");
      const problem = this.refuse?.(`${method} ${path}`, body);
      const [status, answer] = problem ? [problem.status ?? 400, problem] : await this.answer(user, method, path, searchParams, body, headers);
      return new Response(status === 204 ? null : JSON.stringify(answer), { status });
    };
  }

  async answer(user, method, path, query, body, headers) {
    const [first, id, what, which] = path.split("/");
    const chat = Number(id);
    if (path === "socket-ticket") return [200, { ticket: `${user}`, connect_after_ms: 0 }];
    if (path === "sync") return [200, this.sync(user, query.get("token"))];
    if (path === "folders") return [200, { folders: [] }];
    if (first === "uploads") return this.upload(method, id, what, body, headers);
    if (first !== "chats" || !this.chats.get(chat)?.members.has(user)) return [404, { code: "not_found", detail: "Not found." }];
    if (!what) return [200, this.head(chat, user)];
    if (what === "messages" && method === "POST") return [201, this.store(user, chat, JSON.parse(body))];
    if (what === "messages" && which === "delete") return [204, null];
    if (what === "messages") return [200, structuredClone(this.page(chat, query))];
    if (what === "changes") return [200, structuredClone(this.changes(chat, Number(query.get("after"))))];
    if (what === "read") return [200, this.read(chat, user, JSON.parse(body).seq)];
    if (what === "membership") {
      this.chats.get(chat).members.get(user).marked = JSON.parse(body).unread;
      return [200, this.fact(user, "my.changed", { chat, my: this.my(chat, user) })];
    }
    if (what === "draft") {
      const draft = method === "DELETE" ? null : { ...JSON.parse(body), updated_at: new Date().toISOString() };
      this.chats.get(chat).members.get(user).draft = draft;
      this.fact(user, "my.changed", { chat, my: this.my(chat, user) });
      return method === "DELETE" ? [204, null] : [200, this.my(chat, user)];
    }
    return [404, { code: "not_found", detail: path }];
  }

  async upload(method, id, what, body, headers) {
    if (!id) {
      const upload = { id: `up${this.uploads.size + 1}`, received: 0, chunk_size: 4, bytes: "", ...JSON.parse(body) };
      this.uploads.set(upload.id, upload);
      return [201, upload];
    }
    const upload = this.uploads.get(id);
    if (!upload) return [404, { code: "not_found" }];
    if (what === "finish") return [201, { id: `att-${id}`, kind: upload.kind, name: upload.name, url: `/media/${id}` }];
    if (method === "PATCH") {
      if (Number(headers["Upload-Offset"]) !== upload.received) return [409, { code: "wrong_offset", received: upload.received }];
      upload.bytes += await body.text();
      upload.received = upload.bytes.length;
    }
    return method === "DELETE" ? [204, this.uploads.delete(id) && null] : [200, upload];
  }

  socket(user) {
    const server = this;
    return class FakeSocket {
      user = user;
      isClosed = false;
      constructor() {
        setTimeout(() => {
          if (server.isDown) return this.end();
          if (this.isClosed) return;
          server.sockets.add(this);
          this.tell({ event: "hello", data: { user, version: 1, ticket: `${user}`, level: 0 } });
        }, 1);
      }
      tell(frame) {
        const text = JSON.stringify(frame);
        setTimeout(() => this.isClosed || this.onmessage?.({ data: text }), 1);
      }
      send(text) {
        const frame = JSON.parse(text);
        setTimeout(() => {
          if (this.isClosed || server.isDown) return;
          const answer = server.command(user, Object.fromEntries(Object.entries(frame).filter(([name]) => name !== "id")));
          if (!server.isMute) this.tell({ re: frame.id, ...answer });
        }, 1);
      }
      close() {
        this.isClosed = true;
        server.sockets.delete(this);
      }
      end() {
        this.close();
        this.onclose?.({ code: 1006 });
      }
    };
  }

  down() {
    this.isDown = true;
    for (const socket of [...this.sockets]) socket.end();
  }

  up() {
    this.isDown = false;
  }

  sent(client_id) {
    return [...this.chats.values()].flatMap((chat) => chat.messages).filter((message) => message.client_id === client_id).length;
  }
}
