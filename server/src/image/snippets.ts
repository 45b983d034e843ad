/**
 * Takes loose code apart: whole functions, macros and the like become a diff that adds them; statements that stand in
 * no function are left over.
 */
import type { FileDiff, Hunk, HunkLine, Patch, Snippet } from "../text/document";
import { DOCUMENT, type MappedText, type Segment, type Span } from "../text/mapped";
import { type Item, itemsOf } from "./items";
import { isC } from "./paths";
import { cutIntoUnits, type Unit } from "./units";

export interface ReadSnippet {
  readonly snippet: Snippet;
  /** Whole things, in order; each may have gaps in it. */
  readonly declared: readonly {
    readonly name: string;
    readonly isFunction: boolean;
    readonly lines: readonly HunkLine[];
  }[];
  /** Statements that follow each other. */
  readonly loose: readonly (readonly HunkLine[])[];
}

export function readSnippet(snippet: Snippet): ReadSnippet {
  const lines = linesOf(snippet);
  const { units } = cutIntoUnits(snippet.code.text);
  const declared: { name: string; isFunction: boolean; lines: HunkLine[] }[] = [];
  const loose: HunkLine[][] = [];
  let last: "declared" | "loose" | null = null;
  let end = 0;
  for (const item of itemsOf(units, null)) {
    const from = units[item.first]?.line ?? 0;
    const to = (units[item.last - 1]?.lastLine ?? from) + 1;
    const own = lines.slice(Math.max(from, end), to);
    end = Math.max(end, to);
    if (isDeclaration(item, units[item.first])) {
      const isFunction = item.kind === "body" && item.name?.includes(" ") === false;
      declared.push({ name: item.name ?? "", isFunction, lines: own });
      last = "declared";
    } else if (last === "loose") loose.at(-1)?.push(...own);
    else {
      loose.push(own);
      last = "loose";
    }
  }
  return { snippet, declared, loose };
}

/** A diff that adds these pieces of code; it has no file of its own and takes that of the patch. */
export function diffOf(patch: Patch, pieces: readonly (readonly HunkLine[])[]): FileDiff {
  const path = patch.files.find((file) => file.newPath !== null && isC(file))?.newPath ?? null;
  const hunks = pieces.map(hunkOf);
  const span = { start: hunks[0]?.span.start ?? 0, end: hunks.at(-1)?.span.end ?? 0 };
  return { oldPath: path, newPath: path, oldBlob: null, newBlob: null, span, hunks, hasText: true, changes: [] };
}

export function hunkOf(lines: readonly HunkLine[]): Hunk {
  const span = { start: lines[0]?.span.start ?? 0, end: lines.at(-1)?.span.end ?? 0 };
  return { oldStart: null, newStart: null, headerSpan: null, section: null, span, lines };
}

export function asKind(lines: readonly HunkLine[], kind: HunkLine["kind"]): HunkLine[] {
  return lines.map((line) => ({ ...line, kind }));
}

/** A whole function or struct, a macro, a prototype; not a call or an assignment. */
function isDeclaration(item: Item, unit: Unit | undefined): boolean {
  if (item.kind === "body") return item.fromHead && item.toEnd && item.name !== null;
  if (unit === undefined || item.isTorn) return false;
  if (unit.kind === "directive") return item.name !== null;
  // `type name(...)` and `type name`: two words before anything else.
  return unit.kind === "simple" && /^[A-Za-z_]\w* (\* )*[A-Za-z_]/.test(unit.key) && !/^(return|goto) /.test(unit.key);
}

/** What a person shows outside of a diff is how the code shall be: it counts as added. */
function linesOf({ code, span }: Snippet): HunkLine[] {
  const segments = code.segments.map((segment) => ({ ...segment, origin: "added" as const }));
  return addedLines({ text: code.text, segments }, span);
}

/** Code as lines of a hunk; `span` is where a line belongs of which nothing is in the document. */
export function addedLines(code: MappedText, span: Span): HunkLine[] {
  return splitLines(code).map((text) => {
    return {
      kind: "added",
      code: text,
      span: spanOf(text.segments) ?? { start: span.start, end: span.start },
      noNewline: false,
    };
  });
}

function spanOf(segments: readonly Segment[]): Span | null {
  const own = segments.filter((segment) => segment.source === DOCUMENT);
  const first = own[0];
  const last = own.at(-1);
  return first === undefined || last === undefined
    ? null
    : { start: first.sourceStart, end: last.sourceStart + last.length };
}

/** The lines without their ends. */
function splitLines({ text, segments }: MappedText): MappedText[] {
  const lines: MappedText[] = [];
  let next = 0;
  for (let start = 0; start <= text.length;) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    const own: Segment[] = [];
    while ((segments[next]?.start ?? Infinity) + (segments[next]?.length ?? 0) <= start) next++;
    for (let i = next; (segments[i]?.start ?? Infinity) < end; i++) {
      const segment = segments[i];
      if (segment === undefined) break;
      const first = Math.max(segment.start, start);
      const length = Math.min(segment.start + segment.length, end) - first;
      if (length > 0)
        own.push({
          ...segment,
          start: first - start,
          length,
          sourceStart: segment.sourceStart + first - segment.start,
        });
    }
    lines.push({ text: text.slice(start, end).replace(/\r$/, ""), segments: own });
    if (newline < 0) break;
    start = newline + 1;
  }
  if (lines.at(-1)?.text === "") lines.pop();
  return lines;
}
