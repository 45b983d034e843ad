/**
 * On which kernel options it may depend what the changed functions do, themselves, by what they call or by the macros
 * they use: found by names alone, so that code that asks for no option costs nothing.
 */
import type { CFile, Defines, Place } from "../../c/syntax";
import type { Bases } from "../bases";
import type { Side } from "../sides";
import { keyOfOptions } from "./words";

export interface Way {
  /** As few as have to be otherwise, "y" or "n". */
  readonly options: Defines;
  /** In which it makes a difference, or by which it does. */
  readonly function: string;
  /** From the `#if` to its `#endif`, or the name of the option in an expression. */
  readonly place: Place;
  readonly nearness: Nearness;
  /** Scenarios come by it: otherwise there is nothing to run. */
  readonly isRun: boolean;
}

/** On an added or removed line, in a changed function, or in what that calls or uses. */
export type Nearness = "changed" | "inside" | "used";

/** The nearest first; each only once. */
export function waysOf(side: Side, bases: Bases): Way[] {
  const asking = [...side.files.values()].filter((file) => file.text.includes("CONFIG_") && file.path !== KERNEL);
  if (asking.length === 0) return [];
  const search = new Search(side, asking, bases);
  const found = new Map<string, Way>();
  for (const way of [...search.changedGroups(), ...search.groups(), ...search.uses()]) {
    const key = keyOfOptions(way.options);
    const had = found.get(key);
    found.set(key, had === undefined ? way : nearer(had, way));
  }
  return [...found.values()].sort((a, b) => ORDER.indexOf(a.nearness) - ORDER.indexOf(b.nearness));
}

/** Of two ways with the same options; it is run where one of them is. */
export function nearer<W extends Way>(one: W, other: W): W {
  const isNearer = ORDER.indexOf(other.nearness) < ORDER.indexOf(one.nearness);
  return { ...(isNearer ? other : one), isRun: one.isRun || other.isRun };
}

export const ORDER: readonly Nearness[] = ["changed", "inside", "used"];
const KERNEL = "kernel.h";

interface Definition {
  readonly name: string;
  readonly place: Place;
}

class Search {
  private readonly changed: ReadonlySet<string>;
  private readonly changes: ReadonlyMap<string, readonly { readonly start: number; readonly end: number }[]>;
  /** What the changed functions look up, where it is defined. */
  private readonly definitions: readonly Definition[];
  /** What nobody defines, as it is configured now. */
  private readonly missing: ReadonlySet<string>;

  constructor(
    private readonly side: Side,
    private readonly asking: readonly CFile[],
    private readonly bases: Bases,
  ) {
    this.changed = new Set(side.alone.map((alone) => alone.function));
    const origin = side.name === "before" ? "removed" : "added";
    this.changes = new Map(
      [...side.images].map(([path, { code }]) => {
        const segments = code.segments.filter((segment) => segment.origin === origin);
        return [path, segments.map(({ start, length }) => ({ start, end: start + length }))];
      }),
    );
    const definitions: Definition[] = [];
    const missing = new Set<string>();
    for (const question of new Set(side.alone.flatMap(({ asked }) => [...asked]))) {
      const [kind = "", name = ""] = question.split(" ");
      if (kind !== "function" && kind !== "macro") continue;
      const { definitions: all } = side.codebase.found(question);
      for (const { place } of all) definitions.push({ name, place });
      if (all.length === 0 && !Object.hasOwn(bases.kernel.vocabulary, name)) missing.add(name);
    }
    this.definitions = definitions;
    this.missing = new Set([...missing].filter((name) => !definitions.some((each) => each.name === name)));
  }

  /** Groups that the patch itself changes, whoever uses what is in them. */
  changedGroups(): Way[] {
    return this.asking.flatMap((file) =>
      file.conditional.flatMap(({ place, others }) => {
        if (!this.isChanged(place)) return [];
        const around = file.functions.find((f) => isWithin(place, f.place));
        const inside = file.functions.find((f) => isWithin(f.place, place));
        const name = (around ?? inside)?.name ?? file.macros.find((m) => isWithin(m.place, place))?.name;
        return name === undefined ? [] : others.flatMap((options) => this.way(options, name, place));
      }),
    );
  }

  /** Groups that are in one of the definitions, or that decide which definition there is. */
  groups(): Way[] {
    return this.asking.flatMap((file) => {
      const here = this.definitions.filter(({ place }) => place.file === file.path);
      return file.conditional.flatMap(({ place, others }) => {
        const name = this.nameFor(file, place, here);
        return name === undefined ? [] : others.flatMap((options) => this.way(options, name, place));
      });
    });
  }

  private nameFor(file: CFile, place: Place, here: readonly Definition[]): string | undefined {
    const found =
      here.find((definition) => isWithin(place, definition.place)) ??
      here.find((definition) => isWithin(definition.place, place));
    if (found !== undefined) return found.name;
    if (this.missing.size === 0 || file.functions.some((f) => isWithin(place, f.place))) return undefined;
    return definedIn(file, place, this.missing);
  }

  /** `IS_ENABLED(CONFIG_X)` and its kin in expressions. */
  uses(): Way[] {
    const options = [...this.missing, ...this.definitions.map(({ name }) => name)].filter((name) =>
      name.startsWith("CONFIG_"),
    );
    if (options.length === 0) return [];
    const files = new Map(this.asking.map((file) => [file.path, file]));
    return this.definitions.flatMap(({ name, place }) => {
      const text = files.get(place.file)?.text.slice(place.start, place.end) ?? "";
      return options.flatMap((option) => {
        const at = text.includes(option) ? text.search(new RegExp(`(?<!^[ \\t]*#.*)\\b${option}\\b`, "m")) : -1;
        if (at < 0) return [];
        const start = place.start + at;
        const value = this.bases.options[option] === "n" ? "y" : "n";
        return this.way({ [option]: value }, name, { ...place, start, end: start + option.length });
      });
    });
  }

  private way(options: Defines, name: string, place: Place): Way[] {
    const nearness = this.isChanged(place) ? "changed" : this.changed.has(name) ? "inside" : "used";
    // Of a whole file of a tree nobody asks how what is around it may be configured.
    if (nearness === "used" && this.isWhole && this.side.tree !== null && !this.side.images.has(place.file)) return [];
    // A kernel for users is as its header says, unless the patch itself is about how it is not.
    const isFixed = Object.keys(options).some((option) => Object.hasOwn(this.bases.options, option));
    return isFixed && nearness !== "changed"
      ? []
      : [{ options, function: name, place, nearness, isRun: this.isRun(name) }];
  }

  private isRun(name: string): boolean {
    const { asked } = this.side;
    return asked.has(`function ${name}`) || asked.has(`macro ${name}`) || asked.has(`entry ${name}`);
  }

  private get isWhole(): boolean {
    return [...this.changes.values()].every((spans) => spans.length === 0);
  }

  private isChanged({ file, start, end }: Place): boolean {
    return this.changes.get(file)?.some((span) => span.start < end && start < span.end) === true;
  }
}

function isWithin(inner: Place, outer: Place): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

/** What no file defines as it is configured now may well be defined in a branch that is not taken. */
function definedIn({ text }: CFile, { start, end }: Place, names: ReadonlySet<string>): string | undefined {
  for (const [, macro, name = macro] of text.slice(start, end).matchAll(HEAD))
    if (name !== undefined && names.has(name)) return name;
  return undefined;
}

/** What stands at the first column with a parenthesis behind it is defined or declared there. */
const HEAD = /^(?:#[ \t]*define[ \t]+(\w+)|[A-Za-z_][\w \t*]*?\b(\w+)[ \t]*\()/gm;
