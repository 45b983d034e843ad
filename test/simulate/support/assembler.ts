/** The programs of the text notation: a line a step. */
import type { Action, Model, Program, Step, Value, ValueOp } from "../../../server/src/model/ir";

export interface Line {
  readonly label: string | null;
  readonly words: readonly string[];
  readonly text: string;
}

export interface Draft {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly lines: Line[];
}

const LARGEST_NUMBER = 7;

/** Makes the steps of one program. */
export class Assembler {
  private readonly locals: { name: string; max: number; type: number | null }[] = [];

  constructor(
    private readonly world: Omit<Model, "programs" | "threads">,
    private readonly draft: Draft,
  ) {
    for (const parameter of draft.parameters) {
      const [type = "", name] = parameter.split(":");
      if (name === undefined) this.local(type);
      else this.local(name, this.type(type));
    }
    // Pointers are known as such wherever they are first used.
    for (const { words } of draft.lines) this.pointers(words);
  }

  program(): Program {
    const steps = this.draft.lines.map((line, index) => this.step(line, index));
    if (!steps.some(({ action }) => action.kind === "end")) steps.push(step({ kind: "end" }, [], "end"));
    const last = this.draft.lines.at(-1);
    if (last && last.words[0] !== "end" && last.words[0] !== "goto") {
      if (steps.at(-1)?.action.kind !== "end") steps.push(step({ kind: "end" }, [], "end"));
    }
    return { name: this.draft.name, locals: this.locals, steps };
  }

  private step({ words, text }: Line, index: number): Step {
    const assigned = words[1] === "=" ? (words[0] ?? null) : null;
    const into = assigned === null ? null : this.local(assigned);
    const [op = "", ...rest] = assigned === null ? words : words.slice(2);
    const done = (action: Action, next: readonly number[] = [index + 1]): Step => step(action, next, text);
    const refcountOps = [
      "set",
      "read",
      "inc",
      "add",
      "inc_not_zero",
      "dec",
      "dec_and_test",
      "sub_and_test",
      "dec_not_one",
      "dec_if_one",
    ];
    if (refcountOps.includes(op)) {
      const on = this.field(rest[0]);
      const amount = value(rest[1] ?? "1", this);
      return done({ kind: "refcount", op: op as "set", on, amount, into });
    }
    switch (op) {
      case "end":
        return done({ kind: "end" }, []);
      case "goto":
        return done({ kind: "branch", test: { kind: "const", value: 1 } }, [this.label(rest[0]), this.label(rest[0])]);
      case "if":
        return done({ kind: "branch", test: value(rest.slice(0, -2).join(" "), this) }, [
          this.label(rest.at(-1)),
          index + 1,
        ]);
      case "choose":
        return done(
          { kind: "choose", nature: rest[0] as "free", what: rest[1] ?? "" },
          rest.slice(2).map((one) => this.label(one)),
        );
      case "load":
        return done({ kind: "load", from: this.field(rest[0]), into: into ?? 0, marked: false });
      case "store":
        return done({
          kind: "store",
          to: this.field(rest[0]),
          value: value(rest.slice(2).join(" "), this),
          marked: false,
        });
      case "get":
        return done({
          kind: "loadGlobal",
          global: indexOf(this.world.globals, rest[0]),
          into: into ?? 0,
          marked: true,
        });
      case "put":
        return done({
          kind: "storeGlobal",
          global: indexOf(this.world.globals, rest[0]),
          value: value(rest.slice(2).join(" "), this),
          marked: true,
        });
      case "rmw": {
        const [how, on, operand = "0", expected] = rest;
        return done({
          kind: "rmw",
          op: how as "xchg",
          on: this.field(on),
          value: value(operand, this),
          expected: expected === undefined ? null : value(expected, this),
          into,
        });
      }
      case "rmw_global": {
        const [how, on, operand = "0", expected] = rest;
        return done({
          kind: "rmwGlobal",
          op: how as "xchg",
          global: indexOf(this.world.globals, on),
          value: value(operand, this),
          expected: expected === undefined ? null : value(expected, this),
          into,
        });
      }
      case "first":
      case "empty":
        return done({ kind: "list", op, list: indexOf(this.world.lists, rest[0]), object: null, rcu: true, into });
      case "next":
      case "on_list":
      case "unhashed":
      case "add_to":
      case "add_tail":
      case "del":
      case "del_rcu":
      case "del_init": {
        const what = op === "del_rcu" ? "del" : op === "add_to" ? "add" : op;
        const list = indexOf(this.world.lists, rest[0]);
        return done({ kind: "list", op: what, list, object: value(rest[1] ?? "0", this), rcu: op !== "del", into });
      }
      case "lock":
      case "unlock":
      case "trylock": {
        const mode = rest.includes("shared") ? "shared" : "exclusive";
        const of = rest.includes("of") ? value(rest[rest.indexOf("of") + 1] ?? "0", this) : null;
        const how = op === "lock" ? "acquire" : op === "unlock" ? "release" : "try";
        return done({ kind: "lock", op: how, lock: indexOf(this.world.locks, rest[0]), of, mode, into });
      }
      case "assert_held":
        return done({
          kind: "assertHeld",
          lock: indexOf(this.world.locks, rest[0]),
          of: null,
          mode: (rest[1] ?? "any") as "any",
          code: "lock.not-held",
          message: `${rest[0] ?? ""} is not held`,
        });
      case "is_locked": {
        const lock = indexOf(this.world.locks, rest[0]);
        return done({ kind: "lock", op, lock, of: null, mode: "exclusive", into });
      }
      case "fence":
        return done({ kind: "fence" });
      case "rcu_lock":
        return done({ kind: "rcu", op: "lock" });
      case "rcu_unlock":
        return done({ kind: "rcu", op: "unlock" });
      case "synchronize":
      case "barrier":
        return done({ kind: "rcu", op });
      case "call_rcu":
        return done({
          kind: "callRcu",
          on: this.field(rest[0]),
          callback: rest[1] === undefined ? null : Number(rest[1]),
        });
      case "alloc":
        return done({ kind: "alloc", type: this.type(rest[0]), into: into ?? 0 });
      case "free":
        return done({ kind: "free", type: this.typeOf(rest[0]), object: value(rest[0] ?? "0", this) });
      case "init_work":
        return done({
          kind: "work",
          op: "init",
          queue: null,
          on: this.field(rest[0]),
          function: Number(rest[1] ?? 0),
          into,
        });
      case "queue_delayed":
      case "queue": {
        const queue = indexOf(this.world.queues, rest[0]);
        return done({
          kind: "work",
          op: "queue",
          ...(op === "queue_delayed" ? { delayed: true } : {}),
          queue,
          on: this.field(rest[1]),
          function: rest[2] === undefined ? null : Number(rest[2]),
          into,
        });
      }
      case "cancel":
      case "dequeue":
      case "flush_item":
        return done({ kind: "work", op, queue: null, on: this.field(rest[0]), function: null, into });
      case "stop_timer":
        return done({
          kind: "work",
          op: "cancel",
          spins: true,
          queue: null,
          on: this.field(rest[0]),
          function: null,
          into,
        });
      case "operate":
        return done({ kind: "operate", of: rest[0] ?? "", op: rest[1] ?? "", on: this.field(rest[2]), into });
      case "flush":
      case "drain":
        return done({ kind: "flushQueue", queue: indexOf(this.world.queues, rest[0]), op });
      case "take": {
        const what = rest[0] as "work" | "rcu";
        const queue = what === "work" ? indexOf(this.world.queues, rest[1]) : null;
        const others = rest.slice(what === "work" ? 2 : 1);
        return done(
          { kind: "take", what, queue, type: this.type(others[0]), into: into ?? 0 },
          others.slice(1).map((one) => this.label(one)),
        );
      }
      case "done":
        return done({ kind: "done", what: rest[0] as "work", object: value(rest[1] ?? "0", this) });
      case "sleep":
      case "yield":
        return done({ kind: "sleep", what: op });
      case "assert":
      case "must": {
        const test = value(rest.slice(1).join(" "), this);
        const code = rest[0] ?? "";
        return done({ kind: "assert", test, code, message: `${code} fires`, severity: "error", fatal: op === "must" });
      }
      case "mark_listed": {
        const list = indexOf(this.world.lists, rest[0]);
        const fields = this.world.types[this.world.lists[list]?.type ?? 0]?.fields ?? [];
        return done({ kind: "markListed", list, field: indexOf(fields, rest[1]), value: value(rest[2] ?? "0", this) });
      }
      case "forbid": {
        const [type = "", name = ""] = (rest[0] ?? "").split(".");
        const at = this.type(type);
        const field = indexOf(this.world.types[at]?.fields ?? [], name);
        const condition = { kind: "field" as const, field, mask: 0xff, op: rest[1] as "==", value: Number(rest[2]) };
        return done({ kind: "forbid", type: at, conditions: [condition], code: rest[3] ?? "", message: rest[3] ?? "" });
      }
      case "bound":
        return done({ kind: "bound", what: rest[0] ?? "", limit: Number(rest[1] ?? 1) });
      case "unknown":
        return done({ kind: "unknown", what: rest[0] ?? "" });
      default:
        if (into === null) throw new Error(`not understood: ${text}`);
        return done({ kind: "assign", into, value: value([op, ...rest].join(" "), this) });
    }
  }

  local(name: string, type: number | null = null): number {
    const known = this.locals.findIndex((local) => local.name === name);
    if (known >= 0) return known;
    const max = type === null ? LARGEST_NUMBER : (this.world.types[type]?.objects.length ?? 1);
    return this.locals.push({ name, max, type }) - 1;
  }

  private pointers(words: readonly string[]): void {
    if (words[1] !== "=") return;
    const [into = "", , op, ...rest] = words;
    if (op === "first" || op === "next") {
      const list = this.world.lists[indexOf(this.world.lists, rest[0])];
      this.local(into, list?.type ?? 0);
    } else if (op === "alloc") this.local(into, this.type(rest[0]));
    else if (op === "take") this.local(into, this.type(rest[rest[0] === "work" ? 2 : 1]));
    else if (rest.length === 0 && op !== undefined) {
      const other = this.locals.find((local) => local.name === op);
      if (other) this.local(into, other.type);
    }
  }

  private typeOf(name = ""): number {
    return this.locals.find((local) => local.name === name)?.type ?? 0;
  }

  private field(text = ""): { type: number; object: Value; field: number } {
    const [object = "", name = ""] = text.split(".");
    const type = this.typeOf(object);
    return { type, object: value(object, this), field: indexOf(this.world.types[type]?.fields ?? [], name) };
  }

  private type(label = ""): number {
    return indexOf(
      this.world.types.map((type) => ({ name: type.label })),
      label,
    );
  }

  private label(name = ""): number {
    const at = this.draft.lines.findIndex((line) => line.label === name);
    if (at < 0) throw new Error(`no label ${name} in ${this.draft.name}`);
    return at;
  }
}

/** `a`, `3`, `!a`, `a & 1`, and such from left to right without precedence. */
function value(text: string, scope: Assembler): Value {
  const words = text.split(/\s+/);
  let left = operand(words[0] ?? "0", scope);
  for (let at = 1; at + 1 < words.length; at += 2) {
    const right = operand(words[at + 1] ?? "0", scope);
    left = { kind: "binary", op: words[at] as ValueOp, left, right };
  }
  return left;
}

function operand(word: string, scope: Assembler): Value {
  if (word.startsWith("!")) return { kind: "unary", op: "!", operand: operand(word.slice(1), scope) };
  if (/^\d+$/.test(word)) return { kind: "const", value: Number(word) };
  if (!/^\w+$/.test(word)) throw new Error(`not a value: ${word}`);
  return { kind: "local", local: scope.local(word) };
}

function step(action: Action, next: readonly number[], text: string): Step {
  const acting = !["assign", "branch", "choose", "end"].includes(action.kind);
  return { action, next, place: null, text, stack: [], acting };
}

export function indexOf(all: readonly { readonly name: string }[], name = ""): number {
  const index = all.findIndex((one) => one.name === name);
  if (index < 0) throw new Error(`nothing is called ${name}`);
  return index;
}
