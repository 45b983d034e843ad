/**
 * refcount_t as Documentation/core-api/refcount-vs-atomic.rst, include/linux/refcount.h and lib/refcount.c describe it;
 * a kref is one (Documentation/core-api/kref.rst).
 *
 * A count that went wrong is saturated and stays so: the kernel's warning is told where that happens, and the path goes
 * on. What the kernel says of the same count afterwards follows from it and is not told again. Counting beyond the
 * field's `max` is a bound of ours; beyond INT_MAX it is the kernel's saturation.
 */
import { binary, constant, equal, and, give, set, when, type Expr, type Stmt } from "../machine/micro";
import type { Compiler, Of, StepContext } from "../machine/step";
import { bitsFor, type Variable } from "../machine/variables";
import { drained, roomLeft } from "./buffer";
import { onObject } from "./life";
import { isListed } from "./lists";
import { fieldOf, seenField, writeField } from "./memory";

export const ADDITION_ON_ZERO = "refcount_t: addition on 0; use-after-free.";
export const UNDERFLOW = "refcount_t: underflow; use-after-free.";
export const SATURATED = "refcount_t: saturated; leaking memory.";
export const HIT_ZERO = "refcount_t: decrement hit 0; leaking memory.";

interface Count {
  readonly step: StepContext;
  readonly action: Of<"refcount">;
  readonly variable: Variable;
  readonly old: Expr;
  readonly amount: Expr;
  readonly saturated: number;
  readonly concerned: { readonly type: number; readonly number: number };
}

export const refcount: Compiler<"refcount"> = {
  compile(step, action) {
    const { on } = action;
    const amount = step.keep(action.op === "set" || takesAmount(action.op) ? step.value(action.amount) : constant(1));
    const cases = onObject(step, on.type, on.object, (object) => {
      const variable = fieldOf(step.machine, on.type, object, on.field);
      const old = step.keep(seenField(step, on, object));
      const max = step.machine.model.types[on.type]?.fields[on.field]?.max ?? 1;
      const concerned = { type: on.type, number: object };
      const count = { step, action, variable, old: old.kept, amount: amount.kept, saturated: max + 1, concerned };
      return [...old.first, ...waitFirst(count), ...operate(count)];
    });
    return [...amount.first, ...cases, step.go()];
  },
};

/** What is a locked operation on x86 waits for the store buffer; two that look first may be content with that. */
function waitFirst({ step, action, old, saturated }: Count): readonly Stmt[] {
  switch (action.op) {
    case "read":
      return [];
    case "set":
      return roomLeft(step);
    case "inc_not_zero":
      return when(binary("!=", old, constant(0)), drained(step));
    case "dec_not_one":
      return when(and([binary(">", old, constant(1)), binary("<", old, constant(saturated))]), drained(step));
    default:
      return drained(step);
  }
}

function takesAmount(op: Of<"refcount">["op"]): boolean {
  return op === "add" || op === "sub_and_test";
}

function operate(count: Count): readonly Stmt[] {
  const { step, action, variable, old, amount, saturated, concerned } = count;
  const { into } = action;
  const isSaturated = equal(old, saturated);
  const counts = binary("<", old, constant(saturated));
  const less = binary("-", old, amount);
  const warn = (code: string, message: string): readonly Stmt[] => [
    step.report(code, message, concerned),
    set(variable, saturated),
  ];
  switch (action.op) {
    case "read":
      return give(into, fitting(count));
    case "set": {
      const listed = isListed(step.machine, concerned.type, concerned.number);
      // A count of 1 may be the caller's own reference; of more, at least one is somebody else's.
      const shared = and([binary(">", old, constant(1)), counts, listed]);
      const message = "refcount_set() of a count in which others have references, while the object can be found";
      return [
        ...when(shared, [step.report("refcount.set-while-shared", message, concerned)]),
        ...when(
          binary(">=", amount, constant(saturated)),
          tooMany(count),
          writeField(step, action.on, concerned.number, amount),
        ),
      ];
    }
    case "inc":
    case "add":
      return when(isSaturated, [], when(equal(old, 0), warn("refcount.add-on-zero", ADDITION_ON_ZERO), addTo(count)));
    case "inc_not_zero":
      return [
        ...when(and([binary("!=", old, constant(0)), counts]), addTo(count)),
        ...give(into, binary("!=", old, constant(0))),
      ];
    case "dec":
      return when(
        counts,
        when(binary("<=", old, constant(1)), warn("refcount.leak-on-dec", HIT_ZERO), [
          set(variable, binary("-", old, constant(1))),
        ]),
      );
    case "dec_and_test":
    case "sub_and_test":
      return [
        ...when(counts, when(binary("<", old, amount), warn("refcount.underflow", UNDERFLOW), [set(variable, less)])),
        ...give(into, and([counts, binary("==", old, amount)])),
      ];
    case "dec_not_one":
      // On 0 the kernel warns, says that it did decrement, and leaves the count alone.
      return [
        ...when(equal(old, 0), [step.report("refcount.underflow", UNDERFLOW, concerned)]),
        ...when(and([binary(">", old, constant(1)), counts]), [set(variable, less)]),
        ...give(into, binary("!=", old, constant(1))),
      ];
    case "dec_if_one":
      return [...when(equal(old, 1), [set(variable, 0)]), ...give(into, equal(old, 1))];
  }
}

/** A saturated count must not look like a small one in a narrow local. */
function fitting({ step, action, old, saturated }: Count): Expr {
  const local = action.into === null ? undefined : step.machine.programOf(step.thread).locals[action.into];
  const most = 2 ** bitsFor(local?.max ?? saturated) - 1;
  return most >= saturated
    ? old
    : { op: "if", test: binary(">", old, constant(most)), then: constant(most), otherwise: old };
}

function addTo(count: Count): readonly Stmt[] {
  const { step, old, amount, variable, saturated, concerned } = count;
  const sum = binary("+", old, amount);
  const within = when(binary(">=", sum, constant(saturated)), tooMany(count), [set(variable, sum)]);
  // Locals are far too small for that.
  if (amount.op !== "const" || amount.value + saturated <= INT_MAX) return within;
  const overflows = binary(">", amount, binary("-", constant(INT_MAX), old));
  return when(overflows, [step.report("refcount.saturated", SATURATED, concerned), set(variable, saturated)], within);
}

const INT_MAX = 0x7fffffff;

function tooMany({ step, action, concerned, saturated }: Count): readonly Stmt[] {
  const field = step.machine.model.types[action.on.type]?.fields[action.on.field]?.name ?? "count";
  return step.bound(`${field} of ${step.machine.nameOf(concerned.type, concerned.number)}`, saturated - 1);
}
