/**
 * From a model to transitions: for each thread and each place where it can rest, one statement list that ends at
 * other resting places. This is what code is generated from and what the evaluator walks.
 */
import type { Model, Program, Value } from "../../model/ir";
import { leakChecks } from "../objects/leaks";
import { compilers } from "../objects/table";
import { liveLocals } from "./liveness";
import { Machine } from "./machine";
import { compute, type Stmt } from "./micro";
import { placesOf, type Places } from "./places";
import { restingPlaces } from "./rests";
import { ownSlots, sharedSlots, type Slots } from "./slots";
import { StepContext, type Compiler } from "./step";
import { Transition } from "./transition";
import { bitsFor, layOut, type Layout, type Variable } from "./variables";

export interface CompileOptions {
  readonly reduce: boolean;
  readonly freeChoices: boolean;
}

/** What a thread that cannot move is doing. */
export type Rest = "busy" | "idle" | "ended" | "abandoned";

export interface CompiledThread {
  readonly program: Program;
  readonly places: Places;
  readonly pc: Variable;
  /** Place of each value of `pc`. */
  readonly rests: readonly number[];
  /** By value of `pc`. Empty for "ended". */
  readonly transitions: readonly (readonly Stmt[])[];
  readonly atRest: readonly Rest[];
  /** Places that it has passed before its first rest; they are shown before its first move. */
  readonly passed: readonly number[];
  readonly slots: Slots;
  /** Bits of each local: values are cut to that. */
  readonly localBits: readonly number[];
}

export interface Compiled {
  readonly model: Model;
  readonly machine: Machine;
  readonly threads: readonly CompiledThread[];
  readonly layout: Layout;
  /** Reports what is wrong in a state from which nothing can happen and in which every thread has ended. */
  readonly final: readonly Stmt[];
}

export function compile(model: Model, options: CompileOptions): Compiled {
  const machine = new Machine(model);
  const parts = machine.threads.map((thread) => begin(machine, thread, options));
  const final: readonly Stmt[] = [...leakChecks(machine), { kind: "stop" }];
  const threads = parts.map(({ thread, bodies, places, slots, live, rests, pc, start }) => {
    const program = machine.programOf(thread);
    const code = (place: number): readonly Stmt[] => bodies[place] ?? [];
    const fuse = { places, rests: new Map(rests.map((place, index) => [place, index])), pc, slots, live, code };
    return {
      program,
      places,
      pc,
      rests,
      transitions: rests.map((place) => new Transition(machine, fuse, place).stmts),
      atRest: rests.map((place) => restOf(program, places, place, options)),
      passed: start.passed,
      slots,
      localBits: program.locals.map((local) => bitsFor(local.max)),
    };
  });
  return { model, machine, threads, layout: layOut(usedVariables(machine, threads)), final };
}

interface Begun {
  readonly thread: number;
  readonly bodies: readonly (readonly Stmt[])[];
  readonly places: Places;
  readonly slots: Slots;
  readonly live: readonly ReadonlySet<number>[];
  readonly rests: readonly number[];
  readonly pc: Variable;
  readonly start: Start;
}

function begin(machine: Machine, thread: number, options: CompileOptions): Begun {
  const program = machine.programOf(thread);
  const places = placesOf(program);
  const bodies = Array.from({ length: places.count }, (_, place) => bodyOf(machine, thread, places, place, options));
  const all = restingPlaces(program, places, options.reduce, options.freeChoices);
  const start = options.reduce ? run(machine, thread, all) : { place: 0, passed: [], locals: argsOf(machine, thread) };
  const rests = [...new Set([...all, start.place])].sort((a, b) => a - b);
  const pc = machine.declare(`thread ${thread}: pc`, rests.length - 1, rests.indexOf(start.place));
  if (!options.reduce) {
    const everything = new Set(program.locals.keys());
    const slots = ownSlots(machine, thread, program, start.locals);
    return { thread, bodies, places, slots, live: bodies.map(() => everything), rests, pc, start };
  }
  const live = liveLocals(program, places);
  const liveAtStart = [...(live[start.place] ?? [])].map((local) => [local, start.locals[local] ?? 0] as const);
  const liveAtRest = rests.map((place) => live[place] ?? new Set<number>());
  const slots = sharedSlots(machine, thread, program, liveAtRest, new Map(liveAtStart));
  return { thread, bodies, places, slots, live, rests, pc, start };
}

function bodyOf(
  machine: Machine,
  thread: number,
  places: Places,
  place: number,
  options: CompileOptions,
): readonly Stmt[] {
  const at = places.stepOf(place);
  const step = at ? machine.programOf(thread).steps[at.step] : undefined;
  if (!at || !step) return [];
  const { action } = step;
  if (action.kind === "choose" && action.nature === "free" && !options.freeChoices) return [{ kind: "block" }];
  const context = new StepContext(machine, thread, at.step, step, places);
  // The table gives for each kind the compiler of that kind; TypeScript cannot follow that through the union.
  const compiler = compilers[action.kind] as Compiler<typeof action.kind>;
  if (!at.waits) return compiler.compile(context, action);
  return compiler.wait?.(context, action) ?? [];
}

interface Start {
  readonly place: number;
  readonly passed: readonly number[];
  readonly locals: readonly number[];
}

/** The thread's own affairs before it first does anything that others could see. */
function run(machine: Machine, thread: number, rests: ReadonlySet<number>): Start {
  const program = machine.programOf(thread);
  const locals = [...argsOf(machine, thread)];
  const passed: number[] = [];
  let place = 0;
  while (!rests.has(place)) {
    const step = program.steps[place];
    if (step?.action.kind === "assign") {
      const { into, value } = step.action;
      locals[into] = evaluate(value, locals) & mask(program, into);
      passed.push(place);
      place = step.next[0] ?? 0;
    } else if (step?.action.kind === "branch") {
      passed.push(place);
      place = step.next[evaluate(step.action.test, locals) === 0 ? 1 : 0] ?? 0;
    } else break;
  }
  return { place, passed, locals };
}

function mask(program: Program, local: number): number {
  return 2 ** bitsFor(program.locals[local]?.max ?? 0) - 1;
}

function argsOf(machine: Machine, thread: number): readonly number[] {
  const args = machine.model.threads[thread]?.args ?? [];
  return machine.programOf(thread).locals.map((_, index) => args[index] ?? 0);
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

function restOf(program: Program, places: Places, place: number, options: CompileOptions): Rest {
  const at = places.stepOf(place);
  if (!at) return "ended";
  const action = program.steps[at.step]?.action;
  if (action?.kind === "take") return "idle";
  if (action?.kind === "choose" && action.nature === "free" && !options.freeChoices) return "abandoned";
  return "busy";
}

/** Variables that never change are constants.. */
function usedVariables(machine: Machine, threads: readonly Pick<CompiledThread, "transitions">[]): readonly Variable[] {
  const written = new Set<Variable>();
  const visit = (stmts: readonly Stmt[]): void => {
    for (const stmt of stmts) {
      if (stmt.kind === "set") {
        const same = stmt.value.op === "const" && stmt.value.value === stmt.variable.initial;
        if (!same) written.add(stmt.variable);
      } else if (stmt.kind === "clear") {
        for (const variable of stmt.variables) if (variable.initial !== 0) written.add(variable);
      } else if (stmt.kind === "if") {
        visit(stmt.then);
        visit(stmt.otherwise);
      } else if (stmt.kind === "alternatives") {
        for (const one of stmt.of) visit(one);
      }
    }
  };
  for (const { transitions } of threads) for (const stmts of transitions) visit(stmts);
  return machine.variables.filter((variable) => written.has(variable));
}
