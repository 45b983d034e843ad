/** Which accesses race: a violating and a safe example of each rule, and traces that lead there. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { createParser } from "../../server/src/c/parser";
import type { Model } from "../../server/src/model/ir";
import { readLitmus } from "../../server/src/model/litmus/litmus";
import { KERNEL } from "../../server/src/review/builtin";
import { traceOf } from "../../server/src/simulate";
import { RaceSearch, type Race, type RacingAccess } from "../../server/src/simulate/races";
import { dist, fixtures } from "../support/paths";
import { model } from "./support/notation";

interface Row {
  readonly why: string;
  /** `P0: *x = 1 | P1: *x`, the process of the lower number first. */
  readonly races: readonly string[];
}

const folder = path.join(fixtures, "races");
const table = JSON.parse(readFileSync(path.join(folder, "table.json"), "utf8")) as Readonly<Record<string, Row>>;
const parser = createParser({
  runtime: path.join(dist, "web-tree-sitter.wasm"),
  grammar: path.join(dist, "tree-sitter-c.wasm"),
});

for (const [name, { why, races }] of Object.entries(table)) {
  test(`${name}: ${why}`, async () => {
    const text = readFileSync(path.join(folder, `${name}.litmus`), "utf8");
    const litmus = readLitmus(text, await parser, KERNEL);
    const found = racesOf(litmus.model);
    assert.deepEqual(found.map((race) => told(litmus.model, race)).sort(), [...races].sort());
    for (const race of found) leadsThere(litmus.model, race);
  });
}

test("only the same object counts, and what the harness alone knows does not", () => {
  const text = (first: number, second: number): string =>
    `
    type thing: a plain 3, b plain 3
    object thing: a=0
    object thing: a=0
    thread CPU 0: write ${first}
    thread CPU 1: write ${second}
    program write t:thing
      store t.a = 1
  `.replace("t:thing", "thing:t");
  assert.equal(racesOf(model(text(1, 1))).length, 1);
  assert.equal(racesOf(model(text(1, 2))).length, 0);
  const machine = model(text(1, 1));
  const types = machine.types.map((type) => ({
    ...type,
    fields: type.fields.map((field) => ({ ...field, ghost: true })),
  }));
  assert.equal(racesOf({ ...machine, types }).length, 0);
});

function racesOf(machine: Model): readonly Race[] {
  const search = new RaceSearch(machine, 100_000);
  while (!search.advance(1000));
  const { races, complete } = search.result();
  assert.ok(complete);
  return races;
}

function told(machine: Model, { plain, other }: Race): string {
  const text = ({ thread, step }: RacingAccess): string => {
    const info = machine.threads[thread];
    return `${info?.name}: ${machine.programs[info?.program ?? 0]?.steps[step]?.text}`;
  };
  return [text(plain), text(other)].sort().join(" | ");
}

/** Both accesses are the last two steps, in one order and in the other. */
function leadsThere(machine: Model, { plain, other, decisions }: Race): void {
  const before = decisions.slice(0, -2);
  for (const order of [decisions.slice(-2), decisions.slice(-2).toReversed()]) {
    const steps = traceOf(machine, [...before, ...order]);
    assert.equal(steps.length, decisions.length);
    const last = steps.slice(-2).map(({ thread, step }) => `${thread}:${step}`);
    assert.deepEqual([...last].sort(), [plain, other].map(({ thread, step }) => `${thread}:${step}`).sort());
  }
}
