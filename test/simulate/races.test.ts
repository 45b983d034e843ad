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
import { stepOf } from "../../server/src/simulate/interpret/interpret";
import { Scene } from "../../server/src/simulate/interpret/scene";
import type { World } from "../../server/src/simulate/interpret/world";
import { RaceSearch, type Race, type RacingAccess } from "../../server/src/simulate/races";
import { dist, fixtures } from "../support/paths";
import { naive } from "./support/naive";
import { model } from "./support/notation";
import { numbers } from "./support/random";

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

test("the search finds what a plain search on the interpreter finds", () => {
  let [compared, racy] = [0, 0];
  for (let seed = 1; seed <= RANDOM; seed++) {
    const text = randomAccesses(seed);
    const machine = model(text);
    const found = new Set<string>();
    const plain = naive(machine, LARGEST, (world) => lookForRaces(machine, world, found));
    if (!plain) continue;
    compared++;
    if (found.size > 0) racy++;
    const races = racesOf(machine);
    assert.deepEqual(races.map((race) => inSteps(machine, race)).sort(), [...found].sort(), `seed ${seed}\n${text}`);
    for (const race of races) leadsThere(machine, race);
  }
  assert.ok(compared > RANDOM / 2 && racy > RANDOM / 4, `${compared} compared, ${racy} of them racy`);
});

const RANDOM = 150;
const LARGEST = 3000;

const LINES = [
  "x = load p.a",
  "x = load p.b",
  "store p.a = 1",
  "store p.b = x",
  "x = rmw xchg p.a 1",
  "lock s\nx = load p.a\nunlock s",
  "lock s\nstore p.a = 1\nunlock s",
  "put f = 1",
  "x = get f",
  "if x goto over",
  "p = q",
];

/** Two or three threads that touch two things, in and outside of a lock. */
function randomAccesses(seed: number): string {
  const below = numbers(seed);
  const count = 2 + below(2);
  const threads = Array.from({ length: count }, (_, n) => `thread CPU ${n}: p${n} ${1 + below(2)} ${1 + below(2)}`);
  const programs = threads.map((_, n) => {
    const lines = Array.from({ length: 2 + below(4) }, () => LINES[below(LINES.length)] ?? "");
    return `program p${n} thing:p thing:q\n${lines.join("\n")}\nover: x = 0`;
  });
  const things = "type thing: a plain 3, b plain 3\nobject thing: a=0\nobject thing: a=0";
  return [things, "lock s spin reader atomic", "global f 1", ...threads, ...programs].join("\n");
}

/** Two threads about to touch the same field of the same object, one by a plain store, or a store and a plain load. */
function lookForRaces(machine: Model, world: World, found: Set<string>): void {
  const about = machine.threads.flatMap(({ program }, thread) => {
    const next = stepOf(machine, world, thread);
    const action = next?.step.action;
    if (!next || (action?.kind !== "load" && action?.kind !== "store" && action?.kind !== "rmw")) return [];
    const ref = action.kind === "load" ? action.from : action.kind === "store" ? action.to : action.on;
    const object = new Scene(machine, world, thread, next.step, 0).value(ref.object);
    const where = `${ref.type} ${object} ${ref.field}`;
    const isMarked = action.kind === "rmw" || action.marked;
    return object === 0 ? [] : [{ where, key: `${program}:${next.number}`, stores: action.kind !== "load", isMarked }];
  });
  for (const [index, one] of about.entries()) {
    for (const two of about.slice(index + 1)) {
      if (one.where !== two.where || !(one.stores || two.stores) || (one.isMarked && two.isMarked)) continue;
      found.add([one.key, two.key].sort().join(" "));
    }
  }
}

function inSteps(machine: Model, { plain, other }: Race): string {
  const key = ({ thread, step }: RacingAccess): string => `${machine.threads[thread]?.program}:${step}`;
  return [key(plain), key(other)].sort().join(" ");
}

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
