/** The operations of the source that may be changed, with the steps that each became in every program. */
import type { Place } from "../../c/syntax";
import type { Model, Program, Step } from "../ir";
import { sourceOf } from "../lower/programs";
import { homeOf, outermost, spelled, type IsHome } from "./home";

export interface Site {
  readonly function: string;
  /** In the file of the function. */
  readonly place: Place;
  /** `put_root: list_del_rcu(&root->link) #1`: survives shifted lines. */
  readonly id: string;
  readonly text: string;
  /** One of its steps, and the model that it is from. */
  readonly sample: Step;
  readonly model: Model;
  /** Indices of its steps in a program as it was lowered. */
  in(raw: Program): readonly number[];
}

/** In the order of the source. */
export function sitesOf(models: readonly Model[], isHome: IsHome): readonly Site[] {
  const found = new Map<string, Site & { readonly key: string }>();
  const index = new SiteIndex(isHome);
  for (const model of models) {
    for (const program of model.programs) {
      const { raw } = sourceOf(program);
      for (const [key, steps] of index.of(raw)) {
        const sample = raw.steps[steps[0] ?? 0];
        const home = sample === undefined ? null : homeOf(sample, isHome);
        if (sample === undefined || home === null || home.place === null || found.has(key)) continue;
        const stepsIn = (of: Program): readonly number[] => index.of(of).get(key) ?? [];
        const place = outermost(home.place);
        found.set(key, { key, id: "", function: home.function, place, text: sample.text, sample, model, in: stepsIn });
      }
    }
  }
  const sites = [...found.values()].sort((a, b) => bySource(a, b) || (a.key < b.key ? -1 : 1));
  return numbered(
    sites,
    (site) => `${site.function}: ${site.text}`,
    (site, id) => ({ ...site, id }),
  );
}

/** Gives equal names a number each. */
export function numbered<T, U>(all: readonly T[], nameOf: (one: T) => string, made: (one: T, id: string) => U): U[] {
  const counts = new Map<string, number>();
  return all.map((one) => {
    const name = nameOf(one);
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return made(one, count === 1 ? name : `${name} #${count}`);
  });
}

export function bySource({ place: a }: { readonly place: Place }, { place: b }: { readonly place: Place }): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.start - b.start || a.end - b.end;
}

class SiteIndex {
  private readonly known = new WeakMap<Program["steps"], ReadonlyMap<string, readonly number[]>>();

  constructor(private readonly isHome: IsHome) {}

  of(raw: Program): ReadonlyMap<string, readonly number[]> {
    const had = this.known.get(raw.steps);
    if (had !== undefined) return had;
    const made = new Map<string, number[]>();
    for (const [at, step] of raw.steps.entries()) {
      const home = homeOf(step, this.isHome);
      if (home === null || step.text === "") continue;
      const key = keyOf(step, home.function, home.depth);
      const list = made.get(key);
      if (list === undefined) made.set(key, [at]);
      else list.push(at);
    }
    this.known.set(raw.steps, made);
    return made;
  }
}

/** The whole way from the function at home to the operation. */
function keyOf(step: Step, name: string, depth: number): string {
  const calls = step.stack.slice(depth + 1).map((frame) => spelled(frame.call));
  return [name, ...calls, spelled(step.place), step.action.kind, step.text].join("|");
}
