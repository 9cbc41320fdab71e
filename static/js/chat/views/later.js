/**
 * Templates of dialogs and details, which the page does not begin with. Modules that clone them import this one, and
 * so run when they are there.
 */

const address = /** @type {HTMLMetaElement|null} */ (document.querySelector("meta[name=templates]"))?.content;

for (let pause = 500; address; pause = Math.min(pause * 2, 8000)) {
  try {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(`templates: ${answer.status}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.body.append(...page.querySelectorAll("template"));
    break;
  } catch (error) {
    console.warn("Once more:", error); // a module that fails once fails for ever
    await new Promise((done) => setTimeout(done, pause));
  }
}
