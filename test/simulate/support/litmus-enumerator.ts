/**
 * Every execution of a litmus test, by a machine of its own: x86-TSO as Sewell and others wrote it down, with store
 * buffers as lists and one memory, and sequential consistency as the same machine without buffers. It shares nothing
 * with the simulator, not even the reader: a statement is what a regular expression makes of it.
 */

/** An end, as `0:r0=1 1:r0=0 x=1` with names in order. */
export type End = string;

type Operand = { readonly number: number } | { readonly register: string };

/** A variable by its name, or by a register that points to it. */
type Where = { readonly name: string };

type Op =
  | { readonly op: "store"; readonly to: Where; readonly value: Operand }
  | { readonly op: "load"; readonly into: string; readonly from: Where }
  | { readonly op: "fence" | "rcu_lock" | "rcu_unlock" | "synchronize" | "nothing" }
  | {
      readonly op: "rmw";
      readonly how: "xchg" | "add" | "cmpxchg";
      readonly on: Where;
      readonly value: Operand;
      readonly expected: Operand;
      readonly into: string | null;
    }
  | { readonly op: "lock" | "unlock"; readonly lock: string }
  | { readonly op: "skip_unless"; readonly register: string };

export interface Program {
  readonly threads: readonly (readonly Op[])[];
  readonly variables: readonly string[];
  readonly initial: Readonly<Record<string, number>>;
  readonly registers: readonly (readonly string[])[];
}

interface State {
  readonly memory: Record<string, number>;
  readonly at: number[];
  readonly registers: Record<string, number>[];
  readonly buffers: (readonly [string, number])[][];
  readonly inSection: boolean[];
  /** By thread: for whom it waits in synchronize_rcu(); null when it is not in it. */
  readonly waits: (readonly number[] | null)[];
}

/** All ends. `buffered` is TSO. */
export function allEnds(program: Program, buffered: boolean): ReadonlySet<End> {
  const first: State = {
    memory: { ...Object.fromEntries(program.variables.map((name) => [name, 0])), ...program.initial },
    at: program.threads.map(() => 0),
    registers: program.registers.map((names) => Object.fromEntries(names.map((name) => [name, 0]))),
    buffers: program.threads.map(() => []),
    inSection: program.threads.map(() => false),
    waits: program.threads.map(() => null),
  };
  const seen = new Set([JSON.stringify(first)]);
  const open = [first];
  const ends = new Set<End>();
  for (;;) {
    const state = open.pop();
    if (!state) return ends;
    const next = program.threads.flatMap((_, thread) => [
      ...drains(program, state, thread),
      ...steps(program, state, thread, buffered),
    ]);
    if (next.length === 0) ends.add(told(program, state));
    for (const one of next) {
      const key = JSON.stringify(one);
      if (seen.has(key)) continue;
      seen.add(key);
      open.push(one);
    }
  }
}

export function endOf(values: Readonly<Record<string, number>>): End {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join(" ");
}

function told({ variables }: Program, { memory, registers }: State): End {
  const own = registers.flatMap((all, thread) =>
    Object.entries(all).map(([name, value]) => [`${thread}:${name}`, value] as const),
  );
  return endOf(Object.fromEntries([...own, ...variables.map((name) => [name, memory[name] ?? 0] as const)]));
}

function drains(program: Program, state: State, thread: number): State[] {
  if (state.buffers[thread]?.length === 0) return [];
  const after = structuredClone(state);
  const [name, value] = after.buffers[thread]?.shift() ?? ["", 0];
  after.memory[name] = value;
  return [quiet(program, after)];
}

function steps(program: Program, state: State, thread: number, buffered: boolean): State[] {
  const op = program.threads[thread]?.[state.at[thread] ?? 0];
  if (!op) return [];
  const isDrained = state.buffers[thread]?.length === 0;
  const after = structuredClone(state);
  const registers = after.registers[thread] ?? {};
  const value = (operand: Operand): number =>
    "number" in operand ? operand.number : (registers[operand.register] ?? 0);
  const place = ({ name }: Where): string =>
    name in registers ? (program.variables[(registers[name] ?? 0) - 1] ?? "") : name;
  const read = (name: string): number =>
    after.buffers[thread]?.findLast(([to]) => to === name)?.[1] ?? after.memory[name] ?? 0;
  const write = (name: string, what: number): void => {
    if (buffered) after.buffers[thread]?.push([name, what]);
    else after.memory[name] = what;
  };
  const go = (by = 1): State[] => {
    after.at[thread] = (after.at[thread] ?? 0) + by;
    return [quiet(program, after)];
  };
  switch (op.op) {
    case "nothing":
      return go();
    case "store":
      write(place(op.to), value(op.value));
      return go();
    case "load":
      registers[op.into] = op.from.name.startsWith("lock ") ? read(op.from.name) : read(place(op.from));
      return go();
    case "fence":
      return isDrained ? go() : [];
    case "rmw": {
      if (!isDrained) return [];
      const name = place(op.on);
      const old = after.memory[name] ?? 0;
      const now = op.how === "add" ? old + value(op.value) : value(op.value);
      if (op.how !== "cmpxchg" || old === value(op.expected)) after.memory[name] = now;
      if (op.into !== null) registers[op.into] = old;
      return go();
    }
    case "lock":
      if (!isDrained || (after.memory[op.lock] ?? 0) !== 0) return [];
      after.memory[op.lock] = 1;
      return go();
    case "unlock":
      write(op.lock, 0);
      return go();
    case "rcu_lock":
    case "rcu_unlock":
      after.inSection[thread] = op.op === "rcu_lock";
      return go();
    case "synchronize": {
      const waits = after.waits[thread];
      if (waits) {
        if (waits.length > 0) return [];
        after.waits[thread] = null;
        return go();
      }
      if (!isDrained) return [];
      after.waits[thread] = program.threads.flatMap((_, other) =>
        other !== thread && usesRcu(program, other) ? [other] : [],
      );
      return [quiet(program, after)];
    }
    case "skip_unless":
      return go(registers[op.register] === 0 ? 2 : 1);
  }
}

/** A CPU that is in no section and has nothing left to let out holds up no grace period. */
function quiet(_: Program, state: State): State {
  for (const [thread, waits] of state.waits.entries()) {
    if (waits === null) continue;
    state.waits[thread] = (waits ?? []).filter(
      (other) => state.inSection[other] === true || (state.buffers[other]?.length ?? 0) > 0,
    );
  }
  return state;
}

function usesRcu({ threads }: Program, thread: number): boolean {
  return threads[thread]?.some(({ op }) => op === "rcu_lock") === true;
}

/** Reads straight-line C, with an `if` before a statement at most. */
export function readProgram(text: string): Program {
  const bare = text.replace(/\(\*\s[\s\S]*?\*\)|\/\/.*|\/\*[\s\S]*?\*\//g, "");
  const init = /\{([^}]*)\}/.exec(bare)?.[1] ?? "";
  const processes = [...bare.matchAll(/P\d+\(([^)]*)\)\s*\{([^}]*)\}/g)];
  const shared = new Set(
    processes.flatMap(([, params = ""]) =>
      params.split(",").flatMap((one) => (one.includes("lock_t") ? [] : (/(\w+)\s*$/.exec(one.trim())?.[1] ?? []))),
    ),
  );
  const initial = new Map([...init.matchAll(/(\w+)\s*=\s*(\w+)/g)].map(([, name = "", value = ""]) => [name, value]));
  for (const [name, value] of initial) shared.add(name).add(/^\d/.test(value) ? name : value);
  const variables = [...shared];
  const address = (word: string): number => (/^\d/.test(word) ? Number(word) : variables.indexOf(word) + 1);
  const registers = processes.map(([, , body = ""]) =>
    [...body.matchAll(/\bint\s+\*?\s*(\w+)\s*;/g)].map((match) => match[1] ?? ""),
  );
  const threads = processes.map(([, , body = ""], thread) => {
    const isRegister = (word: string): boolean => registers[thread]?.includes(word) === true;
    const operand = (word = "0"): Operand => (isRegister(word) ? { register: word } : { number: address(word) });
    return body
      .replaceAll(/\bint\s+\*?\s*\w+\s*;/g, "")
      .replaceAll(/if\s*\((\w+)\)/g, "skip_unless($1);")
      .split(";")
      .map((one) => one.trim())
      .filter((one) => one !== "")
      .map((one) => opOf(one, operand));
  });
  return {
    threads,
    variables,
    initial: Object.fromEntries([...initial].map(([name, value]) => [name, address(value)])),
    registers,
  };
}

function opOf(text: string, operand: (word?: string) => Operand): Op {
  const [, into = null, callee = "", list = ""] = /^(?:(\w+)\s*=\s*)?(\w+)\s*\((.*)\)$/.exec(text) ?? [];
  const args = list.split(",").map((one) => one.trim().replace(/^\*/, ""));
  const name = args[0] ?? "";
  switch (callee) {
    case "WRITE_ONCE":
    case "smp_store_release":
    case "rcu_assign_pointer":
      return { op: "store", to: { name }, value: operand(args[1]) };
    case "READ_ONCE":
    case "smp_load_acquire":
    case "rcu_dereference":
      return { op: "load", into: into ?? "", from: { name } };
    case "spin_is_locked":
      return { op: "load", into: into ?? "", from: { name: `lock ${name}` } };
    case "smp_mb":
      return { op: "fence" };
    case "smp_wmb":
    case "smp_rmb":
    case "smp_mb__after_spinlock":
      return { op: "nothing" };
    case "xchg":
      return { op: "rmw", how: "xchg", on: { name }, value: operand(args[1]), expected: operand(), into };
    case "cmpxchg":
      return { op: "rmw", how: "cmpxchg", on: { name }, value: operand(args[2]), expected: operand(args[1]), into };
    case "atomic_inc":
      return { op: "rmw", how: "add", on: { name }, value: operand("1"), expected: operand(), into: null };
    case "spin_lock":
    case "spin_unlock":
      return { op: callee === "spin_lock" ? "lock" : "unlock", lock: `lock ${name}` };
    case "rcu_read_lock":
      return { op: "rcu_lock" };
    case "rcu_read_unlock":
      return { op: "rcu_unlock" };
    case "synchronize_rcu":
      return { op: "synchronize" };
    case "skip_unless":
      return { op: "skip_unless", register: name };
    default:
      throw new Error(`the enumerator does not know ${text}`);
  }
}
