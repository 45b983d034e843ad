/** A found interleaving told step by step. */
import type { Model } from "../../model/ir";
import type { Decision, TraceStep } from "../result";
import { foundAtEnd } from "./final";
import { move, stepOf, waitOf } from "./interpret";
import { Ledger } from "./ledger";
import type { Found } from "./scene";
import { changes, snapshotOf, type Snapshot } from "./snapshot";
import { firstWorld, type World } from "./world";

/**
 * What the decisions do, from the initial state on. What is wrong with a state from which nothing can move belongs to
 * its last step. Stops early where a decision cannot be followed, as a token made for another model may ask.
 */
export function traceOf(model: Model, decisions: readonly Decision[]): readonly TraceStep[] {
  const steps: TraceStep[] = [];
  const ledger = new Ledger(model);
  let before = new Shown(model, firstWorld(model));
  for (const [index, decision] of decisions.entries()) {
    const next = stepOf(model, before.world, decision.thread);
    const moved = move(model, before.world, decision);
    if (!next || typeof moved === "string") break;
    const after = new Shown(model, moved.world);
    ledger.note(decision.thread, before.world, moved.world);
    const isLast = index === decisions.length - 1 && !moved.stopped;
    const atEnd = isLast ? foundAtEnd(model, moved.world, ledger) : [];
    steps.push(new Traced(model, decision.thread, next.number, before, after, [...moved.found, ...atEnd].map(told)));
    before = after;
    if (moved.stopped) break;
  }
  return steps;
}

/** The world in which the decisions end, as far as they can be followed. */
export function traceWorld(model: Model, decisions: readonly Decision[]): World {
  let world = firstWorld(model);
  for (const decision of decisions) {
    const moved = move(model, world, decision);
    if (typeof moved === "string") break;
    world = moved.world;
  }
  return world;
}

/** Most readers ask for a few steps' states or for none, so these are made when they are asked for. */
class Traced implements TraceStep {
  readonly program: number;
  private knownChanges: readonly string[] | null = null;

  constructor(
    model: Model,
    readonly thread: number,
    readonly step: number,
    private readonly before: Shown,
    private readonly after: Shown,
    readonly findings: TraceStep["findings"],
  ) {
    this.program = model.threads[thread]?.program ?? 0;
  }

  get state(): Snapshot {
    return this.after.snapshot;
  }

  get changed(): readonly string[] {
    return (this.knownChanges ??= changes(this.before.snapshot, this.after.snapshot));
  }

  get blocked(): Readonly<Record<number, string>> {
    return this.after.blocked;
  }
}

/** A world with what there is to show of it. */
class Shown {
  private knownSnapshot: Snapshot | null = null;
  private knownBlocked: Readonly<Record<number, string>> | null = null;

  constructor(
    private readonly model: Model,
    readonly world: World,
  ) {}

  get snapshot(): Snapshot {
    return (this.knownSnapshot ??= snapshotOf(this.model, this.world));
  }

  get blocked(): Readonly<Record<number, string>> {
    return (this.knownBlocked ??= blockedThreads(this.model, this.world));
  }
}

function blockedThreads(model: Model, world: World): Readonly<Record<number, string>> {
  const blocked: Record<number, string> = {};
  for (const thread of model.threads.keys()) {
    const wait = waitOf(model, world, thread);
    if (wait !== null) blocked[thread] = wait.message;
  }
  return blocked;
}

function told({ code, message }: Found): TraceStep["findings"][number] {
  return { code, message };
}
