/** Two statements, one behind the other, change places. Where one is a lock, the other is moved out of, or into, its section. */
import type { Model, Program, Step } from "../ir";
import { setBy, usesOf } from "../passes/flow";
import { changesSomething } from "./delete";
import { outermost, placeAt, type IsHome } from "./home";
import { applying, type Mutant } from "./mutant";
import { isClosed, rawPrograms, runsOf, type Run } from "./run";
import { bySource, numbered } from "./site";

interface Pair {
  readonly first: Run;
  readonly second: Run;
  readonly key: string;
}

/** Neighbours of which each acts and at least one changes something, and which need nothing of each other. */
export function swappedNeighbours(models: readonly Model[], isHome: IsHome): Mutant[] {
  const model = models[0];
  if (model === undefined) return [];
  const found = new Map<string, Pair>();
  for (const raw of rawPrograms(models)) {
    for (const pair of pairsOf(raw, isHome)) {
      if (!found.has(pair.key) && isWorth(raw, pair, model)) found.set(pair.key, pair);
    }
  }
  const pairs = [...found.values()].flatMap((pair) => {
    const place = placeAt(pair.second.sample, pair.second.depth);
    return place === null ? [] : [{ ...pair, place: outermost(place) }];
  });
  return numbered(
    pairs.sort((a, b) => bySource(a, b) || (a.key < b.key ? -1 : 1)),
    ({ first, second }) => `${first.function}: ${nameOf(second)} before ${nameOf(first)}`,
    ({ first, second, place, key }, id): Mutant => ({
      operator: "swap",
      what: "after what follows it",
      title: `${nameOf(second)} before ${nameOf(first)}`,
      function: first.function,
      place,
      id,
      apply: applying((raw) =>
        swapAll(
          raw,
          pairsOf(raw, isHome).filter((pair) => pair.key === key),
        ),
      ),
    }),
  );
}

function nameOf({ callee, sample }: Run): string {
  return callee === null ? sample.text : `${callee}()`;
}

/** Every mutant asks again. */
const known = new WeakMap<readonly Run[], readonly Pair[]>();

function pairsOf(raw: Program, isHome: IsHome): readonly Pair[] {
  const runs = runsOf(raw, isHome);
  const had = known.get(runs);
  if (had !== undefined) return had;
  const made = findPairs(raw, runs);
  known.set(runs, made);
  return made;
}

function findPairs(raw: Program, runs: readonly Run[]): readonly Pair[] {
  const byStart = new Map(runs.map((run) => [`${run.depth} ${run.start}`, run]));
  return runs.flatMap((first) => {
    const second = byStart.get(`${first.depth} ${first.end}`);
    if (second === undefined || second.key === first.key || second.function !== first.function) return [];
    const isLoose = isClosed(raw, first) && isClosed(raw, second) && onlyThrough(raw, first, second);
    if (!isLoose || needEachOther(raw, first, second)) return [];
    return [{ first, second, key: `${first.key}~${second.key}` }];
  });
}

/** Nobody comes to the second but from the first. */
function onlyThrough(raw: Program, first: Run, second: Run): boolean {
  return raw.steps.every((step, at) => (at >= first.start && at < second.end) || !step.next.includes(second.start));
}

function needEachOther(raw: Program, first: Run, second: Run): boolean {
  const [a, b] = [localsOf(raw, first), localsOf(raw, second)];
  const meets = (sets: ReadonlySet<number>, of: ReadonlySet<number>): boolean => [...sets].some((one) => of.has(one));
  return meets(a.sets, b.uses) || meets(b.sets, a.uses) || meets(a.sets, b.sets);
}

function localsOf(raw: Program, run: Run): { readonly sets: ReadonlySet<number>; readonly uses: ReadonlySet<number> } {
  const steps = raw.steps.slice(run.start, run.end);
  const sets = new Set(steps.flatMap((step) => setBy(step.action) ?? []));
  return { sets, uses: new Set(steps.flatMap((step) => usesOf(step.action))) };
}

function isWorth(raw: Program, { first, second }: Pair, model: Model): boolean {
  const steps = (run: Run): readonly Step[] => raw.steps.slice(run.start, run.end);
  const acts = (run: Run): boolean => steps(run).some(({ action }) => isNoticed(action.kind));
  const changes = [...steps(first), ...steps(second)].some((step) => changesSomething(step.action, model));
  return acts(first) && acts(second) && changes;
}

function isNoticed(kind: string): boolean {
  return !["assign", "branch", "choose", "assert", "assertHeld", "bound", "unknown", "sleep", "end"].includes(kind);
}

function swapAll(raw: Program, pairs: readonly Pair[]): Program | null {
  return pairs.length === 0 ? null : pairs.reduce((program, pair) => swap(program, pair), raw);
}

/** The steps change places in the program as well: where it begins stays its first step. */
function swap(raw: Program, { first: { start, end: middle }, second: { end } }: Pair): Program {
  const [a, b] = [middle - start, end - middle];
  const moved = (at: number): number => (at >= start && at < middle ? at + b : at >= middle && at < end ? at - a : at);
  const steps: Step[] = raw.steps.slice();
  for (const [at, step] of raw.steps.entries()) {
    const next = step.next.map((to) => {
      if (at >= start && at < middle) return to === middle ? end : moved(to);
      if (at >= middle && at < end) return to === end ? start + b : moved(to);
      return to === start ? start : moved(to);
    });
    steps[moved(at)] = { ...step, next };
  }
  return { ...raw, steps };
}
