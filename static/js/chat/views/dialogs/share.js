/** What another app shared with this one: choose a chat, then look at it once more before sending. */

import { engine } from "chat/engine.js";
import { takeShared } from "chat/share.js";
import { chooseChats } from "chat/views/dialogs/forward.js";
import { attempt } from "chat/views/overlay.js";
import { router } from "chat/views/router.js";
import { t } from "chat/views/words.js";

export async function takeShare() {
  const shared = await takeShared();
  router.go("/", { replace: true });
  if (!shared) return;
  const answer = await chooseChats({ title: t("share") });
  if (!answer) return;
  for (const id of answer.ids) await attempt(engine().outbox.send(id, { text: shared.text, files: shared.files }));
  if (answer.ids.length === 1) router.go(`/c/${answer.ids[0]}`);
}
