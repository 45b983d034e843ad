/** Calls tell the release that a patch was written for: a function that lost an argument is called with one less. */
import type { CFile } from "../c/syntax";
import type { Patch } from "../text/document";
import type { Base } from "./bases";

/** How many calls that the patch shows, before or after it, a base could not compile. */
export function wrongCalls(calls: readonly Call[], base: Base): number {
  const counts = countsOf(base);
  return calls.filter(({ name, count }) => counts.has(name) && counts.get(name) !== count).length;
}

export interface Call {
  readonly name: string;
  /** Of its arguments. */
  readonly count: number;
}

/** Calls of functions and macros that the bases define with different numbers of parameters; heads count as calls. */
export function tellingCalls(patch: Patch, all: readonly Base[]): Call[] {
  const known = new Map<string, Set<number>>();
  for (const base of all) {
    for (const [name, count] of countsOf(base)) known.set(name, (known.get(name) ?? new Set()).add(count));
  }
  const telling = new Set([...known].filter(([, counts]) => counts.size > 1).map(([name]) => name));
  const calls = new Map<string, Call>();
  for (const file of patch.files) {
    for (const hunk of file.hunks) {
      for (const left of ["added", "removed"]) {
        const lines = hunk.lines.filter(({ kind }) => kind !== left).map(({ code }) => code.text);
        for (const call of callsIn(lines.join("\n"), telling)) calls.set(`${left} ${call.name} ${call.count}`, call);
      }
    }
  }
  return [...calls.values()];
}

/** How many functions and macros a file defines with another number of parameters than a base does. */
export function otherHeads({ functions, macros }: CFile, base: Base): number {
  const counts = countsOf(base);
  const heads = [...functions, ...macros].filter(({ params }) => params !== null);
  return heads.filter(({ name, params }) => counts.has(name) && counts.get(name) !== params?.length).length;
}

const cache = new WeakMap<Base, ReadonlyMap<string, number>>();

function countsOf(base: Base): ReadonlyMap<string, number> {
  const had = cache.get(base);
  if (had !== undefined) return had;
  const counts = new Map<string, number>();
  for (const { functions, macros } of base.base) {
    for (const { name, params } of [...macros, ...functions]) if (params !== null) counts.set(name, params.length);
  }
  cache.set(base, counts);
  return counts;
}

function* callsIn(text: string, names: ReadonlySet<string>): Generator<Call> {
  for (const match of text.matchAll(/([A-Za-z_]\w*)\s*\(/g)) {
    const name = match[1] ?? "";
    const count = names.has(name) ? argumentsFrom(text, match.index + match[0].length) : null;
    if (count !== null) yield { name, count };
  }
}

/** Null when the hunk ends before the closing parenthesis. */
function argumentsFrom(text: string, start: number): number | null {
  let depth = 0;
  let count = 1;
  for (let at = start; at < Math.min(text.length, start + LONGEST); at++) {
    const char = text[at];
    if (char === "(") depth++;
    else if (char === ")" && depth-- === 0) return text.slice(start, at).trim() === "" ? 0 : count;
    else if (char === "," && depth === 0) count++;
  }
  return null;
}

const LONGEST = 500;
