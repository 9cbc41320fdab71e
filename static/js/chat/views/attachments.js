/** What a message carries: albums of 1 to 10 pictures, videos, files, voice notes. */

import { clone, fill } from "core/fill.js";
import { voiceNote } from "chat/views/voice.js";
import { durationText, sizeText, t } from "chat/views/words.js";

/** @typedef {import("chat/types.js").AttachmentJSON} AttachmentJSON */

/** @param {import("chat/types.js").MessageJSON} message @returns {HTMLElement} */
export function renderMedia({ attachments }) {
  const pictures = attachments.filter((each) => each.kind === "photo" || each.kind === "video");
  const box = document.createElement("div");
  box.className = pictures.length ? "bubble__media" : "file-box";
  if (pictures.length) box.append(album(pictures));
  for (const each of attachments) {
    if (each.kind === "voice" || each.kind === "audio") box.append(voiceNote(each));
    else if (each.kind === "file") box.append(fileBox(each));
  }
  return box;
}

/** How many of six columns each picture of an album of n takes, row by row. */
const SPANS = {
  2: [3, 3],
  3: [6, 3, 3],
  4: [3, 3, 3, 3],
  5: [3, 3, 2, 2, 2],
  6: [2, 2, 2, 2, 2, 2],
  7: [3, 3, 3, 3, 2, 2, 2],
  8: [3, 3, 2, 2, 2, 2, 2, 2],
  9: [2, 2, 2, 2, 2, 2, 2, 2, 2],
  10: [3, 3, 3, 3, 2, 2, 2, 2, 2, 2],
};

/** @param {AttachmentJSON[]} pictures */
function album(pictures) {
  const grid = document.createElement("div");
  grid.className = pictures.length === 1 ? "album album--one" : "album";
  const spans = SPANS[pictures.length] ?? pictures.map(() => 2);
  for (const [index, picture] of pictures.entries()) {
    const element = tile(picture);
    if (pictures.length === 1) sizeAlone(element, picture);
    else sizeInGrid(element, spans[index]);
    grid.append(element);
  }
  return grid;
}

/** @param {HTMLElement} element @param {AttachmentJSON} picture */
function sizeAlone(element, { width, height }) {
  const ratio = Math.min(Math.max((width || 4) / (height || 3), 0.55), 2.6);
  const shown = Math.min(width || 320, ratio > 1 ? 416 : Math.max(416 * ratio, 180));
  element.style.setProperty("--ratio", String(ratio));
  element.style.setProperty("--w", `${Math.max(shown, 160)}px`);
}

/** @param {HTMLElement} element @param {number} span */
function sizeInGrid(element, span) {
  element.style.setProperty("--span", String(span));
  element.style.setProperty("--ratio", span === 6 ? "1.7" : span === 3 ? "1.15" : "1");
}

/** @param {AttachmentJSON} picture */
function tile(picture) {
  const isVideo = picture.kind === "video";
  const element = fill(clone("tpl-photo"), {
    id: picture.id,
    label: t(isVideo ? "video" : "photo"),
    isVideo,
    duration: isVideo && picture.duration_ms ? durationText(picture.duration_ms) : "",
  });
  const image = /** @type {HTMLImageElement} */ (element.querySelector("img"));
  const best = picture.sizes?.medium?.url ?? picture.sizes?.small?.url ?? (isVideo ? "" : picture.url);
  if (picture.thumb) element.style.setProperty("background-image", `url("${picture.thumb}")`);
  if (best) showWhenLoaded(image, best);
  else image.remove();
  if (isVideo && !best && picture.url) element.prepend(firstFrame(picture.url));
  return element;
}

/** The tiny picture stays behind until the real one is there. @param {HTMLImageElement} image @param {string} address */
function showWhenLoaded(image, address) {
  image.style.setProperty("opacity", "0");
  image.addEventListener("load", () => image.style.setProperty("opacity", "1"), { once: true });
  image.loading = "lazy";
  image.src = address;
  if (image.complete) image.style.setProperty("opacity", "1");
}

/** A video without a picture of its own shows its first frame. @param {string} url */
function firstFrame(url) {
  const video = document.createElement("video");
  video.className = "tile__image";
  video.muted = true;
  video.playsInline = true;
  video.preload = "metadata";
  video.src = url.startsWith("blob:") ? url : `${url}#t=0.1`;
  return video;
}

/** @param {AttachmentJSON} file */
export function fileBox(file) {
  const element = fill(clone("tpl-file"), {
    id: file.id,
    url: file.url || null,
    name: file.name,
    size: sizeText(file.size),
    extension: extensionOf(file.name),
  });
  return element;
}

/** @param {string} name */
export function extensionOf(name) {
  const found = /\.([\p{L}\p{N}]{1,5})$/u.exec(name);
  return found ? found[1] : "•";
}
