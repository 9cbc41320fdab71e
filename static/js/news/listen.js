/** The browser reads the story aloud: on, back, faster. What is being said is marked, and follows on the screen. */

import { piecesOf } from "news/pieces.js";

const RATES = [1, 1.25, 1.5, 2, 0.75];

class Reading {
  #at = 0;
  #rate = 0;
  #isOn = false;
  #turn = 0; // what a voice says of an earlier turn is not heeded: being cut off also ends an utterance

  /** @param {HTMLElement} bar @param {HTMLElement} story */
  constructor(bar, story) {
    this.bar = bar;
    this.language = story.lang || document.documentElement.lang;
    this.pieces = piecesOf(story.querySelectorAll(".story__title, .story__text"), this.language);
    bar.hidden = this.pieces.length === 0;
    bar.addEventListener("click", (event) => {
      const button = /** @type {HTMLElement} */ (event.target).closest("[data-listen]");
      if (button instanceof HTMLElement) this.press(button.dataset.listen ?? "");
    });
    addEventListener("pagehide", () => this.#stop()); // else the voice goes on without its page
    this.#show();
  }

  /** @param {string} what */
  press(what) {
    if (what === "toggle") this.#isOn ? this.#stop() : this.#say();
    else if (what === "back") this.#go(-1);
    else if (what === "forward") this.#go(1);
    else if (what === "rate") {
      this.#rate = (this.#rate + 1) % RATES.length;
      if (this.#isOn) this.#say();
    }
    this.#show();
  }

  /** @param {number} by paragraphs */
  #go(by) {
    const blocks = [...new Set(this.pieces.map((piece) => piece.element))];
    const block = blocks[Math.min(blocks.length - 1, Math.max(0, blocks.indexOf(this.pieces[this.#at].element) + by))];
    this.#at = this.pieces.findIndex((piece) => piece.element === block);
    if (this.#isOn) this.#say();
  }

  #say() {
    const turn = ++this.#turn;
    speechSynthesis.cancel();
    this.#isOn = true;
    const said = new SpeechSynthesisUtterance(this.pieces[this.#at].text);
    said.lang = this.language;
    said.voice = voiceOf(this.language);
    said.rate = RATES[this.#rate];
    said.addEventListener("end", () => turn === this.#turn && this.#next());
    said.addEventListener("error", () => turn === this.#turn && this.press("toggle"));
    speechSynthesis.speak(said);
    this.#show();
  }

  #next() {
    this.#at += 1;
    if (this.#at < this.pieces.length) return this.#say();
    this.#at = 0;
    this.press("toggle");
  }

  #stop() {
    this.#turn += 1;
    this.#isOn = false;
    speechSynthesis.cancel();
  }

  #show() {
    this.bar.dataset.state = this.#isOn ? "on" : "off";
    for (const piece of this.pieces) piece.element.classList.remove("is-said");
    const { element } = this.pieces[this.#at] ?? {};
    if (this.#isOn && element) {
      element.classList.add("is-said");
      element.scrollIntoView({ block: "nearest" });
    }
    const toggle = this.bar.querySelector("[data-listen=toggle]");
    toggle?.setAttribute("aria-pressed", String(this.#isOn));
    const rate = this.bar.querySelector("[data-listen=rate] [data-rate]");
    if (rate) rate.textContent = `${RATES[this.#rate].toLocaleString(document.documentElement.lang)}×`;
  }
}

/** One that speaks on this device, if it can be had: others send what they read to their maker. @param {string} language */
function voiceOf(language) {
  const [tongue] = language.toLowerCase().split(/[-_]/);
  return speechSynthesis.getVoices().find((voice) => voice.localService && voice.lang.toLowerCase().startsWith(tongue)) ?? null;
}

const [bar, story] = [document.getElementById("listen"), document.querySelector(".story")];
if (bar && story instanceof HTMLElement && "speechSynthesis" in globalThis) new Reading(bar, story);
