/** Gives every identifier another name, alike in profile, vocabulary, kernel types and header, base, harness and patches. */
import { isAttributeName } from "../../server/src/c/attributes";
import type { KernelTypes, Profile, ScenarioProfile, Vocabulary } from "../../server/src/model/profile";
import type { Kernel, LoadedProfile } from "../../server/src/review/builtin";

/** All texts in which a name can stand. */
export interface Named {
  readonly kernel: Kernel;
  readonly loaded: LoadedProfile;
  readonly patches: readonly string[];
}

/** Renames all of them; `name` is called once for each identifier, with its place among all in alphabetical order. */
export function renameAll(named: Named, name: (index: number, all: readonly string[]) => string): Named {
  const all = [...identifiersIn(named)].sort();
  const names = new Map(all.map((identifier, index) => [identifier, name(index, all)]));
  if (new Set(names.values()).size !== all.length) throw new Error("two identifiers got the same name");
  const rename: Rename = { word: (word) => names.get(word) ?? word, known: all };
  return {
    kernel: kernel(named.kernel, rename),
    loaded: {
      profile: profile(named.loaded.profile, rename),
      texts: entries(
        named.loaded.texts,
        (file) => path(file, rename),
        (text) => code(text, rename),
      ),
    },
    patches: named.patches.map((text) => patch(text, rename)),
  };
}

/** The names in the code and the data; not what the language, the preprocessor and the facts of the profile are spelt with. */
export function identifiersIn({ kernel, loaded, patches }: Named): Set<string> {
  const kept = keptWords(loaded.profile);
  const found = new Set<string>();
  const add = (word: string): string => {
    if (!kept.has(word) && !isAttributeName(word)) found.add(word);
    return word;
  };
  const gather: Rename = { word: add, known: [] };
  for (const text of [kernel.header, ...Object.values(loaded.texts)]) code(text, gather, true);
  for (const text of patches) patch(text, gather, true);
  vocabulary(kernel.vocabulary, gather);
  types(kernel.types, gather);
  profile(loaded.profile, gather);
  return found;
}

interface Rename {
  readonly word: (word: string) => string;
  readonly known: readonly string[];
}

const KEYWORDS =
  `auto break case char const continue default do double else enum extern float for goto if inline int long register
  return short signed sizeof static struct switch typedef typeof union unsigned void volatile while _Bool true false defined
  bool ifdef ifndef elif endif define undef include __VA_ARGS__`.split(/\s+/);

function keptWords(profile: Profile): ReadonlySet<string> {
  const facts = profile.facts.flatMap((fact) => [fact.name, ...Object.keys(fact.values)]);
  return new Set([...KEYWORDS, ...facts.map((fact) => fact.toUpperCase().replaceAll("-", "_"))]);
}

/** Comments, strings, characters and words. */
const TOKENS = /\/\*[\s\S]*?(?:\*\/|$)|\/\/.*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])'|(?<!\w)[A-Za-z_]\w*/g;

function code(text: string, rename: Rename, onlyCode = false): string {
  return text.replaceAll(TOKENS, (token) => {
    if (token.startsWith("/")) return onlyCode ? token : words(token, rename);
    return /^["']/.test(token) ? token : rename.word(token);
  });
}

/** `role.word`, or prose: every word that is the name of something. */
function words(text: string, rename: Rename): string {
  return text.replaceAll(/(?<!\w)[A-Za-z_]\w*/g, (word) => rename.word(word));
}

/** The name of a file without what tells its kind. */
function path(text: string, rename: Rename): string {
  return text.replaceAll(/(?<![\w.])[A-Za-z_]\w*/g, (word) => rename.word(word));
}

/** Code lines, the heads of hunks, and paths; the mail around them is prose. */
function patch(text: string, rename: Rename, onlyCode = false): string {
  let inHunk = false;
  const line = (each: string): string => {
    const head = /^(@@ [^@]*@@)(.*)$/.exec(each);
    if (head !== null) {
      inHunk = true;
      return `${head[1]}${code(head[2] ?? "", rename, onlyCode)}`;
    }
    const file = /^(--- a\/|\+\+\+ b\/)(.*)$/.exec(each);
    if (file !== null) return `${file[1]}${path(file[2] ?? "", rename)}`;
    const both = /^diff --git a\/(\S+) b\/(\S+)$/.exec(each);
    if (both !== null) {
      inHunk = false;
      return `diff --git a/${path(both[1] ?? "", rename)} b/${path(both[2] ?? "", rename)}`;
    }
    if (!inHunk || !/^[ +-]/.test(each) || each === "-- ") return each;
    return `${each.charAt(0)}${code(each.slice(1), rename, onlyCode)}`;
  };
  return text.split("\n").map(line).join("\n");
}

function kernel(given: Kernel, rename: Rename): Kernel {
  return {
    header: code(given.header, rename),
    options: entries(given.options, rename.word, (why) => why),
    vocabulary: vocabulary(given.vocabulary, rename),
    types: types(given.types, rename),
  };
}

function types(given: KernelTypes, rename: Rename): KernelTypes {
  const type = (text: string): string => code(text, rename);
  return {
    locks: entries(given.locks, type, (lock) => lock),
    fields: entries(given.fields, type, (kind) => kind),
    numbers: entries(given.numbers, type, (largest) => largest),
    queues: given.queues.map(type),
    scalars: given.scalars.map(type),
  };
}

/** A pattern is replaced by the names that it stands for. */
function vocabulary(given: Vocabulary, rename: Rename): Vocabulary {
  const pairs = Object.entries(given).flatMap(([key, meaning]) => matching(key, rename).map((name) => [name, meaning]));
  return Object.fromEntries(pairs) as Vocabulary;
}

function matching(pattern: string, rename: Rename): string[] {
  if (!pattern.endsWith("*")) return [rename.word(pattern)];
  return rename.known.filter((name) => name.startsWith(pattern.slice(0, -1))).map((name) => rename.word(name));
}

function profile(given: Profile, rename: Rename): Profile {
  const type = (text: string): string => code(text, rename);
  const place = (text: string): string => {
    const [, owner, rest = "", mode = ""] = /^(?:(.*):)?(\S+)( exclusive| shared)?$/.exec(text) ?? [];
    return `${owner === undefined ? "" : `${type(owner)}:`}${words(rest, rename)}${mode}`;
  };
  const fieldPath = (text: string): string => words(text, rename);
  const file = (text: string): string => path(text, rename);
  return {
    ...given,
    headers: given.headers.map(file),
    base: given.base.map((entry) => (typeof entry === "string" ? file(entry) : { ...entry, file: file(entry.file) })),
    harness: given.harness.map(file),
    objects: given.objects.map((object) => ({
      ...object,
      type: type(object.type),
      fields: entries(object.fields, fieldPath, ({ pointsTo, startsAs, ...field }) => ({
        ...field,
        ...(pointsTo === undefined ? {} : { pointsTo: type(pointsTo) }),
        ...(startsAs === undefined ? {} : { startsAs: fieldPath(startsAs) }),
      })),
      ...(object.scalar === undefined ? {} : { scalar: fieldPath(object.scalar) }),
      ...(object.makers === undefined ? {} : { makers: object.makers.map(rename.word) }),
      ...(object.held === undefined ? {} : { held: { ...object.held, field: fieldPath(object.held.field) } }),
    })),
    words: given.words.map((each) => ({
      type: type(each.type),
      word: rename.word(each.word),
      bits: entries(each.bits, rename.word, (bit) => bit),
    })),
    lists: given.lists.map((list) => ({
      head: place(list.head),
      of: type(list.of),
      link: rename.word(list.link),
      protection: list.protection.map((locks) => locks.map(place)),
    })),
    locks: given.locks.map((lock) => ({ ...lock, lock: place(lock.lock) })),
    scenarios: given.scenarios.map((scenario) => renameScenario(scenario, { rename, type, place, fieldPath })),
    pinned: entries(given.pinned ?? {}, place, (value) => value),
    aliases: entries(given.aliases ?? {}, place, fieldPath),
    hooks: entries(given.hooks ?? {}, rename.word, ({ before, after, within }) => ({
      ...(within === undefined ? {} : { within: rename.word(within) }),
      ...(before === undefined ? {} : { before: rename.word(before) }),
      ...(after === undefined ? {} : { after: rename.word(after) }),
    })),
    harmless: given.harmless.flatMap((pattern) => matching(pattern, rename)),
  };
}

interface Renamers {
  readonly rename: Rename;
  readonly type: (text: string) => string;
  readonly place: (text: string) => string;
  readonly fieldPath: (text: string) => string;
}

function renameScenario(given: ScenarioProfile, { rename, type, place, fieldPath }: Renamers): ScenarioProfile {
  return {
    ...given,
    threads: given.threads.map((thread) => ({
      ...thread,
      entry: rename.word(thread.entry),
      ...(thread.args === undefined ? {} : { args: entries(thread.args, rename.word, (value) => value) }),
    })),
    pools: entries(given.pools, type, (pool) => ({
      ...pool,
      initial: pool.initial.map((object) => ({
        ...object,
        values: entries(object.values, fieldPath, (value) => value),
      })),
    })),
    ...(given.needs === undefined ? {} : { needs: given.needs.map(rename.word) }),
    ...(given.set === undefined ? {} : { set: entries(given.set, place, (value) => value) }),
  };
}

function entries<V, W>(record: Readonly<Record<string, V>>, key: (key: string) => string, value: (value: V) => W) {
  return Object.fromEntries(Object.entries(record).map(([name, each]) => [key(name), value(each)]));
}
