/**
 * The bases by themselves: in every era, released or only proposed, every scenario ends without a finding, nothing is
 * left unexplored, and each statement of the era's code that acts on something is run by one of them. What is known to be
 * wrong of other combinations is found.
 */
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { createParser } from "../../server/src/c/parser";
import type { Step } from "../../server/src/model/ir";
import type { EraProfile } from "../../server/src/model/profile";
import { Bases, combinations, matches, type Base, type Facts } from "../../server/src/review/bases";
import { KERNEL, PROFILES, type LoadedProfile } from "../../server/src/review/builtin";
import { modelsOf, sideOf, type ScenarioModel, type Side } from "../../server/src/review/sides";
import type { Exploration } from "../../server/src/simulate/result";
import { startExploring } from "../../server/src/simulate/index";
import { dist } from "../support/paths";
import { profileNamed } from "./support";

const parser = createParser({
  runtime: path.join(dist, "web-tree-sitter.wasm"),
  grammar: path.join(dist, "tree-sitter-c.wasm"),
});
const bases = parser.then((made) => new Bases(made, KERNEL));

for (const loaded of PROFILES) {
  for (const facts of combinations(loaded.profile)) {
    const isUnsound = (loaded.profile.unsound ?? []).some((rule) => matches(facts, rule));
    if (isUnsound) continue;
    test(`${loaded.profile.name}, ${titleOf(loaded, facts)}: clean, complete, and all of it runs`, async (t) => {
      const side = await sideOfBase(loaded, (await bases).of(loaded, facts));
      const runs = modelsOf(side.side, side.variant).map((each) => ({ ...each, exploration: explore(each) }));
      assert.ok(runs.length > 0);
      const wrong = runs.flatMap(({ scenario, exploration }) => complaints(scenario.id, exploration));
      assert.deepEqual(wrong, []);
      assert.deepEqual(idle(side.side, runs), []);
      const states = runs.reduce((sum, { exploration }) => sum + exploration.states, 0);
      t.diagnostic(`${runs.length} scenarios, ${states} states`);
    });
  }
}

interface KnownBad {
  readonly what: string;
  readonly facts: Facts;
  /** In each of them one of the codes is an error. */
  readonly scenarios: readonly string[];
  readonly codes: readonly string[];
}

const SERIES = {
  readers: "valid-only",
  vcpu: "write-lock",
  ageing: "write-lock",
  unmap: "all-roots",
  arguments: "shared",
};
const REFCOUNT = { ...SERIES, put: "unlink-first", zap: "guarded", "fast-zap": "list-walk", invalidate: "all" };
const TWICE = ["refcount.underflow", "lifetime.use-after-free"];

/** Combinations that were proposed or that one might think of; why each is wrong is in the rules that were broken. */
const KNOWN_BAD: readonly KnownBad[] = [
  {
    what: "a last put resets the count, and the fast zap's list walk puts that reference as well",
    facts: { ...SERIES, put: "marked", zap: "yields", "fast-zap": "list-walk", invalidate: "all" },
    scenarios: ["load-put-fast-zap", "load-put-fast-zap-kept"],
    codes: TWICE,
  },
  {
    what: "the same with an iterator that has a reference of its own",
    facts: { ...SERIES, put: "marked", zap: "yields", "fast-zap": "iterator", invalidate: "all" },
    scenarios: ["load-put-fast-zap", "load-put-fast-zap-kept"],
    codes: TWICE,
  },
  {
    what: "a zap that yields after the root was unlinked",
    facts: { ...SERIES, put: "unlink-first", zap: "yields", "fast-zap": "queue", invalidate: "all" },
    scenarios: ["put-notifier", "shared-put-notifier"],
    codes: ["zap.unreachable-while-yielding"],
  },
  {
    what: "its warning that the count is 0",
    facts: { ...SERIES, put: "unlink-first", zap: "yields", "fast-zap": "queue", invalidate: "all" },
    scenarios: ["put", "shared-put"],
    codes: ["assert.warn-reachable"],
  },
  {
    what: "a root that put queued is queued again while it is pending",
    facts: { ...SERIES, put: "marked-queue", zap: "yields", "fast-zap": "queue", invalidate: "all" },
    scenarios: ["put-fast-zap"],
    codes: ["work.reinit-while-pending"],
  },
  {
    what: "as in 5.17, a get refuses invalid roots, so a notifier passes by one that the fast zap has yet to zap",
    facts: { ...REFCOUNT, unmap: "valid-only", arguments: "get-with-kvm" },
    scenarios: ["fast-zap-notifier"],
    codes: ["lifetime.use-after-free"],
  },
  {
    what: "and zap-all returns while it maps something",
    facts: { ...REFCOUNT, unmap: "valid-only", arguments: "get-with-kvm" },
    scenarios: ["fast-zap-zap-all"],
    codes: ["zap.incomplete-on-return"],
  },
  {
    what: "as in 5.13 to 5.16, a notifier yields while it walks the list without a reference",
    facts: { ...REFCOUNT, unmap: "unreferenced", arguments: "get-with-kvm" },
    scenarios: ["put-notifier", "shared-put-notifier"],
    codes: ["lifetime.use-after-free"],
  },
  {
    what: "roots that a put zaps by itself are not waited for",
    facts: { ...SERIES, put: "marked", zap: "yields", "fast-zap": "queue", invalidate: "skip-invalid" },
    scenarios: ["put-fast-zap", "shared-put-fast-zap"],
    codes: ["zap.incomplete-on-return"],
  },
];

for (const { what, facts, scenarios, codes } of KNOWN_BAD) {
  test(`known to be bad: ${what}`, async () => {
    const loaded = profileNamed("tdp-mmu");
    const { side, variant } = await sideOfBase(loaded, (await bases).of(loaded, facts));
    for (const id of scenarios) {
      const model = modelsOf(side, variant).find(({ scenario }) => scenario.id === id) ?? assert.fail(`no ${id}`);
      const found = explore(model).violations.filter(({ severity }) => severity === "error");
      assert.ok(
        found.some(({ code }) => codes.includes(code)),
        `${id}: ${found.map(({ code }) => code).join(", ") || "nothing"}`,
      );
    }
  });
}

const explored = new Map<string, Exploration>();

function explore({ key, model }: ScenarioModel): Exploration {
  const had = explored.get(key);
  if (had !== undefined) return had;
  const run = startExploring(model, {
    maxStates: 2_000_000,
    stopAtFirst: false,
    reduce: true,
    facts: false,
    freeChoices: true,
  });
  while (!run.advance(1000));
  explored.set(key, run.result());
  return run.result();
}

function complaints(id: string, { complete, violations, unknowns, bounds }: Exploration): string[] {
  return [
    ...violations
      .filter(({ severity }) => severity !== "info")
      .map(({ code, message }) => `${id}: ${code}: ${message}`),
    ...unknowns.map((each) => `${id}: not modelled: ${JSON.stringify(each)}`),
    ...(complete ? [] : [`${id}: not explored to its end: ${JSON.stringify(bounds)}`]),
  ];
}

interface Run extends ScenarioModel {
  readonly exploration: Exploration;
}

/** Patches call them; the code of that era alone does not. */
const FOR_PATCHES = new Set([
  "kvm_get_kvm",
  "kvm_get_kvm_safe",
  "kvm_tdp_root_mark_invalid",
  "tdp_mmu_free_sp",
  "tdp_mmu_free_sp_rcu_callback",
  "tdp_mmu_set_spte_atomic_no_dirty_log",
  "tdp_mmu_set_spte_no_dirty_log",
  "tdp_mmu_zap_spte_atomic",
]);

/** What only checks is not meant to fire; a parameter that is a function is unknown where its function is lowered alone. */
const UNMEANT: ReadonlySet<Step["action"]["kind"]> = new Set(["assert", "bound", "unknown"]);

/** Statements of the base that act on something and that nobody ran. */
function idle(side: Side, runs: readonly Run[]): string[] {
  const left = new Map<string, string>();
  const at = ({ place, action, acting }: Step): string | null =>
    acting && place !== null && !UNMEANT.has(action.kind) ? `${place.file}:${place.start}` : null;
  for (const { function: name, lowered } of side.alone) {
    if (FOR_PATCHES.has(name)) continue;
    for (const step of lowered.program.steps) {
      const key = at(step);
      if (key !== null) left.set(key, `${name}(): ${step.text}`);
    }
  }
  for (const { model, exploration } of runs) {
    for (const [index, program] of model.programs.entries()) {
      for (const number of exploration.executed[index] ?? []) {
        const step = program.steps[number] ?? assert.fail("no such step");
        const key = at(step);
        if (key !== null) left.delete(key);
        // A function by itself does not know whom it calls through a parameter; who calls it does.
        for (const { call } of step.stack) if (call !== null) left.delete(`${call.file}:${call.start}`);
      }
    }
  }
  return [...left.values()];
}

async function sideOfBase(loaded: LoadedProfile, base: Base) {
  const changed = base.base.flatMap((file) => file.functions.map(({ name }) => ({ name, before: true, after: true })));
  const fit = { shown: 0, matched: 0, varied: 0, contradicted: 0, contradictions: [] };
  const after = { path: "empty.c", code: { text: "", segments: [] } };
  const file = { path: after.path, source: "base" as const, before: null, after, changed, fit, assumptions: [] };
  const variant = { loaded, base, images: { files: [file], problems: [], loose: [] }, onTopOf: null };
  const side: Side | null = sideOf(variant, "after", await bases);
  assert.ok(side !== null);
  return { side, variant };
}

/** `worker (5.18 to 6.3)`; the facts themselves where no era is named. */
function titleOf({ profile }: LoadedProfile, facts: Facts): string {
  const era: EraProfile | undefined = profile.eras?.find((each) => matches(facts, each.facts));
  const values = Object.values(facts).join("+");
  return era === undefined ? values : `${era.name} (${era.releases ?? "proposed"}), ${values}`;
}
