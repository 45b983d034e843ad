/** What was recognised of one patch, and what is said of it. */
import type { FunctionReview, PatchReview } from "../review/review";
import type { LineIndex } from "./lines";
import type { TextOptions } from "./style";
import { oneLine, plural } from "./visible";
import { SOURCES, VERDICTS } from "./words";
import { wrapSentence } from "./wrap";

/** `previous` is the patch before it: the subject of a mail is said once. */
export function patchLines(
  patch: PatchReview,
  previous: PatchReview | undefined,
  lines: LineIndex,
  options: TextOptions,
): string[] {
  const { style } = options;
  const { line, endLine } = lines.range(patch.range);
  const place = line === endLine ? `line ${line}` : `lines ${line}-${endLine}`;
  const quoted = patch.origin === "quoted" ? ", quoted" : "";
  const files = patch.files.map((file) => oneLine(file.path)).join(", ") || "loose code";
  return [
    ...subjectLine(patch, previous).map((text) => style.strong(text)),
    ...wrapSentence(`${place}${quoted}: ${files}`, options.width, 4),
    ...patch.files.flatMap((file) => fileLines(file, patch.files.length > 1)),
    ...(patch.verdict === "not-applicable"
      ? ["  nothing here touches a profiled lifecycle"]
      : statements(patch, options)),
  ];
}

function subjectLine(patch: PatchReview, previous: PatchReview | undefined): string[] {
  const same = previous?.subject === patch.subject && previous?.messageId === patch.messageId;
  if (same || patch.subject === null) return [];
  return [oneLine(patch.subject)];
}

function fileLines(file: PatchReview["files"][number], named: boolean): string[] {
  const concerned = file.functions.filter(isConcerned);
  const others = file.functions.length - concerned.length;
  const widest = Math.max(0, ...concerned.map(({ name }) => name.length));
  const functions = concerned.map((each) => `  ${`${oneLine(each.name)}()`.padEnd(widest + 2)}  ${outcome(each)}`);
  const rest = others > 0 ? [`  ${plural(others, "other function")}: not concerned`] : [];
  const source = concerned.length > 0 ? [`  ${named ? `${oneLine(file.path)}: ` : ""}${SOURCES[file.source]}`] : [];
  return [...source, ...functions, ...rest];
}

function isConcerned({ before, after }: FunctionReview): boolean {
  return [before, after].some((verdict) => verdict !== null && verdict !== "not-applicable");
}

function outcome({ before, after }: FunctionReview): string {
  const now = after === null ? "removed" : VERDICTS[after];
  return before === null ? now : `before: ${VERDICTS[before]}; after: ${now}`;
}

function statements(patch: PatchReview, { width }: TextOptions): string[] {
  const labelled = (label: string, text: string) => {
    const start = `  ${`${label}:`.padEnd(LABEL)}`;
    return wrapSentence(start + oneLine(text), width, start.length);
  };
  const lines: string[] = [];
  if (patch.base !== null) lines.push(...labelled("base", patch.base));
  if (patch.beforeStatement !== null) lines.push(...labelled("before", patch.beforeStatement));
  lines.push(...labelled(patch.beforeStatement === null ? "result" : "after", patch.statement));
  for (const { fact, value, title, verdict } of patch.turnsOn) {
    const text = `- ${VERDICTS[verdict]} if ${oneLine(fact)} = ${oneLine(value)}${title === "" ? "" : `: ${oneLine(title)}`}`;
    lines.push(...wrapSentence(" ".repeat(LABEL + 2) + text, width, LABEL + 4));
  }
  return lines;
}

/** Width of `before: `. */
const LABEL = 8;
