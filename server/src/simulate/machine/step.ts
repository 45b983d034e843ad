/** What the files in `objects/` are given to compile one step of one thread. */
import type { Action, Step, Value } from "../../model/ir";
import type { Violation } from "../result";
import type { Certain } from "./certain";
import type { Machine } from "./machine";
import { binary, constant, localOf, not, type Expr, type Stmt } from "./micro";
import type { Places } from "./places";
import { bitsFor } from "./variables";

export class StepContext {
  constructor(
    readonly machine: Machine,
    readonly thread: number,
    readonly index: number,
    readonly step: Step,
    private readonly places: Places,
    /** What locals surely hold. */
    private readonly constants: (local: number) => number | undefined,
    /** What the thread surely holds before the step. */
    readonly certain: Certain | undefined,
  ) {}

  /** The value in terms of the micro language; what is constant for this thread is folded. */
  value(value: Value): Expr {
    switch (value.kind) {
      case "const":
        return constant(value.value);
      case "local": {
        const known = this.constants(value.local);
        return known === undefined ? localOf(value.local) : constant(known);
      }
      case "unary":
        return not(this.value(value.operand));
      case "binary":
        return binary(value.op, this.value(value.left), this.value(value.right));
    }
  }

  /** What the bits of a local of this thread can hold. */
  largestOf(local: number): number {
    return 2 ** bitsFor(this.machine.programOf(this.thread).locals[local]?.max ?? 0) - 1;
  }

  /** Goes on at the i-th successor. */
  go(successor = 0): Stmt {
    const next = this.step.next[successor];
    return { kind: "go", pc: next ?? this.places.ended };
  }

  /** Goes on at this step's waiting half. */
  goWait(): Stmt {
    const pc = this.places.waitOf(this.index);
    if (pc === null) throw new RangeError(`step ${this.index} does not wait: ${this.step.text}`);
    return { kind: "go", pc };
  }

  goEnded(): Stmt {
    return { kind: "go", pc: this.places.ended };
  }

  report(
    code: string,
    message: string,
    object: Violation["object"] = null,
    severity: Violation["severity"] = "error",
  ): Stmt {
    const program = this.machine.model.threads[this.thread]?.program ?? 0;
    const key = `${code} ${program} ${this.index}`;
    return this.machine.addFinding({ code, message, severity, thread: this.thread, step: this.index, object, key });
  }

  /** A finding after which nothing sensible can be said about this path. */
  fatal(code: string, message: string, object: Violation["object"] = null): readonly Stmt[] {
    return [this.report(code, message, object), { kind: "stop" }];
  }

  /** A bound of ours: the path ends, and the exploration says so. */
  bound(what: string, limit: number): readonly Stmt[] {
    return [this.machine.addNote({ kind: "bound", what, limit, cuts: true }), { kind: "stop" }];
  }

  /** Keeps a value that later statements would change. */
  keep(value: Expr): { readonly kept: Expr; readonly first: readonly Stmt[] } {
    if (value.op === "const") return { kept: value, first: [] };
    const id = this.machine.newTemporary();
    return { kept: { op: "temporary", id }, first: [{ kind: "let", id, value }] };
  }
}

export type Of<K extends Action["kind"]> = Extract<Action, { readonly kind: K }>;

/** How one kind of action is compiled. */
export interface Compiler<K extends Action["kind"]> {
  compile(step: StepContext, action: Of<K>): readonly Stmt[];
  /** The waiting half, for steps that have one. */
  wait?(step: StepContext, action: Of<K>): readonly Stmt[];
}
