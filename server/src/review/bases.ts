/** The built-in base in each combination of its facts, parsed once. */
import type { CFile, CParser, Defines } from "../c/syntax";
import { meaningsOf } from "../model/lower/context";
import { CTypes } from "../model/lower/ctypes";
import type { EraProfile, FactRule, Meaning, Profile } from "../model/profile";
import type { Kernel, LoadedProfile } from "./builtin";
import type { Tree, TreeFile } from "./trees";

/** Fact -> value. */
export type Facts = Readonly<Record<string, string>>;

/** What a patch shows, made ready to run. */
export interface Staged {
  readonly code: readonly CFile[];
  readonly harness: readonly CFile[];
}

export interface Base {
  /** Without those that only tell how the code is spelt. */
  readonly facts: Facts;
  /** Only steps between two eras had these facts. */
  readonly isBygone: boolean;
  /** The profile without what other facts ask for. */
  readonly profile: Profile;
  readonly defines: Defines;
  /** Kernel options that are not as they are taken to be, "y" or "n"; they are in `defines` as well. */
  readonly options: Defines;
  /** What patches are laid on. */
  readonly base: readonly CFile[];
  readonly headers: readonly CFile[];
  /** What is composed of the kernel's primitives; no patch is laid on it. */
  readonly kernel: CFile;
  readonly harness: readonly CFile[];
  /** Where the profile was made for the patch: what is run in the place of its images and of the harness. */
  readonly stage?: (images: readonly CFile[]) => Staged;
  /** A kernel tree in the place of some of it; null where there is none. */
  readonly tree: BaseTree | null;
}

/** The tree's files, parsed. They are in `base` as well where they replace files of it. */
export interface BaseTree {
  readonly paths: ReadonlyMap<string, TreeFile["kind"]>;
  /** What calls the reviewed code; ours stands in for those of its functions that cannot be modelled. */
  readonly callers: readonly CFile[];
  /** The tree as it is, without patches. */
  readonly shipped: () => Base;
}

/**
 * Every combination of some era, in the order of the eras; all that there can be when the profile names none. With a date
 * only those that there were by then.
 */
export function combinations(profile: Profile, date: string | null = null): Facts[] {
  const eras = profile.eras?.filter((era) => date === null || isOfDate(era, date)) ?? [];
  const given = profile.eras === undefined ? [{}] : eras.map((era) => era.facts);
  const all = given.flatMap((rule: FactRule) => {
    let some: Facts[] = [{}];
    for (const { name, values, usual } of profile.facts) {
      const possible = [rule[name] ?? usual ?? Object.keys(values)].flat();
      some = some.flatMap((facts) => possible.map((value) => ({ ...facts, [name]: value })));
    }
    return some;
  });
  return [...new Map(all.map((facts) => [JSON.stringify(facts), facts])).values()];
}

function isOfDate({ since, until }: EraProfile, date: string): boolean {
  return (since === undefined || date >= since) && (until === undefined || date.slice(0, until.length) <= until);
}

/** Only steps between two eras had it. */
function isBygone(profile: Profile, facts: Facts): boolean {
  const usual = Object.fromEntries(
    profile.facts.flatMap((fact) => (fact.usual === undefined ? [] : [[fact.name, fact.usual]])),
  );
  const had = profile.eras?.filter((era) => matches(facts, { ...usual, ...era.facts })) ?? [];
  return had.length > 0 && had.every(({ until }) => until !== undefined);
}

/** Whether each fact that the rule names has one of the values that it names. */
export function matches(facts: Facts, rule: FactRule): boolean {
  return Object.entries(rule).every(([fact, wanted]) => {
    const value = facts[fact];
    return typeof wanted === "string" ? value === wanted : value !== undefined && wanted.includes(value);
  });
}

/** Parses each combination when it is first asked for. */
export class Bases {
  private readonly known = new Map<string, Base>();
  private readonly files = new Map<string, CFile>();
  /** The latest first. */
  private readonly trees = new WeakMap<Base, { readonly of: readonly CFile[]; readonly base: Base }[]>();
  readonly ctypes: CTypes;
  /** Whether a callee stores to what it is given. */
  readonly stores: (callee: string) => boolean;
  /** Kernel options that are as the kernel's header says, "y" or "n"; any other is on. */
  readonly options: Defines;

  constructor(
    readonly parser: CParser,
    readonly kernel: Kernel,
  ) {
    this.ctypes = new CTypes(kernel.types);
    const { vocabulary, header } = kernel;
    const given = [...header.matchAll(/^#define (CONFIG_\w+) ([01])$/gm)];
    this.options = Object.fromEntries(given.map(([, name = "", value]) => [name, value === "0" ? "n" : "y"]));
    this.stores = (callee) => {
      const meaning = Object.hasOwn(vocabulary, callee) ? vocabulary[callee] : undefined;
      return meaning?.does === "store" || meaning?.does === "rmw" || meaning?.does === "bit";
    };
  }

  of(loaded: LoadedProfile, facts: Facts): Base {
    const key = JSON.stringify([loaded.profile.name, facts]);
    const had = this.known.get(key);
    if (had !== undefined) return had;
    const { profile, texts } = loaded;
    const defines = definesOf(facts);
    const parse = (names: readonly string[]): CFile[] =>
      names.map((name) => this.parse(plainName(name), texts[name] ?? missing(profile.name, name), defines));
    const own = profileWhere(profile, facts);
    const spellings = new Set(profile.facts.filter((fact) => fact.isSpelling === true).map((fact) => fact.name));
    const made: Base = {
      facts: Object.fromEntries(Object.entries(facts).filter(([name]) => !spellings.has(name))),
      isBygone: isBygone(profile, facts),
      profile: own,
      defines,
      options: {},
      headers: parse(profile.headers),
      kernel: this.parse("kernel.h", this.kernel.header, {}),
      base: parse(own.base.map((entry) => (typeof entry === "string" ? entry : entry.file))),
      harness: parse(profile.harness),
      tree: null,
    };
    this.known.set(key, made);
    return made;
  }

  /** The tree's files in the place of those that they replace, and its callers before ours. */
  inTree(bare: Base, { files }: Tree): Base {
    const parsed = files.map(({ path, text, kind, replaces }) => ({
      file: this.parse(path, text, bare.defines),
      kind,
      replaces,
    }));
    const known = this.trees.get(bare) ?? [];
    this.trees.set(bare, known);
    const had = known.find(
      ({ of, base }) =>
        of.length === parsed.length &&
        of.every((each, at) => each === parsed[at]?.file && base.tree?.paths.get(each.path) === parsed[at]?.kind),
    );
    if (had !== undefined) return had.base;
    const replaced = new Set(parsed.flatMap(({ replaces }) => replaces ?? []));
    const base: Base = {
      ...bare,
      base: [
        ...parsed.flatMap(({ file, replaces }) => (replaces === undefined ? [] : [file])),
        ...bare.base.filter((file) => !replaced.has(file.path)),
      ],
      tree: {
        paths: new Map(files.map(({ path, kind }) => [path, kind])),
        callers: parsed.flatMap(({ file, replaces }) => (replaces === undefined ? [file] : [])),
        shipped: () => base,
      },
    };
    known.unshift({ of: parsed.map(({ file }) => file), base });
    if (known.length > MOST_TREES) known.pop();
    return base;
  }

  /** What a primitive of the kernel means. */
  meaning(name: string): Meaning | undefined {
    return meaningsOf(this.kernel.vocabulary).of(name);
  }

  /** Remembers what was parsed: most files are the same from one review to the next. */
  parse(path: string, text: string, defines: Defines): CFile {
    const asksOptions = text.includes("CONFIG_");
    const given = Object.entries(asksOptions ? { ...this.options, ...defines } : defines);
    const relevant = given.filter(([name]) => text.includes(name));
    const key = JSON.stringify([path, relevant, text]);
    const had = this.files.get(key);
    if (had !== undefined) return had;
    if (this.files.size >= MOST_FILES) this.files.delete(this.files.keys().next().value ?? "");
    const file = this.parser.parse(path, text, Object.fromEntries(relevant));
    this.files.set(key, file);
    return file;
  }
}

const MOST_FILES = 400;
const MOST_TREES = 4;

/** A folder tells the era of a file; patches know the file by its name alone. */
function plainName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** The base's files, the objects' rules and the scenarios that hold where these facts do. */
export function profileWhere(profile: Profile, facts: Facts): Profile {
  const holds = (when: FactRule | undefined): boolean => when === undefined || matches(facts, when);
  return {
    ...profile,
    base: profile.base.filter((entry) => typeof entry === "string" || holds(entry.when)),
    objects: profile.objects.map(({ held, ...object }) =>
      held === undefined || !holds(held.when) ? object : { ...object, held },
    ),
    scenarios: profile.scenarios.filter((scenario) => holds(scenario.when)),
  };
}

/** `fast-zap: list-walk` is `FAST_ZAP` defined as `LIST_WALK`. */
function definesOf(facts: Facts): Defines {
  const spell = (name: string): string => name.toUpperCase().replaceAll("-", "_");
  return Object.fromEntries(Object.entries(facts).map(([fact, value]) => [spell(fact), spell(value)]));
}

function missing(profile: string, name: string): never {
  throw new Error(`profile ${profile} names the file ${name}, which is not there`);
}
