/** One scenario of a profile over the lowered programs: the model that is explored. */
import type { Action, FieldRef, InitialObject, ListInfo, Model, ObjectType, Program, ThreadInfo, Value } from "./ir";
import type { Lowered, Programs } from "./lower/programs";
import { bitsOf, entryKey } from "./lower/views";
import type { World } from "./lower/world";
import type { InitialObjectProfile, ScenarioProfile, ViewedObject } from "./profile";

/** Null when an entry point of the scenario is in no file. */
export function assemble(programs: Programs, scenario: ScenarioProfile): Model | null {
  const { world } = programs;
  const list: Program[] = [];
  const threads: ThreadInfo[] = [];
  for (const thread of scenario.threads) {
    const lowered = programs.entries.get(entryKey(thread.entry, scenario.view));
    if (lowered === undefined) return null;
    const args = lowered.params.map((param) => thread.args?.[param] ?? 0);
    threads.push({ name: thread.name, program: indexOf(list, lowered), args, role: "thread" });
  }
  addDaemons(programs, scenario, list, threads);
  const stored = largestStored(list);
  const lists = usedLists(world, list);
  const sizes = world.types.map((type) => (type.profile.single ? 1 : (scenario.pools[type.profile.type]?.size ?? 0)));
  return {
    types: world.types.map((_, index) => objectType(world, index, scenario, sizes, stored, lists)),
    globals: world.globals.map(({ name, max, initial, ghost, pointee }) => ({
      name,
      max: pointee === null ? max : (sizes[pointee] ?? max),
      initial,
      ghost,
    })),
    locks: [...world.locks],
    lists,
    queues: [...world.queues],
    programs: list.map((program) => clip(program, sizes)),
    threads,
  };
}

/** Equal keys mean equal explorations: places and texts do not count. */
export function modelKey(model: Model): string {
  const steps = model.programs.map((program) => stepsKey(program.steps));
  const rest = { ...model, programs: model.programs.map(({ name, locals }) => ({ name, locals })) };
  return [textOf(rest), ...steps].join("\n");
}

/** Many scenarios share the steps of their programs, which are nearly all of a model. */
const stepsKeys = new WeakMap<Program["steps"], string>();

function stepsKey(steps: Program["steps"]): string {
  const known = stepsKeys.get(steps);
  if (known !== undefined) return known;
  const made = textOf(steps);
  stepsKeys.set(steps, made);
  return made;
}

function textOf(part: unknown): string {
  return JSON.stringify(part, (key, value: unknown) => (NOT_IN_KEY.has(key) ? undefined : value));
}

const NOT_IN_KEY = new Set(["place", "text", "stack", "what", "message"]);

/** Workers and the softirq are there when something in the scenario can give them work. */
function addDaemons(programs: Programs, scenario: ScenarioProfile, list: Program[], threads: ThreadInfo[]): void {
  const uses = (test: (action: Action) => boolean): boolean => list.some((p) => p.steps.some((s) => test(s.action)));
  for (let round = 0; round < 2; round++) {
    for (const { queue, lowered } of programs.workers) {
      if (list.includes(lowered.program) || !uses((a) => a.kind === "work" && a.op === "queue" && a.queue === queue))
        continue;
      const count = scenario.workers ?? 1;
      for (let n = 0; n < count; n++) {
        const name = count === 1 ? "worker" : `worker ${n + 1}`;
        threads.push({ name, program: indexOf(list, lowered), args: [], role: "daemon" });
      }
    }
  }
  for (const lowered of programs.softirqs) {
    if (!uses((a) => a.kind === "callRcu" && a.callback !== null)) continue;
    threads.push({ name: "RCU", program: indexOf(list, lowered), args: [], role: "daemon" });
  }
}

function indexOf(list: Program[], lowered: Lowered): number {
  const index = list.indexOf(lowered.program);
  return index >= 0 ? index : list.push(lowered.program) - 1;
}

/**
 * A list that shares its links with an earlier one is there where some step names it: not all releases have it. Such lists
 * come last, so the others keep their numbers.
 */
function usedLists({ lists }: World, programs: readonly Program[]): readonly ListInfo[] {
  const named = new Set(
    programs.flatMap(({ steps }) =>
      steps.flatMap(({ action }) => (action.kind === "list" || action.kind === "markListed" ? [action.list] : [])),
    ),
  );
  const isFirst = ({ type, link }: ListInfo, at: number): boolean =>
    lists.findIndex((one) => one.type === type && one.link === link) === at;
  return lists.slice(0, lists.findLastIndex((list, at) => named.has(at) || isFirst(list, at)) + 1);
}

/** Of the constants that steps store, by `type:field`: room is needed at least for what the code itself names. */
function largestStored(programs: readonly Program[]): ReadonlyMap<string, number> {
  const largest = new Map<string, number>();
  const note = ({ type, field }: FieldRef, value: Value): void => {
    const key = `${type}:${field}`;
    if (value.kind !== "const") return;
    largest.set(key, Math.max(largest.get(key) ?? 0, Math.min(value.value, LARGEST_STORED)));
  };
  for (const { action } of programs.flatMap((program) => program.steps)) {
    if (action.kind === "store") note(action.to, action.value);
    else if (action.kind === "rmw" && (action.op === "xchg" || action.op === "cmpxchg")) note(action.on, action.value);
  }
  return largest;
}

/** What is larger is a bound: every object would have to hold it. */
const LARGEST_STORED = 0xffff;

function objectType(
  world: World,
  index: number,
  scenario: ScenarioProfile,
  sizes: readonly number[],
  stored: ReadonlyMap<string, number>,
  lists: readonly ListInfo[],
): ObjectType {
  const type = world.types[index];
  if (type === undefined) throw new RangeError(`no type ${index}`);
  const view = world.view(scenario.view ?? null);
  const viewed = viewedObject(world, scenario, type.profile.type);
  const fields = type.fields.map(({ name, kind, word, fresh, ghost }, at) => {
    const max = world.most(index, at, view);
    const bits = word === null ? [] : bitsOf(word, view).map((b) => ({ name: b.name, mask: b.most << b.shift }));
    const member = kind === "plain" ? world.member(index, name) : null;
    const pointee = member?.is === "field" ? member.pointee : null;
    const enough = kind === "plain" && bits.length === 0 ? Math.max(max, stored.get(`${index}:${at}`) ?? 0) : max;
    const most = counts(kind, max, bits) ? enough + (scenario.headroom ?? 0) : enough;
    return { name, kind, max: pointee === null ? most : (sizes[pointee] ?? max), fresh, bits, ghost };
  });
  const rules = type.fields.flatMap((field, at) =>
    freeRules(world, index, field.name, at).filter(
      ({ equals }) => equals === null || viewed?.anyWhenFreed?.includes(field.name) !== true,
    ),
  );
  const refers = viewed?.refers === undefined ? null : type.byPath.get(viewed.refers.field);
  return {
    name: type.profile.type,
    label: viewed?.label ?? type.profile.label,
    permanent: type.profile.single,
    fields,
    objects: Array.from({ length: sizes[index] ?? 0 }, (_, n) => initialObject(world, index, n, scenario, lists)),
    atFree: rules.filter((rule) => rule.equals !== null).map((rule) => ({ ...rule, equals: rule.equals ?? 0 })),
    oneWay: rules
      .filter((rule) => rule.equals === null)
      .map(({ field, mask, code, message }) => ({ field, mask, code, message })),
    ...heldOf(world, index),
    ...(viewed?.refers === undefined || refers === null || refers === undefined
      ? {}
      : { refers: { ...viewed.refers, field: refers } }),
  };
}

function viewedObject(world: World, { view }: ScenarioProfile, type: string): ViewedObject | undefined {
  return view === undefined ? undefined : world.profile.views?.[view]?.objects?.[type];
}

function heldOf(world: World, type: number): Pick<ObjectType, "held"> {
  const given = world.types[type]?.profile.held;
  const member = given === undefined ? null : world.member(type, given.field);
  if (given === undefined || (member?.is !== "field" && member?.is !== "bit")) return {};
  const mask = member.is === "bit" ? member.mask : 0xff;
  const equals = member.is === "bit" && given.equals !== 0 ? member.mask : given.equals;
  return { held: { references: given.references, field: member.field, mask, equals } };
}

/** References, and what threads count up and down. */
function counts(kind: ObjectType["fields"][number]["kind"], max: number, bits: readonly unknown[]): boolean {
  return kind === "refcount" || (kind === "plain" && max > 1 && bits.length === 0);
}

interface Rule {
  readonly field: number;
  readonly mask: number;
  /** Null for a one-way rule. */
  readonly equals: number | null;
  readonly code: string;
  readonly message: string;
}

/** The rules of a field, and those that the profile gives to single bits of it. */
function freeRules(world: World, type: number, name: string, field: number): Rule[] {
  const rules: Rule[] = [];
  for (const [path, profile] of Object.entries(world.types[type]?.profile.fields ?? {})) {
    const member = world.member(type, path);
    const isThis = (member.is === "field" || member.is === "bit") && member.field === field;
    if (!isThis || (member.is === "field" && path !== name)) continue;
    const mask = member.is === "bit" ? member.mask : 0xff;
    const { whenFreed, oneWay } = profile;
    if (whenFreed !== undefined) rules.push({ field, mask, ...whenFreed, equals: whenFreed.equals === 0 ? 0 : mask });
    if (oneWay !== undefined) rules.push({ field, mask, equals: null, ...oneWay });
  }
  return rules;
}

function initialObject(
  world: World,
  index: number,
  number: number,
  scenario: ScenarioProfile,
  all: readonly ListInfo[],
): InitialObject {
  const type = world.types[index];
  const pool = scenario.pools[type?.profile.type ?? ""];
  const given: InitialObjectProfile | undefined =
    type?.profile.single === true
      ? { values: singleValues(type.profile.type, scenario), lists: false }
      : pool?.initial[number];
  const alive = given !== undefined;
  const view = world.view(scenario.view ?? null);
  const values = (type?.fields ?? []).map((field) => {
    const bits = (field.word === null ? [] : bitsOf(field.word, view)).reduce(
      (sum, bit) => sum | (valueOf(given?.values, `${parent(field.name)}${bit.name}`) << bit.shift),
      0,
    );
    const other = type?.profile.fields[field.name]?.startsAs;
    const same = other === undefined ? undefined : given?.values[other];
    return given?.values[field.name] ?? same ?? (bits === 0 ? field.initial : bits);
  });
  return { alive, values, lists: alive ? listsOf(world, index, given, all) : [], ...keeps(given) };
}

/** A link can be on one list at a time: on the first of those that share it, if nothing else is said. */
function listsOf(
  world: World,
  index: number,
  { lists: on }: InitialObjectProfile,
  all: readonly ListInfo[],
): readonly number[] {
  if (on === false) return [];
  const named = typeof on === "string" ? world.listAt(on) : null;
  if (named !== null) return named < all.length ? [named] : [];
  return all.flatMap((list, at) =>
    list.type === index && all.findIndex((one) => one.type === index && one.link === list.link) === at ? [at] : [],
  );
}

function keeps(given: InitialObjectProfile | undefined): Pick<InitialObject, "keeps" | "keptBy"> {
  const { keeps = 0, keptBy } = given ?? {};
  return { keeps, ...(keptBy === undefined ? {} : { keptBy }) };
}

function valueOf(values: Readonly<Record<string, number>> | undefined, path: string): number {
  return values?.[path] ?? 0;
}

function parent(path: string): string {
  const cut = path.lastIndexOf(".");
  return cut < 0 ? "" : path.slice(0, cut + 1);
}

function singleValues(type: string, scenario: ScenarioProfile): Record<string, number> {
  const values: Record<string, number> = {};
  for (const [key, value] of Object.entries(scenario.set ?? {})) {
    if (key.startsWith(`${type}:`)) values[key.slice(type.length + 1)] = value;
  }
  return values;
}

/** Pointers have as many values as their pool has objects. `sizes` by type. */
export function clip(program: Program, sizes: readonly number[]): Program {
  const locals = program.locals.map((l) => (l.type === null ? l : { ...l, max: Math.max(1, sizes[l.type] ?? 1) }));
  return { ...program, locals };
}
