/**
 * Kinds of objects that are one number each, with operations of their own. A new kind is a file and an entry here, the
 * same for the interpreter (`interpret/kinds.ts`, written separately), and its names in the vocabulary.
 */
import type { Stmt } from "../machine/micro";
import type { Compiler, StepContext } from "../machine/step";
import type { Variable } from "../machine/variables";
import { drained } from "./buffer";
import { completion } from "./completion";
import { onObject } from "./life";
import { fieldOf } from "./memory";

export interface Operation {
  readonly step: StepContext;
  readonly variable: Variable;
  readonly into: number | null;
}

/** What each operation does; one that blocks does so before it changes anything. */
export type Kind = Readonly<Record<string, (operation: Operation) => readonly Stmt[]>>;

const KINDS: Readonly<Record<string, Kind>> = { completion };

export const operate: Compiler<"operate"> = {
  compile(step, { of, op, on, into }) {
    const operation = KINDS[of]?.[op];
    if (!operation) throw new RangeError(`nobody knows how to ${op} a ${of}`);
    const cases = onObject(step, on.type, on.object, (object) =>
      operation({ step, into, variable: fieldOf(step.machine, on.type, object, on.field) }),
    );
    return [...drained(step), ...cases, step.go()];
  },
};
