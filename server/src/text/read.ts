/** The way into this stage: any text a person has becomes a Document, whatever state it is in. */
import { type Contents, readContents } from "./contents";
import type { Document } from "./document";
import { Lines } from "./lines";
import { Problems } from "./problems";
import { SourceText } from "./source";

/**
 * Never throws. Offsets in the result are those of `text`.
 *
 * @param cuts where each of several files begins, for a text that was put together out of them
 */
export function readDocument(text: string, cuts: readonly number[] = []): Document {
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
  const { kind, patches, code } =
    cuts.length > 1 ? readFiles(text, cuts, problems) : readFile(text, 0, text.length, problems);
  if (patches.length === 0 && code === null) {
    problems.add("text.no-code", "Neither a diff nor C code was found here.", null);
  }
  return { kind, text, patches, code, problems: problems.all() };
}

function readFile(text: string, first: number, end: number, problems: Problems): Contents {
  const start = text.startsWith(BYTE_ORDER_MARK, first) ? first + 1 : first;
  return readContents(new Lines(SourceText.ofDocument(text).part(start, end)), problems);
}

/** Each by its own shape, all of them together like the mails of a mailbox. */
function readFiles(text: string, cuts: readonly number[], problems: Problems): Contents {
  const patches = cuts.flatMap((cut, index) => readFile(text, cut, cuts[index + 1] ?? text.length, problems).patches);
  return { kind: "mbox", patches, code: null };
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
