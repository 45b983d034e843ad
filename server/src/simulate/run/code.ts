/** Transitions as functions that interpret bytecode, made when a state first needs them: many places are never reached. */
import type { Compiled } from "../machine/compile";
import { interpreter, type Interpret, type Listener, type Move } from "./interpreter";
import { leaves } from "./leaves";

export class Code {
  /** moves[thread][value of pc]; undefined: not made yet; null: the thread has ended. */
  readonly moves: readonly (Move | null | undefined)[][];
  /** Steps that ran, by thread and number of the step in its program. */
  readonly executed: readonly Uint8Array[];
  private readonly interpret: Interpret;

  /** `stride`: words from one state to the next. */
  constructor(
    private readonly compiled: Compiled,
    stride: number,
    listener: Listener,
  ) {
    this.moves = compiled.threads.map(() => []);
    this.executed = compiled.threads.map((thread) => {
      const steps = new Uint8Array(thread.program.steps.length);
      for (const place of thread.passed) steps[place] = 1;
      return steps;
    });
    this.interpret = interpreter(compiled, stride, listener);
  }

  /** Makes the function of a place, and tells how many successors it can have at most. */
  make(thread: number, pc: number): number {
    const of = this.compiled.threads[thread];
    const moves = this.moves[thread];
    const executed = this.executed[thread];
    if (!of || !moves || !executed) throw new RangeError(`no thread ${thread}`);
    const stmts = of.transition(pc);
    moves[pc] = stmts.length === 0 ? null : this.interpret(of, stmts, executed);
    return leaves(stmts);
  }

  /** Those that ran, or could not when they were tried. */
  *made(): Iterable<{ readonly thread: number; readonly pc: number }> {
    for (const [thread, moves] of this.moves.entries())
      for (const pc of moves.keys()) if (moves[pc]) yield { thread, pc };
  }
}
