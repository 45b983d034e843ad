/** The statements of the source that may be changed, with the steps that each became in every program. */
import type { Place } from "../../c/syntax";
import type { Model, Program, Step } from "../ir";

/** Whether the statements of a function are to be changed; those of others belong to the call that leads there. */
export type IsHome = (functionName: string) => boolean;

export interface Site {
  /** Equal for the steps of one statement, whatever program they are in. */
  readonly key: string;
  readonly function: string;
  /** In the file of the function. */
  readonly place: Place;
  /** `put_root: list_del_rcu(&root->link) #1`: survives shifted lines. */
  readonly id: string;
  readonly text: string;
  /** One of its steps, and the model that it is from. */
  readonly sample: Step;
  readonly model: Model;
  /** Indices of its steps. */
  in(program: Program): readonly number[];
}

/** In the order of the source. A site is one operation: a statement of several has several. */
export function sitesOf(models: readonly Model[], isHome: IsHome): readonly Site[] {
  const found = new Map<string, Omit<Site, "id">>();
  const index = new SiteIndex(isHome);
  for (const model of models) {
    for (const program of model.programs) {
      for (const [key, steps] of index.of(program)) {
        const sample = program.steps[steps[0] ?? 0];
        const home = sample === undefined ? null : homeOf(sample, isHome);
        if (sample === undefined || home === null || found.has(key)) continue;
        const { function: name, place } = home;
        const text = sample.text;
        found.set(key, { key, function: name, place, text, sample, model, in: (of) => index.of(of).get(key) ?? [] });
      }
    }
  }
  return numbered([...found.values()].sort(bySource));
}

/** The innermost function at home, and where in it the step stands; null for what is in none. */
export function homeOf(
  step: Step,
  isHome: IsHome,
): { readonly function: string; readonly depth: number; readonly place: Place } | null {
  for (let depth = step.stack.length - 1; depth >= 0; depth--) {
    const name = step.stack[depth]?.function;
    if (name === undefined || !isHome(name)) continue;
    const inner = step.stack[depth + 1];
    const place = inner === undefined ? step.place : inner.call;
    return place === null ? null : { function: name, depth, place: outermost(place) };
  }
  return null;
}

/** Where it was written: what a macro brought there stands where the macro was invoked. */
function outermost(place: Place): Place {
  let at = place;
  while (at.via !== null) at = at.via;
  return at;
}

class SiteIndex {
  private readonly known = new WeakMap<Program["steps"], ReadonlyMap<string, readonly number[]>>();

  constructor(private readonly isHome: IsHome) {}

  of(program: Program): ReadonlyMap<string, readonly number[]> {
    const had = this.known.get(program.steps);
    if (had !== undefined) return had;
    const made = new Map<string, number[]>();
    for (const [at, step] of program.steps.entries()) {
      const home = homeOf(step, this.isHome);
      if (home === null) continue;
      const key = keyOf(step, home.function, home.depth);
      const list = made.get(key);
      if (list === undefined) made.set(key, [at]);
      else list.push(at);
    }
    this.known.set(program.steps, made);
    return made;
  }
}

/** The whole way from the function at home to the operation. */
function keyOf(step: Step, name: string, depth: number): string {
  const calls = step.stack.slice(depth + 1).map((frame) => spelled(frame.call));
  return [name, ...calls, spelled(step.place), step.action.kind, step.text].join("|");
}

/** Equal for equal places, the macros that led there included. */
export function spelled(place: Place | null): string {
  return place === null ? "" : `${place.file}:${place.start}:${place.end}<${spelled(place.via)}`;
}

function bySource(a: Omit<Site, "id">, b: Omit<Site, "id">): number {
  const [left, right] = [a.place, b.place];
  if (left.file !== right.file) return left.file < right.file ? -1 : 1;
  return left.start - right.start || left.end - right.end || (a.key < b.key ? -1 : 1);
}

function numbered(sites: readonly Omit<Site, "id">[]): readonly Site[] {
  const counts = new Map<string, number>();
  return sites.map((site) => {
    const name = `${site.function}: ${site.text}`;
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return { ...site, id: `${name} #${count}` };
  });
}
