/** A compiled model together with the search that explores it, and what becomes of what the search comes upon. */
import type { Compiled } from "../machine/compile";
import type { Finding, Note } from "../machine/machine";
import { Deadlocks } from "./deadlock";
import { interpreter, type Move } from "./interpreter";
import type { Search, Watcher } from "./search";

/** Whom a gear tells. */
export interface Audience {
  /** Findings with equal keys are one. `number`: in the gear's own machine. */
  found(finding: Finding, number: number): void;
}

export class Gear implements Watcher {
  search: Search;
  private readonly notes = new Set<number>();
  private readonly deadlocks: Deadlocks;
  /** The final check; reports and gives 0. */
  private readonly final: Move;

  constructor(
    readonly compiled: Compiled,
    private readonly audience: Audience,
    start: (watcher: Watcher) => Search,
  ) {
    this.deadlocks = new Deadlocks(compiled);
    this.final = interpreter(compiled, 0, this)(null, compiled.final, new Uint8Array(0));
    this.search = start(this);
  }

  /** Goes on with another search. */
  change(make: (watcher: Watcher) => Search): void {
    this.search = make(this);
  }

  /** What was noted so far, in the order of the model. */
  get noted(): readonly Note[] {
    return [...this.notes].sort((a, b) => a - b).flatMap((note) => this.compiled.machine.notes[note] ?? []);
  }

  report(finding: number): void {
    const info = this.compiled.machine.findings[finding];
    if (!info) throw new RangeError("a finding that nobody declared");
    this.audience.found(info, finding);
  }

  note(note: number): void {
    this.notes.add(note);
  }

  stuck(state: number): void {
    const words = this.search.wordsOf(state);
    const verdict = this.deadlocks.judge(words);
    if (verdict === "ended") this.final(words, 0, 0);
    else if (verdict !== "abandoned") this.report(verdict);
  }
}
