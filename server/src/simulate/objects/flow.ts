/** What concerns the thread alone: its locals, its way, its end, and what the model does not know. */
import { when, type Stmt } from "../machine/micro";
import type { Compiler } from "../machine/step";
import { drained } from "./buffer";
import { callbackDone, takeCallback } from "./rcu";
import { endsClean } from "./sleep";
import { takeWork, workDone } from "./work";

export const assign: Compiler<"assign"> = {
  compile: (step, { into, value }) => [{ kind: "setLocal", local: into, value: step.value(value) }, step.go()],
};

export const branch: Compiler<"branch"> = {
  compile: (step, { test }) => when(step.value(test), [step.go(0)], [step.go(1)]),
};

export const choose: Compiler<"choose"> = {
  compile: (step) => [{ kind: "alternatives", of: step.step.next.map((_, index) => [step.go(index)]) }],
};

export const end: Compiler<"end"> = {
  compile: (step) => [...endsClean(step), step.goEnded()],
};

export const bound: Compiler<"bound"> = {
  compile: (step, { what, limit }) => step.bound(what, limit),
};

export const unknown: Compiler<"unknown"> = {
  compile: (step) => {
    const program = step.machine.model.threads[step.thread]?.program ?? 0;
    return [step.machine.addNote({ kind: "unknown", program, step: step.index }), step.go()];
  },
};

/** A daemon waits for something to do. */
export const take: Compiler<"take"> = {
  compile: (step, { what, queue, type, into }): readonly Stmt[] =>
    what === "work" ? takeWork(step, type, queue, into) : takeCallback(step, type, into),
};

export const done: Compiler<"done"> = {
  compile: (step, { what }) => [
    ...drained(step),
    ...(what === "work" ? workDone(step) : callbackDone(step)),
    step.go(),
  ],
};

export const assert: Compiler<"assert"> = {
  compile(step, { test, code, message, severity, fatal }) {
    const report = step.report(code, message, null, severity);
    return [...when(step.value(test), [], fatal ? [report, { kind: "stop" }] : [report]), step.go()];
  },
};
