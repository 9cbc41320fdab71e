// Bare names ("core/api.js") in Node, as the import map gives them in the browser. Use: node --import ./tests/js/resolve.js
import { register } from "node:module";

register(
  `data:text/javascript,${encodeURIComponent(`
    const root = ${JSON.stringify(new URL("../../static/js/", import.meta.url).href)};
    export function resolve(specifier, context, next) {
      return next(/^(core|chat|market|calls|news)\\//.test(specifier) ? new URL(specifier, root).href : specifier, context);
    }
  `)}`,
);
