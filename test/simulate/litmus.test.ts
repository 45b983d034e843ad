/** Litmus tests: the simulator against a table made by hand, an enumerator of its own, and the kernel's own files. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { createParser } from "../../server/src/c/parser";
import { readLitmus, type Litmus } from "../../server/src/model/litmus/litmus";
import { withStoreBuffers } from "../../server/src/model/passes/tso";
import { KERNEL } from "../../server/src/review/builtin";
import { endsOf } from "../../server/src/simulate/outcomes";
import { kernelTree } from "../support/kernel-tree";
import { needs } from "../support/needs";
import { dist, fixtures } from "../support/paths";
import { allEnds, endOf, readProgram, type End } from "./support/litmus-enumerator";
import { randomLitmus } from "./support/random-litmus";

const MODELS = ["sc", "tso"] as const;
const RANDOM = 150;
const MOST_STATES = 200_000;

/**
 * By hand: a buffer can only make a load overtake an earlier store. Of the tests that the kernel's own, weaker model lets
 * happen these three alone need no more than that; the others need two loads, two stores, or a load and a later store
 * in another order, or CPUs that see stores in different orders.
 */
const REACHED_ON_X86 = ["R+poonceonces", "SB+poonceonces", "SB+rfionceonce-poonceonces"];

interface Row {
  readonly why: string;
  /** Every value that a register or variable can have; those of others are not asked for. */
  readonly domain: Readonly<Record<string, readonly number[]>>;
  /** All ends within the domain are possible but these. */
  readonly forbidden: Readonly<Record<(typeof MODELS)[number], readonly Readonly<Record<string, number>>[]>>;
}

const folder = path.join(fixtures, "litmus");
const table = JSON.parse(readFileSync(path.join(folder, "table.json"), "utf8")) as Readonly<Record<string, Row>>;
const parser = createParser({
  runtime: path.join(dist, "web-tree-sitter.wasm"),
  grammar: path.join(dist, "tree-sitter-c.wasm"),
});

for (const [name, row] of Object.entries(table)) {
  for (const memory of MODELS) {
    test(`${name} under ${memory}: ${row.why}`, async () => {
      const ends = [...simulated(await read(readFileSync(path.join(folder, `${name}.litmus`), "utf8")), memory)];
      const seen = new Set(ends.map((end) => only(end, Object.keys(row.domain))));
      const expected = within(row.domain).filter((end) => !row.forbidden[memory].some((bad) => contains(end, bad)));
      assert.deepEqual([...seen].sort(), expected.map(endOf).sort());
    });
  }
}

test("the table has a row for each file", () => {
  const files = readdirSync(folder).filter((file) => file.endsWith(".litmus"));
  assert.deepEqual(files.map((file) => file.replace(".litmus", "")).sort(), Object.keys(table).sort());
});

test("the enumerator and the simulator agree on all ends of the files", async () => {
  for (const name of Object.keys(table)) await agree(readFileSync(path.join(folder, `${name}.litmus`), "utf8"), name);
});

test("the enumerator and the simulator agree on all ends of random programs", async () => {
  let weaker = 0;
  for (let seed = 1; seed <= RANDOM; seed++) {
    const text = randomLitmus(seed);
    const [sc, tso] = await agree(text, `seed ${seed}\n${text}`);
    for (const end of sc) assert.ok(tso.has(end), `seed ${seed}: ${end} is gone under TSO\n${text}`);
    if (tso.size > sc.size) weaker++;
  }
  assert.ok(weaker > RANDOM / 10, `only ${weaker} programs can end otherwise under TSO`);
});

test("the kernel's litmus tests: Never is never, and what x86 allows is reached", async (t) => {
  if (!needs(t, "kernel-6.1")) return;
  const files = kernelLitmusTests();
  let never = 0;
  const reached: string[] = [];
  for (const [name, text] of files) {
    const litmus = await read(text);
    const [sc, tso] = await agree(text, name);
    const program = readProgram(text);
    for (const [memory, ends] of [
      ["sc", sc],
      ["tso", tso],
    ] as const) {
      const meets = (end: End): boolean => litmus.meets(valuesOf(end));
      const allowed = [...allEnds(program, memory === "tso")].some(meets);
      assert.equal([...ends].some(meets), allowed, `${name} under ${memory}`);
      if (litmus.expected === "Never") assert.ok(!allowed, `${name} is reached under ${memory}`);
    }
    if (litmus.expected === "Never") never++;
    else if ([...tso].some((end) => litmus.meets(valuesOf(end)))) reached.push(name);
  }
  t.diagnostic(`${files.length} tests: ${never} never, ${reached.join(", ")} reached under TSO`);
  assert.ok(never >= 20, `only ${never} are never`);
  assert.deepEqual(reached.sort(), REACHED_ON_X86);
});

/** Both sets of ends. */
async function agree(text: string, name: string): Promise<[ReadonlySet<End>, ReadonlySet<End>]> {
  const litmus = await read(text);
  const program = readProgram(text);
  const [sc, tso] = MODELS.map((memory) => {
    const expected = allEnds(program, memory === "tso");
    const ends = simulated(litmus, memory);
    assert.deepEqual([...ends].sort(), [...expected].sort(), `${memory}: ${name}`);
    return ends;
  });
  return [sc ?? new Set(), tso ?? new Set()];
}

async function read(text: string): Promise<Litmus> {
  return readLitmus(text, await parser, KERNEL);
}

function simulated({ model, observed }: Litmus, memory: (typeof MODELS)[number]): ReadonlySet<End> {
  const look = observed.map((one) => ({
    name: one.name,
    at: one.kind === "register" ? { global: one.global } : { type: 0, object: one.object, field: 0 },
  }));
  const machine = memory === "tso" ? withStoreBuffers(model) : model;
  const [reduced, raw] = [true, false].map((reduce) => {
    const { ends, complete } = endsOf(machine, look, { reduce, maxStates: MOST_STATES });
    assert.ok(complete, "a bound was reached");
    return new Set(ends.map(endOf));
  });
  assert.deepEqual(reduced, raw);
  return reduced ?? new Set();
}

function valuesOf(end: End): Readonly<Record<string, number>> {
  return Object.fromEntries(end.split(" ").map((one) => [one.split("=")[0] ?? "", Number(one.split("=")[1])]));
}

function only(end: End, names: readonly string[]): End {
  return endOf(Object.fromEntries(Object.entries(valuesOf(end)).filter(([name]) => names.includes(name))));
}

function within(domain: Row["domain"]): readonly Readonly<Record<string, number>>[] {
  return Object.entries(domain).reduce<Record<string, number>[]>(
    (all, [name, values]) => all.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
    [{}],
  );
}

function contains(end: Readonly<Record<string, number>>, part: Readonly<Record<string, number>>): boolean {
  return Object.entries(part).every(([name, value]) => end[name] === value);
}

/** Name and text of each. */
function kernelLitmusTests(): readonly (readonly [string, string])[] {
  const folder = path.join(kernelTree("6.1"), "tools/memory-model/litmus-tests");
  return readdirSync(folder)
    .filter((file) => file.endsWith(".litmus"))
    .map((file) => [file.replace(".litmus", ""), readFileSync(path.join(folder, file), "utf8")] as const);
}
