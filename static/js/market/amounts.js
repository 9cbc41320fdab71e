/** Money in the browser: whole numbers of the smallest unit, as market/money.py has it. Pure, tested in Node. */

/** @typedef {{ minor: number, currency: string }} Amount */

/** Decimals of the currencies that have not two; the same as EXPONENTS in market/money.py, which a test compares. @type {Record<string, number>} */
export const UNUSUAL = { BHD: 3, CLP: 0, ISK: 0, JOD: 3, JPY: 0, KRW: 0, KWD: 3, OMR: 3, TND: 3, VND: 0 };

export const decimalsOf = (/** @type {string} */ currency) => UNUSUAL[currency] ?? 2;

/** "€10.50". @param {Amount} amount @param {string} language */
export function formatAmount({ minor, currency }, language) {
  const decimals = decimalsOf(currency);
  const options = { style: "currency", currency, minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  return new Intl.NumberFormat(language, /** @type {Intl.NumberFormatOptions} */ (options)).format(minor / 10 ** decimals);
}

/**
 * What a person typed, in minor units; null when it is no amount of the currency: more decimals than it has are refused.
 * The last of "." and "," is the decimal sign, unless three digits follow it and that is how the language groups.
 * @param {string} text @param {string} currency @param {string} language
 */
export function parseAmount(text, currency, language) {
  const plain = text.replace(/[\s\u00a0\u202f'’]|\p{Sc}/gu, "");
  if (!/^\d[\d.,]*$/.test(plain)) return null;
  const decimals = decimalsOf(currency);
  const point = new Intl.NumberFormat(language).formatToParts(1.5).find((part) => part.type === "decimal")?.value ?? ".";
  const at = Math.max(plain.lastIndexOf("."), plain.lastIndexOf(","));
  const isGroup = at >= 0 && plain[at] !== point && /^\d{3}$/.test(plain.slice(at + 1));
  const isSecond = at >= 0 && plain.indexOf(plain[at]) !== at; // "1.200.000": a decimal sign stands once
  const [before, after] = at < 0 || isGroup || isSecond ? [plain, ""] : [plain.slice(0, at), plain.slice(at + 1)];
  const digits = before.replace(/[.,]/g, "");
  if (!digits || after.length > decimals || digits.length > 12) return null;
  return Number(digits + after.padEnd(decimals, "0"));
}
