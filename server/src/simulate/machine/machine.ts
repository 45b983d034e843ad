/**
 * A model as state variables and, for each thread and each place in its program, what happens there.
 *
 * The machine knows threads and findings. What a step does to locks, lists or memory is said by the files in
 * `objects/`, which declare their own variables through `part`.
 */
import type { Model, Program, Step } from "../../model/ir";
import type { Violation } from "../result";
import { bitsFor, type Variable } from "./variables";
import type { Stmt } from "./micro";

/** Of rcu_read_lock(); more is a bound of ours. */
export const DEEPEST_NESTING = 3;

export interface Finding {
  readonly code: string;
  readonly message: string;
  readonly severity: Violation["severity"];
  readonly thread: number;
  /** -1 for what is found in a state that no step made. */
  readonly step: number;
  readonly object: Violation["object"];
  /** Findings with equal keys are one: the first is reported. */
  readonly key: string;
}

export type Note =
  | { readonly kind: "bound"; readonly what: string; readonly limit: number; readonly cuts: boolean }
  | { readonly kind: "unknown"; readonly program: number; readonly step: number };

export class Machine {
  readonly variables: Variable[] = [];
  readonly findings: Finding[] = [];
  readonly notes: Note[] = [];
  private readonly parts = new Map<unknown, unknown>();
  private temporaries = 0;

  constructor(readonly model: Model) {}

  /** @param about the threads whose doings it tells of, while all can see it */
  declare(
    name: string,
    max: number,
    initial: number,
    object: Variable["object"] = null,
    about: readonly number[] = [],
  ): Variable {
    return this.add({ name, bits: bitsFor(max), initial, object, thread: null, about });
  }

  /** For a place or a local: part of what one thread is doing. */
  declareOwn(thread: number, name: string, max: number, initial: number): Variable {
    return this.add({
      name: `thread ${thread}: ${name}`,
      bits: bitsFor(max),
      initial,
      object: null,
      thread,
      about: [thread],
    });
  }

  private add(variable: Variable): Variable {
    this.variables.push(variable);
    return variable;
  }

  /** What a kind of object keeps with this machine; made when it is first asked for. */
  part<T>(make: (machine: Machine) => T): T {
    if (!this.parts.has(make)) this.parts.set(make, make(this));
    return this.parts.get(make) as T;
  }

  newTemporary(): number {
    return this.temporaries++;
  }

  addFinding(finding: Finding): Stmt {
    return { kind: "report", finding: this.findings.push(finding) - 1 };
  }

  addNote(note: Note): Stmt {
    return { kind: "note", note: this.notes.push(note) - 1 };
  }

  programOf(thread: number): Program {
    const info = this.model.threads[thread];
    const program = info && this.model.programs[info.program];
    if (!program) throw new RangeError(`the model has no program for its thread ${thread}`);
    return program;
  }

  /** The steps that a thread can ever run. */
  stepsOf(thread: number): readonly Step[] {
    return this.programOf(thread).steps;
  }

  /** `root 1`, or the label alone in a pool of one. */
  nameOf(type: number, object: number): string {
    const info = this.model.types[type];
    if (!info) return `object ${object}`;
    return info.objects.length === 1 ? info.label : `${info.label} ${object}`;
  }

  /** 1..n for a type with n objects. */
  objectsOf(type: number): readonly number[] {
    return (this.model.types[type]?.objects ?? []).map((_, index) => index + 1);
  }

  get threads(): readonly number[] {
    return this.model.threads.map((_, index) => index);
  }
}
