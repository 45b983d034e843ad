/** One model explored by us and by SPIN, and what must be the same. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { createParser } from "../../../server/src/c/parser";
import type { CParser } from "../../../server/src/c/syntax";
import type { Model } from "../../../server/src/model/ir";
import { DEFAULT_OPTIONS } from "../../../server/src/review/api";
import { modelsOfDocument, type NamedModel } from "../../../server/src/review/models";
import { writePromela, type PromelaText } from "../../../server/src/simulate/promela/write";
import type { Exploration } from "../../../server/src/simulate/result";
import { dist, fixtures, root } from "../../support/paths";
import { verify, type Verified } from "../../support/spin";
import { explore } from "./explore";

export interface Compared {
  readonly raw: Exploration;
  readonly reduced: Exploration;
  readonly spin: Verified;
}

/**
 * @returns null when it has more than that many states
 * @throws AssertionError where SPIN sees something else
 */
export async function compareWithSpin(model: Model, name: string, maxStates: number): Promise<Compared | null> {
  const raw = explore(model, { reduce: false, maxStates });
  if (raw.bounds.some(({ what }) => what === "states")) return null;
  const reduced = explore(model, { reduce: true, maxStates });
  assert.deepEqual(codesOf(reduced), codesOf(raw), "our reductions change what is found");
  const written = writePromela(model, { reduce: false, freeChoices: true }, name);
  const spin = await verify(written.text, { optimise: raw.states > SMALL ? "-O2" : "-O0" });
  assert.deepEqual(foundBySpin(model, written, spin), foundByUs(model, raw), "SPIN finds something else");
  assert.equal(spin.states, raw.states, "SPIN stores another number of states");
  return { raw, reduced, spin };
}

/** For a diagnostic. */
export function told({ raw, reduced, spin }: Compared): string {
  const codes = codesOf(raw).join(", ") || "nothing found";
  const { gcc, pan } = spin.times;
  const times = `gcc ${Math.round(gcc)} ms, pan ${Math.round(pan)} ms`;
  return `${spin.states} states on both sides, ${reduced.states} with our reductions; ${codes}; ${times}`;
}

/** Of a patch in test/fixtures/patches or examples; each scenario of each base that fits, equal models once. */
export async function modelsOfPatch(name: string): Promise<readonly NamedModel[]> {
  const known = patches.get(name) ?? readPatch(name);
  patches.set(name, known);
  return known;
}

const patches = new Map<string, Promise<readonly NamedModel[]>>();
let parser: Promise<CParser> | null = null;

async function readPatch(name: string): Promise<readonly NamedModel[]> {
  parser ??= createParser({
    runtime: path.join(dist, "web-tree-sitter.wasm"),
    grammar: path.join(dist, "tree-sitter-c.wasm"),
  });
  const file = [path.join(fixtures, "patches", name), path.join(root, "examples", name)].find((one) => existsSync(one));
  assert.ok(file, `there is no patch ${name}`);
  const models = await modelsOfDocument(
    { name, text: readFileSync(file, "utf8"), language: "auto", options: DEFAULT_OPTIONS },
    { parser: await parser, workspace: { read: () => Promise.resolve(undefined) } },
  );
  const keys = new Set<string>();
  return models.filter(({ key }) => !keys.has(key) && keys.add(key));
}

/** Up to here compiling takes longer than running. */
const SMALL = 500_000;

/** These belong to a state in which nobody can move, and to no step. */
const AT_THE_END = new Set(["lifetime.leak", "lock.deadlock", "refcount.put-too-many"]);

function foundByUs(model: Model, { violations }: Exploration): string[] {
  return sorted(
    violations.map(({ code, thread, step }) =>
      AT_THE_END.has(code) ? code : `${code} in ${model.threads[thread]?.program}:${step}`,
    ),
  );
}

function foundBySpin(model: Model, { findings }: PromelaText, { found, deadlock }: Verified): string[] {
  const told = found.map((number) => {
    const finding = findings[number];
    assert.ok(finding, `pan printed the finding ${number}, which is none`);
    const { code, thread, step } = finding;
    return AT_THE_END.has(code) ? code : `${code} in ${model.threads[thread]?.program}:${step}`;
  });
  return sorted(deadlock ? [...told, "lock.deadlock"] : told);
}

function codesOf({ violations }: Exploration): string[] {
  return sorted(violations.map(({ code }) => code));
}

function sorted(all: readonly string[]): string[] {
  return [...new Set(all)].sort();
}
