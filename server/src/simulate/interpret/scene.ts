/** One step in the making: the world that it changes, and what comes of it. */
import type { FieldRef, LockMode, Model, Step, Value } from "../../model/ir";
import type { Violation } from "../result";
import { emptyParts, type Actor, type Thing, type World } from "./world";

export interface Found {
  readonly code: string;
  readonly message: string;
  readonly severity: Violation["severity"];
  readonly object: Violation["object"];
}

/** The path ends here: thrown by steps, caught where a step is run. */
export class PathEnds extends Error {}

/** The thread cannot move; the message says what it waits for, `by` the threads that keep it waiting. */
export class Waits extends Error {
  constructor(
    message: string,
    readonly by: readonly number[] = [],
  ) {
    super(message);
  }
}

export class Scene {
  readonly found: Found[] = [];

  constructor(
    readonly model: Model,
    readonly world: World,
    readonly thread: number,
    readonly step: Step,
    /** Which of several ways to go. */
    readonly alternative: number,
  ) {}

  get actor(): Actor {
    return this.actorOf(this.thread);
  }

  actorOf(thread: number): Actor {
    const actor = this.world.threads[thread];
    if (!actor) throw new RangeError(`no thread ${thread}`);
    return actor;
  }

  value(value: Value): number {
    switch (value.kind) {
      case "const":
        return value.value;
      case "local":
        return this.actor.locals[value.local] ?? 0;
      case "unary":
        return this.value(value.operand) ? 0 : 1;
      case "binary":
        return calculate(value.op, this.value(value.left), this.value(value.right));
    }
  }

  give(into: number | null, value: number): void {
    if (into === null) return;
    const max = this.programOf(this.thread).locals[into]?.max ?? 0;
    this.actor.locals[into] = fitted(value, max);
  }

  go(successor = 0): void {
    const { actor } = this;
    actor.waiting = false;
    actor.at = this.step.next[successor] ?? "ended";
  }

  wait(): void {
    this.actor.waiting = true;
  }

  find(code: string, message: string, object: Found["object"] = null, severity: Found["severity"] = "error"): void {
    this.found.push({ code, message, severity, object });
  }

  fatal(code: string, message: string, object: Found["object"] = null): never {
    this.find(code, message, object);
    throw new PathEnds(message);
  }

  /** The object that the pointer leads to; it must live. */
  object(type: number, pointer: Value): { readonly thing: Thing; readonly number: number } {
    const { thing, number } = this.anyObject(type, pointer);
    if (thing.life !== "alive") {
      this.fatal("lifetime.use-after-free", `${this.nameOf(type, number)} is used after it was freed`, {
        type,
        number,
      });
    }
    return { thing, number };
  }

  anyObject(type: number, pointer: Value): { readonly thing: Thing; readonly number: number } {
    const number = this.value(pointer);
    const thing = this.world.things[type]?.[number - 1];
    if (!thing) this.fatal("lifetime.null-dereference", `NULL pointer dereference: ${this.step.text}`);
    return { thing, number };
  }

  /** The value as this thread sees it. */
  field(ref: FieldRef): { readonly thing: Thing; readonly number: number; readonly value: number } {
    const { thing, number } = this.object(ref.type, ref.object);
    const own = this.actor.pending.findLast(
      (one) => one.to === "field" && one.type === ref.type && one.number === number && one.field === ref.field,
    );
    return { thing, number, value: own?.to === "field" ? own.value : (thing.fields[ref.field] ?? 0) };
  }

  thingOf(type: number, number: number): Thing {
    const thing = this.world.things[type]?.[number - 1];
    if (!thing) throw new RangeError(`no object ${number} of type ${type}`);
    return thing;
  }

  nameOf(type: number, number: number): string {
    const info = this.model.types[type];
    if (!info) return `object ${number}`;
    return info.objects.length > 1 ? `${info.label} ${number}` : info.label;
  }

  holds(thread: number, lock: number, object: number | "any", mode: LockMode | "any"): boolean {
    const isRw = this.model.locks[lock]?.kind === "rw";
    return this.actorOf(thread).held.some(
      (one) =>
        one.lock === lock &&
        (object === "any" || one.object === object) &&
        (mode !== "exclusive" || !isRw || one.mode === "exclusive"),
    );
  }

  /** In a read-side section: by rcu_read_lock() or by a lock that is one. */
  reads(thread: number): boolean {
    const actor = this.actorOf(thread);
    return actor.nesting > 0 || actor.held.some(({ lock }) => this.model.locks[lock]?.isRcuReader === true);
  }

  /** Threads for which a grace period that begins now has to wait. */
  readers(): number[] {
    return this.world.threads.flatMap((_, thread) => (this.holdsUp(thread) ? [thread] : []));
  }

  /** Its CPU cannot report a quiescent state now. */
  holdsUp(thread: number): boolean {
    return this.reads(thread) || (this.actorOf(thread).pending.length > 0 && this.everReads(thread));
  }

  private everReads(thread: number): boolean {
    return this.programOf(thread).steps.some(
      ({ action }) =>
        (action.kind === "rcu" && action.op === "lock") ||
        (action.kind === "lock" && this.model.locks[action.lock]?.isRcuReader === true),
    );
  }

  /** Room in the store buffer of this thread; undefined when it has none. */
  get storeBuffer(): number | undefined {
    return this.programOf(this.thread).storeBuffer;
  }

  mayNotSleep(): void {
    const atomic = this.actor.held.some(({ lock }) => this.model.locks[lock]?.isAtomic === true);
    if (!atomic && this.actor.nesting === 0) return;
    const message = "sleeping function called from invalid context: a spinning lock or rcu_read_lock() is held";
    this.find("lock.sleep-in-atomic", message);
  }

  release(type: number, number: number): void {
    const thing = this.thingOf(type, number);
    // The queue does not learn that the item is gone.
    for (const actor of this.world.threads) {
      actor.moved = actor.moved.filter((key) => !key.startsWith(`${type}.${number}.`));
    }
    const items = Object.entries(thing.items);
    thing.life = "freed";
    thing.fields = thing.fields.map(() => 0);
    Object.assign(thing, emptyParts(this.model, type));
    for (const [field, item] of items) thing.items[Number(field)] = { ...item, function: 0 };
  }

  checkRules(type: number, number: number): void {
    const thing = this.thingOf(type, number);
    for (const rule of this.model.types[type]?.atFree ?? []) {
      if (((thing.fields[rule.field] ?? 0) & rule.mask) === rule.equals) continue;
      this.find(rule.code, rule.message, { type, number });
    }
  }

  private programOf(thread: number): Model["programs"][number] {
    const program = this.model.programs[this.model.threads[thread]?.program ?? -1];
    if (!program) throw new RangeError(`no program for thread ${thread}`);
    return program;
  }
}

/** What is left of a value in bits that hold 0..max. */
export function fitted(value: number, max: number): number {
  let bits = 0;
  while (2 ** bits - 1 < max) bits++;
  return value & (2 ** bits - 1);
}

/** The value, if it is one that can be stored there. */
export function holding(value: number, max: number): number {
  const stored = fitted(value, max);
  if (stored !== value) throw new PathEnds(`${value} is more than can be stored`);
  return stored;
}

const LIMIT = 2 ** 31;

function calculate(op: Extract<Value, { kind: "binary" }>["op"], left: number, right: number): number {
  const truth = (is: boolean): number => (is ? 1 : 0);
  switch (op) {
    case "+":
      return (left + right) % LIMIT;
    case "-":
      return Math.max(0, left - right);
    case "*":
      return Number((BigInt(left) * BigInt(right)) % BigInt(LIMIT));
    case "&":
      return left & right;
    case "|":
      return left | right;
    case "^":
      return left ^ right;
    case "&~":
      return left & ~right;
    case "<<":
      return right > 30 ? 0 : (left * 2 ** right) % LIMIT;
    case ">>":
      return Math.floor(left / 2 ** right);
    case "==":
      return truth(left === right);
    case "!=":
      return truth(left !== right);
    case "<":
      return truth(left < right);
    case "<=":
      return truth(left <= right);
    case ">":
      return truth(left > right);
    case ">=":
      return truth(left >= right);
    case "&&":
      return truth(left !== 0 && right !== 0);
    case "||":
      return truth(left !== 0 || right !== 0);
  }
}
