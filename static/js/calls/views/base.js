/** Words, icons and styles of calls. Whoever draws something of a call imports this first. */

import "chat/views/later.js";
import { clone } from "core/fill.js";
import { learn, t, tn } from "chat/views/words.js";

const template = (/** @type {string} */ id) => /** @type {HTMLTemplateElement} */ (document.getElementById(id));

learn(JSON.parse(template("call-words").content.textContent || "{}"));

/** @type {Map<string, Promise<void>>} */
const sheets = new Map();

/** A stylesheet, once; nothing is shown without it. @param {"call-style"|"call-card-style"} id */
export function styled(id) {
  let sheet = sheets.get(id);
  if (!sheet) {
    sheet = new Promise((done) => {
      const link = /** @type {HTMLLinkElement} */ (clone(id));
      link.addEventListener("load", () => done());
      link.addEventListener("error", () => done());
      document.head.append(link);
    });
    sheets.set(id, sheet);
  }
  return sheet;
}

/** As on a clock: 0:07, 2:14, 1:02:14. @param {number} seconds */
export function clock(seconds) {
  const rest = String(Math.floor(seconds % 60)).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes}:${rest}` : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${rest}`;
}

/** In words: 12 min, or as on a clock under a minute. @param {number} seconds */
export const lengthText = (seconds) => (seconds < 60 ? clock(seconds) : tn("minutes.count", Math.round(seconds / 60)));

/** Somebody's name. @param {{ name?: string, handle?: string }|null|undefined} user */
export const nameOf = (user) => user?.name || user?.handle || t("deletedAccount");
