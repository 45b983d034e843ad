/** Which steps come from a piece of a file's text, by themselves or through a call or macro in it, and whether they ran. */
import type { Place } from "../c/syntax";
import type { Step } from "../model/ir";
import type { Span } from "../text/mapped";
import type { Relocation } from "./relocation";
import type { SideState } from "./state";

export interface StepHere {
  readonly step: Step;
  /** It is written here itself; false for what a call from here does. */
  readonly isOwn: boolean;
  readonly executed: boolean;
}

/** Of one side; made once, for it looks at every step. */
export class StepPlaces {
  /** File -> entries, sorted by start once `sorted`. */
  private readonly files = new Map<string, Entry[]>();

  constructor(side: SideState) {
    const programs = new Map<readonly Step[], { readonly ran: Set<number>; readonly moved: Relocation }>();
    const { moved } = side.side;
    for (const { model, explored } of side.scenarios) {
      for (const [index, { steps }] of model.programs.entries()) {
        const program = programs.get(steps) ?? { ran: new Set<number>(), moved };
        for (const at of explored?.exploration.executed[index] ?? []) program.ran.add(at);
        programs.set(steps, program);
      }
    }
    for (const { lowered, moved: alone } of side.side.alone) {
      const { steps } = lowered.program;
      if (!programs.has(steps)) programs.set(steps, { ran: new Set(), moved: alone });
    }
    for (const [steps, program] of programs) {
      for (const [at, step] of steps.entries()) this.add(step, program.ran.has(at), program.moved, side);
    }
    for (const entries of this.files.values()) entries.sort((a, b) => a.start - b.start);
  }

  /** Steps of which a place stands in the span. */
  within(file: string, { start, end }: Span): StepHere[] {
    const entries = this.files.get(file) ?? [];
    let low = 0;
    let high = entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((entries[middle]?.start ?? 0) < start) low = middle + 1;
      else high = middle;
    }
    const found: StepHere[] = [];
    for (let at = low; at < entries.length; at++) {
      const entry = entries[at];
      if (entry === undefined || entry.start >= end) break;
      if (entry.end <= end) found.push(entry);
    }
    return found;
  }

  private add(step: Step, executed: boolean, moved: Relocation, side: SideState): void {
    const chain = [step.place, ...step.stack.map((frame) => frame.call)];
    for (const [index, first] of chain.entries()) {
      for (let place: Place | null = first; place !== null; place = place.via) {
        if (!side.side.images.has(place.file)) continue;
        const entries = this.files.get(place.file) ?? [];
        this.files.set(place.file, entries);
        const { start, end } = moved.place(place);
        entries.push({ start, end, step, isOwn: index === 0, executed });
      }
    }
  }
}

interface Entry extends StepHere, Span {}

/** It does something to an object, a lock or the world; an assertion only looks, and a bound is ours. */
export function isActing({ acting, action }: Step): boolean {
  return acting && !["assert", "assertHeld", "bound", "unknown"].includes(action.kind);
}
