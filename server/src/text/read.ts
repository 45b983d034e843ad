/** The way into this stage: any text a person has becomes a Document, whatever state it is in. */
import { readContents } from "./contents";
import type { Document } from "./document";
import { Lines } from "./lines";
import { Problems } from "./problems";
import { SourceText } from "./source";

/** Never throws. Offsets in the result are those of `text`. */
export function readDocument(text: string): Document {
  const problems = new Problems();
  if (text.trim() === "") {
    problems.add("text.empty", "The document is empty.", null);
    return { kind: "diff", text, patches: [], code: null, problems: problems.all() };
  }
  if (isBinary(text)) {
    const message = "This is no text (or UTF-16, which is not read): save it as UTF-8.";
    problems.add("text.binary", message, null);
    return { kind: "diff", text, patches: [], code: null, problems: problems.all() };
  }
  const nul = text.indexOf("\0");
  if (nul >= 0) {
    const message = "There is a NUL character here, and perhaps elsewhere: such lines are read as they are.";
    problems.add("text.nul", message, { start: nul, end: nul + 1 });
  }
  const start = text.startsWith(BYTE_ORDER_MARK) ? 1 : 0;
  const lines = new Lines(SourceText.ofDocument(text).part(start, text.length));
  const { kind, patches, code } = readContents(lines, problems);
  if (patches.length === 0 && code === null) {
    problems.add("text.no-code", "Neither a diff nor C code was found here.", null);
  }
  return { kind, text, patches, code, problems: problems.all() };
}

const BYTE_ORDER_MARK = "\uFEFF";
const SAMPLE = 65_536;

function isBinary(text: string): boolean {
  const length = Math.min(text.length, SAMPLE);
  let strange = 0;
  for (let at = 0; at < length; at++) {
    const character = text.charCodeAt(at);
    const control = character < 0x20 && !(character >= 0x09 && character <= 0x0d) && character !== 0x1b;
    if (control || character === 0xfffd) strange++;
  }
  return strange * 10 > length;
}
