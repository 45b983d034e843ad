/** Collects the steps of one program while C is walked; jumps are labels until the end. */
import type { Place } from "../../c/syntax";
import { withoutIdleNatures } from "../passes/natures";
import type { Action, Frame, LocalInfo, Program, Step } from "../ir";

export interface Label {
  step: number | null;
  /** Some reachable step goes there. */
  used: boolean;
}

interface Draft {
  readonly action: Action;
  readonly next: Label[];
  readonly place: Place | null;
  readonly text: string;
  readonly stack: readonly Frame[];
}

export class Builder {
  readonly locals: LocalInfo[] = [];
  /** Those that tell what a pointer of value 0 is. */
  private readonly natures = new Set<number>();
  private readonly drafts: Draft[] = [];
  /** Where the next step is entered from: labels that wait for it. */
  private waiting: Label[] = [];
  /** False behind a jump: what follows can only be reached through a label. */
  private reachable = true;
  private stack: readonly Frame[] = [];

  label(): Label {
    return { step: null, used: false };
  }

  /** The next step stands here. A label that nothing goes to does not make what follows reachable. */
  place(label: Label): void {
    this.waiting.push(label);
    this.reachable ||= label.used;
  }

  /** Steps that follow are only reachable through labels. */
  cut(): void {
    this.reachable = false;
  }

  get isReachable(): boolean {
    return this.reachable;
  }

  /** Steps so far. */
  get size(): number {
    return this.drafts.length;
  }

  /** Whether some step so far has to do with anything outside its thread. A warning does not: what leads to it may. */
  get acts(): boolean {
    return this.drafts.some(({ action }) => {
      if (action.kind === "choose") return action.nature === "schedule";
      return isActing(action) && action.kind !== "assert";
    });
  }

  newLocal(name: string, max: number, type: number | null): number {
    return this.locals.push({ name, max, type }) - 1;
  }

  /** For what a pointer in another local is where it is 0. */
  newNature(name: string): number {
    const index = this.newLocal(`${name} is an error`, 2, null);
    this.natures.add(index);
    return index;
  }

  /** Appends a step that falls through to the next one. */
  emit(action: Action, place: Place | null, text: string): void {
    if (!this.reachable) return;
    const next = this.label();
    next.used = true;
    this.append(action, [next], place, text);
    this.place(next);
  }

  /** Appends a step that goes to one of the labels. */
  fork(action: Action, next: Label[], place: Place | null, text: string): void {
    if (!this.reachable) return;
    for (const label of next) label.used = true;
    this.append(action, next, place, text);
    this.cut();
  }

  jump(to: Label): void {
    if (!this.reachable) return;
    to.used = true;
    // A jump is a branch with one way out; simplification removes it.
    this.append({ kind: "branch", test: { kind: "const", value: 1 } }, [to, to], null, "");
    this.cut();
  }

  within<T>(frame: Frame, body: () => T): T {
    const outer = this.stack;
    this.stack = [...outer, frame];
    try {
      return body();
    } finally {
      this.stack = outer;
    }
  }

  get frames(): readonly Frame[] {
    return this.stack;
  }

  finish(name: string): Program {
    this.append({ kind: "end" }, [], null, "");
    const end = this.drafts.length - 1;
    const steps = this.drafts.map((draft): Step => {
      const next = draft.next.map((label) => label.step ?? end);
      const { action, place, text, stack } = draft;
      return { action, next, place, text, stack, acting: isActing(action) };
    });
    return withoutIdleNatures({ name, locals: this.locals, steps }, this.natures);
  }

  private append(action: Action, next: Label[], place: Place | null, text: string): void {
    const index = this.drafts.push({ action, next, place, text, stack: this.stack }) - 1;
    for (const label of this.waiting) label.step = index;
    this.waiting = [];
  }
}

/** Whether a step touches anything outside its thread. */
export function isActing(action: Action): boolean {
  return action.kind !== "assign" && action.kind !== "branch" && action.kind !== "choose" && action.kind !== "end";
}
