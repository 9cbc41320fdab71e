/** Parts of the views that need no document. */

import assert from "node:assert/strict";
import test from "node:test";
import { toMarkup } from "chat/views/markup.js";

const entity = (type, offset, length, more = {}) => ({ type, offset, length, ...more });

test("styles come back as marks", () => {
  assert.equal(toMarkup("a bold word", [entity("bold", 2, 4)]), "a **bold** word");
  assert.equal(toMarkup("run it", [entity("code", 0, 3)]), "`run` it");
});

test("nested styles close inside out", () => {
  assert.equal(toMarkup("both", [entity("bold", 0, 4), entity("italic", 0, 4)]), "**__both__**");
});

test("links keep their address, bare ones stay bare", () => {
  assert.equal(toMarkup("see here", [entity("link", 4, 4, { url: "https://a.example/x" })]), "see [here](https://a.example/x)");
  assert.equal(toMarkup("https://a.example", [entity("link", 0, 17, { url: "https://a.example" })]), "https://a.example");
});

test("quotes and fenced code get their lines", () => {
  assert.equal(toMarkup("said\nanswer", [entity("quote", 0, 4)]), "> said\nanswer");
  assert.equal(toMarkup("x = 1", [entity("pre", 0, 5, { language: "py" })]), "```py\nx = 1\n```");
});

test("offsets count UTF-16 units", () => {
  assert.equal(toMarkup("😀 ok", [entity("bold", 3, 2)]), "😀 **ok**");
});
