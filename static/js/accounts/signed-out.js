// Nobody is signed in on this page: what the chats kept of the last person becomes unreadable. By a relative name,
// since this page has no import map.
import { sealBrowser } from "../core/db.js";

if (globalThis.indexedDB) sealBrowser().catch((error) => console.warn("Nothing to seal:", error));
