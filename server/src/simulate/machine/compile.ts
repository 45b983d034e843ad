/**
 * From a model to transitions: for each thread and each place where it can rest, one statement list that ends at
 * other resting places. This is what code is generated from and what the evaluator walks.
 */
import type { Model, Program, Value } from "../../model/ir";
import { leakChecks } from "../objects/leaks";
import { compilers } from "../objects/table";
import { reductions, type Reduce } from "../reduce/reductions";
import { alikeThreads, type Alike } from "../reduce/symmetry";
import { surroundingsOf, type Surroundings } from "../reduce/sections";
import { analyse } from "./analysis";
import type { Certain } from "./certain";
import { reachablePlaces, type Flow } from "./flow";
import type { Liveness } from "./liveness";
import { Machine } from "./machine";
import { compute, type Stmt } from "./micro";
import type { Places } from "./places";
import { ownSlots, sharedSlots, type Slots } from "./slots";
import { StepContext, type Compiler } from "./step";
import { transition } from "./transition";
import { bitsFor, layOut, type Layout, type Variable } from "./variables";

export interface CompileOptions {
  readonly reduce: Reduce;
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
  /** What can happen at a value of `pc`; empty for "ended". Made when it is first asked for: many places are never reached. */
  transition(pc: number): readonly Stmt[];
  /** Others could as well do after the step there what they do before it: `sections.ts`. */
  movesLeft(place: number): boolean;
  /** What the thread surely holds, by place. */
  readonly certain: readonly (Certain | undefined)[];
  /** The step at a place alone, ending in `go`. */
  body(place: number): readonly Stmt[];
  readonly atRest: readonly Rest[];
  /** Places that it has passed before its first rest; they are shown before its first move. */
  readonly passed: readonly number[];
  readonly slots: Slots;
  /** Locals whose value at a place matters. */
  readonly live: (place: number) => readonly number[];
  /** Where it rests first. */
  readonly initialLocals: readonly number[];
  /** Places that can follow each one. */
  readonly next: Flow["next"];
  /** What a local surely holds at a place; null when that is not known. */
  readonly valueAt: Flow["valueAt"];
  /** Locals that nothing ever changes, with their values; they are in no slot. */
  readonly constants: ReadonlyMap<number, number>;
  /** Bits of each local: values are cut to that. */
  readonly localBits: readonly number[];
}

export interface Compiled {
  readonly model: Model;
  readonly machine: Machine;
  readonly threads: readonly CompiledThread[];
  readonly layout: Layout;
  /** Threads that may be taken for each other. */
  readonly alike: readonly Alike[];
  /** Reports what is wrong in a state from which nothing can happen and in which every thread has ended. */
  readonly final: readonly Stmt[];
}

export function compile(model: Model, options: CompileOptions): Compiled {
  const machine = new Machine(model);
  const final: readonly Stmt[] = [...leakChecks(machine), { kind: "stop" }];
  const bodies: (readonly Stmt[])[] = [];
  const threads = machine.threads.map((thread) => compileThread(machine, thread, options, bodies));
  const changing = changingVariables(machine, bodies);
  const alike = reductions(options.reduce).has("symmetry") ? alikeThreads(machine, threads, changing) : [];
  const layout = layOut(
    changing,
    alike.flatMap(({ blocks }) => blocks),
  );
  return { model, machine, threads, layout, alike, final };
}

function compileThread(
  machine: Machine,
  thread: number,
  options: CompileOptions,
  bodies: (readonly Stmt[])[],
): CompiledThread {
  const program = machine.programOf(thread);
  const chosen = reductions(options.reduce);
  const [fuses, forgets, sections] = [chosen.has("fusion"), chosen.has("dead-locals"), chosen.has("sections")];
  const args = argsOf(machine, thread);
  const analysis = analyse(program, surroundings(machine), chosen.has("constants") ? args : null);
  const { places, flow, changed, live, certain } = analysis;
  const constants = new Map(args.flatMap((value, local) => (changed.has(local) ? [] : [[local, value] as const])));
  const everywhere = Array.from({ length: places.count }, (_, place) => place);
  const reachable = reachablePlaces(flow.next);
  const owner = { machine, thread, places, flow, constants, certain };
  const own = everywhere.map((place) => (reachable.has(place) ? bodyOf(owner, place, options) : []));
  bodies.push(...own);
  const fused = analysis.rests({ freeChoices: options.freeChoices, sections });
  const start = fuses ? run(program, fused, args) : { place: 0, passed: [], locals: args };
  const rests = fuses ? [...new Set([...fused, start.place])].sort((a, b) => a - b) : everywhere;
  const pc = machine.declareOwn(thread, "pc", rests.length - 1, rests.indexOf(start.place));
  const fusing = {
    places,
    rests: new Map(rests.map((place, index) => [place, index])),
    pc,
    slots: forgets
      ? sharedSlots(
          machine,
          thread,
          program,
          rests.map((place) => live.at(place)),
          liveValues(live, start),
        )
      : ownSlots(machine, thread, program, start.locals, changed),
    live: forgets ? (place: number) => live.at(place) : () => [...changed],
    code: (place: number) => own[place] ?? [],
    isReachable: (place: number) => reachable.has(place),
    movesRight: (place: number) => sections && fuses && analysis.movesRight[place] === true,
    movesLeft: (place: number) => analysis.movesLeft[place] === true,
  };
  const made: (readonly Stmt[])[] = [];
  return {
    program,
    places,
    pc,
    rests,
    transition: (value) => (made[value] ??= transition(machine, fusing, rests[value] ?? places.ended)),
    body: fusing.code,
    movesLeft: fusing.movesLeft,
    certain,
    atRest: rests.map((place) => restOf(program, places, place, options)),
    passed: start.passed,
    slots: fusing.slots,
    live: fusing.live,
    initialLocals: start.locals,
    next: flow.next,
    valueAt: flow.valueAt,
    constants,
    localBits: program.locals.map((local) => bitsFor(local.max)),
  };
}

function surroundings(machine: Machine): Surroundings {
  return machine.part(({ model }) => surroundingsOf(model));
}

function liveValues(live: Liveness, start: Start): ReadonlyMap<number, number> {
  return new Map(live.at(start.place).map((local) => [local, start.locals[local] ?? 0]));
}

interface Owner {
  readonly machine: Machine;
  readonly thread: number;
  readonly places: Places;
  readonly flow: Flow;
  readonly constants: ReadonlyMap<number, number>;
  readonly certain: readonly (Certain | undefined)[];
}

function bodyOf(
  { machine, thread, places, flow, constants, certain }: Owner,
  place: number,
  options: CompileOptions,
): readonly Stmt[] {
  const at = places.stepOf(place);
  const step = at ? machine.programOf(thread).steps[at.step] : undefined;
  if (!at || !step) return [];
  const { action } = step;
  if (action.kind === "choose" && action.nature === "free" && !options.freeChoices) return [{ kind: "block" }];
  const only = flow.next[place];
  if (action.kind === "branch" && only?.length === 1) return [{ kind: "go", pc: only[0] ?? 0 }];
  const known = (local: number): number | undefined => constants.get(local) ?? flow.valueAt(place, local) ?? undefined;
  const context = new StepContext(machine, thread, at.step, step, places, known, certain[place]);
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
function run(program: Program, rests: ReadonlySet<number>, args: readonly number[]): Start {
  const locals = [...args];
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
  if (action?.kind === "take" || action?.kind === "drain") return "idle";
  if (action?.kind === "choose" && action.nature === "free" && !options.freeChoices) return "abandoned";
  return "busy";
}

/** Variables that no step changes are constants. */
function changingVariables(machine: Machine, bodies: readonly (readonly Stmt[])[]): readonly Variable[] {
  const changing = new Set<Variable>();
  const forgotten = new Set<string>();
  const visit = (stmts: readonly Stmt[]): void => {
    for (const stmt of stmts) {
      if (stmt.kind === "set") {
        const same = stmt.value.op === "const" && stmt.value.value === stmt.variable.initial;
        if (!same) changing.add(stmt.variable);
      } else if (stmt.kind === "clear") {
        for (const variable of stmt.variables) if (variable.initial !== 0) changing.add(variable);
      } else if (stmt.kind === "forget") forgotten.add(`${stmt.type} ${stmt.object}`);
      else if (stmt.kind === "if") {
        visit(stmt.then);
        visit(stmt.otherwise);
      } else if (stmt.kind === "alternatives") for (const one of stmt.of) visit(one);
    }
  };
  for (const stmts of bodies) visit(stmts);
  return machine.variables.filter(
    (variable) =>
      changing.has(variable) ||
      variable.thread !== null ||
      (variable.initial !== 0 && variable.object && forgotten.has(`${variable.object.type} ${variable.object.object}`)),
  );
}
