/** Ctrl+B and the like: puts the light markup around what is selected, or takes it away. */

const MARKS = { b: "**", i: "__", "shift+x": "~~", "shift+m": "`", "shift+p": "||" };

/** @param {HTMLTextAreaElement} field @param {KeyboardEvent} event @param {() => void} changed */
export function wrapSelection(field, event, changed) {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
  const key = `${event.shiftKey ? "shift+" : ""}${event.key.toLowerCase()}`;
  const mark = MARKS[key];
  if (mark) toggle(field, mark);
  else if (key === "shift+k") link(field);
  else return;
  event.preventDefault();
  changed();
}

/** @param {HTMLTextAreaElement} field @param {string} mark */
function toggle(field, mark) {
  const { selectionStart: start, selectionEnd: end, value } = field;
  const inside = value.slice(start, end);
  const isMarked = value.slice(start - mark.length, start) === mark && value.slice(end, end + mark.length) === mark;
  if (isMarked) {
    field.setRangeText(inside, start - mark.length, end + mark.length, "select");
    return;
  }
  field.setRangeText(mark + inside + mark, start, end, "end");
  field.setSelectionRange(start + mark.length, start + mark.length + inside.length);
}

/** @param {HTMLTextAreaElement} field */
function link(field) {
  const { selectionStart: start, selectionEnd: end, value } = field;
  const label = value.slice(start, end);
  field.setRangeText(`[${label}](https://)`, start, end, "end");
  const at = start + label.length + 3;
  field.setSelectionRange(at, at + "https://".length);
}
