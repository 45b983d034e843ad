/**
 * What `npm run mutants` does for all, for a few that are drawn anew whenever the code of the bases changes; and what
 * the engine's reductions may leave out, which is nothing. `LASTPUT_MUTANTS=1` takes all of them.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { modelKey } from "../../server/src/model/assemble";
import type { Model } from "../../server/src/model/ir";
import type { Mutant } from "../../server/src/model/mutate";
import { PROFILES } from "../../server/src/review/builtin";
import { digestsOf } from "../../server/src/review/mutants/page";
import { MutationRun, changedBy } from "../../server/src/review/mutants/run";
import { digestOf, type Subject } from "../../server/src/review/mutants/subject";
import { objectStates, startExploring } from "../../server/src/simulate";
import { DEFAULT_TUNING, Explorer } from "../../server/src/simulate/run/explorer";
import { page, reasons, subjects } from "./support";

const takesAll = process.env["LASTPUT_MUTANTS"] === "1";
/** Mutants of each base. */
const SAMPLE = 3;
/** Raw states up to which a model is explored without reductions. */
const LARGEST = takesAll ? 100_000 : 8_000;
/** Models that are compared state by state. */
const SMALL = 100;

const all = subjects();
const text = readFileSync(page, "utf8");

test("docs/mutants.md was made from this code (npm run mutants makes it)", async () => {
  const made = digestsOf(await all);
  const told = [...text.matchAll(/^ {4}(\d+: [0-9a-f]{16})$/gm)].map(([, line]) => line);
  assert.deepEqual(told, made);
});

test("what a reason says is not checked is what reviews say is not checked", () => {
  for (const { profile, mutant, notChecked } of reasons()) {
    if (notChecked === undefined) continue;
    const said = PROFILES.find((loaded) => loaded.profile.name === profile)?.profile.notChecked ?? [];
    assert.ok(said.includes(notChecked), `${mutant}: ${notChecked}`);
  }
});

test(
  "what the page says of a mutant is so",
  { skip: takesAll ? "table.test.ts runs all of them" : false },
  async () => {
    const run = new MutationRun();
    for (const [index, subject] of (await all).entries()) {
      for (const mutant of drawn(subject)) {
        const { kind } = run.outcome(subject, mutant);
        const told = toldOf(mutant.id, index + 1);
        if (kind === "unchanged") assert.equal(told, null, mutant.id);
        else
          assert.equal(kind === "caught", told === "caught", `base ${index + 1}, ${mutant.id}: ${kind}, but ${told}`);
      }
    }
  },
);

test("with and without reductions a mutant has the same findings, and runs the same steps", async (t) => {
  let compared = 0;
  const seen = new Set<string>();
  for (const subject of await all) {
    for (const { model, key, what } of changedModels(subject)) {
      if (seen.has(key)) continue;
      seen.add(key);
      const raw = explore(model, false, LARGEST);
      if (!raw.complete) continue;
      compared++;
      const [lazy, eager] = [explore(model, true), explore(model, true, 2_000_000, 0)];
      for (const reduced of [lazy, eager]) {
        assert.deepEqual(codesOf(reduced), codesOf(raw), what);
        assert.deepEqual(reduced.executed.map(sorted), raw.executed.map(sorted), what);
      }
    }
  }
  t.diagnostic(`${compared} models`);
  assert.ok(compared > 100);
});

test("fused and step by step the objects come into the same states", async () => {
  const seen = new Set<string>();
  for (const subject of await all) {
    // The bases' own models are searched to their ends; a mutant's search ends where it is caught.
    const own = subject.scenarios.map(({ model, key, scenario }) => ({ model, key, what: scenario.id }));
    for (const { model, key, what } of [...own, ...changedModels(subject)]) {
      if (seen.has(key) || (seen.size >= SMALL && !takesAll)) continue;
      const raw = objectStates(model, { maxStates: LARGEST, fuse: false });
      if (raw === null) continue;
      seen.add(key);
      const fused = objectStates(model, { maxStates: LARGEST, fuse: true });
      assert.deepEqual(fused === null ? null : apart(fused), apart(raw), what);
    }
  }
  assert.ok(seen.size >= SMALL);
});

/** What the objects come to, and of that what they end in: a last step that is fused with the end is never seen before it. */
function apart(states: readonly string[]): { readonly reached: Set<string>; readonly ends: Set<string> } {
  const END = /^end /;
  return {
    reached: new Set(states.map((state) => state.replace(END, ""))),
    ends: new Set(states.filter((state) => END.test(state))),
  };
}

interface ChangedModel {
  readonly model: Model;
  readonly key: string;
  readonly what: string;
}

function changedModels(subject: Subject): readonly ChangedModel[] {
  return drawn(subject).flatMap((mutant) =>
    [...changedBy(mutant, subject.scenarios)].map(({ base, model }) => ({
      model,
      key: modelKey(model),
      what: `${JSON.stringify(subject.facts)} ${base.scenario.id}: ${mutant.id}`,
    })),
  );
}

/** A few, far apart, others for other code. */
function drawn(subject: Subject): readonly Mutant[] {
  const { mutants } = subject;
  if (takesAll) return mutants;
  const first = Number.parseInt(digestOf(subject).slice(0, 8), 16);
  const chosen = Array.from(
    { length: SAMPLE },
    (_, n) => (first + Math.floor((n * mutants.length) / SAMPLE)) % mutants.length,
  );
  return chosen.flatMap((at) => mutants[at] ?? []);
}

/** `caught`, `survived`, or null when the page does not count it for that base. */
function toldOf(id: string, base: number): "caught" | "survived" | null {
  const row = text
    .slice(text.indexOf("## All"))
    .split("\n")
    .find((line) => line.startsWith(`| \`${id.replaceAll("|", "\\|")}\` |`));
  for (const end of row?.split(" | ")[1]?.replace(/ \|$/, "").split("; ") ?? []) {
    const [, bases = "", what = ""] = /^([\d, -]+): (.*)$/.exec(end) ?? [];
    const isThis = bases.split(", ").some((part) => {
      const [from = 0, to = from] = part.split("-").map(Number);
      return base >= from && base <= to;
    });
    if (isThis) return /^(told|open|equivalent|reason)/.test(what) ? "survived" : "caught";
  }
  return null;
}

function explore(model: Model, reduce: boolean, maxStates = 2_000_000, thinFrom?: number) {
  const options = { maxStates, facts: false, stopAtFirst: false, freeChoices: true, reduce };
  const run =
    thinFrom === undefined
      ? startExploring(model, options)
      : new Explorer(model, options, { ...DEFAULT_TUNING, thinFrom, shortest: false });
  while (!run.advance(1000));
  return run.result();
}

function codesOf({ violations }: ReturnType<typeof explore>): readonly string[] {
  return [...new Set(violations.map(({ code }) => code))].sort();
}

function sorted(steps: ReadonlySet<number>): readonly number[] {
  return [...steps].sort((a, b) => a - b);
}
