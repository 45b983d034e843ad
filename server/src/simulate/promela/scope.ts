/** What the variables are called, and which of them belong to SPIN's state. */
import type { Compiled, CompiledThread } from "../machine/compile";
import type { Variable } from "../machine/variables";
import { Names } from "./names";
import type { Act, Sight } from "./tree";

export class Scope {
  readonly names = new Names();
  /** Those of the state, in the order of their declaration. */
  private readonly stored = new Map<Variable, string>();
  /** Temporaries and locals within one transition. */
  private readonly hidden = new Map<Variable, string>();
  private readonly temporaries = new Map<number, Variable>();
  private readonly temporary = new Set<Variable>();
  private readonly locals = new Map<string, Variable>();

  /** @param ownSlots each local has a slot of its own and is always kept there: then nothing has to be copied */
  constructor(
    private readonly compiled: Compiled,
    private readonly ownSlots: boolean,
    private readonly hides = true,
  ) {
    for (const variable of compiled.machine.variables) {
      // The place of a thread is SPIN's control state.
      if (compiled.layout.placeOf(variable) === undefined || compiled.threads.some((t) => t.pc === variable)) continue;
      const prefix = variable.thread === null ? "g_" : `l${variable.thread}_`;
      this.stored.set(variable, this.names.fresh(prefix, variable.name.replace(/^thread \d+: /, "")));
    }
  }

  sight(thread: CompiledThread | null, mark: Sight["mark"] = () => null): Sight {
    const { layout, threads } = this.compiled;
    const index = thread ? threads.indexOf(thread) : -1;
    return {
      thread,
      mark,
      isConstant: (variable) => variable.thread !== SCRATCH && layout.placeOf(variable) === undefined,
      local: (local) => this.localOf(index, local),
      temporary: (id) => this.temporaryOf(id),
    };
  }

  isTemporary(variable: Variable): boolean {
    return this.temporary.has(variable);
  }

  nameOf(variable: Variable): string {
    const known = this.stored.get(variable) ?? this.hidden.get(variable);
    if (known !== undefined) return known;
    if (variable.thread !== SCRATCH) throw new Error(`${variable.name} is no part of the state`);
    const name = this.names.fresh("t_", variable.name);
    this.hidden.set(variable, name);
    return name;
  }

  /** Of a thread's own variables, or of all others (null). Hidden ones only after all that uses them was written. */
  declarations(thread: number | null): string[] {
    const stored = [...this.stored].filter(([variable]) => variable.thread === thread);
    const hidden = thread === null ? [...this.hidden] : [];
    return [
      ...stored.map(([variable, name]) => declaration(variable, name)),
      ...hidden.map(([variable, name]) => `${this.hides ? "hidden " : ""}${declaration(variable, name)}`),
    ];
  }

  /** What the acts leave in variables that belong to no state, taken out again. */
  resets(acts: readonly Act[]): Act[] {
    const written = new Set<Variable>();
    const visit = (all: readonly Act[]): void => {
      for (const act of all) {
        if (act.kind === "set" && act.variable.thread === SCRATCH) written.add(act.variable);
        else if (act.kind === "if") visit([...act.then, ...act.otherwise]);
      }
    };
    visit(acts);
    return [...written].map((variable) => ({ kind: "set", variable, value: { op: "const", value: 0 } }));
  }

  private localOf(thread: number, local: number): Variable {
    const of = this.compiled.threads[thread];
    const slot = this.ownSlots ? of?.slots[local] : undefined;
    if (slot) return slot;
    const key = `${thread} ${local}`;
    const known = this.locals.get(key) ?? scratch(of?.program.locals[local]?.name ?? "", of?.localBits[local] ?? 31);
    this.locals.set(key, known);
    return known;
  }

  private temporaryOf(id: number): Variable {
    const known = this.temporaries.get(id) ?? scratch("temporary", 31);
    this.temporaries.set(id, known);
    this.temporary.add(known);
    return known;
  }
}

/** Stands in `thread` of variables that belong to no state. */
const SCRATCH = -1;

function scratch(name: string, bits: number): Variable {
  return { name, bits, initial: 0, object: null, thread: SCRATCH, about: [] };
}

function declaration(variable: Variable, name: string): string {
  // SPIN cannot hide bits.
  if (variable.thread === SCRATCH && variable.bits === 1) return `byte ${name};`;
  return `${typeOf(variable)} ${name}${variable.initial === 0 ? "" : ` = ${variable.initial}`};`;
}

function typeOf({ bits }: Variable): string {
  if (bits <= 1) return "bit";
  if (bits <= 8) return "byte";
  // Both are signed.
  return bits <= 15 ? "short" : "int";
}
