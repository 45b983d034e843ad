/** The bases that mutants are made of: each combination of facts that is sound by itself, with all its scenarios. */
import { mutantsOf, surroundings, type Mutant } from "../../model/mutate";
import { fingerprint } from "../fingerprint";
import { combinations, matches, type Bases, type Facts } from "../bases";
import type { LoadedProfile } from "../builtin";
import { modelsOf, sideOf, type ScenarioModel } from "../sides";

export interface Subject {
  readonly profile: string;
  readonly facts: Facts;
  /** Those that cost least first. */
  readonly scenarios: readonly ScenarioModel[];
  /** In the order of the source. */
  readonly mutants: readonly Mutant[];
  /** Of the change and of the function around it, as IR: 16 hexadecimal digits. */
  hashOf(mutant: Mutant): string;
}

export function subjectsOf(profiles: readonly LoadedProfile[], bases: Bases): readonly Subject[] {
  return profiles.flatMap((loaded) => {
    const { unsound, between } = loaded.profile;
    return combinations(loaded.profile)
      .filter((facts) => ![...(unsound ?? []), ...(between ?? [])].some((rule) => matches(facts, rule)))
      .map((facts) => subjectOf(loaded, facts, bases));
  });
}

function subjectOf(loaded: LoadedProfile, facts: Facts, bases: Bases): Subject {
  const base = bases.of(loaded, facts);
  const variant = { loaded, base, images: { files: [], problems: [], loose: [] }, onTopOf: null };
  const side = sideOf(variant, "after", bases);
  const scenarios = side === null ? [] : [...modelsOf(side, variant)].sort((a, b) => costOf(a) - costOf(b));
  const models = scenarios.map(({ model }) => model);
  // The header's walk over a page table and our checks are no code of the kernel's.
  const names = new Set(base.base.flatMap((file) => file.functions.map(({ name }) => name)));
  const isHome = (name: string): boolean => names.has(name);
  const around = surroundings(models, isHome);
  return {
    profile: loaded.profile.name,
    facts,
    scenarios,
    // Nor is what our own members are set to, wherever that is inlined.
    mutants: mutantsOf(models, isHome).filter(({ id }) => !id.includes("lastput_")),
    hashOf: ({ id, function: name }) => fingerprint([id, around.get(name) ?? ""]),
  };
}

/** Not measured, so that the order is the same whatever the engine does. */
function costOf({ scenario, model }: ScenarioModel): number {
  const objects = Object.values(scenario.pools).reduce((sum, pool) => sum + pool.size, 0);
  return 10 * model.threads.length + objects;
}

/** Of all that its outcomes rest on but the engine: the mutants with the code around them, and the scenarios. */
export function digestOf(subject: Subject): string {
  const mutants = subject.mutants.map((mutant) => subject.hashOf(mutant));
  return fingerprint([...mutants, ...subject.scenarios.map(({ scenario }) => JSON.stringify(scenario))]);
}
