/** Everything that a verdict rests on and that the text did not say. */
import { notRun, optionsInWords, toldOf } from "./configurations";
import type { Assumption } from "./review";
import type { Told } from "./findings";
import type { PatchState, VariantState } from "./state";

export interface Assumptions {
  readonly list: readonly Assumption[];
  /** Those that a finding of this variant rests on. */
  usedBy(state: PatchState, variant: VariantState, told: Told): string[];
}

interface Kept extends Assumption {
  readonly patch: number;
  /** It concerns traces through this function; null: every trace of the patch. */
  readonly function: string | null;
  /** Fact and value, for those that only some variants make. */
  readonly fact: readonly [string, string] | null;
}

export function composeAssumptions(states: readonly PatchState[]): Assumptions {
  const kept: Kept[] = [];
  const add = (next: Omit<Kept, "id">): void => {
    const isKnown = kept.some((k) => k.patch === next.patch && k.kind === next.kind && k.text === next.text);
    if (!isKnown) kept.push({ ...next, id: `a${kept.length + 1}` });
  };
  for (const state of states) {
    for (const variant of state.variants) {
      fromImages(state, variant, add);
      fromFacts(state, variant, add);
      fromTree(state, variant, add);
      fromLowering(state, variant, add);
      fromChoices(state, variant, add);
    }
    fromConfigurations(state, add);
  }
  return {
    list: kept.map(({ id, kind, text, range }) => ({ id, kind, text, range })),
    usedBy: (state, variant, told) => kept.filter((k) => isUsed(k, state, variant, told)).map((k) => k.id),
  };
}

type Add = (next: Omit<Kept, "id">) => void;

function fromImages(state: PatchState, variant: VariantState, add: Add): void {
  for (const file of variant.variant.images.files) {
    for (const { kind, text, span, function: inFunction } of file.assumptions) {
      add({ kind, text, range: span, patch: state.index, function: inFunction, fact: null });
    }
  }
}

function fromFacts(state: PatchState, variant: VariantState, add: Add): void {
  const { profile } = variant.variant.loaded;
  for (const fact of profile.facts) {
    const value = variant.variant.base.facts[fact.name];
    if (value === undefined) continue;
    const meaning = fact.values[value] ?? value;
    const text = `${fact.title}: ${meaning} (${fact.name} = ${value})`;
    add({ kind: "base-fact", text, range: null, patch: state.index, function: null, fact: [fact.name, value] });
  }
}

/** Configurations that nothing is known of. */
function fromConfigurations(state: PatchState, add: Add): void {
  for (const { options, function: inFunction, place, side, why } of notRun(state)) {
    const [assumed, other] = Object.values(options).every((value) => value === "n")
      ? ["with", "without"]
      : ["without", "with"];
    const names = Object.keys(options).join(" and ");
    const text =
      assumed === "with" || Object.keys(options).length === 1
        ? `the kernel is built ${assumed} ${names}: what ${inFunction}() does ${other} is not run (${why})`
        : `what ${inFunction}() does with ${optionsInWords(options)} is not run (${why})`;
    const range = side.locator.ofFiles.shown(place);
    add({ kind: "configuration", text, range, patch: state.index, function: inFunction, fact: null });
  }
}

/** Which callers are the tree's own, and which are not, and why. */
function fromTree(state: PatchState, variant: VariantState, add: Add): void {
  const tree = (variant.after ?? variant.before)?.side.tree ?? null;
  if (tree === null) return;
  const rest = { range: null, patch: state.index, function: null, fact: null };
  for (const [path, names] of tree.taken) {
    const functions = names.map((name) => `${name}()`).join(", ");
    add({ ...rest, kind: "from-tree", text: `read from ${path} of the tree: ${functions}` });
  }
  for (const [name, { path, why }] of tree.standIns) {
    const text = `${name}() of ${path} is not modelled (${why}): the profile's own stands in for it`;
    add({ ...rest, kind: "stand-in", text, function: name });
  }
}

/** What lowering took for granted, in the functions that scenarios run. */
function fromLowering(state: PatchState, variant: VariantState, add: Add): void {
  const after = variant.after ?? variant.before;
  if (after === null) return;
  const { locator, side } = after;
  const { entries, workers, softirqs } = side.programs;
  const { followed } = side.programs.world;
  const together = [...entries.values(), ...workers.map((w) => w.lowered), ...softirqs];
  const all = [
    ...together.map(({ notes }) => ({ notes, locator })),
    // What calls a function tells more of it than it does by itself.
    ...side.alone
      .filter((alone) => !followed.has(alone.function))
      .map((alone) => ({ notes: alone.lowered.notes, locator: locator.of(alone) })),
  ];
  const handed = new Set<string>();
  for (const { notes, locator: own } of all) {
    for (const note of notes) {
      if (note.kind === "bound" || note.kind === "not-modelled") continue;
      if (note.kind === "handed") {
        handed.add(note.text);
        continue;
      }
      if (note.kind === "configuration" && isRunOtherwise(state, note.text)) continue;
      const range = own.shown(note.place);
      add({ kind: note.kind, text: note.text, range, patch: state.index, function: null, fact: null });
    }
  }
  if (handed.size === 0) return;
  const singles = variant.variant.loaded.profile.objects.filter(({ single }) => single).map(({ type }) => type);
  const text = `not known, handed ${singles.join(" or ")}, and taken to leave the lifecycle alone: ${[...handed].toSorted().join(", ")}`;
  add({ kind: "unknown-call", text, range: null, patch: state.index, function: null, fact: null });
}

function isRunOtherwise(state: PatchState, text: string): boolean {
  return toldOf(state).some(({ options }) => Object.keys(options).some((name) => text.split(" ").includes(name)));
}

/** Conditions that nobody tracks and that a scenario came by: both ways were tried, whatever the kernel would do. */
function fromChoices(state: PatchState, variant: VariantState, add: Add): void {
  const after = variant.after ?? variant.before;
  for (const { model, explored } of after?.scenarios ?? []) {
    for (const [index, program] of model.programs.entries()) {
      for (const at of explored?.exploration.executed[index] ?? []) {
        const step = program.steps[at];
        if (step?.action.kind !== "choose" || step.action.nature !== "free") continue;
        const range = after?.locator.shown(step.place) ?? null;
        const text = `nobody tracks ${step.action.what}: both ways are tried`;
        add({ kind: "free-choice", text, range, patch: state.index, function: null, fact: null });
      }
    }
  }
}

function isUsed(kept: Kept, state: PatchState, variant: VariantState, told: Told): boolean {
  if (kept.patch !== state.index) return false;
  if (kept.fact !== null) return variant.variant.base.facts[kept.fact[0]] === kept.fact[1];
  return kept.function === null
    ? !["unknown-call", "free-choice", "configuration"].includes(kept.kind)
    : told.functions.has(kept.function);
}
