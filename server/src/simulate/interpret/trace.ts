/** A found interleaving told step by step. */
import type { Model } from "../../model/ir";
import type { Decision, TraceStep } from "../result";
import { foundAtEnd } from "./final";
import { move, stepOf, whyBlocked } from "./interpret";
import type { Found } from "./scene";
import { changes, snapshotOf } from "./snapshot";
import { firstWorld } from "./world";

/**
 * What the decisions do, from the initial state on. What is wrong with a state from which nothing can move belongs to
 * its last step. Stops early where a decision cannot be followed, as a token made for another model may ask.
 */
export function traceOf(model: Model, decisions: readonly Decision[]): readonly TraceStep[] {
  const steps: TraceStep[] = [];
  let world = firstWorld(model);
  let before = snapshotOf(model, world);
  for (const [index, decision] of decisions.entries()) {
    const next = stepOf(model, world, decision.thread);
    const moved = move(model, world, decision);
    if (!next || typeof moved === "string") break;
    world = moved.world;
    const after = snapshotOf(model, world);
    const atEnd = index === decisions.length - 1 && !moved.stopped ? foundAtEnd(model, world) : [];
    steps.push({
      thread: decision.thread,
      program: model.threads[decision.thread]?.program ?? 0,
      step: next.number,
      state: after,
      changed: changes(before, after),
      blocked: blockedThreads(model, moved.world),
      findings: [...moved.found, ...atEnd].map(told),
    });
    before = after;
    if (moved.stopped) break;
  }
  return steps;
}

function blockedThreads(model: Model, world: ReturnType<typeof firstWorld>): Readonly<Record<number, string>> {
  const blocked: Record<number, string> = {};
  for (const thread of model.threads.keys()) {
    const why = whyBlocked(model, world, thread);
    if (why !== null) blocked[thread] = why;
  }
  return blocked;
}

function told({ code, message }: Found): TraceStep["findings"][number] {
  return { code, message };
}
