/**
 * On which kernel options it may depend what the changed functions do, themselves, by what they call or by the macros
 * they use: found by names alone, so that code that asks for no option costs nothing.
 */
import type { CFile, Defines, Place } from "../../c/syntax";
import type { Bases } from "../bases";
import type { LoweredAlone } from "../lowering";
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
}

/** On an added or removed line, in a changed function, or in what that calls or uses. */
export type Nearness = "changed" | "inside" | "used";

/** The nearest first; each only once. */
export function waysOf(side: Side, bases: Bases): Way[] {
  const asking = [...side.files.values()].filter((file) => file.text.includes("CONFIG_") && file.path !== KERNEL);
  if (asking.length === 0) return [];
  const search = new Search(side, asking, bases);
  const found = new Map<string, Way>();
  for (const way of [...search.changedGroups(), ...side.alone.flatMap((alone) => search.of(alone))]) {
    const key = keyOfOptions(way.options);
    const had = found.get(key);
    if (had === undefined || ORDER.indexOf(way.nearness) < ORDER.indexOf(had.nearness)) found.set(key, way);
  }
  return [...found.values()].sort((a, b) => ORDER.indexOf(a.nearness) - ORDER.indexOf(b.nearness));
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

  of({ function: name, asked }: LoweredAlone): Way[] {
    const definitions: Definition[] = [];
    const missing = new Set<string>();
    for (const question of asked) {
      const [kind = "", of = ""] = question.split(" ");
      if (kind !== "function" && kind !== "macro") continue;
      const { definitions: all } = this.side.codebase.found(question);
      if (all.length === 0) missing.add(of);
      for (const { place } of all) definitions.push({ name: of, place });
    }
    const uses = [...asked].flatMap((question) => (question.startsWith("macro CONFIG_") ? question.slice(6) : []));
    return this.asking.flatMap((file) => [
      ...this.groupsAround(file, name, definitions, missing),
      ...definitions.flatMap((definition) =>
        definition.place.file === file.path ? this.usesIn(file, definition, uses) : [],
      ),
    ]);
  }

  /** Groups that are in one of the definitions, or that decide which definition there is. */
  private groupsAround(
    file: CFile,
    user: string,
    definitions: readonly Definition[],
    missing: ReadonlySet<string>,
  ): Way[] {
    const here = definitions.filter(({ place }) => place.file === file.path);
    return file.conditional.flatMap(({ place, others }) => {
      const around = here.find((definition) => isWithin(place, definition.place));
      const inside = here.find((definition) => isWithin(definition.place, place));
      const isIn = around !== undefined || file.functions.some((f) => isWithin(place, f.place));
      const name =
        (around ?? inside)?.name ?? (isIn || missing.size === 0 ? undefined : definedIn(file, place, missing));
      if (name === undefined) return [];
      return others.flatMap((options) => this.way(options, around === undefined ? user : around.name, place));
    });
  }

  /** `IS_ENABLED(CONFIG_X)` and its kin in expressions. */
  private usesIn(file: CFile, { name, place }: Definition, uses: readonly string[]): Way[] {
    if (uses.length === 0) return [];
    const text = file.text.slice(place.start, place.end);
    return uses.flatMap((option) => {
      const at = text.search(new RegExp(`(?<!^[ \\t]*#.*)\\b${option}\\b`, "m"));
      if (at < 0) return [];
      const start = place.start + at;
      const value = this.bases.options[option] === "n" ? "y" : "n";
      return this.way({ [option]: value }, name, { ...place, start, end: start + option.length });
    });
  }

  private way(options: Defines, name: string, place: Place): Way[] {
    const nearness = this.isChanged(place) ? "changed" : this.changed.has(name) ? "inside" : "used";
    // Of a whole file of C nobody asks how what is around it may be configured.
    if (nearness === "used" && this.isWhole && !this.side.images.has(place.file)) return [];
    // A kernel for users is as its header says, unless the patch itself is about how it is not.
    const isFixed = Object.keys(options).some((option) => Object.hasOwn(this.bases.options, option));
    return isFixed && nearness !== "changed" ? [] : [{ options, function: name, place, nearness }];
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
  const words = text.slice(start, end).matchAll(/\b([A-Za-z_]\w*)\s*\(/g);
  return [...words].map(([, word = ""]) => word).find((word) => names.has(word));
}
