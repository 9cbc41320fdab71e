/** A story cut into what is said in one breath. Browsers stop in the middle of what is longer than some fifteen seconds. */

const BLOCKS = "h1, h2, h3, h4, p, li, blockquote, dt, dd, figcaption, td, th, pre";
const LONGEST = 240; // characters

/**
 * @param {Iterable<Element>} parts the title and the text
 * @returns {{ element: Element, text: string }[]} in reading order; a text without paragraphs is one block
 */
export function piecesOf(parts, language = "en") {
  return [...parts].flatMap((part) => {
    const blocks = [...(part.matches(BLOCKS) ? [part] : part.querySelectorAll(BLOCKS))].filter((block) => !block.querySelector(BLOCKS));
    return (blocks.length ? blocks : [part]).flatMap((element) =>
      breaths(element.textContent ?? "", language).map((text) => ({ element, text })),
    );
  });
}

/** Whole sentences, as many as fit; a longer one is cut between words. @param {string} text @returns {string[]} */
export function breaths(text, language = "en") {
  const found = [];
  let breath = "";
  for (const part of sentences(text.replace(/\s+/g, " ").trim(), language).flatMap(cut)) {
    if (breath && breath.length + part.length > LONGEST) {
      found.push(breath.trim());
      breath = "";
    }
    breath += part;
  }
  return breath.trim() ? [...found, breath.trim()] : found;
}

/** @param {string} text @param {string} language */
function sentences(text, language) {
  if (!("Segmenter" in Intl)) return [text];
  return [...new Intl.Segmenter(known(language), { granularity: "sentence" }).segment(text)].map(({ segment }) => segment);
}

/** A feed may call its language anything. @param {string} language */
function known(language) {
  try {
    return Intl.getCanonicalLocales(language)[0];
  } catch {
    return "en";
  }
}

/** @param {string} sentence @returns {string[]} */
const cut = (sentence) => (sentence.length <= LONGEST ? [sentence] : sentence.match(new RegExp(`.{1,${LONGEST}}(?:\\s|$)|\\S{1,${LONGEST}}`, "gu")) ?? []);
