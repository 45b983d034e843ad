/** Which of the shown lines act on tracked objects, and which of those ran. */
import type { Model, Program, Step } from "../model/ir";
import type { Exploration } from "../simulate/result";
import type { Span } from "../text/mapped";
import { modelledOf } from "./acting";
import type { Bases } from "./bases";
import type { Locator } from "./locate";
import type { NotRun } from "./review";
import type { Side } from "./sides";

/** Of statements, by a count that shares nothing with the lowering. */
interface StatementCount {
  readonly acting: number;
  readonly modelled: number;
}

export class CoverageCount {
  /** By the start of the line. */
  private readonly lines = new Map<number, ActingLine>();
  /** The lines of all that ran, for whoever asks; how many steps that were. */
  private readonly everRun = new Map<
    Program["steps"],
    { readonly count: number; readonly lines: ReadonlySet<number> }
  >();
  private readonly sides: { readonly side: Side; readonly locator: Locator }[] = [];
  private counted: StatementCount | null = null;
  private readonly changed = new Set<string>();
  /** New functions that nothing calls yet. */
  readonly uncalled = new Set<string>();
  private readonly missing = new Map<string, Span | null>();
  /** Many scenarios run the same program. */
  private readonly executions = new Map<
    Program["steps"],
    { readonly locator: Locator; readonly ran: Set<number>; isNoted: boolean }
  >();

  /** @param lineStart the start of the line that an offset of the document is on */
  constructor(private readonly lineStart: (offset: number) => number) {}

  /**
   * The acting lines of the changed functions, whether anything runs them or not; nothing can run those that are not
   * called yet.
   */
  expect(side: Side, locator: Locator, uncalled: ReadonlySet<string> = new Set()): void {
    this.sides.push({ side, locator });
    for (const alone of side.alone) {
      const { function: name, lowered } = alone;
      const own = locator.of(alone);
      if (uncalled.has(name)) {
        this.uncalled.add(name);
        continue;
      }
      this.changed.add(name);
      // What calls it tells more than it does by itself.
      const isCalled = side.programs.world.followed.has(name);
      for (const step of lowered.program.steps) {
        if (step.action.kind !== "unknown") this.note(step, own, false);
        else if (isIn(step, name) && !isCalled) this.missing.set(step.action.what, own.shown(step.place));
      }
      if (isCalled) continue;
      for (const note of lowered.notes) {
        if (note.kind === "not-modelled") this.missing.set(note.text, own.shown(note.place));
      }
    }
  }

  /** The acting lines of one side as it is with other kernel options: those of an `#else` are in no other. */
  expectLines({ alone }: Side, locator: Locator): void {
    for (const each of alone) {
      if (!this.changed.has(each.function)) continue;
      for (const step of each.lowered.program.steps)
        if (step.action.kind !== "unknown") this.note(step, locator.of(each), false);
    }
  }

  ran(model: Model, exploration: Exploration, locator: Locator): void {
    for (const [index, { steps }] of model.programs.entries()) {
      const had = this.executions.get(steps) ?? { locator, ran: new Set<number>(), isNoted: false };
      this.executions.set(steps, had);
      const { size } = had.ran;
      for (const at of exploration.executed[index] ?? []) had.ran.add(at);
      if (had.ran.size > size) had.isNoted = false;
    }
  }

  get acting(): number {
    return this.lines.size;
  }

  /** Starts of the acting lines. */
  get actingLines(): number[] {
    return [...this.lines.keys()];
  }

  get executed(): number {
    this.noteExecutions();
    return [...this.lines.values()].filter(({ ran }) => ran).length;
  }

  /** Starts of the lines that no scenario ran. */
  get idle(): number[] {
    this.noteExecutions();
    return [...this.lines].filter(([, { ran }]) => !ran).map(([line]) => line);
  }

  /** Those of these lines that are its own, in their order, and why. */
  notRun(starts: ReadonlySet<number>): NotRun[] {
    const own = [...this.lines].filter(([line]) => starts.has(line)).map(([, each]) => each);
    const idle = own.sort((a, b) => a.span.start - b.span.start);
    return idle.map(({ span, function: name }) => ({ range: span, function: name, why: this.whyNotRun(name) }));
  }

  private whyNotRun(name: string): string {
    const sides = this.sides.map(({ side }) => side);
    if (sides.some((side) => side.programs.world.followed.has(name))) return "no scenario comes by here";
    const missing = sides.flatMap((side) => leadingTo(side, name) ?? [])[0];
    return missing === undefined ? `no scenario calls ${name}()` : `not modelled: ${missing}`;
  }

  /** Whether a scenario ran the line, be it in a function that the patch changes or not. */
  runs(line: number): boolean {
    for (const [steps, { locator, ran }] of this.executions) {
      const known = this.everRun.get(steps);
      if (known?.count === ran.size && known.lines.has(line)) return true;
      if (known?.count === ran.size) continue;
      const lines = new Set([...ran].flatMap((at) => this.linesOf(steps[at], locator)));
      this.everRun.set(steps, { count: ran.size, lines });
      if (lines.has(line)) return true;
    }
    return false;
  }

  private linesOf(step: Step | undefined, locator: Locator): number[] {
    if (step === undefined) return [];
    const places = [...step.stack.map(({ call }) => call), step.place];
    return places.flatMap((place) => {
      const span = locator.shown(place);
      return span === null ? [] : [this.lineStart(span.start)];
    });
  }

  /** Each statement counts once, and is modelled when it is on every base. The rest joins what is not modelled. */
  statements(bases: Bases): StatementCount {
    if (this.counted !== null) return this.counted;
    const acting = new Set<number>();
    const rest = new Map<number, { readonly why: string; readonly span: Span }>();
    for (const { side, locator } of this.sides) {
      const count = modelledOf(side, bases);
      const places = locator.ofFiles;
      for (const { place } of count.acting) acting.add(places.shown(place)?.start ?? -1);
      for (const { place, why } of count.rest) {
        const span = places.shown(place);
        if (span !== null) rest.set(span.start, { why, span });
      }
    }
    acting.delete(-1);
    const told = [...this.missing.values()];
    for (const { why, span } of rest.values()) {
      if (!told.some((had) => had !== null && had.start < span.end && span.start < had.end))
        this.missing.set(why, span);
    }
    this.counted = { acting: acting.size, modelled: acting.size - rest.size };
    return this.counted;
  }

  /** @param isCalled whether a later patch calls what nothing calls yet */
  notModelled(isCalled: (name: string) => boolean): { text: string; range: Span | null }[] {
    const left = [...this.uncalled].filter((name) => !isCalled(name));
    const uncalled = left.map((name) => ({ text: `${name}(), which nothing calls yet`, range: null }));
    return [...uncalled, ...[...this.missing].map(([text, range]) => ({ text, range }))];
  }

  /** Whether the callers lead to the function. */
  calls(name: string): boolean {
    return this.sides.some(({ side }) => side.programs.world.followed.has(name));
  }

  private noteExecutions(): void {
    for (const [steps, execution] of this.executions) {
      if (execution.isNoted) continue;
      execution.isNoted = true;
      for (const at of execution.ran) {
        const step = steps[at];
        if (step !== undefined) this.note(step, execution.locator, true);
      }
    }
  }

  /** The line of the step and those of the calls that lead to it, as far as they stand in changed functions. */
  private note(step: Step, locator: Locator, ran: boolean): void {
    // An assertion stands where it fails, and a bound where we give up: neither is meant to be reached.
    if (!step.acting || step.action.kind === "assert" || step.action.kind === "bound") return;
    for (const [depth, frame] of step.stack.entries()) {
      if (!this.changed.has(frame.function)) continue;
      const inner = step.stack[depth + 1];
      const span = locator.shown(inner === undefined ? step.place : inner.call);
      if (span === null) continue;
      const line = this.lineStart(span.start);
      const known = this.lines.get(line);
      if (known !== undefined) known.ran ||= ran;
      else if (!ran) this.lines.set(line, { ran, span, function: frame.function });
    }
  }
}

interface ActingLine {
  ran: boolean;
  /** What acts there first. */
  readonly span: Span;
  readonly function: string;
}

/** What is not modelled where the function would be called from; null when that is not why nobody calls it. */
function leadingTo(side: Side, name: string, seen: readonly string[] = []): string | null {
  const { world } = side.programs;
  const found = world.beyond.get(name);
  if (found !== undefined || seen.includes(name)) return found ?? null;
  const call = new RegExp(`\\b${name}\\s*\\(`);
  for (const { functions, text } of side.files.values()) {
    for (const caller of functions) {
      if (caller.name === name || world.followed.has(caller.name)) continue;
      if (!call.test(text.slice(caller.body.place.start, caller.body.place.end))) continue;
      const further = leadingTo(side, caller.name, [...seen, name]);
      if (further !== null) return further;
    }
  }
  return null;
}

function isIn(step: Step, name: string): boolean {
  return step.stack[step.stack.length - 1]?.function === name;
}
