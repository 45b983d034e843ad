/** Random small litmus programs: two or three processes of a few statements over two or three variables. */
import { numbers } from "./random";

const STATEMENTS = [
  "WRITE_ONCE(*X, N);",
  "WRITE_ONCE(*X, N);",
  "WRITE_ONCE(*X, N);",
  "smp_store_release(X, N);",
  "@ = READ_ONCE(*X);",
  "@ = READ_ONCE(*X);",
  "@ = READ_ONCE(*X);",
  "@ = smp_load_acquire(X);",
  "WRITE_ONCE(*X, @);",
  "if (@) WRITE_ONCE(*X, N);",
  "smp_mb();",
  "smp_wmb();",
  "xchg(X, N);",
  "@ = xchg(X, N);",
  "@ = cmpxchg(X, M, N);",
  "atomic_inc(X);",
  "@ = spin_is_locked(s);",
];

const BLOCKS = [
  ["spin_lock(s);", "spin_unlock(s);"],
  ["rcu_read_lock();", "rcu_read_unlock();"],
  ["synchronize_rcu();", ""],
] as const;

/** The same for the same seed. */
export function randomLitmus(seed: number): string {
  const below = numbers(seed);
  const variables = ["x", "y", "z"].slice(0, below(4) === 0 ? 3 : 2);
  const count = below(4) === 0 ? 3 : 2;
  const processes = Array.from({ length: count }, (_, process) => {
    const length = 1 + below(count === 2 ? 3 : 1);
    const body = Array.from({ length }, () => statement(below, variables));
    // Where a load can overtake a store is rare among random statements: most processes are given one of each.
    if (below(4) !== 0) {
      body.unshift(`WRITE_ONCE(*${variables[process % 2] ?? "x"}, 1);`);
      body.push(`r1 = READ_ONCE(*${variables[(process + 1) % 2] ?? "y"});`);
    }
    if (below(4) === 0) {
      const [open, close] = BLOCKS[below(BLOCKS.length)] ?? ["", ""];
      const start = below(body.length + 1);
      const end = start + below(body.length + 1 - start);
      body.splice(end, 0, close);
      body.splice(start, 0, open);
    }
    const params = [...variables.map((name) => `int *${name}`), "spinlock_t *s"].join(", ");
    return `P${process}(${params})\n{\n\tint r0;\n\tint r1;\n\n${body.map((line) => `\t${line}\n`).join("")}}`;
  });
  return `C random-${seed}\n\n{}\n\n${processes.join("\n\n")}\n\nexists (true)\n`;
}

function statement(below: (limit: number) => number, variables: readonly string[]): string {
  return (STATEMENTS[below(STATEMENTS.length)] ?? "")
    .replaceAll("X", variables[below(variables.length)] ?? "x")
    .replaceAll(/\bN\b/g, String(1 + below(2)))
    .replaceAll(/\bM\b/g, String(below(2)))
    .replaceAll("@", `r${below(2)}`);
}
