/**
 * A scenario with more threads and more objects than its profile gives it. What may be repeated, and what a further
 * object is like, the profile says: a reference too many or too few would make findings out of nothing.
 */
import type {
  FurtherObject,
  HeldProfile,
  InitialObjectProfile,
  PoolProfile,
  Profile,
  RepeatProfile,
  ScenarioProfile,
  ScenarioThread,
} from "./profile";

/** Null: as the scenario has it. A scenario that has more by itself keeps what it has. */
export interface Scale {
  readonly threads: number | null;
  /** In each pool. */
  readonly objects: number | null;
}

export const AS_IT_IS: Scale = { threads: null, objects: null };

/** The explorer keeps sets of threads in the bits of a number, beside as many daemons. */
export const MOST_THREADS = 12;
/** Every object brings a variable for each of its fields, locks and waiting callbacks. */
export const MOST_OBJECTS = 8;

/** The scenarios of a profile at that scale; of those that come to the same only the first. */
export function scenariosAt(profile: Profile, scale: Scale): readonly ScenarioProfile[] {
  if (scale.threads === null && scale.objects === null) return profile.scenarios;
  const different = new Map<string, ScenarioProfile>();
  for (const scenario of profile.scenarios) {
    const made = scaled(profile, scenario, scale);
    const key = whatRuns(made);
    if (!different.has(key)) different.set(key, made);
  }
  return [...different.values()];
}

/** Its id and title tell the numbers; a scenario that nothing can be added to stays what it is. */
export function scaled(profile: Profile, scenario: ScenarioProfile, scale: Scale): ScenarioProfile {
  const wanted = Math.max(scale.threads ?? 0, scenario.threads.length);
  const repeatable = scenario.threads.filter(({ entry }) => repeatOf(profile, entry) !== undefined);
  const turns = Array.from({ length: wanted - scenario.threads.length }, (_, at) => repeatable[at % repeatable.length]);
  const expected = turns.filter((thread) => thread !== undefined);
  // Where no object was left for some of them, others took their turn, which may make more objects.
  const tried = further(profile, scenario, pooled(profile, scenario, expected, scale.objects ?? 0), wanted);
  const pools = pooled(profile, scenario, tried, scale.objects ?? 0);
  const threads = [...scenario.threads, ...further(profile, scenario, pools, wanted)];
  const added = threads.length - scenario.threads.length;
  const counted = countReferences(profile, scenario, threads, pools);
  const sizes = (of: ScenarioProfile["pools"]): number => Object.values(of).reduce((sum, { size }) => sum + size, 0);
  if (added === 0 && sizes(pools) === sizes(scenario.pools)) return scenario;
  const words = [
    `${threads.length} thread${threads.length === 1 ? "" : "s"}`,
    ...Object.entries(pools).map(([type, { size }]) => `${size} ${labelOf(profile, type)}${size === 1 ? "" : "s"}`),
  ];
  return {
    ...scenario,
    id: `${scenario.id}@${threads.length}x${sizes(pools)}`,
    title: `${scenario.title} (${words.join(", ")})`,
    threads,
    pools: counted.pools,
    ...(counted.set === undefined ? {} : { set: counted.set }),
    headroom: added,
    scaledFrom: scenario.id,
  };
}

/** By turns, each with an object where it needs one, until there are as many as wanted or none can be added. */
function further(
  profile: Profile,
  scenario: ScenarioProfile,
  pools: Readonly<Record<string, PoolProfile>>,
  wanted: number,
): ScenarioThread[] {
  const threads = [...scenario.threads];
  let open = threads.filter(({ entry }) => repeatOf(profile, entry) !== undefined);
  for (let turn = 0; threads.length < wanted && open.length > 0; turn++) {
    const thread = open[turn % open.length];
    const args = thread === undefined ? null : argsOf(profile, thread, threads, pools);
    if (thread !== undefined && args !== null)
      threads.push({ ...thread, name: named(thread.name, threads.length), args });
    else {
      // The one behind it is now in its place.
      open = open.filter((other) => other !== thread);
      turn--;
    }
  }
  return threads.slice(scenario.threads.length);
}

/** Room for what the further threads make, and further objects in what is left. */
function pooled(
  profile: Profile,
  scenario: ScenarioProfile,
  added: readonly ScenarioThread[],
  objects: number,
): Record<string, PoolProfile> {
  const made = (type: string, threads: readonly ScenarioThread[]): number =>
    threads.reduce((sum, { entry }) => sum + (repeatOf(profile, entry)?.makes?.[type] ?? 0), 0);
  return Object.fromEntries(
    Object.entries(scenario.pools).map(([type, pool]) => {
      const room = pool.size + made(type, added);
      const object = furtherObject(profile, pool, type);
      const isUsed = object !== null || made(type, scenario.threads) > 0;
      const size = isUsed ? Math.max(room, objects) : room;
      const held = profile.objects.find((each) => each.type === type)?.held;
      const more = object === null ? [] : Array.from({ length: size - room }, () => initialOf(object, held));
      return [type, { ...pool, size, initial: [...pool.initial, ...more] }];
    }),
  );
}

function furtherObject(profile: Profile, pool: PoolProfile, type: string): FurtherObject | null {
  if (pool.further !== undefined) return pool.further;
  return profile.objects.find((object) => object.type === type)?.further ?? null;
}

function initialOf({ values, keeps, count }: FurtherObject, held: HeldProfile | undefined): InitialObjectProfile {
  const isHeld = held !== undefined && (values[held.field] ?? 0) === held.equals;
  return { values: { ...values, [count]: (values[count] ?? 0) + (isHeld ? held.references : 0) }, keeps: keeps ?? 0 };
}

/** The object that the fewest threads were given; null when there is none left for it. */
function argsOf(
  profile: Profile,
  thread: ScenarioThread,
  threads: readonly ScenarioThread[],
  pools: Readonly<Record<string, PoolProfile>>,
): Readonly<Record<string, number>> | null {
  const on = repeatOf(profile, thread.entry)?.on;
  if (on === undefined) return thread.args ?? {};
  let best: { readonly object: number; readonly users: number } | null = null;
  for (let object = 1; object <= (pools[on.type]?.initial.length ?? 0); object++) {
    const given = threads.filter((other) => objectOf(profile, other, on.type) === object);
    if (on.once === true && given.some(({ entry }) => entry === thread.entry)) continue;
    if (best === null || given.length < best.users) best = { object, users: given.length };
  }
  return best === null ? null : { ...thread.args, [on.parameter]: best.object };
}

function objectOf(profile: Profile, { entry, args }: ScenarioThread, type: string): number | undefined {
  const on = repeatOf(profile, entry)?.on;
  return on?.type === type ? args?.[on.parameter] : undefined;
}

/** Every further thread brings the references that it owns; a further object that nobody was given is kept by somebody outside. */
function countReferences(
  profile: Profile,
  scenario: ScenarioProfile,
  threads: readonly ScenarioThread[],
  pools: Readonly<Record<string, PoolProfile>>,
): Pick<ScenarioProfile, "pools" | "set"> {
  const set = { ...scenario.set };
  const owned = new Map<string, number>();
  for (const thread of threads.slice(scenario.threads.length)) {
    const repeat = repeatOf(profile, thread.entry);
    for (const field of repeat?.owns ?? []) {
      if (field.includes(":")) set[field] = (set[field] ?? initialOfSingle(profile, field)) + 1;
      else {
        const key = `${repeat?.on?.type}:${objectOf(profile, thread, repeat?.on?.type ?? "")}:${field}`;
        owned.set(key, (owned.get(key) ?? 0) + 1);
      }
    }
  }
  const counted = Object.entries(pools).map(([type, pool]) => {
    const own = scenario.pools[type]?.initial.length ?? 0;
    const initial = pool.initial.map((object, index) => {
      const values = { ...object.values };
      for (const [key, count] of owned) {
        const prefix = `${type}:${index + 1}:`;
        if (!key.startsWith(prefix)) continue;
        const field = key.slice(prefix.length);
        values[field] = (values[field] ?? 0) + count;
      }
      const isGiven = threads.some((thread) => objectOf(profile, thread, type) === index + 1);
      const count = furtherObject(profile, pool, type)?.count;
      if (index < own || isGiven || count === undefined) return { ...object, values };
      return { ...object, values: { ...values, [count]: (values[count] ?? 0) + 1 }, keeps: (object.keeps ?? 0) + 1 };
    });
    return [type, { size: pool.size, initial }] as const;
  });
  const isSet = scenario.set !== undefined || Object.keys(set).length > 0;
  return { pools: Object.fromEntries(counted), ...(isSet ? { set } : {}) };
}

/** `struct kvm:users_count` at the start of a scenario that does not say. */
function initialOfSingle(profile: Profile, field: string): number {
  const cut = field.indexOf(":");
  const object = profile.objects.find(({ type }) => type === field.slice(0, cut));
  return object?.fields[field.slice(cut + 1)]?.initial ?? 0;
}

function repeatOf(profile: Profile, entry: string): RepeatProfile | undefined {
  const { repeatable = {} } = profile;
  return Object.hasOwn(repeatable, entry) ? repeatable[entry] : undefined;
}

function labelOf(profile: Profile, type: string): string {
  return profile.objects.find((object) => object.type === type)?.label ?? type;
}

/** `CPU 0: vCPU put` as the fourth thread is `CPU 3: vCPU put`. */
function named(name: string, index: number): string {
  const numbered = name.replace(/^(\D*)\d+/, `$1${index}`);
  return numbered === name ? `${name} (${index})` : numbered;
}

function whatRuns({ threads, pools, when, workers, set }: ScenarioProfile): string {
  const who = threads.map(({ entry, args }) => JSON.stringify([entry, Object.entries(args ?? {})])).toSorted();
  return JSON.stringify([who, pools, when, workers, set]);
}
