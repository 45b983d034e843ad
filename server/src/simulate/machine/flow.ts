/**
 * Which places of a program can follow which, and what locals surely hold there, whatever way a thread came.
 *
 * Conditional constant propagation (Wegman and Zadeck, 1991): functions of C come to us with their arguments assigned
 * to locals, so that much of what they ask is decided already by who calls them. Ways that no thread can go are not
 * looked at: neither what locals hold there nor what is touched, held or read there counts.
 */
import type { Action, Program, Value } from "../../model/ir";
import { compute } from "./micro";
import type { Places } from "./places";
import { bitsFor } from "./variables";

export interface Flow {
  /** By place: those that can follow directly. */
  readonly next: readonly (readonly number[])[];
  /** What a local surely holds at a place; null when that is not known. */
  readonly valueAt: (place: number, local: number) => number | null;
}

/** Nothing is known, and every way may be gone. */
export function plainFlow(program: Program, places: Places): Flow {
  const next = Array.from({ length: places.count }, (_, place) => successors(program, places, place));
  return { next, valueAt: () => null };
}

/** @param args initial values of all locals */
export function constantFlow(program: Program, places: Places, args: readonly number[]): Flow {
  const propagation = new Propagation(program, places, args);
  return {
    next: propagation.next,
    valueAt(place, local) {
      const value = propagation.known[place]?.[local] ?? UNKNOWN;
      return value === UNKNOWN ? null : value;
    },
  };
}

/** From where the program begins. */
export function reachablePlaces(next: Flow["next"]): ReadonlySet<number> {
  const found = new Set([0]);
  for (const place of found) for (const to of next[place] ?? []) found.add(to);
  return found;
}

const UNKNOWN = -1;

/** Values of all locals. */
type Values = Int32Array;

class Propagation {
  readonly next: (readonly number[])[];
  /** Undefined for places that cannot be reached. */
  readonly known: (Values | undefined)[] = [];
  private readonly most: readonly number[];
  private readonly work: number[] = [0];

  constructor(
    private readonly program: Program,
    private readonly places: Places,
    args: readonly number[],
  ) {
    this.next = Array.from({ length: places.count }, () => []);
    this.most = program.locals.map(({ max }) => 2 ** bitsFor(max) - 1);
    this.known[0] = Int32Array.from(args);
    for (let place = this.work.pop(); place !== undefined; place = this.work.pop()) this.visit(place);
  }

  private visit(place: number): void {
    const here = this.known[place];
    const at = this.places.stepOf(place);
    const action = at ? this.program.steps[at.step]?.action : undefined;
    if (!here || !at || !action) return;
    const all = successors(this.program, this.places, place);
    if (action.kind === "branch" && !at.waits) this.branch(place, action.test, here, all);
    else if (this.ends(action, here)) this.next[place] = [];
    else {
      const after = this.after(action, here);
      this.next[place] = all;
      for (const to of all) this.reach(to, after);
    }
  }

  private branch(place: number, test: Value, here: Values, [yes = 0, no = 0]: readonly number[]): void {
    const [least, most] = this.range(test, here);
    const ways: number[] = [];
    if (most > 0) {
      ways.push(yes);
      this.reach(yes, this.given(test, true, here));
    }
    if (least === 0) {
      ways.push(no);
      this.reach(no, this.given(test, false, here));
    }
    this.next[place] = ways;
  }

  /** No path goes on behind it. */
  private ends(action: Action, here: Values): boolean {
    if (action.kind === "bound") return true;
    return action.kind === "assert" && action.fatal && this.range(action.test, here)[1] === 0;
  }

  private after(action: Action, here: Values): Values {
    const into = "into" in action ? action.into : null;
    if (into === null) return here;
    const after = here.slice();
    const [least, most] = action.kind === "assign" ? this.range(action.value, here) : [0, 1];
    after[into] = least === most ? least & (this.most[into] ?? 0) : UNKNOWN;
    return after;
  }

  private reach(place: number, values: Values): void {
    const had = this.known[place];
    if (!had) {
      this.known[place] = values.slice();
      this.work.push(place);
      return;
    }
    let changed = false;
    for (const [local, value] of values.entries()) {
      if (had[local] === UNKNOWN || had[local] === value) continue;
      had[local] = UNKNOWN;
      changed = true;
    }
    if (changed) this.work.push(place);
  }

  /** What is known more when the test came out so. */
  private given(test: Value, outcome: boolean, here: Values): Values {
    if (test.kind === "unary") return this.given(test.operand, !outcome, here);
    if (test.kind === "local")
      return this.with(test.local, outcome ? (this.most[test.local] === 1 ? 1 : null) : 0, here);
    if (test.kind !== "binary") return here;
    const { op, left, right } = test;
    if (op === (outcome ? "&&" : "||")) return this.given(right, outcome, this.given(left, outcome, here));
    if (op === (outcome ? "==" : "!=") && left.kind === "local") {
      const [least, most] = this.range(right, here);
      return this.with(left.local, least === most ? least : null, here);
    }
    return here;
  }

  private with(local: number, value: number | null, here: Values): Values {
    if (value === null || here[local] !== UNKNOWN) return here;
    const more = here.slice();
    more[local] = value;
    return more;
  }

  /** Least and largest value. */
  private range(value: Value, here: Values): readonly [number, number] {
    switch (value.kind) {
      case "const":
        return [value.value, value.value];
      case "local": {
        const known = here[value.local] ?? UNKNOWN;
        return known === UNKNOWN ? [0, this.most[value.local] ?? 0] : [known, known];
      }
      case "unary": {
        const [least, most] = this.range(value.operand, here);
        return [most === 0 ? 1 : 0, least > 0 ? 0 : 1];
      }
      case "binary":
        return combined(value.op, this.range(value.left, here), this.range(value.right, here));
    }
  }
}

const LARGEST = 0x7fffffff;

function combined(
  op: Extract<Value, { kind: "binary" }>["op"],
  [a, b]: readonly [number, number],
  [c, d]: readonly [number, number],
): readonly [number, number] {
  if (a === b && c === d) {
    const value = compute(op, a, c);
    return [value, value];
  }
  const truth = (surely: boolean, never: boolean): readonly [number, number] => [surely ? 1 : 0, never ? 0 : 1];
  switch (op) {
    case "&&":
      return truth(a > 0 && c > 0, b === 0 || d === 0);
    case "||":
      return truth(a > 0 || c > 0, b === 0 && d === 0);
    case "==":
      return truth(false, b < c || d < a);
    case "!=":
      return truth(b < c || d < a, false);
    case "<":
      return truth(b < c, a >= d);
    case "<=":
      return truth(b <= c, a > d);
    case ">":
      return truth(a > d, b <= c);
    case ">=":
      return truth(a >= d, b < c);
    case "&":
      return [0, Math.min(b, d)];
    case "|":
      return [Math.max(a, c), ones(Math.max(b, d))];
    case "&~":
      return [0, b];
    case "-":
    case ">>":
      return [0, b];
    default:
      return [0, LARGEST];
  }
}

/** The largest number of as many bits. */
function ones(value: number): number {
  return 2 ** bitsFor(value) - 1;
}

/** The places that can follow directly; a step that waits is followed by its waiting half as well. */
function successors(program: Program, places: Places, place: number): readonly number[] {
  const at = places.stepOf(place);
  const step = at ? program.steps[at.step] : undefined;
  if (!at || !step) return [];
  const next = step.next.length === 0 ? [places.ended] : step.next;
  if (at.waits) return next;
  const wait = places.waitOf(at.step);
  return wait === null ? next : [...next, wait];
}
