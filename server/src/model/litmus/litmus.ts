/**
 * A litmus test as a model: its C goes through the front end that reads patches, with the kernel's vocabulary, so that
 * what is tried here is what a review rests on.
 *
 * The shared variables are the objects of one pool, so that pointers to them are values like any other.
 */
import type { CFile, CParser } from "../../c/syntax";
import { assemble } from "../assemble";
import type { Model } from "../ir";
import { CTypes } from "../lower/ctypes";
import { makeCodebase } from "../lower/codebase";
import { lowerPrograms } from "../lower/programs";
import { World } from "../lower/world";
import type { KernelTypes, Profile, Vocabulary } from "../profile";
import { holds, namesIn, type End } from "./condition";
import { LitmusProblem } from "./problem";
import { readLitmusText, type LitmusText, type Process } from "./text";

export interface Litmus {
  readonly name: string;
  readonly expected: string | null;
  readonly asks: LitmusText["clause"]["asks"];
  /** Sequentially consistent. */
  readonly model: Model;
  /** What an end of the model tells: names as in the condition. */
  readonly observed: readonly Observed[];
  /** Whether an end meets the condition. */
  readonly meets: (end: End) => boolean;
}

export type Observed =
  | { readonly name: string; readonly kind: "register"; readonly global: number }
  | { readonly name: string; readonly kind: "variable"; readonly object: number };

export interface KernelFiles {
  readonly vocabulary: Vocabulary;
  readonly types: KernelTypes;
  readonly header: string;
}

/** Registers and variables hold 0 to this. */
const LARGEST = 7;

/** @throws LitmusProblem */
export function readLitmus(text: string, parser: CParser, kernel: KernelFiles): Litmus {
  const litmus = readLitmusText(text);
  refuseLargeNumbers(litmus);
  const variables = variablesOf(litmus);
  const registers = litmus.processes.flatMap(registersOf);
  const code = parser.parse(`${litmus.name}.c`, codeOf(litmus, registers), {});
  const profile = profileOf(litmus, variables);
  const model = modelOf(profile, [code, parser.parse("kernel.h", kernel.header, {})], parser, kernel);
  const observed = [
    ...registers.map((one): Observed => {
      const global = model.globals.findIndex(({ name }) => name === recordOf(one));
      return { name: one.key, kind: "register", global };
    }),
    ...variables.map((name, index): Observed => ({ name, kind: "variable", object: index + 1 })),
  ];
  const known = new Set(observed.map(({ name }) => name));
  const unknown = namesIn(litmus.clause.condition).find((name) => !known.has(name));
  if (unknown !== undefined) throw new LitmusProblem(`the condition names ${unknown}, which is nowhere else`);
  const { condition } = litmus.clause;
  return {
    name: litmus.name,
    expected: litmus.expected,
    asks: litmus.clause.asks,
    model: named(model, registers),
    observed,
    meets: (end) => holds(condition, end, (variable) => variables.indexOf(variable) + 1),
  };
}

interface Register {
  /** `1:r0` */
  readonly key: string;
  readonly process: number;
  readonly name: string;
  readonly isPointer: boolean;
}

function recordOf({ process, name }: Register): string {
  return `litmus_${process}_${name}`;
}

function variablesOf(litmus: LitmusText): readonly string[] {
  const names = new Set<string>();
  for (const { params } of litmus.processes) for (const param of params) if (!isLock(param.type)) names.add(param.name);
  for (const [name, value] of litmus.initial) {
    names.add(name);
    if (typeof value === "string") names.add(value);
  }
  for (const name of namesIn(litmus.clause.condition)) if (!name.includes(":")) names.add(name);
  return [...names];
}

function registersOf({ number, body }: Process): readonly Register[] {
  return [
    ...body.matchAll(/\b(?:int|long|unsigned|bool|u\d\d|s\d\d|(?:unsigned\s+)?(?:int|long))\s+([^;=()]+)[;=]/g),
  ].flatMap(([, list = ""]) =>
    list.split(",").map((one): Register => {
      const name = one.replaceAll("*", "").trim();
      return { key: `${number}:${name}`, process: number, name, isPointer: one.includes("*") };
    }),
  );
}

function isLock(type: string): boolean {
  return /^(raw_)?spinlock_t$|^rwlock_t$|^struct mutex$/.test(type);
}

/** What the front end is given. All that is shared is an `int`; registers are recorded when a process has ended. */
function codeOf(litmus: LitmusText, registers: readonly Register[]): string {
  const locks = new Map(
    litmus.processes.flatMap(({ params }) =>
      params.flatMap((param) => (isLock(param.type) ? [[param.name, param.type] as const] : [])),
    ),
  );
  const globals = [
    ...[...locks].map(([name, type]) => `${type} ${name};`),
    ...registers.map((one) => `int ${one.isPointer ? "*" : ""}${recordOf(one)};`),
  ];
  const functions = litmus.processes.map(({ number, params, body }) => {
    const shared = params.filter(({ type }) => !isLock(type)).map(({ name }) => `int *${name}`);
    let own = body.replace(
      /\b(?:atomic_t|atomic_long_t|atomic64_t|long|u32|u64|s32|s64|bool|int)\s*(\*+)\s*(?=\w)/g,
      "int *",
    );
    for (const name of locks.keys()) own = own.replaceAll(new RegExp(`\\b${name}\\b`, "g"), `(&${name})`);
    // A locked operation: it waits for what the process has stored, as the end of the test does anyway.
    const records = registers
      .filter((one) => one.process === number)
      .map((one) => `xchg(&${recordOf(one)}, ${one.name});`);
    return `void P${number}(${shared.join(", ")})\n{${own}\n${records.join("\n")}\n}`;
  });
  return [...globals, ...functions].join("\n");
}

function profileOf(litmus: LitmusText, variables: readonly string[]): Profile {
  const values = variables.map((name) => {
    const value = litmus.initial.get(name) ?? 0;
    return typeof value === "number" ? value : variables.indexOf(value) + 1;
  });
  const threads = litmus.processes.map(({ number, params }) => ({
    name: `P${number}`,
    entry: `P${number}`,
    args: Object.fromEntries(params.map(({ name }) => [name, variables.indexOf(name) + 1])),
  }));
  const pool = {
    size: Math.max(variables.length, LARGEST),
    initial: values.map((value) => ({ values: { "": value } })),
  };
  return {
    name: "litmus",
    title: "litmus test",
    headers: [],
    base: [],
    harness: [],
    // The variable as a whole is its one field.
    objects: [{ type: "int", label: "variable", single: false, fields: { "": { max: LARGEST } } }],
    words: [],
    lists: [],
    locks: [],
    facts: [],
    scenarios: [{ id: litmus.name, title: litmus.name, threads, pools: { int: pool } }],
    harmless: [],
    notChecked: [],
  };
}

function modelOf(profile: Profile, files: readonly CFile[], parser: CParser, kernel: KernelFiles): Model {
  const broken = files[0]?.problems[0];
  if (broken) throw new LitmusProblem(`its C cannot be read: ${broken.message}`);
  const codebase = makeCodebase(files, [], parser, () => false);
  const world = new World(profile, codebase, new CTypes(kernel.types));
  const scenario = profile.scenarios[0];
  const entries = new Set(scenario?.threads.map(({ entry }) => entry));
  const programs = lowerPrograms(world, kernel.vocabulary, entries);
  const note = [...programs.entries.values()].flatMap(({ notes }) => notes)[0];
  if (note) throw new LitmusProblem(`it is not modelled: ${note.text}`);
  const model = scenario && assemble(programs, scenario);
  if (!model) throw new LitmusProblem("a process has no body");
  const unknown = model.programs
    .flatMap(({ steps }) => steps)
    .find(({ action }) => action.kind === "unknown" || (action.kind === "choose" && action.nature === "free"));
  if (unknown) throw new LitmusProblem(`it is not modelled: ${unknown.text}`);
  return model;
}

/** Names as the test has them. */
function named(model: Model, registers: readonly Register[]): Model {
  const keys = new Map(registers.map((one) => [recordOf(one), one.key]));
  return {
    ...model,
    globals: model.globals.map((global) => ({ ...global, name: keys.get(global.name) ?? global.name })),
    types: model.types.map((type) => ({
      ...type,
      fields: type.fields.map((field) => (field.name === "" ? { ...field, name: "value" } : field)),
    })),
  };
}

function refuseLargeNumbers({ processes, initial }: LitmusText): void {
  const numbers = processes.flatMap(({ body }) => body.match(/\b\d+\b/g) ?? []).map(Number);
  for (const value of initial.values()) if (typeof value === "number") numbers.push(value);
  const large = numbers.find((number) => number > LARGEST);
  if (large !== undefined) throw new LitmusProblem(`the number ${large}: variables hold 0 to ${LARGEST} here`);
}
