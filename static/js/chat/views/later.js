/**
 * Templates and words of dialogs and details, which the page does not begin with. Modules that clone them import this
 * one, and so run when they are there.
 */

import { learn } from "chat/views/words.js";

const icons = /** @type {HTMLTemplateElement} */ (document.getElementById("icons")).content;
const address = /** @type {HTMLMetaElement|null} */ (document.querySelector("meta[name=templates]"))?.content;

for (let pause = 500; address; pause = Math.min(pause * 2, 8000)) {
  try {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(`templates: ${answer.status}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    learn(JSON.parse(page.getElementById("later-strings")?.textContent || "{}"));
    document.body.append(...page.querySelectorAll("template"));
    for (const more of document.querySelectorAll("#later-icons, #call-icons")) icons.append(.../** @type {HTMLTemplateElement} */ (more).content.childNodes);
    break;
  } catch (error) {
    console.warn("Once more:", error); // a module that fails once fails for ever
    await new Promise((done) => setTimeout(done, pause));
  }
}
