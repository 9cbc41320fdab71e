/** The call one is in: over everything, or small beside the chat. */

import { clone, fill, list } from "core/fill.js";
import { engine } from "chat/engine.js";
import { openMenu } from "chat/views/overlay.js";
import { faceOf, icon, paintFace, titleOf } from "chat/views/parts.js";
import { t, tn } from "chat/views/words.js";
import { clock, nameOf, styled } from "calls/views/base.js";
import { draggable } from "calls/views/drag.js";
import { Stage } from "calls/views/stage.js";
import { tried } from "calls/views/wrong.js";

const STAYS = { hung_up: 4000, other: 15_000 }; // milliseconds an ended call is shown

export class CallScreen {
  /** @param {import("calls/calls.js").Calls} calls @param {(chat: number, kind: "audio"|"video") => unknown} dial */
  constructor(calls, dial) {
    this.calls = calls;
    this.dial = dial;
    /** @type {HTMLElement|null} */
    this.element = null;
    this.isMini = false;
    this.waiting = 0;
    /** @type {Map<string, { key: string, icon: string, title: string, text?: string, action?: string, do?: string, isBad?: boolean }>} */
    this.notes = new Map();
    calls.addEventListener("levels", () => this.#paintLevels());
    calls.addEventListener("lobby", (event) => this.#takeLobby(/** @type {CustomEvent} */ (event).detail));
    calls.addEventListener("muteasked", (event) => this.#mutedBy(/** @type {CustomEvent} */ (event).detail.by));
  }

  /** @param {any} current */
  async paint(current) {
    this.current = current;
    await styled("call-style");
    if (this.current !== current) return;
    if (!current) return this.#close();
    if (!this.element) this.#open();
    this.#paint();
  }

  #open() {
    this.before = document.activeElement;
    this.element = clone("tpl-call");
    this.notes.clear();
    this.waiting = 0;
    this.isMini = false;
    this.phase = "";
    this.hasLobby = false;
    this.seconds = 0;
    this.stage = new Stage(this.part("stage"), this.part("self"), this.calls, () => this.note({ key: "sound", icon: "volume-x", title: t("wrong.sound"), action: t("call.listen"), do: "listen" }));
    this.element.addEventListener("click", (event) => this.#onClick(event));
    this.element.addEventListener("keydown", (event) => this.#onKey(event));
    draggable(this.element, () => this.isMini);
    this.timer = setInterval(() => this.#paintTime(), 500);
    document.body.append(this.element);
    this.element.showPopover();
    this.#cover(true);
    this.element.focus({ preventScroll: true });
  }

  #close() {
    if (!this.element) return;
    const hadFocus = this.element.contains(document.activeElement);
    clearInterval(this.timer);
    clearTimeout(this.ending);
    this.ending = undefined;
    this.stage?.stop();
    this.element.remove();
    this.element = null;
    this.#cover(false);
    if (document.pictureInPictureElement) document.exitPictureInPicture().catch(() => null);
    if (hadFocus && this.before instanceof HTMLElement && this.before.isConnected) this.before.focus({ preventScroll: true });
  }

  /** Nothing behind it can be reached while it fills the screen. @param {boolean} on */
  #cover(on) {
    for (const behind of document.querySelectorAll(".rail, .chat-app, .skip-link")) behind.toggleAttribute("inert", on);
  }

  /** @param {string} name @returns {HTMLElement} */
  part(name) {
    return /** @type {HTMLElement} */ (this.element?.querySelector(`[data-${name}]`));
  }

  get isGroup() {
    return this.current?.call.backend !== "direct";
  }

  /** @param {boolean} on */
  minimise(on) {
    if (!this.element || this.isMini === on) return;
    this.isMini = on;
    this.#cover(!on);
    this.#paint();
    const focus = on ? document.querySelector("chat-composer textarea") : this.element;
    /** @type {HTMLElement|null} */ (focus)?.focus({ preventScroll: true });
  }

  // --- drawing ---

  #paint() {
    const { current, element, stage } = this;
    if (!element || !stage || !current) return;
    const isOver = current.phase === "ended";
    const layout = stage.paint(current, this.isGroup, this.isMini);
    element.dataset.layout = isOver ? "face" : layout;
    element.dataset.mode = this.isMini ? "mini" : "full";
    element.dataset.phase = current.phase;
    element.dataset.tint = String(this.#face().color % 8);
    element.classList.toggle("has-picture", Boolean(stage.picture) && !isOver);
    for (const face of [".call__centre [data-face]", "[data-mini-face]"]) paintFace(element.querySelector(face), this.#face());
    fill(element, this.#values(isOver, layout));
    if (isOver) this.part("self").hidden = true;
    this.#paintTime();
    this.#paintTrouble(isOver);
    this.#sayPhase();
    this.#sayPeople();
    if (isOver && !this.ending) this.#endSoon();
    if (this.isGroup && current.isHost && !this.hasLobby && !isOver && current.phase === "connected") this.#askLobby();
  }

  #values(isOver, layout) {
    const { current } = this;
    const people = current.peers.length + 1;
    const bars = current.quality?.bars ?? 4;
    return {
      who: this.#face().name,
      count: this.isGroup && !isOver ? tn("people.count", people) : "",
      centre: isOver || layout === "face",
      isPulsing: ["calling", "ringing"].includes(current.phase),
      speaks: !isOver && current.peers[0]?.isSpeaking,
      isGroup: this.isGroup && !isOver,
      isOver,
      isRunning: !isOver,
      isMini: this.isMini,
      canCallAgain: !this.isGroup,
      canFlip: current.canFlip && current.hasVideo,
      canShare: current.canShare && current.phase !== "calling" && current.phase !== "ringing",
      canPip: Boolean(document.pictureInPictureEnabled && this.stage?.picture && !isOver),
      micLabel: t(current.isMuted ? "mic.unmute" : "mic.mute"), micLook: current.isMuted ? "off" : null,
      cameraLabel: t(current.hasVideo ? "camera.off" : "camera.on"), cameraLook: current.hasVideo ? null : "off",
      shareLabel: t(current.isSharing ? "share.stop" : "share.start"), shareShort: t(current.isSharing ? "share.stop.short" : "share.short"), shareLook: current.isSharing ? "on" : null,
      handLabel: t(current.hasHand ? "hand.lower" : "hand.raise"), handLook: current.hasHand ? "on" : null,
      hangUpLabel: t(this.isGroup ? "call.leave" : ["calling", "ringing"].includes(current.phase) ? "call.cancel" : "call.hangUp"),
      hangUpShort: t(this.isGroup ? "leave" : "call.hangUp"),
      openLabel: t("maximise"),
      peopleLabel: t("people"),
      waiting: this.waiting || "",
      lobbyText: this.waiting && !isOver ? tn("waiting.count", this.waiting) : "",
      level: current.phase === "connected" && !isOver ? String(bars) : null,
      qualityText: qualityText(current.quality),
    };
  }

  /** Whom the call is with. */
  #face() {
    const { call, peers } = this.current;
    const chat = engine().chats.row(call.chat);
    if (this.isGroup) return { name: chat ? titleOf(chat) : call.chat_title, photo: chat?.photo ?? null, color: chat?.color ?? call.chat };
    const other = (call.caller?.id === engine().me.id ? call.callee : call.caller) ?? peers[0]?.user;
    return faceOf(other ? { ...other, name: nameOf(other) } : { id: 0, name: nameOf(null), color: 0 });
  }

  #status() {
    const { phase, since, call, reason, peers } = this.current;
    if (phase === "ended" && this.isGroup && reason === "hung_up") return t("state.left");
    if (phase === "ended") return endText(reason, call.duration_seconds || this.seconds, this.#face().name);
    if (phase === "connected") {
      if (this.isGroup && !peers.length) return t("state.alone");
      this.seconds = since ? (Date.now() - since) / 1000 : 0;
      return since ? clock(this.seconds) : t("state.connecting");
    }
    return t(`state.${phase}`);
  }

  #paintTime() {
    if (!this.element || !this.current) return;
    const status = this.#status();
    fill(this.element, { status: this.#isShownBelow() ? "" : status, centreStatus: status });
    const mini = this.element.querySelector(".call__mini-status");
    if (mini && mini.textContent !== status) mini.textContent = status;
  }

  /** The state stands under the face already. */
  #isShownBelow() {
    return !this.isMini && this.element?.dataset.layout === "face";
  }

  #paintLevels() {
    if (!this.element || !this.current) return;
    this.current = this.calls.snapshot().current ?? this.current;
    this.stage?.paintLevels(this.current);
    this.element.querySelector(".call__face")?.classList.toggle("is-speaking", Boolean(!this.isGroup && this.current.peers[0]?.isSpeaking));
  }

  /** What does not go well is said, not only marked. @param {boolean} isOver */
  #paintTrouble(isOver) {
    const { quality } = this.current;
    const isTold = this.current.phase === "connected" || quality?.why === "no_relay";
    const isBad = !isOver && isTold && quality?.why && quality.bars <= 2;
    if (isBad && quality.why === "video_off_for_audio") this.note({ key: "quality", icon: "video-off", title: t("quality.videoOff"), text: t("quality.videoOff.text") });
    else if (isBad) this.note({ key: "quality", icon: "triangle-alert", title: qualityText(quality) });
    else this.notes.delete("quality");
    const sharing = this.current.isSharing && !isOver;
    if (sharing) this.note({ key: "share", icon: "monitor-up", title: t("share.mine"), action: t("share.stop"), do: "share" });
    else this.notes.delete("share");
    if (isOver) this.notes.clear();
    this.#paintNotes();
  }

  /** @param {{ key: string, icon: string, title: string, text?: string, action?: string, do?: string, isBad?: boolean }} note */
  note(note) {
    this.notes.set(note.key, note);
    this.#paintNotes();
  }

  #paintNotes() {
    if (!this.element) return;
    const update = (/** @type {Element} */ element, /** @type {any} */ note) => {
      fill(element, { text: "", action: "", do: null, isBad: false, ...note });
      element.querySelector("[data-icon-place]")?.replaceChildren(icon(note.icon));
    };
    list(this.part("notes"), [...this.notes.values()], { key: (note) => note.key, create: () => clone("tpl-call-note"), update });
  }

  /** @param {string} text */
  say(text) {
    const place = this.element && this.part("say");
    if (place) place.textContent = text;
  }

  #sayPhase() {
    const { phase } = this.current;
    if (phase === this.phase) return;
    this.phase = phase;
    this.say([this.#face().name, phase === "connected" ? t("state.connected") : this.#status()].join(": "));
  }

  /** Who asks for the word, who shows something. */
  #sayPeople() {
    const { peers } = this.current;
    for (const { user, handRaisedAt, isSharing, device } of peers) {
      const before = this.peers?.find((/** @type {any} */ each) => each.device === device);
      if (handRaisedAt && before && !before.handRaisedAt) this.say(t("hand.raised", { name: nameOf(user) }));
      if (isSharing && before && !before.isSharing) this.say(t("share.theirs", { name: nameOf(user) }));
    }
    this.peers = peers;
  }

  #endSoon() {
    const isPlain = this.current.reason === "hung_up" || this.isMini;
    this.ending = setTimeout(() => this.calls.dismiss(), isPlain ? STAYS.hung_up : STAYS.other);
    if (!this.isMini) /** @type {HTMLElement|null} */ (this.element?.querySelector("[data-do=close]"))?.focus({ preventScroll: true });
  }

  // --- the lobby, and hosts ---

  async #askLobby() {
    this.hasLobby = true;
    const lobby = await engine().api.get(`calls/${this.current.call.id}/lobby`).catch(() => null);
    if (lobby) this.#takeLobby(lobby);
  }

  /** @param {import("core/contract.js").LobbyJSON} lobby */
  #takeLobby(lobby) {
    if (!this.current || lobby.call !== this.current.call.id) return;
    this.guests = lobby.guests.filter(({ state }) => state === "waiting");
    if (this.guests.length > this.waiting) this.say(tn("waiting.count", this.guests.length));
    this.waiting = this.guests.length;
    this.#paint();
  }

  /** @param {any} by */
  #mutedBy(by) {
    const title = t("host.askedMute", { name: nameOf(by) });
    this.note({ key: "muted", icon: "mic-off", title });
    this.say(title);
    setTimeout(() => {
      this.notes.delete("muted");
      this.#paintNotes();
    }, 6000);
  }

  // --- pressing ---

  /** @param {MouseEvent} event */
  #onClick(event) {
    const control = /** @type {HTMLElement|null} */ (/** @type {Element} */ (event.target).closest("[data-do]"));
    if (!control || control.closest(".menu")) return;
    if (this.element?.classList.contains("was-dragged")) return;
    this.#run(control.dataset.do ?? "", control);
  }

  /** @param {string} act @param {HTMLElement} control */
  #run(act, control) {
    const { calls, current } = this;
    /** @type {Record<string, () => unknown>} */
    const acts = {
      minimise: () => this.minimise(true),
      maximise: () => this.minimise(false),
      mic: () => tried(calls.setMuted(!current.isMuted)),
      camera: () => tried(calls.setCamera(!current.hasVideo), { isCamera: true }),
      flip: () => tried(calls.flipCamera(), { isCamera: true }),
      share: () => tried(calls.setSharing(!current.isSharing)),
      hand: () => tried(calls.setHand(!current.hasHand)),
      "hang-up": () => tried(calls.hangUp()),
      pip: () => this.#pictureInPicture(),
      listen: () => this.#listen(),
      people: async () => (await import("calls/views/people.js")).openPeople(this),
      more: () => this.#openMore(control),
      quality: () => this.say(qualityText(current.quality)),
      close: () => calls.dismiss(),
      again: () => {
        const { chat, kind } = current.call;
        calls.dismiss();
        this.dial(chat, kind);
      },
    };
    acts[act]?.();
  }

  /** @param {HTMLElement} at */
  #openMore(at) {
    const { calls, current } = this;
    openMenu([
      { label: t("devices.title"), icon: "settings-2", run: async () => (await import("calls/views/devices.js")).openDevices(calls) },
      Boolean(document.pictureInPictureEnabled && this.stage?.picture) && { label: t("pip"), icon: "picture-in-picture-2", run: () => this.#pictureInPicture() },
      this.isGroup && { label: t("people.title"), icon: "users", run: () => this.#run("people", at) },
      this.isGroup && current.isHost && { label: t("host.muteAll"), icon: "mic-off", run: () => tried(calls.muteAll()) },
      this.isGroup && current.isHost && { label: t("link.title"), icon: "link", run: async () => (await import("calls/views/plan.js")).showLink(current.call.chat) },
      { label: t("minimise"), icon: "message-circle", run: () => this.minimise(true) },
    ], at, { label: t("more") });
  }

  #listen() {
    this.notes.delete("sound");
    this.#paintNotes();
    this.stage?.playAll();
  }

  async #pictureInPicture() {
    const video = this.stage?.picture;
    if (!video) return;
    if (document.pictureInPictureElement === video) await document.exitPictureInPicture().catch(() => null);
    else await video.requestPictureInPicture().then(() => this.minimise(true), () => null);
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    event.stopPropagation(); // letters are for the chat behind it otherwise
    const isCommand = event.ctrlKey || event.metaKey || event.altKey;
    if (isCommand || event.defaultPrevented) return;
    if (event.key === "Escape" && !this.isMini && this.current?.phase !== "ended") this.minimise(true);
    else if (event.key.toLowerCase() === "m") this.#run("mic", /** @type {HTMLElement} */ (this.element));
    else if (event.key.toLowerCase() === "v") this.#run("camera", /** @type {HTMLElement} */ (this.element));
  }
}

/** @param {{ bars: number, why: string }|undefined} quality */
export function qualityText(quality) {
  const bars = quality?.bars ?? 4;
  const level = t(bars >= 3 ? "quality.good" : bars === 2 ? "quality.fair" : bars === 1 ? "quality.poor" : "quality.none");
  return quality?.why ? t("quality.mine", { level, why: t(`quality.why.${quality.why}`) }) : level;
}

/** How it ended. @param {string} reason @param {number} seconds @param {string} name */
export function endText(reason, seconds, name) {
  if (reason === "hung_up" || !reason) return seconds ? t("state.endedAfter", { time: clock(seconds) }) : t("state.ended");
  const key = { declined: "end.declined", cancelled: "end.cancelled", missed: "end.missed", busy: "end.busy", lost: "end.lost", elsewhere: "end.moved", removed: "end.removed" }[reason];
  return key ? t(key, { name }) : t("state.ended");
}
