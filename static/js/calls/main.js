/** The calls of this page. Fetched when they are first needed; see js/README.md. */

import { engine } from "chat/engine.js";
import { Calls } from "calls/calls.js";

/** @type {Calls|null} */
let made = null;

/** Made on first use, with the running engine. @returns {Calls} */
export function calls() {
  return (made ??= new Calls(engine()));
}
