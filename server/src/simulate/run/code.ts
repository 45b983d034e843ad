/** Transitions as functions: generated code where that is allowed, else the slow way with the same results. */
import type { Compiled } from "../machine/compile";
import { walker } from "./fallback";
import { generator, type Generate, type Listener, type Move } from "./javascript";
import { leaves } from "./leaves";

/** Made when a state first needs it: many places of a program are never reached. */
export class Code {
  /** moves[thread][value of pc]; undefined: not made yet; null: the thread has ended. */
  readonly moves: readonly (Move | null | undefined)[][];
  /** Steps that ran, by thread and number of the step in its program. */
  readonly executed: readonly Uint8Array[];
  /** The final check; reports and gives 0. */
  readonly final: Move;
  private readonly generate: Generate;

  constructor(
    private readonly compiled: Compiled,
    listener: Listener,
    mayGenerate: boolean,
  ) {
    this.moves = compiled.threads.map(() => []);
    this.executed = compiled.threads.map((thread) => new Uint8Array(thread.program.steps.length));
    const fast = generator(compiled, listener);
    const slow = walker(compiled, listener);
    const { move, generate } = firstMove(compiled, mayGenerate ? fast : slow, slow);
    this.generate = generate;
    this.final = move;
  }

  /** Makes the function of a place, and tells how many successors it can have at most. */
  make(thread: number, pc: number): number {
    const of = this.compiled.threads[thread];
    const moves = this.moves[thread];
    const executed = this.executed[thread];
    if (!of || !moves || !executed) throw new RangeError(`no thread ${thread}`);
    const stmts = of.transition(pc);
    moves[pc] = stmts.length === 0 ? null : this.generate(of, stmts, executed);
    return leaves(stmts);
  }
}

function firstMove(compiled: Compiled, wanted: Generate, slow: Generate): { move: Move; generate: Generate } {
  const nothing = new Uint8Array(0);
  try {
    return { move: wanted(null, compiled.final, nothing), generate: wanted };
  } catch (error) {
    // A Content-Security-Policy without 'unsafe-eval' refuses with an EvalError; anything else is a bug of ours.
    if (!(error instanceof EvalError)) throw error;
    return { move: slow(null, compiled.final, nothing), generate: slow };
  }
}
