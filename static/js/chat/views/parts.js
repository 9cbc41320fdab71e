/** Small things that every view draws: icons, faces, ticks, empty places. */

import { clone, fill } from "core/fill.js";
import { t } from "chat/views/words.js";

/** @type {DocumentFragment|undefined} */
let icons;

/** @param {string} name of the page's icon set @returns {SVGElement} */
export function icon(name) {
  icons ??= /** @type {HTMLTemplateElement} */ (document.getElementById("icons")).content;
  const found = icons.querySelector(`[data-icon="${name}"] > svg`);
  if (!found) throw new Error(`no icon ${name}`);
  return /** @type {SVGElement} */ (document.importNode(found, true));
}

/** Puts the icon where a template left room for it. @param {Element} element @param {string} name */
export function placeIcon(element, name) {
  const place = element.querySelector("[data-icon-place]");
  if (place?.getAttribute("data-icon-place") === name) return;
  place?.replaceChildren(icon(name));
  place?.setAttribute("data-icon-place", name);
  place?.removeAttribute("hidden");
}

/** @param {string} name */
export function initialsOf(name) {
  const found = name.replace(/[_@]/g, " ").split(/\s+/).filter((word) => /^[\p{L}\p{N}]/u.test(word));
  const chosen = found.length > 1 ? [found[0], found[found.length - 1]] : found;
  return chosen.map((word) => [...word][0]).join("").toUpperCase() || "#";
}

/** @type {Record<string, string>} */
const PICTURES = { saved: "bookmark", order: "shopping-bag" };

/**
 * Paints an .avatar. Some kinds of chats show a picture of their own.
 * @param {Element|null} element
 * @param {{ name: string, photo?: string|null, color: number, kind?: string }} face
 */
export function paintFace(element, { name, photo, color, kind }) {
  if (!element) return;
  const picture = PICTURES[kind ?? ""];
  const signature = `${picture ?? initialsOf(name)}|${photo ?? ""}|${color}`;
  if (element.getAttribute("data-painted") === signature) return;
  element.setAttribute("data-painted", signature);
  element.setAttribute("data-tint", String(color % 8));
  element.classList.toggle("is-saved", Boolean(picture));
  element.replaceChildren(picture ? icon(picture) : initialsOf(name));
  if (!photo) return;
  const image = document.createElement("img");
  image.alt = "";
  image.decoding = "async";
  image.addEventListener("error", () => image.remove()); // hidden from us: the initials stay
  image.src = photo;
  element.append(image);
}

/** @param {{ id: number, name: string, handle?: string, avatar?: string|null, color: number }} user */
export const faceOf = (user) => ({ name: user.name || user.handle || "", photo: user.avatar, color: user.color });

/** @param {import("chat/types.js").ChatRow} row */
export const chatFace = (row) => ({ name: titleOf(row), photo: row.photo, color: row.color, kind: row.kind });

/** @param {import("chat/types.js").ChatRow} row */
export const titleOf = (row) => (row.kind === "saved" ? t("savedMessages") : row.title || t("deletedAccount"));

/** One or two ticks, a clock, a warning. @param {Element|null} place @param {string} state "" or "received": nothing */
export function paintTicks(place, state) {
  if (!place) return;
  if (!state || state === "received") {
    place.replaceChildren();
    return;
  }
  let ticks = place.firstElementChild;
  if (!ticks) {
    ticks = clone("tpl-ticks");
    place.append(ticks);
  }
  if (ticks.getAttribute("data-state") === state) return;
  ticks.setAttribute("data-state", state);
  fill(ticks, { label: t(`ticks.${state}`) });
}

/**
 * @param {{ picture: string, title: string, text?: string, action?: string, onAction?: () => void }} what
 */
export function emptyPlace({ picture, title, text = "", action = "", onAction }) {
  const element = clone("tpl-empty");
  fill(element, { title, text, action });
  placeIcon(element, picture);
  if (onAction) element.querySelector("[data-empty-action]")?.addEventListener("click", onAction);
  return element;
}

/** What an error says to a person. @param {unknown} error */
export function errorText(error) {
  const fields = /** @type {{ fields?: Record<string, string[]> }} */ (error)?.fields ?? {};
  const first = Object.values(fields).flat()[0];
  if (/** @type {{ status?: number }} */ (error)?.status === 0) return t("noConnection");
  return first || /** @type {{ detail?: string }} */ (error)?.detail || t("somethingWrong");
}
