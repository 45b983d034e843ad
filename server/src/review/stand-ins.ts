/**
 * Which functions of a tree's callers can be modelled. A caller does much that no profile is for; where something of it that
 * could change an object is not modelled, the base's own function of that name stands in, and the review says so.
 */
import type { CFile } from "../c/syntax";
import { makeCodebase } from "../model/lower/codebase";
import { RECURSION, TOO_MANY_STEPS } from "../model/lower/context";
import { lowerPrograms, type Lowered } from "../model/lower/programs";
import { entriesOf } from "../model/lower/views";
import { World } from "../model/lower/world";
import type { Frame, Step } from "../model/ir";
import type { Base, Bases } from "./bases";
import { codeOf } from "./composition";

export interface StandIns {
  /** Function of a caller -> what of it is not modelled. */
  readonly standIns: ReadonlyMap<string, StandIn>;
  /** Path of a caller -> those of its functions that scenarios run. */
  readonly taken: ReadonlyMap<string, readonly string[]>;
}

export interface StandIn {
  readonly path: string;
  readonly why: string;
}

/** @param base of a tree as it is, without patches */
export function standInsOf(base: Base, bases: Bases): StandIns {
  const had = known.get(base);
  if (had !== undefined) return had;
  const found = find(base, bases);
  known.set(base, found);
  return found;
}

const known = new WeakMap<Base, StandIns>();

function find(base: Base, bases: Bases): StandIns {
  const functionsOf = (files: readonly CFile[]): string[] => files.flatMap((file) => file.functions.map((f) => f.name));
  const isOfTree = ({ path }: CFile): boolean => base.tree?.paths.has(path) === true;
  const environment = new Set(functionsOf([...base.harness, ...base.headers, base.kernel]));
  const callers = new Map(
    (base.tree?.callers ?? []).flatMap((file) =>
      file.functions.flatMap((f) => (environment.has(f.name) ? [] : [[f.name, file.path] as const])),
    ),
  );
  const reviewed = new Set(functionsOf(base.base.filter(isOfTree)));
  const ours = new Set(functionsOf(base.base.filter((file) => !isOfTree(file))));
  const standIns = new Map<string, StandIn>();
  for (;;) {
    const all = lower(base, bases, new Set(standIns.keys()));
    const found = new Map(
      all.flatMap((lowered) =>
        gapsOf(lowered, (name) => {
          if (reviewed.has(name)) return "reviewed";
          return callers.has(name) && ours.has(name) && !standIns.has(name) ? "replaceable" : "other";
        }),
      ),
    );
    if (found.size === 0) return { standIns, taken: takenBy(all, callers, standIns) };
    for (const [name, why] of found) standIns.set(name, { path: callers.get(name) ?? "", why });
  }
}

function lower(base: Base, bases: Bases, replaced: ReadonlySet<string>): Lowered[] {
  const code = codeOf(base, [], new Set(), replaced);
  const codebase = makeCodebase(code, base.harness, bases.parser, bases.stores);
  const world = new World(base.profile, codebase, bases.ctypes);
  const programs = lowerPrograms(world, bases.kernel.vocabulary, entriesOf(base.profile.scenarios));
  return [...programs.entries.values(), ...programs.workers.map((w) => w.lowered), ...programs.softirqs];
}

/** The innermost function around each gap that another one can stand in for. What the reviewed code leaves open is its own. */
function gapsOf(
  { program }: Lowered,
  kindOf: (name: string) => "reviewed" | "replaceable" | "other",
): [string, string][] {
  return program.steps.flatMap((step): [string, string][] => {
    if (!isGap(step)) return [];
    const around = step.stack.findLast(({ function: name }) => kindOf(name) !== "other");
    return around === undefined || kindOf(around.function) === "reviewed"
      ? []
      : [[around.function, whyOf(step, around)]];
  });
}

/** What is not known, or not followed any further. */
function isGap({ action }: Step): boolean {
  if (action.kind === "bound") return action.what === TOO_MANY_STEPS || action.what.startsWith(RECURSION);
  return action.kind === "unknown";
}

function whyOf({ action, stack }: Step, around: Frame): string {
  const what = action.kind === "unknown" || action.kind === "bound" ? action.what : "";
  const inside = stack.at(-1)?.function;
  return inside === undefined || inside === around.function ? what : `${what} in ${inside}()`;
}

function takenBy(
  all: readonly Lowered[],
  callers: ReadonlyMap<string, string>,
  standIns: ReadonlyMap<string, StandIn>,
): Map<string, string[]> {
  const names = new Set(all.flatMap(({ program }) => program.steps.flatMap((s) => s.stack.map((f) => f.function))));
  const taken = new Map<string, string[]>();
  for (const name of names) {
    const path = callers.get(name);
    if (path === undefined || standIns.has(name)) continue;
    taken.set(path, [...(taken.get(path) ?? []), name]);
  }
  return taken;
}
