/** The people of a call as tiles: one picture, a grid, or one large beside the others. */

import { clone, fill, list } from "core/fill.js";
import { engine } from "chat/engine.js";
import { faceOf, paintFace } from "chat/views/parts.js";
import { t } from "chat/views/words.js";
import { nameOf } from "calls/views/base.js";
import { columnsFor, layoutOf, tilesOf } from "calls/views/layout.js";

/** @typedef {import("calls/views/layout.js").Tile} Tile */

const IS_PHONE = "(max-width: 44rem)";

/** A phone's camera on its back: nobody wants that mirrored. @param {MediaStream|null} stream */
const looksAway = (stream) => stream?.getVideoTracks()[0]?.getSettings().facingMode === "environment";

export class Stage {
  /** @param {HTMLElement} element @param {HTMLElement} selfPlace @param {import("calls/calls.js").Calls} calls @param {() => void} onSilent sound must be allowed by a press */
  constructor(element, selfPlace, calls, onSilent) {
    this.element = element;
    this.selfPlace = selfPlace;
    this.calls = calls;
    this.onSilent = onSilent;
    this.strip = document.createElement("div");
    this.strip.className = "call__strip";
    /** @type {Map<string, string>} */
    this.sizes = new Map();
    /** @type {Tile[]} */
    this.tiles = [];
    this.resizing = new ResizeObserver(() => this.#fit());
    this.resizing.observe(element);
  }

  stop() {
    this.resizing.disconnect();
    for (const video of this.videos()) video.srcObject = null;
  }

  /** @returns {HTMLVideoElement[]} */
  videos() {
    return [...this.element.querySelectorAll("video"), ...this.selfPlace.querySelectorAll("video")];
  }

  /** The picture to be seen from other windows. */
  get picture() {
    return /** @type {HTMLVideoElement|null} */ (this.element.querySelector(".vtile.is-big.has-video video"));
  }

  /** @param {any} current @param {boolean} isGroup @param {boolean} isMini */
  paint(current, isGroup, isMini) {
    const tiles = tilesOf(current, engine().me);
    const layout = layoutOf(current, tiles, isGroup);
    this.tiles = tiles;
    this.layout = layout;
    this.element.dataset.layout = layout;
    const self = tiles[tiles.length - 1];
    const isApart = !isGroup;
    const update = (/** @type {Element} */ element, /** @type {Tile} */ tile) => this.#fill(/** @type {HTMLElement} */ (element), tile);
    const how = { key: (/** @type {Tile} */ tile) => tile.key, create: () => clone("tpl-call-tile"), update };
    const shown = tiles.filter((tile) => !isApart || !tile.isSelf);
    if (layout === "spotlight") {
      list(this.strip, shown.filter(({ isBig }) => !isBig), how);
      list(this.element, shown.filter(({ isBig }) => isBig), how);
      this.element.append(this.strip);
    } else {
      this.strip.remove();
      this.strip.replaceChildren();
      list(this.element, shown, how);
    }
    list(this.selfPlace, isApart && self.hasVideo ? [self] : [], how);
    this.selfPlace.hidden = !isApart || !self.hasVideo;
    this.#tellSizes(layout, isMini, shown.length);
    this.#fit();
    return layout;
  }

  /** @param {HTMLElement} element @param {Tile} tile */
  #fill(element, tile) {
    const name = tile.isSelf ? t("tile.you") : nameOf(tile.user);
    const label = [name, tile.isMuted && t("tile.muteMark"), tile.hand && t("tile.hand")].filter(Boolean).join(", ");
    fill(element, {
      key: tile.key, name, label, isMuted: tile.isMuted, isSpeaking: tile.isSpeaking, isSelf: tile.isSelf, isMirrored: tile.isSelf && !tile.isScreen && !looksAway(tile.stream),
      hasVideo: tile.hasVideo, isScreen: tile.isScreen, isBig: tile.isBig, hand: tile.hand, isBad: tile.bars < 3 && !tile.isSelf, quality: tile.bars,
    });
    paintFace(element.querySelector("[data-face]"), faceOf(tile.user));
    this.#play(/** @type {HTMLVideoElement} */ (element.querySelector("video")), tile);
  }

  /** @param {HTMLVideoElement} video @param {Tile} tile */
  #play(video, tile) {
    video.hidden = !tile.hasVideo; // it is heard nonetheless
    video.muted = tile.isSelf;
    if (video.srcObject === tile.stream) return;
    video.srcObject = tile.stream;
    video.onresize = () => video.closest(".vtile")?.classList.toggle("is-tall", video.videoHeight > video.videoWidth);
    if (!tile.stream) return;
    this.useSpeaker(video);
    video.play().catch((error) => error.name === "NotAllowedError" && this.onSilent());
  }

  /** @param {HTMLVideoElement} video */
  useSpeaker(video) {
    if ("setSinkId" in video && video.sinkId !== this.calls.speaker) video.setSinkId(this.calls.speaker).catch(() => null);
  }

  /** After a press of the person's. */
  playAll() {
    for (const video of this.videos()) video.play().catch(() => null);
  }

  /** Small pictures need not be fetched large. @param {string} layout @param {boolean} isMini @param {number} count */
  #tellSizes(layout, isMini, count) {
    for (const { key, isSelf, isBig } of this.tiles) {
      if (isSelf) continue;
      const isLarge = isBig || (layout === "grid" && count <= 4);
      const size = isMini && !isBig ? "hidden" : isLarge && !isMini ? "large" : "small";
      if (this.sizes.get(key) !== size) this.calls.setSize(key, size);
      this.sizes.set(key, size);
    }
  }

  #fit() {
    if (this.layout !== "grid") return;
    const count = this.element.childElementCount;
    const { clientWidth: width, clientHeight: height } = this.element;
    if (!width || !count) return;
    const isPhone = matchMedia(IS_PHONE).matches;
    const columns = isPhone ? (count > 2 ? 2 : 1) : columnsFor(count, width, height);
    const rows = Math.min(Math.ceil(count / columns), isPhone ? 4 : 5); // the rest is scrolled to
    this.element.style.setProperty("--columns", String(columns));
    this.element.style.setProperty("--rows", String(rows));
  }

  /** Who speaks now; nothing else is drawn again. @param {any} current */
  paintLevels(current) {
    for (const tile of tilesOf(current, engine().me)) {
      const element = [...this.element.querySelectorAll(".vtile")].find((each) => each.getAttribute("data-key") === tile.key);
      element?.classList.toggle("is-speaking", tile.isSpeaking && !tile.isMuted);
    }
  }
}
