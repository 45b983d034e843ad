/** Lowers the entry points of one codebase, and what they leave behind for workers and the RCU softirq. */
import type { FunctionDef } from "../../c/syntax";
import type { Program, Step } from "../ir";
import { allocate } from "../passes/allocate";
import { decide } from "../passes/decide";
import { simplify } from "../passes/simplify";
import type { Vocabulary } from "../profile";
import { inline, lowerCall } from "./calls";
import { lowerCondition } from "./conditions";
import { withAssertedLocks } from "./asserted-locks";
import { Context, newScope, type Lowering, type Note } from "./context";
import { lowerExpr } from "./expressions";
import { addressOf, lowerLval } from "./lvals";
import { lowerStatement } from "./statements";
import { constant, local, pointer, unknown, type Val } from "./values";
import { ofEntryKey } from "./views";
import { MEMORY, type Deferred } from "./members";
import type { World } from "./world";

export interface Lowered {
  readonly program: Program;
  /** Before anything was taken out of it. */
  readonly raw: Program;
  /** Names of the parameters that the first locals stand for. */
  readonly params: readonly string[];
  readonly notes: readonly Note[];
}

export interface Programs {
  readonly world: World;
  /** By key of function and view: what scenarios start with, from the harness. */
  readonly entries: ReadonlyMap<string, Lowered>;
  /** One daemon for each type with work items (`queue` by queue) or callbacks. */
  readonly workers: readonly { readonly queue: number; readonly lowered: Lowered }[];
  readonly softirqs: readonly Lowered[];
}

/** What is learnt in one round (what a field points to) may change what was lowered before. */
const ROUNDS = 4;

const LOWERING: Lowering = {
  expr: lowerExpr,
  lval: lowerLval,
  address: addressOf,
  condition: lowerCondition,
  statement: lowerStatement,
  call: lowerCall,
  inline,
};

/** @param entries keys of functions that scenarios start with, as `entriesOf` has them */
export function lowerPrograms(world: World, vocabulary: Vocabulary, entries: ReadonlySet<string>): Programs {
  return settled(world, () => {
    const lowered = new Map<string, Lowered>();
    for (const key of entries) {
      const [name, view] = ofEntryKey(key);
      const definition = world.codebase.entry(name);
      if (definition !== undefined) lowered.set(key, lowerEntry(contextOf(world, vocabulary, view), definition));
    }
    return { world, entries: lowered, ...lowerDaemons(world, () => contextOf(world, vocabulary)) };
  });
}

/** One function by itself; null when it is in no file. `world` learns what it needs to know. */
export function lowerAlone(world: World, vocabulary: Vocabulary, name: string): Lowered | null {
  const definition = world.codebase.function(name);
  if (definition === undefined) return null;
  return settled(world, () => lowerEntry(contextOf(world, vocabulary), definition));
}

/** Until nothing new is learnt. */
function settled<T>(world: World, lower: () => T): T {
  for (let round = 1; ; round++) {
    const learnt = world.pointees.size;
    const lowered = lower();
    if (world.pointees.size === learnt || round === ROUNDS) return lowered;
  }
}

function contextOf(world: World, vocabulary: Vocabulary, view: string | null = null): Context {
  return new Context(world, vocabulary, LOWERING, newScope(null, null, new Set()), world.view(view));
}

/** A work function may queue further ones, so this is repeated until no new one turns up. */
function lowerDaemons(world: World, context: () => Context): Pick<Programs, "workers" | "softirqs"> {
  for (let round = 0; ; round++) {
    const { version } = world;
    const workers = world.queues.flatMap((_, queue) =>
      typesOf(world.workFunctions).map((type) => ({
        queue,
        lowered: lowerDaemon(context(), "work", queue, type, world.workFunctions),
      })),
    );
    const softirqs = typesOf(world.callbacks).map((type) => lowerDaemon(context(), "rcu", null, type, world.callbacks));
    if (world.version === version || round === ROUNDS) return { workers, softirqs };
  }
}

/** The body of one function as a thread; parameters that point to a single object are that object. */
export function lowerEntry(cx: Context, definition: FunctionDef): Lowered {
  const params: string[] = [];
  const args = definition.params.map((param): Val => {
    const single = cx.world.singleBehind(param.type);
    if (single !== null) return pointer(constant(1), single);
    const type = cx.world.pooledBehind(param.type);
    const isScalar = param.type.pointers === 0 && !/^(struct|union) /.test(param.type.base);
    if (type === null && !isScalar) return deferredArgument(cx, definition.name) ?? unknown(param.name, param.type);
    params.push(param.name);
    const index = cx.build.newLocal(param.name, type === null ? (param.type.base === "bool" ? 1 : 7) : 7, type);
    return { k: "value", value: local(index), type, loose: false };
  });
  inline(cx, definition, args, null);
  return new Unfinished(
    withAssertedLocks(cx.build.finish(definition.name), definition, cx.world),
    params,
    cx.notes,
    cx.world,
  );
}

/** A work function or callback by itself gets the item or head of some object. */
function deferredArgument(cx: Context, name: string): Val | null {
  const deferred = [...cx.world.workFunctions, ...cx.world.callbacks].find((d) => d.function === name);
  if (deferred === undefined) return null;
  return addressOfMember(cx, deferred, cx.build.newLocal("object", 7, deferred.type));
}

function lowerDaemon(
  cx: Context,
  what: "work" | "rcu",
  queue: number | null,
  type: number,
  all: readonly Deferred[],
): Lowered {
  const again = { ...cx.build.label(), used: true };
  const into = cx.build.newLocal(cx.world.types[type]?.profile.label ?? "object", 7, type);
  cx.build.place(again);
  const entries = all.map(() => cx.build.label());
  const name = what === "work" ? "worker" : "RCU softirq";
  cx.build.fork(
    { kind: "take", what, queue, type, into },
    entries,
    null,
    what === "work" ? "takes a work item" : "grace period ends",
  );
  for (const [index, deferred] of all.entries()) {
    const entry = entries[index];
    if (entry === undefined) continue;
    cx.build.place(entry);
    const definition = deferred.type === type ? cx.world.codebase.function(deferred.function) : undefined;
    if (definition !== undefined) inline(cx, definition, [addressOfMember(cx, deferred, into)], null);
    else if (deferred.type === type) {
      const text = `${deferred.function}()`;
      cx.unmodelled(`the function ${text}`, null, text);
    }
    cx.build.emit({ kind: "done", what, object: local(into) }, null, "");
    cx.build.jump(again);
  }
  return finish(cx, name, []);
}

function addressOfMember(cx: Context, deferred: Deferred, object: number): Val {
  const owner = cx.world.types[deferred.type];
  const path = owner?.fields[deferred.field]?.name ?? "";
  const type = cx.world.codebase.memberType(owner?.profile.type ?? "", path);
  return { k: "address", of: { k: "field", object: local(object), objectType: deferred.type, path, type } };
}

function finish(cx: Context, name: string, params: readonly string[]): Lowered {
  return new Unfinished(cx.build.finish(name), params, cx.notes, cx.world);
}

/** What is lowered is often lowered again, or run in no scenario: the passes over it wait until somebody wants it. */
class Unfinished implements Lowered {
  private finished: Program | null = null;
  readonly raw: Program;

  constructor(
    raw: Program,
    readonly params: readonly string[],
    readonly notes: readonly Note[],
    private readonly world: World,
  ) {
    this.raw = world.profile.anyInput === true ? withAnyInput(raw) : raw;
  }

  get program(): Program {
    if (this.finished !== null) return this.finished;
    const { raw, params, world } = this;
    const isMemory = (type: number, field: number): boolean => world.types[type]?.fields[field]?.name === MEMORY;
    const finish = (program: Program): Program => {
      // Locals that came to share a place leave copies of themselves behind.
      const shared = allocate(simplify(decide(simplify(program, isMemory)), isMemory), params.length);
      return simplify(shared, isMemory);
    };
    this.finished = finish(raw);
    sources.set(this.finished.steps, { raw, finish });
    return this.finished;
  }
}

/** What nobody tracks is decided outside, as a schedule is. */
function withAnyInput(program: Program): Program {
  const steps = program.steps.map((step): Step => {
    const { action } = step;
    return action.kind === "choose" ? { ...step, action: { ...action, nature: "schedule" } } : step;
  });
  return { ...program, steps };
}

/** What a program was before anything was taken out of it: one step after the other as the C has them, and how it is finished. */
export interface Source {
  readonly raw: Program;
  finish(raw: Program): Program;
}

const sources = new WeakMap<Program["steps"], Source>();

/** A program that was not lowered from C is its own source. */
export function sourceOf(program: Program): Source {
  return sources.get(program.steps) ?? { raw: program, finish: (raw) => raw };
}

function typesOf(deferred: readonly Deferred[]): number[] {
  return [...new Set(deferred.map((d) => d.type))];
}
