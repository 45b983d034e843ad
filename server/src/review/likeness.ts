/**
 * Of which era a whole C file is. It shows all of its functions, so what the bases have differently in them tells: an
 * argument, a field, a helper. What the file does not define tells nothing.
 */
import { firstRead } from "../c/moved";
import type { CFile, FunctionDef } from "../c/syntax";
import { wordsOf as readPiece } from "../c/words";
import { BaseIndex } from "../image/base";
import type { Base } from "./bases";

/** In how many telling words the file's functions and those of a base differ; 0 for a base that none is nearer to. */
export function unlikeness(file: CFile, base: Base, all: readonly Base[]): number {
  let count = 0;
  for (const name of new Set(file.functions.map((each) => each.name))) {
    const telling = tellingWords(name, all);
    if (telling.size === 0) continue;
    const own = wordsOf(file, name);
    const theirs = wordsOfBase(base, name);
    for (const word of telling) if (own.has(word) !== theirs.has(word)) count++;
  }
  return count;
}

/** Words of a function that some bases have in it and others have not; a base without the function has none of them. */
function tellingWords(name: string, all: readonly Base[]): ReadonlySet<string> {
  const [first] = all;
  if (first === undefined) return NONE;
  const ofAll = telling.get(first) ?? new Map<string, ReadonlySet<string>>();
  telling.set(first, ofAll);
  const words = ofAll.get(name) ?? findTellingWords(name, all);
  ofAll.set(name, words);
  return words;
}

/** By the first of all bases of a profile. */
const telling = new WeakMap<Base, Map<string, ReadonlySet<string>>>();

function findTellingWords(name: string, all: readonly Base[]): ReadonlySet<string> {
  const sets = all.map((base) => wordsOfBase(base, name));
  const words = new Set(sets.flatMap((set) => [...set]));
  return new Set([...words].filter((word) => sets.some((set) => !set.has(word))));
}

function wordsOfBase({ base }: Base, name: string): ReadonlySet<string> {
  const file = base.find((each) => each.functions.some((f) => f.name === name));
  return file === undefined ? NONE : wordsOf(file, name);
}

const NONE: ReadonlySet<string> = new Set();
const known = new WeakMap<CFile, Map<string, ReadonlySet<string>>>();

function wordsOf(file: CFile, name: string): ReadonlySet<string> {
  const words = known.get(file) ?? readWords(file);
  known.set(file, words);
  return words.get(name) ?? NONE;
}

function readWords(file: CFile): Map<string, ReadonlySet<string>> {
  const { functions, text } = file;
  const hasConditions = functions.some(({ place }) => /^[ \t]*#/m.test(text.slice(place.start, place.end)));
  if (!hasConditions) return new Map(functions.map((each) => [each.name, wordsOfFunction(each, text)]));
  const containers = new BaseIndex([file]).files.flatMap((each) => each.containers);
  return new Map(
    containers.map(({ name, units }) => [name, new Set(units.flatMap((unit) => unit.words).filter(isName))]),
  );
}

const ofFunctions = new WeakMap<FunctionDef, ReadonlySet<string>>();

function wordsOfFunction(definition: FunctionDef, text: string): ReadonlySet<string> {
  const first = firstRead(definition);
  const words = ofFunctions.get(first) ?? new Set(readPiece(text, definition.place).key.split(" ").filter(isName));
  ofFunctions.set(first, words);
  return words;
}

function isName(word: string): boolean {
  return /^[A-Za-z_]/.test(word);
}
