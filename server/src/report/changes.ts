/** What a step did to the objects, in short: `count 1->0`. */
import type { FindingStep } from "../review/review";
import { asciiLine } from "./visible";

type State = FindingStep["state"];

/** `object` is null when the whole trace changes one object only: the head of the column names it. */
export interface Changes {
  readonly object: string | null;
  /** For each step of the trace. */
  readonly of: readonly (readonly string[])[];
}

/** Who holds a lock is told by the statement that takes it, and what only the harness knows is of no use to a reader. */
export function changesOf(steps: readonly FindingStep[]): Changes {
  const all = steps.map((step, index) => changedFields(step, steps[index - 1]));
  const objects = new Set(all.flat().map(({ object }) => object));
  const only = objects.size === 1 ? ([...objects][0] ?? null) : null;
  const shorten = shortNames(steps);
  const of = steps.map((step, index) =>
    (all[index] ?? []).map(({ object, field }) => {
      const owner = only === null ? `${object} ` : "";
      const change =
        field === null
          ? "allocated"
          : transition(shorten(object, field), steps[index - 1]?.state, step.state, object, field);
      return asciiLine(owner + change);
    }),
  );
  return { object: only, of };
}

interface ChangedField {
  readonly object: string;
  /** Null for an object that was not there before. */
  readonly field: string | null;
}

function changedFields(step: FindingStep, previous: FindingStep | undefined): ChangedField[] {
  const fields = step.changed.map((name) => resolve(name, step.state)).filter((field) => field !== null);
  const isNew = ({ object }: ChangedField) => previous !== undefined && previous.state[object] === undefined;
  const made = new Set(fields.filter(isNew).map(({ object }) => object));
  return [
    ...[...made].map((object) => ({ object, field: null })),
    ...fields.filter(({ object, field }) => !made.has(object) && field?.endsWith(GHOST) !== true),
  ];
}

/** How the simulator marks a field that stands for nothing in the kernel. */
export const GHOST = "(what we check)";

/** `root 1.role.word` names a field of the state; both parts may hold dots, so the state decides where to cut. */
function resolve(name: string, state: State): ChangedField | null {
  for (const [object, fields] of Object.entries(state)) {
    if (!name.startsWith(`${object}.`)) continue;
    const field = name.slice(object.length + 1);
    if (field in fields && !isLock(fields)) return { object, field };
  }
  return null;
}

function isLock(fields: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(fields);
  return names.length === 1 && names[0] === "held";
}

/** Counts and flags tell where they come from; a state in words is told as it is now. */
function transition(name: string, before: State | undefined, after: State, object: string, field: string): string {
  const old = before?.[object]?.[field];
  const now = after[object]?.[field] ?? "?";
  if (field === "state") return now;
  if (/\s/.test(`${old}${now}`)) return `${name}: ${now}`;
  return old === undefined || old === now ? `${name} = ${now}` : `${name} ${old}->${now}`;
}

/** A name that needs no shortening. */
const SHORT = 10;

/** The last word of a field's name, or as many of its words as tell it from the object's other fields. */
function shortNames(steps: readonly FindingStep[]): (object: string, field: string) => string {
  const fieldsOf = new Map<string, Set<string>>();
  for (const { state } of steps) {
    for (const [object, fields] of Object.entries(state)) {
      const known = fieldsOf.get(object) ?? new Set();
      for (const field of Object.keys(fields)) known.add(field);
      fieldsOf.set(object, known);
    }
  }
  return (object, field) => shortest(field, [...(fieldsOf.get(object) ?? [])]);
}

function shortest(field: string, all: readonly string[]): string {
  if (field.length <= SHORT) return field;
  const cuts = [...field.matchAll(/[_.](?=[A-Za-z])/g)].map(({ index }) => index + 1).toReversed();
  for (const cut of cuts) {
    const ending = field.slice(cut);
    if (all.every((other) => other === field || !other.endsWith(ending))) return ending;
  }
  return field;
}
