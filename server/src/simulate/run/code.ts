/** Transitions as functions: bytecode, and generated code for those that run often, where that is allowed. */
import type { Compiled, CompiledThread } from "../machine/compile";
import type { Stmt } from "../machine/micro";
import { interpreter } from "./interpreter";
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
  private readonly interpret: Generate;
  /** Null where generating code is forbidden. */
  private generate: Generate | null;

  constructor(
    private readonly compiled: Compiled,
    listener: Listener,
    /** Calls of a transition before code is generated for it. */
    private readonly generateAfter: number,
  ) {
    this.moves = compiled.threads.map(() => []);
    this.executed = compiled.threads.map((thread) => {
      const steps = new Uint8Array(thread.program.steps.length);
      for (const place of thread.passed) steps[place] = 1;
      return steps;
    });
    this.interpret = interpreter(compiled, listener);
    this.generate = generator(compiled, listener);
    this.final = this.interpret(null, compiled.final, new Uint8Array(0));
  }

  /** Makes the function of a place, and tells how many successors it can have at most. */
  make(thread: number, pc: number): number {
    const of = this.compiled.threads[thread];
    const moves = this.moves[thread];
    const executed = this.executed[thread];
    if (!of || !moves || !executed) throw new RangeError(`no thread ${thread}`);
    const stmts = of.transition(pc);
    const interpret = this.interpret(of, stmts, executed);
    let calls = 0;
    const first: Move = (states, from, to) => {
      // From here on the generated function is called directly.
      if (++calls > this.generateAfter && moves[pc] === first)
        moves[pc] = this.generated(of, stmts, executed) ?? interpret;
      return interpret(states, from, to);
    };
    moves[pc] = stmts.length === 0 ? null : first;
    return leaves(stmts);
  }

  private generated(of: CompiledThread, stmts: readonly Stmt[], executed: Uint8Array): Move | null {
    if (!this.generate) return null;
    try {
      return this.generate(of, stmts, executed);
    } catch (error) {
      // A Content-Security-Policy without 'unsafe-eval' refuses with an EvalError; anything else is a bug of ours.
      if (!(error instanceof EvalError)) throw error;
      this.generate = null;
      return null;
    }
  }
}
