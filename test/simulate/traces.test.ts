/**
 * Every finding of patches with a known truth: the separately written interpreter takes the same decisions and comes
 * to the same violation, by states of the objects that the explorer knows as well.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { createParser } from "../../server/src/c/parser";
import type { Model } from "../../server/src/model/ir";
import { DEFAULT_OPTIONS } from "../../server/src/review/api";
import { modelsOfDocument, type NamedModel } from "../../server/src/review/models";
import { alternativesOf, move } from "../../server/src/simulate/interpret/interpret";
import { firstWorld } from "../../server/src/simulate/interpret/world";
import { objectStates, traceOf } from "../../server/src/simulate/index";
import type { Violation } from "../../server/src/simulate/result";
import { dist, fixtures, root } from "../support/paths";
import { explore } from "./support/explore";
import { projected } from "./support/project";

/** A soak run takes every patch, and of each scenario the longer traces too; all of them hold, in some minutes. */
const isSoak = process.env["LASTPUT_SOAK"] === "1";
/** One in so many patches. */
const EVERY = isSoak ? 1 : 3;
/** States explored of each scenario: the shortest traces are found first. */
const LARGEST = isSoak ? 60_000 : 4_000;
/** States up to which all of them are compared with those on the traces. */
const SMALL = 5_000;

test("every finding of the known patches is replayed to the same violation by states that are known", async (t) => {
  const models = await knownModels();
  let findings = 0;
  let compared = 0;
  for (const { id, side, model } of models) {
    const { violations, states } = explore(model, { maxStates: LARGEST });
    if (violations.length === 0) continue;
    const known = states <= SMALL / 4 ? objectStates(model, { maxStates: SMALL, fuse: false }) : null;
    const reachable = known === null ? null : new Set(known.map((state) => state.replace(/^end ?/, "")));
    for (const violation of violations) {
      const what = `${side} ${id}: ${violation.code}`;
      checkEnd(model, violation, what);
      findings++;
      if (reachable === null) continue;
      compared++;
      for (const state of statesOf(model, violation)) assert.ok(reachable.has(state), `${what}: not known: ${state}`);
    }
  }
  t.diagnostic(`${findings} findings in ${models.length} models; ${compared} of them state by state`);
  assert.ok(findings > 100 && compared > 20);
});

function checkEnd(model: Model, { code, message, step, thread, decisions }: Violation, what: string): void {
  const steps = traceOf(model, decisions);
  const last = steps.at(-1);
  assert.equal(steps.length, decisions.length, `${what} is not replayed to its end`);
  assert.ok(
    last?.findings.some((found) => found.code === code && found.message === message),
    `${what}: ${message}`,
  );
  assert.deepEqual([last?.thread, last?.step], [thread, step], what);
}

/** Of the objects, before the first and after each step of the trace; the last ends where the violation stops its path. */
function statesOf(model: Model, { decisions }: Violation): readonly string[] {
  let world = firstWorld(model);
  const states = [projected(model, world)];
  for (const decision of decisions) {
    assert.ok(alternativesOf(model, world, decision.thread).includes(decision.alternative));
    const moved = move(model, world, decision);
    assert.ok(typeof moved !== "string");
    if (moved.stopped) break;
    ({ world } = moved);
    states.push(projected(model, world));
  }
  return states;
}

/** Each distinct model once, in a fixed order. */
async function knownModels(): Promise<readonly NamedModel[]> {
  const parser = await createParser({
    runtime: path.join(dist, "web-tree-sitter.wasm"),
    grammar: path.join(dist, "tree-sitter-c.wasm"),
  });
  const folder = path.join(fixtures, "patches");
  const all = Object.keys(JSON.parse(readFileSync(path.join(folder, "expect.json"), "utf8")) as object);
  const names = all.filter((_, index) => index % EVERY === 0);
  const found = new Map<string, NamedModel>();
  for (const name of names) {
    const file = [folder, path.join(root, "examples")].map((each) => path.join(each, name)).find(existsSync);
    assert.ok(file !== undefined, name);
    const request = { name, text: readFileSync(file, "utf8"), language: "auto", options: DEFAULT_OPTIONS } as const;
    const workspace = { read: () => Promise.resolve(undefined) };
    for (const model of await modelsOfDocument(request, { parser, workspace })) {
      if (!found.has(model.key)) found.set(model.key, { ...model, id: `${name} ${model.id}` });
    }
  }
  return [...found.values()];
}
