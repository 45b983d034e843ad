/** Which of the shown lines act on tracked objects, and which of those ran. */
import type { Model, Step } from "../model/ir";
import type { Exploration } from "../simulate/result";
import type { Span } from "../text/mapped";
import type { Locator } from "./locate";
import type { Side } from "./sides";

export class CoverageCount {
  /** Line start -> whether some scenario ran it. */
  private readonly lines = new Map<number, boolean>();
  private readonly missing = new Map<string, Span | null>();

  /** @param lineStart the start of the line that an offset of the document is on */
  constructor(private readonly lineStart: (offset: number) => number) {}

  /** The acting lines of the changed functions, whether anything runs them or not. */
  expect(side: Side, locator: Locator): void {
    for (const { function: name, lowered } of side.alone) {
      for (const step of lowered.program.steps) {
        const innermost = step.stack[step.stack.length - 1]?.function;
        if (innermost !== name) continue;
        if (step.action.kind === "unknown") this.missing.set(step.action.what, locator.shown(step.place));
        else if (step.acting) this.note(step, locator, false);
      }
      for (const note of lowered.notes) {
        if (note.kind === "not-modelled") this.missing.set(note.text, locator.shown(note.place));
      }
    }
  }

  ran(model: Model, exploration: Exploration, locator: Locator): void {
    model.programs.forEach((program, index) => {
      for (const at of exploration.executed[index] ?? []) {
        const step = program.steps[at];
        if (step?.acting === true) this.note(step, locator, true);
      }
    });
  }

  get acting(): number {
    return this.lines.size;
  }

  get executed(): number {
    return [...this.lines.values()].filter((ran) => ran).length;
  }

  get notModelled(): { text: string; range: Span | null }[] {
    return [...this.missing].map(([text, range]) => ({ text, range }));
  }

  private note(step: Step, locator: Locator, ran: boolean): void {
    const span = locator.shown(step.place);
    if (span === null) return;
    const line = this.lineStart(span.start);
    if (ran ? this.lines.has(line) : !this.lines.has(line)) this.lines.set(line, ran || this.lines.get(line) === true);
  }
}
