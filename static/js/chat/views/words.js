/** What is said to people: the page's block of translated words, and dates and sizes in the reader's language. */

const language = document.documentElement.lang || "en";
/** @type {Record<string, string | Record<string, string>>} */
const words = JSON.parse(document.getElementById("strings")?.textContent || "{}");
const plural = new Intl.PluralRules(language);

/** What comes later. @param {Record<string, string>} more */
export const learn = (more) => void Object.assign(words, more);

/** @param {string} text @param {Record<string, unknown>} values */
const put = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));

/** @param {string} key @param {Record<string, unknown>} [values] @returns {string} */
export function t(key, values = {}) {
  const found = words[key];
  return typeof found === "string" ? put(found, values) : key;
}

/** A counted phrase. @param {string} key @param {number} n @param {Record<string, unknown>} [values] */
export function tn(key, n, values = {}) {
  const forms = words[key];
  if (!forms || typeof forms === "string") return `${n}`;
  return put(forms[plural.select(n)] ?? forms.other, { n: number(n), ...values });
}

/** @param {string} key */
export const knows = (key) => key in words;

const format = (/** @type {Intl.DateTimeFormatOptions} */ options) => new Intl.DateTimeFormat(language, options);
const clock = format({ timeStyle: "short" });
const weekday = format({ weekday: "short" });
const shortDate = format({ day: "numeric", month: "short" });
const dateWithYear = format({ day: "2-digit", month: "2-digit", year: "2-digit" });
const longDay = format({ day: "numeric", month: "long" });
const longDayWithYear = format({ day: "numeric", month: "long", year: "numeric" });
const monthAndYear = format({ month: "long", year: "numeric" });
const whole = format({ dateStyle: "full", timeStyle: "short" });
const numbers = new Intl.NumberFormat(language);
const compact = new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 1 });

export const number = (/** @type {number} */ n) => numbers.format(n);
export const shortNumber = (/** @type {number} */ n) => (n < 1000 ? numbers.format(n) : compact.format(n));
export const timeOf = (/** @type {string} */ iso) => clock.format(new Date(iso));
export const fullTime = (/** @type {string} */ iso) => whole.format(new Date(iso));
export const monthOf = (/** @type {string} */ iso) => monthAndYear.format(new Date(iso));

/** Whole days between now and then, by the reader's midnight. @param {Date} date */
function daysAgo(date) {
  const midnight = (/** @type {Date} */ each) => new Date(each.getFullYear(), each.getMonth(), each.getDate()).getTime();
  return Math.round((midnight(new Date()) - midnight(date)) / 86_400_000);
}

/** For the chat list: a time today, a weekday this week, a date before. @param {string} iso */
export function shortTime(iso) {
  if (!iso) return "";
  const date = new Date(iso);
  const days = daysAgo(date);
  if (days <= 0) return clock.format(date);
  if (days < 7) return weekday.format(date);
  return (date.getFullYear() === new Date().getFullYear() ? shortDate : dateWithYear).format(date);
}

/** For separators: "Today", "Yesterday", "3 March". @param {string} day a local "YYYY-MM-DD" or ISO time */
export function dayName(day) {
  const date = day.length === 10 ? new Date(`${day}T00:00`) : new Date(day);
  const days = daysAgo(date);
  if (days === 0) return t("today");
  if (days === 1) return t("yesterday");
  return (date.getFullYear() === new Date().getFullYear() ? longDay : longDayWithYear).format(date);
}

/** @param {string} iso */
export const dayAndTime = (iso) => t("at", { day: dayName(iso), time: timeOf(iso) });

/** @param {{ state: string, last_seen_at?: string|null }|undefined} presence */
export function presenceText(presence) {
  if (!presence || presence.state === "hidden") return "";
  if (presence.state === "online") return t("online");
  if (presence.state === "recently" || !presence.last_seen_at) return t("recently");
  const minutes = Math.floor((Date.now() - Date.parse(presence.last_seen_at)) / 60_000);
  if (minutes < 1) return t("lastSeen", { when: t("justNow") });
  if (minutes < 60) return t("lastSeen", { when: tn("minutes.ago", minutes) });
  const time = timeOf(presence.last_seen_at);
  const days = daysAgo(new Date(presence.last_seen_at));
  if (days < 2) return t(days ? "lastSeen.yesterday" : "lastSeen.today", { time });
  return t("lastSeen.day", { day: dayName(presence.last_seen_at) });
}

/** @param {number} bytes */
export function sizeText(bytes) {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  const step = Math.min(Math.floor(Math.log(Math.max(bytes, 1)) / Math.log(1024)), 3);
  const options = { style: "unit", unit: units[step], unitDisplay: "short", maximumFractionDigits: step > 1 ? 1 : 0 };
  return new Intl.NumberFormat(language, /** @type {Intl.NumberFormatOptions} */ (options)).format(bytes / 1024 ** step);
}

/** @param {number} ms */
export function durationText(ms) {
  const seconds = Math.round(ms / 1000);
  const rest = String(seconds % 60).padStart(2, "0");
  if (seconds < 3600) return `${Math.floor(seconds / 60)}:${rest}`;
  return `${Math.floor(seconds / 3600)}:${String(Math.floor(seconds / 60) % 60).padStart(2, "0")}:${rest}`;
}
