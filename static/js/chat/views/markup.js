/** Text and entities back to the light markup that the server reads, for editing. */

const MARKS = { bold: "**", italic: "__", strike: "~~", spoiler: "||", code: "`" };

/** @param {string} text @param {import("chat/types.js").EntityJSON[]} entities @returns {string} */
export function toMarkup(text, entities) {
  /** @type {Map<number, { opening: string, closing: string }>} */
  const marks = new Map();
  const at = (/** @type {number} */ offset) => marks.get(offset) ?? marks.set(offset, { opening: "", closing: "" }).get(offset);
  for (const entity of entities) {
    const words = text.slice(entity.offset, entity.offset + entity.length);
    const [opening, closing] = around(entity, words);
    if (!opening && !closing) continue;
    const start = at(entity.offset);
    const end = at(entity.offset + entity.length);
    if (start) start.opening += opening;
    if (end) end.closing = closing + end.closing;
  }
  let result = "";
  for (let index = 0; index <= text.length; index += 1) {
    const mark = marks.get(index);
    if (mark) result += mark.closing + mark.opening;
    result += text[index] ?? "";
  }
  return quoted(result, text, entities);
}

/** @param {import("chat/types.js").EntityJSON} entity @param {string} words @returns {[string, string]} */
function around(entity, words) {
  if (entity.type === "pre") return [`\`\`\`${entity.language ?? ""}\n`, words.endsWith("\n") ? "```" : "\n```"];
  if (entity.type === "link") return !entity.url || entity.url === words || entity.url.endsWith(words) ? ["", ""] : ["[", `](${entity.url})`];
  const mark = MARKS[entity.type] ?? "";
  return [mark, mark];
}

/** Lines of a quote begin with ">". Lines are counted, since marks add none but those of fenced code. */
function quoted(result, text, entities) {
  const quotes = entities.filter((entity) => entity.type === "quote");
  if (!quotes.length || entities.some((entity) => entity.type === "pre")) return result;
  const lineOf = (/** @type {number} */ offset) => text.slice(0, offset).split("\n").length - 1;
  const lines = result.split("\n");
  for (const { offset, length } of quotes) {
    for (let line = lineOf(offset); line <= lineOf(offset + length - 1); line += 1) lines[line] = `> ${lines[line]}`;
  }
  return lines.join("\n");
}
