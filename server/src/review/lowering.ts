/** The programs of one side of a variant, lowered again only when something that they are made of says something else. */
import type { CFile } from "../c/syntax";
import { makeCodebase, type Codebase } from "../model/lower/codebase";
import { lowerAlone, lowerPrograms, type Lowered, type Programs } from "../model/lower/programs";
import { entriesOf } from "../model/lower/views";
import { World } from "../model/lower/world";
import type { Bases } from "./bases";
import { relocation, UNMOVED, type Relocation } from "./relocation";
import type { Variant } from "./variants";

export interface LoweredSide {
  readonly programs: Programs;
  /** Of the places in those programs. */
  readonly moved: Relocation;
  readonly alone: readonly LoweredAlone[];
  /** Of the files as they are now; what was lowered before may be from earlier ones that read the same. */
  readonly codebase: Codebase;
  /** The look-ups that the programs were made with. */
  readonly asked: ReadonlySet<string>;
}

/** One of the changed functions by itself, for what it does when no scenario calls it. */
export interface LoweredAlone {
  readonly function: string;
  readonly lowered: Lowered;
  readonly moved: Relocation;
  readonly asked: ReadonlySet<string>;
}

export interface SideFiles {
  readonly code: readonly CFile[];
  readonly harness: readonly CFile[];
  /** The base, of which images stand before parts. */
  readonly older: readonly CFile[];
}

export function lowerSide(files: SideFiles, variant: Variant, changed: readonly string[], bases: Bases): LoweredSide {
  const { base, loaded } = variant;
  const paths = [...files.code, ...files.harness].map((file) => file.path);
  const bucket = JSON.stringify([loaded.profile.name, base.facts, base.options, paths]);
  const codebase = codebaseOf(files, bases);
  const { side, moved } = recall(bucket, codebase, bases) ?? lowerAnew(bucket, codebase, variant, bases);
  const alone = [...new Set(changed)].flatMap((name) => {
    const found = side.alone(name, codebase);
    return found === null ? [] : [{ function: name, ...found }];
  });
  return { programs: side.programs, moved, alone, codebase, asked: side.asked };
}

/** The same files make the same codebase. */
function codebaseOf({ code, harness, older }: SideFiles, bases: Bases): Codebase {
  const known = memoryOf(bases).codebases;
  const had = known.find(
    ({ files }) => isSame(files.code, code) && isSame(files.harness, harness) && isSame(files.older, older),
  );
  if (had !== undefined) return had.codebase;
  const codebase = makeCodebase(code, harness, bases.parser, bases.stores, older);
  keep(known, { files: { code, harness, older }, codebase }, MOST_CODEBASES);
  return codebase;
}

function recall(bucket: string, codebase: Codebase, bases: Bases): { side: KnownSide; moved: Relocation } | null {
  for (const side of memoryOf(bases).sides.get(bucket) ?? []) {
    const moved = relocation(side.asked, side.codebase, codebase);
    if (moved !== null) return { side, moved };
  }
  return null;
}

function lowerAnew(
  bucket: string,
  codebase: Codebase,
  variant: Variant,
  bases: Bases,
): { side: KnownSide; moved: Relocation } {
  const side = new KnownSide(codebase, variant, bases);
  const { sides } = memoryOf(bases);
  const inBucket = sides.get(bucket) ?? [];
  if (sides.size >= MOST_BUCKETS) sides.clear();
  sides.set(bucket, keep(inBucket, side, MOST_VERSIONS));
  return { side, moved: UNMOVED };
}

class KnownSide {
  readonly programs: Programs;
  readonly asked: ReadonlySet<string>;
  private readonly single = new Map<string, KnownAlone[]>();

  constructor(
    readonly codebase: Codebase,
    variant: Variant,
    private readonly bases: Bases,
  ) {
    const { profile } = variant.base;
    const { result, asked } = codebase.asked(() => {
      const possible = profile.scenarios.filter(({ needs = [] }) =>
        needs.every((name) => codebase.function(name) !== undefined),
      );
      const world = new World(profile, codebase, bases.ctypes);
      return lowerPrograms(world, bases.kernel.vocabulary, entriesOf(possible));
    });
    this.programs = result;
    this.asked = asked;
  }

  /** @param codebase one of which this side could be recalled */
  alone(name: string, codebase: Codebase): Omit<LoweredAlone, "function"> | null {
    const known = this.single.get(name) ?? [];
    for (const { lowered, asked, from } of known) {
      const moved = relocation(asked, from, codebase);
      if (moved !== null) return lowered === null ? null : { lowered, moved, asked };
    }
    const { result: lowered, asked } = codebase.asked(() =>
      lowerAlone(this.programs.world.fork(codebase), this.bases.kernel.vocabulary, name),
    );
    this.single.set(name, keep(known, { lowered, asked, from: codebase }, MOST_VERSIONS));
    return lowered === null ? null : { lowered, moved: UNMOVED, asked };
  }
}

interface KnownAlone {
  readonly lowered: Lowered | null;
  readonly asked: ReadonlySet<string>;
  readonly from: Codebase;
}

interface Memory {
  readonly codebases: { readonly files: SideFiles; readonly codebase: Codebase }[];
  /** By profile, facts and paths; the latest first. */
  readonly sides: Map<string, KnownSide[]>;
}

const MOST_CODEBASES = 32;
const MOST_BUCKETS = 64;
const MOST_VERSIONS = 4;

/** By the bases of one reviewer: another one may know the same profile with other scenarios or another vocabulary. */
const memories = new WeakMap<Bases, Memory>();

function memoryOf(bases: Bases): Memory {
  const had = memories.get(bases) ?? { codebases: [], sides: new Map<string, KnownSide[]>() };
  memories.set(bases, had);
  return had;
}

/** In front of the others, of which the oldest may go. */
function keep<T>(all: T[], one: T, most: number): T[] {
  all.unshift(one);
  if (all.length > most) all.pop();
  return all;
}

function isSame<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((each, index) => each === b[index]);
}
