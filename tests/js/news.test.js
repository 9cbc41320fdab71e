/** What is read aloud: in pieces short enough for any browser, and nothing lost between them. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { breaths } from "news/pieces.js";

const words = (text) => text.replace(/\s+/g, "");
const LONGEST = 240;

for (const [what, text, language] of [
  ["nothing", "", "en"],
  ["spaces", " \n\t ", "en"],
  ["a sentence", "The bridge is open.", "en"],
  ["many sentences", "The bridge is open. The ferry rests. ".repeat(40), "en"],
  ["one long sentence", "and the river rose ".repeat(60), "de"],
  ["a word without end", "x".repeat(1000), "ru"],
  ["no spaces between sentences", "橋が開通した。".repeat(100), "ja"],
  ["emoji without end", "🌉".repeat(500), "en"],
  ["a language that is none", "One. Two.", "no such language"],
]) {
  test(`${what}: whole, in breaths`, () => {
    const found = breaths(text, language);
    assert.equal(words(found.join("")), words(text));
    for (const breath of found) assert.ok(breath && [...breath].length <= LONGEST, `${breath.length}`);
  });
}

test("sentences stay whole where they fit", () => {
  const [first, second] = ["A".repeat(150) + ".", "B".repeat(150) + "."];
  assert.deepEqual(breaths(`${first} ${second}`), [first, second]);
});
