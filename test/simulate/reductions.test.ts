/** Each reduction by itself and each left out, on small models; all together on models and mutants of real patches. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import type { Model } from "../../server/src/model/ir";
import { mutantsOf } from "../../server/src/model/mutate";
import { REDUCTIONS, type Reduce, type Reduction } from "../../server/src/simulate/reduce/reductions";
import type { Exploration } from "../../server/src/simulate/result";
import { Explorer } from "../../server/src/simulate/run/explorer";
import { fixtures } from "../support/paths";
import { model } from "./support/notation";
import { randomModel } from "./support/random";
import { modelsOfPatch } from "./support/spin";

const SEEDS = 120;
/** Of all that can be made: what an explorer without reductions can go through in no time. */
const MUTANTS = 60;
const MOST_STATES = 60_000;

/** What each one needs to do anything: a search that leaves states out begins with persistent sets. */
const BASIS: Readonly<Record<Reduction, readonly Reduction[]>> = {
  fusion: [],
  "dead-locals": [],
  constants: [],
  sections: ["fusion", "persistent"],
  persistent: [],
  chains: ["persistent"],
  symmetry: ["persistent"],
};

test("each reduction by itself, and all without one, change no verdict", () => {
  const choices = REDUCTIONS.flatMap((one) => [
    new Set([one, ...BASIS[one]]),
    new Set(REDUCTIONS.filter((other) => other !== one)),
  ]);
  for (let seed = 1; seed <= SEEDS; seed++) {
    const text = randomModel(seed);
    const raw = run(model(text), false);
    if (!raw.complete) continue;
    for (const choice of choices) {
      assert.deepEqual(codesOf(run(model(text), choice)), codesOf(raw), `seed ${seed}, ${[...choice].join()}\n${text}`);
    }
  }
});

test("each reduction makes some models smaller", () => {
  for (const one of REDUCTIONS) {
    const basis = BASIS[one].length === 0 ? false : new Set(BASIS[one]);
    const isSmaller = Array.from({ length: SEEDS }, (_, seed) => model(randomModel(seed + 1))).some(
      (each) => run(each, new Set([one, ...BASIS[one]])).states < run(each, basis).states,
    );
    // What is known of locals saves work; what is stored shows it only together with fusion.
    assert.ok(isSmaller || one === "constants", one);
  }
});

test("reductions change no verdict of the models of patches", async () => {
  let [raw, reduced] = [0, 0];
  for (const { name, model: each } of await chosenModels()) {
    const all = run(each, false);
    if (!all.complete) continue;
    const few = run(each, true);
    assert.deepEqual(codesOf(few), codesOf(all), name);
    raw += all.states;
    reduced += few.states;
  }
  assert.ok(reduced * 50 < raw, `${raw} states became ${reduced}`);
});

test("reductions change no verdict of mutants", async () => {
  const models = (await modelsOfPatch("put-root.patch")).filter(
    ({ id, side }) =>
      side === "after" && id.startsWith("0/") && ["put-put", "put-invalidate", "put-notifier"].includes(scenarioOf(id)),
  );
  const bases = new Set(models.map(({ id }) => id.split("/")[2]));
  const [base] = bases;
  const chosen = models.filter(({ id }) => id.split("/")[2] === base);
  const mutants = mutantsOf(
    chosen.map((one) => one.model),
    () => true,
  );
  const step = Math.max(1, Math.floor(mutants.length / MUTANTS));
  let compared = 0;
  for (const mutant of mutants.filter((_, index) => index % step === 0)) {
    for (const { id, model: original } of chosen) {
      const each = mutant.apply(original);
      if (each === original) continue;
      const raw = run(each, false);
      if (raw.bounds.some(({ what }) => what === "states")) continue;
      assert.deepEqual(codesOf(run(each, true)), codesOf(raw), `${mutant.title}: ${id}`);
      compared++;
    }
  }
  assert.ok(compared >= MUTANTS, `only ${compared} mutants were compared`);
});

interface Named {
  readonly name: string;
  readonly model: Model;
}

/** Those on which SPIN and the explorer are compared. */
async function chosenModels(): Promise<readonly Named[]> {
  const chosen = JSON.parse(readFileSync(path.join(fixtures, "spin/models.json"), "utf8")) as readonly {
    readonly patch: string;
    readonly side: "before" | "after";
    readonly scenarios: readonly string[];
  }[];
  const found: Named[] = [];
  for (const { patch, side, scenarios } of chosen) {
    const models = await modelsOfPatch(patch);
    for (const scenario of scenarios) {
      const one = models.find((each) => each.side === side && scenarioOf(each.id) === scenario);
      if (one) found.push({ name: `${patch}: ${scenario}`, model: one.model });
    }
  }
  return found;
}

function scenarioOf(id: string): string {
  return id.split("/")[1] ?? "";
}

/** Reduced from the first state on, and what that finds is kept. */
function run(of: Model, reduce: Reduce): Exploration {
  const options = { maxStates: MOST_STATES, facts: false, stopAtFirst: false, freeChoices: true, reduce };
  const explorer = new Explorer(of, options, { thinFrom: 0, compileFrom: Infinity, shortest: false });
  while (!explorer.advance(1000));
  return explorer.result();
}

function codesOf({ violations }: Exploration): readonly string[] {
  return [...new Set(violations.map(({ code }) => code))].sort();
}
