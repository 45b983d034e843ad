/** Lines of a patch as they stand in its before and in its after image, to see what was written on top of what. */
import type { Patch } from "../../text/document";

interface PatchLines {
  /** Each line, and each together with the one that stands right behind it. */
  readonly before: ReadonlySet<string>;
  readonly after: ReadonlySet<string>;
  /** The lines of both, and those of loose code. */
  readonly all: ReadonlySet<string>;
}

/** How much of what the answer takes for given only the before image of the other patch has, and how much only its after image. */
export function fitsOf(answer: Patch, other: Patch): { readonly before: number; readonly after: number } {
  const { before, after } = linesOf(other);
  const shown = linesOf(answer);
  let [first, second] = [0, 0];
  // Loose code shows what is to be, not what is; its lines tell only that it is about the same code.
  for (const line of shown.before) {
    if (before.has(line) && !after.has(line)) first++;
    if (after.has(line) && !before.has(line)) second++;
  }
  return { before: first, after: second };
}

/** Whether the piece shows nothing, or next to nothing, that the other one does not. */
export function isQuoteOf(piece: Patch, other: Patch): boolean {
  const shown = linesOf(piece).all;
  return shown.size > 0 && shared(piece, other) >= MOST_OF_IT * shown.size;
}

/** Whether two pieces of one author are one and the same. */
export function showTheSame(one: Patch, other: Patch): boolean {
  const [mine, theirs] = [linesOf(one).all, linesOf(other).all];
  return one.authorship === other.authorship && mine.size === theirs.size && shared(one, other) === mine.size;
}

/** How many lines both show. */
export function shared(one: Patch, other: Patch): number {
  const there = linesOf(other).all;
  return [...linesOf(one).all].filter((line) => there.has(line)).length;
}

/** Whoever quotes may wrap a line or cut one short. */
const MOST_OF_IT = 0.8;

function linesOf(patch: Patch): PatchLines {
  const had = known.get(patch);
  if (had !== undefined) return had;
  const [before, after, all] = [new Set<string>(), new Set<string>(), new Set<string>()];
  for (const { lines } of patch.files.flatMap((file) => file.hunks)) {
    const told = lines.map(({ kind, code }) => ({ kind, text: plain(code.text) })).filter(({ text }) => text !== "");
    for (const { text } of told) all.add(text);
    addImage(
      before,
      told.filter(({ kind }) => kind !== "added").map(({ text }) => text),
    );
    addImage(
      after,
      told.filter(({ kind }) => kind !== "removed").map(({ text }) => text),
    );
  }
  for (const { code } of patch.snippets) {
    for (const line of code.text.split("\n").map(plain)) if (line !== "") all.add(line);
  }
  const made = { before, after, all };
  known.set(patch, made);
  return made;
}

const known = new WeakMap<Patch, PatchLines>();

function plain(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}

function addImage(image: Set<string>, lines: readonly string[]): void {
  for (const [index, line] of lines.entries()) {
    image.add(line);
    const next = lines[index + 1];
    if (next !== undefined) image.add(`${line}\n${next}`);
  }
}
