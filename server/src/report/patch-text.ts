/** What was recognised of one patch, and what is said of it. */
import type { FunctionReview, PatchReview, Review } from "../review/review";
import type { LineIndex } from "./lines";
import type { TextOptions } from "./style";
import { asciiLine, oneLine, plural } from "./visible";
import { isPassedOver, placeOf, readingOrder, SOURCES, VERDICTS } from "./words";
import { wrapSentence } from "./wrap";

export function patchLines(patch: PatchReview, review: Review, lines: LineIndex, options: TextOptions): string[] {
  const order = readingOrder(review);
  const previous = review.patches[order[order.indexOf(review.patches.indexOf(patch)) - 1] ?? -1];
  const { file, line, endLine } = lines.range(patch.range);
  const where = line === endLine ? `line ${line}` : `lines ${line}-${endLine}`;
  const place = file === undefined ? where : `${oneLine(file)} ${where}`;
  const quoted = patch.origin === "quoted" ? ", quoted" : "";
  const files = fileNames(patch);
  const isQuiet = patch.verdict === "not-applicable";
  const subject = subjectLine(patch, previous).map((text) => options.style.strong(text));
  if (isPassedOver(patch)) {
    const told = `${place}${quoted}: ${oneLine(patch.statement)}`;
    return [...(subject.length === 0 ? [] : ["", ...subject]), ...wrapSentence(told, options.width, 4)];
  }
  const head = [
    place + quoted,
    files,
    placeOf(patch, review),
    isQuiet ? "nothing here touches a profiled lifecycle" : "",
  ];
  return [
    // Pieces of which there is nothing to say stand close together.
    ...(isQuiet && subject.length === 0 && previous?.verdict === "not-applicable" ? [] : [""]),
    ...subject,
    ...wrapSentence(head.filter((part) => part !== "").join(": "), options.width, 4),
    ...patch.files.flatMap((file) => fileLines(file, patch.files.length > 1, review.kind === "c")),
    ...(isQuiet ? [] : statements(patch, previous, review.notChecked, options)),
  ];
}

/** The files that a profile concerns; all of them when none is. */
function fileNames({ files }: PatchReview): string {
  const concerned = files.filter((file) => file.functions.some(isConcerned));
  const named = (concerned.length > 0 ? concerned : files).slice(0, MOST_FILES);
  const others = files.length - named.length;
  const rest = others > 0 ? ` and ${plural(others, "other file")}` : "";
  return named.map((file) => oneLine(file.path)).join(", ") + rest;
}

const MOST_FILES = 5;

/** The subject of a mail is said once. */
function subjectLine(patch: PatchReview, previous: PatchReview | undefined): string[] {
  const same = previous?.subject === patch.subject && previous?.messageId === patch.messageId;
  if (same || patch.subject === null) return [];
  return [oneLine(patch.subject)];
}

/** @param isWhole it is no patch but the file itself */
function fileLines(file: PatchReview["files"][number], named: boolean, isWhole: boolean): string[] {
  const concerned = file.functions.filter(isConcerned);
  const others = file.functions.length - concerned.length;
  const widest = Math.max(0, ...concerned.map(({ name }) => name.length));
  const functions = concerned.map((each) => `  ${`${oneLine(each.name)}()`.padEnd(widest + 2)}  ${outcome(each)}`);
  const rest = others > 0 && concerned.length > 0 ? [`  ${plural(others, "other function")}: not concerned`] : [];
  const revision = file.revision === undefined ? "" : ` (${file.revision})`;
  const from = `  ${named ? `${oneLine(file.path)}: ` : ""}${SOURCES[file.source]}${revision}`;
  const source = concerned.length > 0 && !isWhole ? [from] : [];
  return [...source, ...functions, ...rest];
}

function isConcerned({ before, after }: FunctionReview): boolean {
  return [before, after].some((verdict) => verdict !== null && verdict !== "not-applicable");
}

function outcome({ before, after }: FunctionReview): string {
  const now = after === null ? "removed" : VERDICTS[after];
  return before === null ? now : `before: ${VERDICTS[before]}; after: ${now}`;
}

function statements(
  patch: PatchReview,
  previous: PatchReview | undefined,
  notChecked: readonly string[],
  { width }: TextOptions,
): string[] {
  const labelled = (label: string, text: string) => {
    const start = `  ${`${label}:`.padEnd(LABEL)}`;
    return wrapSentence(start + asciiLine(text), width, start.length);
  };
  // What nobody checks is said once for the document.
  const unchecked = `; not checked: ${notChecked.join(", ")}`;
  const before = patch.beforeStatement?.replace(unchecked, "") ?? null;
  const after = patch.statement.replace(unchecked, "");
  // What the patch before it in a series left was told there.
  const isNext = patch.placement.onto !== null && previous?.statement === patch.beforeStatement;
  const isSameBase = patch.placement.onto !== null && previous?.base === patch.base;
  return [
    ...(patch.base === null || isSameBase ? [] : labelled("base", patch.base)),
    ...(before === null || isNext ? [] : labelled("before", before)),
    ...labelled(before === null ? "result" : "after", patch.turnsOn.length === 0 ? after : questionOf(after)),
    ...patch.turnsOn.flatMap(({ fact, value, title, verdict }) => {
      const text = `- ${VERDICTS[verdict]} if ${asciiLine(title)} (${oneLine(fact)} = ${oneLine(value)})`;
      return wrapSentence(" ".repeat(LABEL + 2) + text, width, LABEL + 4);
    }),
  ];
}

/** Without the cases behind it: they are listed by themselves. */
function questionOf(statement: string): string {
  return statement.split(": ", 1)[0] ?? statement;
}

/** Width of `before: `. */
const LABEL = 8;
