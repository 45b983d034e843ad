/**
 * Which models can go round for ever at all: most loops walk a list or count, and come to an end by themselves.
 *
 * Each thread is looked at by itself, with its locals as they are and anything for what it reads. What it does to a
 * list, a pool or its own counter is not done for ever; a choice that can lead out of a loop does so at some time.
 */
import type { Action, Model, Program, Value } from "../../model/ir";
import { liveLocals } from "../machine/liveness";
import { plainFlow } from "../machine/flow";
import { compute } from "../machine/micro";
import { placesOf } from "../machine/places";
import { Edges } from "./graph";

/** Threads with more ways than that are taken to be able to go round for ever: it costs too much to rule it out. */
const MOST_NODES = 20_000;
/** The same of one that reads numbers that are larger. */
const LARGEST_VALUE = 7;

export function maySpin(model: Model): boolean {
  return model.threads.some(({ program, args }) => {
    const of = model.programs[program];
    if (of === undefined) return false;
    const key = args.join();
    const remembered = known.get(of.steps) ?? new Map<string, boolean>();
    known.set(of.steps, remembered);
    let spins = remembered.get(key);
    if (spins === undefined) {
      spins = canSpin(model, of, args);
      remembered.set(key, spins);
    }
    return spins;
  });
}

/** Many models share their programs. */
const known = new WeakMap<Program["steps"], Map<string, boolean>>();

interface Node {
  readonly step: number;
  readonly locals: readonly number[];
}

function canSpin(model: Model, program: Program, args: readonly number[]): boolean {
  if (program.steps.some(({ action }) => largestRead(model, program, action) > LARGEST_VALUE)) return true;
  const matters = localsThatMatter(program);
  if (matters === null) return false;
  const places = placesOf(program);
  const live = liveLocals(program, places, plainFlow(program, places));
  const kept = program.steps.map((_, step) => live.at(step).filter((local) => matters.has(local)));
  const nodes: Node[] = [];
  const numbers = new Map<string, number>();
  const numberOf = (step: number, locals: readonly number[]): number => {
    const key = `${step} ${kept[step]?.map((local) => locals[local]).join()}`;
    let number = numbers.get(key);
    if (number === undefined) {
      number = nodes.push({ step, locals }) - 1;
      numbers.set(key, number);
    }
    return number;
  };
  numberOf(
    0,
    program.locals.map((_, local) => args[local] ?? 0),
  );
  const nexts: number[][] = [];
  for (let at = 0; at < nodes.length; at++) {
    if (nodes.length > MOST_NODES) return true;
    const { step, locals } = nodes[at] as Node;
    nexts.push(successors(model, program, matters, step, locals).map((next) => numberOf(next.step, next.locals)));
  }
  const isChoice = nodes.map(({ step }) => program.steps[step]?.action.kind === "choose");
  return hasLoop(nexts, isChoice);
}

/** Locals on which it depends how a loop goes; null when there is none that could be gone round for ever. */
function localsThatMatter(program: Program): ReadonlySet<number> | null {
  const edges = new Edges();
  for (const [at, { action, next }] of program.steps.entries()) {
    if (!isBounded(action)) for (const to of next) edges.add(at, to);
  }
  const parts = edges.parts(program.steps.length);
  const isInLoop = program.steps.map(
    ({ action, next }, at) => !isBounded(action) && next.some((to) => parts[to] === parts[at]),
  );
  if (!isInLoop.includes(true)) return null;
  const matters = new Set<number>();
  for (const [at, { action }] of program.steps.entries()) {
    if (action.kind === "branch" && isInLoop[at] === true) addLocals(action.test, matters);
  }
  for (let known = -1; known < matters.size;) {
    known = matters.size;
    for (const { action } of program.steps) {
      if (action.kind === "assign" && matters.has(action.into)) addLocals(action.value, matters);
    }
  }
  return matters;
}

function addLocals(value: Value, to: Set<number>): void {
  if (value.kind === "local") to.add(value.local);
  else if (value.kind === "unary") addLocals(value.operand, to);
  else if (value.kind === "binary") {
    addLocals(value.left, to);
    addLocals(value.right, to);
  }
}

function isKnown(value: Value, matters: ReadonlySet<number>): boolean {
  const used = new Set<number>();
  addLocals(value, used);
  return [...used].every((local) => matters.has(local));
}

function successors(
  model: Model,
  program: Program,
  matters: ReadonlySet<number>,
  at: number,
  locals: readonly number[],
): readonly Node[] {
  const step = program.steps[at];
  if (step === undefined || isBounded(step.action)) return [];
  const { action, next } = step;
  if (action.kind === "branch" && isKnown(action.test, matters)) {
    const to = next[evaluate(action.test, locals) === 0 ? 1 : 0];
    return to === undefined ? [] : [{ step: to, locals }];
  }
  const into = "into" in action ? action.into : null;
  if (into === null || !matters.has(into)) return next.map((to) => ({ step: to, locals }));
  const values =
    action.kind === "assign"
      ? [evaluate(action.value, locals)]
      : Array.from({ length: largestRead(model, program, action) + 1 }, (_, value) => value);
  const max = program.locals[into]?.max ?? 0;
  return values.flatMap((value) => next.map((to) => ({ step: to, locals: locals.with(into, fitted(value, max)) })));
}

/** Of what the thread may read there; it may be more than it ever is. */
function largestRead(model: Model, program: Program, action: Action): number {
  if (!("into" in action) || action.into === null || action.kind === "assign") return 0;
  const max = program.locals[action.into]?.max ?? 0;
  const field = action.kind === "load" ? model.types[action.from.type]?.fields[action.from.field] : undefined;
  return Math.min(max, field?.max ?? max);
}

function evaluate(value: Value, locals: readonly number[]): number {
  switch (value.kind) {
    case "const":
      return value.value;
    case "local":
      return locals[value.local] ?? 0;
    case "unary":
      return evaluate(value.operand, locals) === 0 ? 1 : 0;
    case "binary":
      return compute(value.op, evaluate(value.left, locals), evaluate(value.right, locals));
  }
}

function fitted(value: number, max: number): number {
  return value & (2 ** (32 - Math.clz32(max)) - 1);
}

/** A step that nobody takes for ever: the list ends, the pool is empty, nothing is freed twice; a daemon is at home. */
function isBounded(action: Action): boolean {
  switch (action.kind) {
    case "list":
      return action.op === "next";
    case "alloc":
    case "free":
    case "callRcu":
    case "bound":
    case "take":
      return true;
    default:
      return false;
  }
}

function hasLoop(nexts: number[][], isChoice: readonly boolean[]): boolean {
  for (;;) {
    const edges = new Edges();
    for (const [from, all] of nexts.entries()) for (const to of all) edges.add(from, to);
    const parts = edges.parts(nexts.length);
    let cut = false;
    let loops = false;
    for (const [node, next] of nexts.entries()) {
      if (!next.some((to) => parts[to] === parts[node])) continue;
      loops = true;
      if (isChoice[node] !== true || next.every((to) => parts[to] === parts[node])) continue;
      nexts[node] = [];
      cut = true;
    }
    if (!cut) return loops;
  }
}
