/** Explores a model with SPIN instead of our own search, and tells what it found in our own terms. */
import type { Model } from "../../model/ir";
import { compile, type CompileOptions, type Compiled } from "../machine/compile";
import { plainOnes } from "../reduce/reductions";
import type { Exploration, Violation } from "../result";
import { follow, type Found } from "./follow";
import { writeWatched, type PromelaText } from "./write";

/** Given in from outside: starting programs is not the core's affair. */
export interface Verifier {
  /** `SPIN 6.5.2`, `SPIN 6.5.2, bitstate`. */
  readonly name: string;
  /** Whether it stores every state, so that its end is the end of all states. */
  readonly isExhaustive: boolean;
  readonly isMultiCore: boolean;
  /**
   * Null when `breathe` asked to stop. @param trails a quick search that is only asked for ways to findings
   *
   * @throws VerifierFailure
   */
  verify(promela: string, trails: boolean, breathe: () => Promise<boolean>): Promise<Verified | null>;
}

export interface Verified {
  /** What the verifier printed. */
  readonly output: string;
  /** The trails that the output names. */
  readonly trails: ReadonlyMap<string, string>;
  /** The limit that ended it before it was done. */
  readonly cut: { readonly what: string; readonly limit: number } | null;
}

/** The programs are there and do not do what they should; the message says which, and what it printed. */
export class VerifierFailure extends Error {
  override readonly name = "VerifierFailure";
}

/** Null when it was stopped. @throws VerifierFailure */
export async function verifyModel(
  model: Model,
  freeChoices: boolean,
  verifier: Verifier,
  breathe: () => Promise<boolean>,
): Promise<Exploration | null> {
  const options: CompileOptions = { reduce: plainOnes(true), freeChoices };
  const compiled = compile(model, options);
  const written = writeWatched(compiled, { ...options, hidesNothing: verifier.isMultiCore }, "a model of Lastput");
  const verified = await verifier.verify(written.text, false, breathe);
  if (verified === null) return null;
  const told = read(verified.output);
  let ways = waysTo(compiled, written, told.found, verified);
  if (ways.some((way) => way === null)) {
    // A search on several cores hands states over without the way to them.
    const again = await verifier.verify(written.text, true, breathe);
    if (again === null) return null;
    const others = waysTo(compiled, written, told.found, { ...again, output: again.output });
    ways = ways.map((way, index) => way ?? others[index] ?? null);
  }
  return exploration(compiled, written, told, ways, verifier, verified.cut);
}

interface Told {
  readonly states: number;
  readonly transitions: number;
  readonly isDone: boolean;
  readonly found: readonly number[];
  readonly marks: readonly number[];
}

function read(output: string): Told {
  const numbers = (word: string): number[] =>
    [...output.matchAll(new RegExp(`^${word} (\\d+)$`, "gm"))].map((match) => Number(match[1]));
  const count = (what: string): number | null => {
    const match = new RegExp(`^\\s*([\\d.e+]+) ${what}`, "m").exec(output);
    return match === null ? null : Number(match[1]);
  };
  const states = count("states, stored");
  const isCut = /Search not completed|max search depth too small|out of memory|reached -DMEMLIM/i.test(output);
  return {
    states: states ?? 0,
    transitions: count("transitions") ?? 0,
    isDone: states !== null && !isCut,
    found: [...new Set(numbers("found"))],
    marks: [...new Set(numbers("mark"))],
  };
}

function waysTo(
  compiled: Compiled,
  { findings }: PromelaText,
  found: readonly number[],
  { output, trails }: Verified,
): (Found | null)[] {
  // A finding is printed first, then the name of its trail.
  const names = new Map<number, string>();
  for (const [, number, name] of output.matchAll(/^found (\d+)\n(?:(?!found |mark ).*\n)*?pan: wrote (.+)$/gm)) {
    if (number !== undefined && name !== undefined) names.set(Number(number), name);
  }
  return found.map((number) => {
    const trail = trails.get(names.get(number) ?? "");
    return trail === undefined ? null : follow(compiled, threadsOf(trail), findings[number] ?? null);
  });
}

/** Each line of a trail is `depth:process:transition`; processes are numbered as our threads are, other lines are settings. */
function threadsOf(trail: string): number[] {
  return [...trail.matchAll(/^\d+:(\d+):\d+$/gm)].map((match) => Number(match[1]));
}

function exploration(
  { model, machine, threads }: Compiled,
  { marks }: PromelaText,
  told: Told,
  ways: readonly (Found | null)[],
  verifier: Verifier,
  cut: Verified["cut"],
): Exploration {
  const executed = model.programs.map(() => new Set<number>());
  for (const [index, { passed, places }] of threads.entries()) {
    // What a thread does before it first rests is in its initial state.
    const steps = passed.flatMap((place) => places.stepOf(place)?.step ?? []);
    for (const step of steps) executed[model.threads[index]?.program ?? -1]?.add(step);
  }
  const notes = [];
  for (const number of told.marks) {
    const mark = marks[number];
    if (mark?.kind === "step") executed[model.threads[mark.thread]?.program ?? -1]?.add(mark.step);
    else if (mark !== undefined) notes.push(machine.notes[mark.note]);
  }
  const reached = notes.flatMap((note) => (note?.kind === "bound" ? [note] : []));
  const bounds = reached.map(({ what, limit }) => ({ what, limit }));
  if (cut !== null) bounds.push(cut);
  if (!verifier.isExhaustive)
    bounds.push({ what: `states that ${verifier.name} may have passed over; stored`, limit: told.states });
  const isComplete = told.isDone && cut === null && verifier.isExhaustive && !reached.some(({ cuts }) => cuts);
  if (!told.isDone && cut === null)
    bounds.push({ what: `memory or depth of ${verifier.name}; states stored`, limit: told.states });
  return {
    states: told.states,
    transitions: told.transitions,
    unexpanded: 0,
    complete: isComplete,
    bounds,
    unknowns: notes.flatMap((note) => (note?.kind === "unknown" ? [{ program: note.program, step: note.step }] : [])),
    violations: violationsOf(ways, verifier),
    executed,
    facts: model.programs.map(() => []),
  };
}

/** One of each kind: the shortest. @throws VerifierFailure for one that nobody can show */
function violationsOf(ways: readonly (Found | null)[], { name }: Verifier): Violation[] {
  const shortest = new Map<string, Found>();
  for (const way of ways) {
    if (way === null) throw new VerifierFailure(`${name} found something, and its trail leads nowhere`);
    const had = shortest.get(way.key);
    if (had === undefined || way.violation.decisions.length < had.violation.decisions.length)
      shortest.set(way.key, way);
  }
  return [...shortest.values()].map(({ violation }) => violation);
}
