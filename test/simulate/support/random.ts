/** Random small models: two or three short programs that do anything to two objects, a list, a lock and a queue. */

/** The same numbers for the same seed. */
export function numbers(seed: number): (below: number) => number {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const DECLARATIONS = `
type root: count refcount 3, flags plain 3, link link, rcu rcu, work work
one_way root.flags & 1 flag.revalidated went back
at_free root.flags & 2 == 0 lifetime.freed-unzapped still maps
lock mmu rw reader atomic
lock pages spin reader atomic
lock slots mutex
list roots root.link under mmu exclusive | mmu shared + pages
queue wq
global n 3
`;

const STEPS = [
  "x = dec_and_test r.count",
  "x = dec_and_test r.count",
  "x = inc_not_zero r.count",
  "inc r.count",
  "dec r.count",
  "set r.count 1",
  "x = dec_not_one r.count",
  "x = read r.count",
  "x = load r.flags",
  "store r.flags = x",
  "x = rmw xchg r.flags 1",
  "x = rmw cmpxchg r.flags 2 0",
  "rmw or r.flags 2",
  "r = first roots",
  "r = next roots r",
  "x = on_list roots r",
  "x = unhashed roots r",
  "del roots r",
  "del_rcu roots r",
  "del_rcu roots r",
  "del_init roots r",
  "add_to roots r",
  "add_tail roots r",
  "lock mmu",
  "lock mmu shared",
  "unlock mmu",
  "unlock mmu shared",
  "lock pages",
  "unlock pages",
  "lock slots",
  "unlock slots",
  "x = trylock pages",
  "rcu_lock",
  "rcu_unlock",
  "synchronize",
  "barrier",
  "call_rcu r.rcu",
  "call_rcu r.rcu 0",
  "free r",
  "r = alloc root",
  "init_work r.work 0",
  "x = queue wq r.work 0",
  "x = cancel r.work",
  "flush_item r.work",
  "flush wq",
  "drain wq",
  "sleep",
  "assert assert.warn-reachable x",
  "must assert.bug x",
  "x = get n",
  "put n = x",
  "x = rmw_global add n 1",
  "x = x + 1",
  "x = !x",
  "y = x",
  "x = y & 1",
  "mark_listed roots flags 1",
  "forbid root.flags == 3 harness.forbidden",
  "assert_held mmu any",
];

export function randomModel(seed: number): string {
  const random = numbers(seed);
  const objects = 1 + random(2);
  const lines = [DECLARATIONS];
  for (let i = 0; i < objects; i++) {
    lines.push(
      random(4) === 0
        ? "object root: unused"
        : `object root: count=${1 + random(2)} flags=${random(4)} on 0 keeps ${random(2)}`,
    );
  }
  const programs = 1 + random(2);
  const threads = 2 + (random(4) === 0 ? 1 : 0);
  for (let i = 0; i < threads; i++) lines.push(`thread CPU ${i}: p${random(programs)} ${1 + random(objects)}`);
  if (random(2) === 0) lines.push("daemon worker: worker");
  if (random(3) === 0) lines.push("daemon softirq: softirq");
  for (let i = 0; i < programs; i++) lines.push(...program(`p${i}`, 3 + random(threads === 3 ? 3 : 6), random));
  lines.push("program worker", "again: w = take work wq root run");
  lines.push("run: x = dec_and_test w.count", ...(random(2) === 0 ? ["free w"] : []), "done work w", "goto again");
  lines.push("program softirq", "again: w = take rcu root run", "run: free w", "put n = 2", "done rcu w", "goto again");
  return lines.join("\n");
}

/** What goes together, so that a fair part of the models comes to more than an early mistake. */
const SECTIONS = [
  ["lock mmu", "unlock mmu"],
  ["lock mmu shared", "unlock mmu shared"],
  ["lock pages", "unlock pages"],
  ["lock slots", "unlock slots"],
  ["rcu_lock", "rcu_unlock"],
] as const;

function section(random: (below: number) => number, depth: number): readonly string[] {
  const around = random(2) === 0 ? SECTIONS[random(SECTIONS.length)] : undefined;
  const steps: string[] = [];
  for (let i = 1 + random(2); i > 0; i--) {
    if (depth > 0 && random(3) === 0) steps.push(...section(random, depth - 1));
    else steps.push(STEPS[random(STEPS.length)] ?? "sleep");
  }
  return around ? [around[0], ...steps, around[1]] : steps;
}

function program(name: string, length: number, random: (below: number) => number): readonly string[] {
  const steps: string[] = [];
  while (steps.length < length) steps.push(...section(random, 2));
  const lines = [`program ${name} root:r`];
  for (const [i, text] of steps.entries()) {
    const ahead = `l${i + 1 + random(steps.length - i)}`;
    const any = random(12) === 0 ? `l${random(steps.length)}` : ahead;
    const kind = random(9);
    if (kind === 0) lines.push(`l${i}: if ${["x", "!x", "r", "x == y"][random(4)]} goto ${any}`);
    else if (kind === 1) {
      lines.push(`l${i}: choose ${random(2) === 0 ? "free" : "schedule"} something l${i + 1} ${any}`);
    } else lines.push(`l${i}: ${text}`);
  }
  lines.push(`l${steps.length}: end`);
  return lines;
}
