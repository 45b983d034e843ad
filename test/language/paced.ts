/** Reviews whose pace a test decides on: each `BUG(name)` in the text is a finding, `HOLD` keeps the run going. */
import { setTimeout as sleep } from "node:timers/promises";
import type { ReviewOptions, ReviewRequest, Surroundings } from "../../server/src/review/api";
import type { Review } from "../../server/src/review/review";
import { finding, patch, review, scenario, step } from "./written";

export class PacedReviews {
  /** Texts of the runs, in the order in which they began. */
  readonly begun: string[] = [];
  readonly ended: { readonly text: string; readonly cancelled: boolean }[] = [];
  readonly options: ReviewOptions[] = [];
  private held = true;

  /** Lets all runs end. */
  release(): void {
    this.held = false;
  }

  readonly document = this.run.bind(this);

  private async *run({ text, options }: ReviewRequest, { breathe }: Surroundings): AsyncGenerator<Review, void, void> {
    this.begun.push(text);
    this.options.push(options);
    const found = marked(text);
    yield { ...found, stage: "syntax", findings: [], progress: { done: 0, total: 2, states: 0 } };
    while (this.held && text.includes("HOLD")) {
      if (!(await breathe())) {
        this.ended.push({ text, cancelled: true });
        yield { ...found, stage: "stopped" };
        return;
      }
      await sleep(5);
      yield { ...found, stage: "partial", progress: { done: 1, total: 2, states: 20 } };
    }
    this.ended.push({ text, cancelled: false });
    yield found;
  }
}

function marked(text: string): Review {
  const findings = [...text.matchAll(/BUG\((\w+)\)/g)].map((match) => {
    const range = { start: match.index, end: match.index + match[0].length };
    const steps = [step({ kind: "document", range })];
    return finding(range, { message: match[1] ?? "", fingerprint: match[1] ?? "", steps });
  });
  const whole = patch({ start: 0, end: text.length });
  return review({ patches: [whole], scenarios: [scenario("s1", "put ∥ look")], findings });
}
