/** Pictures and videos full screen: zoom, arrows, swipe; one after the other through the chat. */

import "chat/views/later.js";
import { clone, fill } from "core/fill.js";
import { engine } from "chat/engine.js";
import { dialogFrom, openDialog } from "chat/views/overlay.js";
import { faceOf, paintFace } from "chat/views/parts.js";
import { router } from "chat/views/router.js";
import { dayAndTime, t } from "chat/views/words.js";
import { watchZoom } from "chat/views/dialogs/zoom.js";

/** @typedef {import("chat/types.js").MessageJSON} MessageJSON */
/** @typedef {{ message: MessageJSON|null, picture: import("chat/types.js").AttachmentJSON }} Slide */

/** @param {MessageJSON[]} messages @returns {Slide[]} */
const slidesOf = (messages) =>
  messages.flatMap((message) => message.attachments.filter((each) => each.kind === "photo" || each.kind === "video").map((picture) => ({ message, picture })));

/** From the timeline: all pictures of what is loaded around it. @param {MessageJSON} message @param {string} [attachment] */
export function openViewer(message, attachment) {
  const rows = engine().timeline(message.chat).snapshot().rows.map((row) => row.message);
  open(slidesOf(rows), attachment);
}

/** From the media tabs. @param {number} chat @param {number} seq @param {string} attachment */
export function openViewerAt(chat, seq, attachment) {
  const known = ["photo", "video"].map((kind) => engine().media(chat, /** @type {any} */ (kind)).snapshot().messages);
  const messages = known.find((each) => each.some((message) => message.seq === seq)) ?? [];
  open(slidesOf([...messages].reverse()), attachment);
}

/** A person's or a chat's photo. @param {string} url @param {string} name */
export function openPicture(url, name) {
  const picture = /** @type {any} */ ({ id: url, kind: "photo", url, name, sizes: {}, thumb: "" });
  open([{ message: null, picture }], url);
}

/** @param {Slide[]} slides @param {string} [attachment] */
function open(slides, attachment) {
  const at = Math.max(0, slides.findIndex((slide) => slide.picture.id === attachment));
  if (slides.length) new Viewer(slides, at);
}

class Viewer {
  /** @param {Slide[]} slides @param {number} at */
  constructor(slides, at) {
    this.slides = slides;
    this.at = at;
    this.dialog = dialogFrom("tpl-viewer");
    this.stage = /** @type {HTMLElement} */ (this.dialog.querySelector("[data-stage]"));
    this.zoom = watchZoom(this.stage, { onSwipe: (by) => this.step(by), onDismiss: () => this.dialog.close() });
    this.dialog.addEventListener("keydown", (event) => this.#onKey(event));
    this.dialog.addEventListener("click", (event) => this.#onClick(/** @type {Element} */ (event.target)));
    openDialog(this.dialog);
    this.#show();
  }

  /** @param {number} by */
  step(by) {
    const to = this.at + by;
    if (to < 0 || to >= this.slides.length) return;
    this.at = to;
    this.#show();
  }

  #show() {
    const { message, picture } = this.slides[this.at];
    this.zoom.reset();
    const isVideo = picture.kind === "video";
    const src = isVideo ? picture.url : picture.sizes?.large?.url ?? picture.url;
    const shown = clone(isVideo ? "tpl-viewer-video" : "tpl-viewer-image");
    const under = !isVideo && (picture.sizes?.medium?.url ?? picture.thumb);
    this.stage.replaceChildren(fill(shown, { src: under || src, alt: message?.text || t("photo") }));
    if (under && under !== src) sharpen(/** @type {HTMLImageElement} */ (shown), src);
    const many = this.slides.length > 1;
    fill(this.dialog, {
      name: message?.sender?.name ?? picture.name,
      at: message ? dayAndTime(message.created_at) : "",
      count: many ? t("hitOf", { n: this.at + 1, total: this.slides.length }) : "",
      caption: message?.text ?? "",
      url: picture.url,
      file: picture.name || "photo",
    });
    const face = /** @type {HTMLElement} */ (this.dialog.querySelector("[data-face]"));
    face.hidden = !message?.sender;
    if (message?.sender) paintFace(face, faceOf(message.sender));
    /** @type {HTMLElement} */ (this.dialog.querySelector('[data-do="previous"]')).hidden = this.at === 0;
    /** @type {HTMLElement} */ (this.dialog.querySelector('[data-do="next"]')).hidden = this.at === this.slides.length - 1;
    /** @type {HTMLElement} */ (this.dialog.querySelector('[data-do="show"]')).hidden = !message?.seq;
    /** @type {HTMLElement} */ (this.dialog.querySelector('[data-do="zoom"]')).hidden = isVideo;
  }

  /** @param {Element} target */
  #onClick(target) {
    const name = /** @type {HTMLElement|null} */ (target.closest("[data-do]"))?.dataset.do;
    if (name === "next") this.step(1);
    if (name === "previous") this.step(-1);
    if (name === "zoom") this.zoom.toggle();
    if (name === "show") {
      const { message } = this.slides[this.at];
      this.dialog.close();
      if (message) router.go(`/c/${message.chat}/${message.seq}`);
    }
    if (target === this.stage && !this.zoom.isOn) this.dialog.close();
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const isRtl = document.documentElement.dir === "rtl";
    if (event.key === "ArrowRight") this.step(isRtl ? -1 : 1);
    if (event.key === "ArrowLeft") this.step(isRtl ? 1 : -1);
    if (event.key === "+" || event.key === "-") this.zoom.toggle();
  }
}

/** The large one takes the place of the small one when it has come. @param {HTMLImageElement} image @param {string} src */
function sharpen(image, src) {
  const large = new Image();
  large.addEventListener("load", () => image.isConnected && (image.src = src));
  large.src = src;
}
