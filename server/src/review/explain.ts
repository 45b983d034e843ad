/** Why is this line here: it is left out, or weakened, and what then goes wrong is told. */
import type { Span } from "../text/mapped";
import { removalsOf } from "../model/change/removals";
import { modelKey } from "../model/assemble";
import { mutantsOf, type Mutant, type OperatorName } from "../model/mutate";
import type { ReviewOptions, Surroundings } from "./api";
import { isSerious, outcomeOf, type BreakTold, type ChangeOutcome } from "./breaks";
import { changedScenarios, type ChangedScenario } from "./change-models";
import { explainables, placesOf, type Explainable } from "./explainable";
import { findingOf } from "./compose-findings";
import { refusalFor } from "./refusal";
import type { Finished } from "./review-document";
import type { SideState, VariantState } from "./state";
import { summaryOf } from "./why-words";
import type { Break, WhyAnswer, WhyLine, WhyWay } from "./why";

export async function* explainLines(
  finished: Finished,
  at: Span | null,
  options: ReviewOptions,
  { breathe }: Pick<Surroundings, "breathe">,
): AsyncGenerator<WhyAnswer, void, void> {
  const wanted = wantedLines(finished, at);
  const lines: WhyLine[] = [];
  let [done, total] = [0, wanted.length];
  const answer = (stage: WhyAnswer["stage"], refusal: WhyAnswer["refusal"] = null): WhyAnswer => ({
    kind: "why",
    lines: [...lines],
    refusal,
    stage,
    progress: { done, total },
  });
  if (wanted.length === 0) return yield answer("complete", refusalFor(finished, at));
  for (const explainable of wanted) {
    const ways: WhyWay[] = [];
    const tries = waysOf(finished, explainable);
    total += tries.length - 1;
    for (const { title, key, scenarios } of tries) {
      if (!(await breathe())) return yield answer("stopped");
      const changed = scenarios();
      const { explorations } = finished;
      const outcome =
        changed === null
          ? null
          : await outcomeOf(explainable.state, changed, key, options.maxStates, explorations, breathe);
      if (outcome === null && changed !== null) return yield answer("stopped");
      if (outcome !== null && outcome.scenarios > 0) ways.push(wayOf(title, outcome, explainable));
      done++;
      yield answer("partial");
    }
    if (tries.length === 0) done++;
    lines.push(lineOf(explainable, ways, tries.length));
  }
  yield answer("complete");
}

/** The acting statements of the line; where none acts, the first that is there. */
function wantedLines(finished: Finished, at: Span | null): Explainable[] {
  const all = explainables(finished);
  if (at === null) return all.filter(({ acts, executed }) => acts && executed);
  const here = all.filter(({ range }) => range.start < at.end && at.start < range.end);
  const acting = here.filter(({ acts, executed }) => acts && executed);
  if (acting.length > 0) return acting;
  if (here.some(({ acts }) => acts)) return [];
  return here.filter((each) => runsAround(each) && tellsSomething(each)).slice(0, 1);
}

/** A local assignment or a `return` runs where something around it does. */
function runsAround({ places }: Explainable): boolean {
  return places.some(({ after, path, standing }) =>
    placesOf(after)
      .within(path, standing.function.place)
      .some(({ executed }) => executed),
  );
}

function tellsSomething({ places }: Explainable): boolean {
  return places.some(({ standing, text }) => removalsOf(standing, text).length > 0);
}

interface Try {
  readonly title: string;
  readonly key: string;
  /** Made when it is its turn. Null when the changed code makes no sense. */
  readonly scenarios: () => ChangedScenario[] | null;
}

function waysOf(finished: Finished, explainable: Explainable): Try[] {
  const first = explainable.places[0];
  if (first === undefined) return [];
  const weaker = weakenings(explainable);
  // A lock is left out together with its unlock: without it alone everybody knows what happens.
  const isPaired = weaker.some(({ title }) => title.includes("without its unlock"));
  const removals = isPaired ? [] : removalsOf(first.standing, first.text);
  const left = removals.map(({ title }, index): Try => ({
    title,
    key: `${explainable.text} ${title}`,
    scenarios: () => {
      const all = explainable.places.map(({ variant, path, text, standing }) => {
        const change = removalsOf(standing, text)[index];
        return change === undefined ? null : changedScenarios(finished, variant, path, change);
      });
      return all.every((each) => each === null) ? null : all.flatMap((each) => each ?? []);
    },
  }));
  return [...left, ...weaker];
}

/** Those of the model's operators that weaken: to leave a statement out as a whole is done in its text. */
const WEAKENING: readonly OperatorName[] = ["lock", "lock-mode", "refcount", "atomic", "grace-period", "list"];

function weakenings({ places, text }: Explainable): Try[] {
  const found = new Map<string, { readonly title: string; readonly scenarios: (() => ChangedScenario[])[] }>();
  for (const { variant, after, path, standing } of places) {
    const { head } = standing;
    const mutants = weakeningsOf(after, variant).filter(({ place: lowered }) => {
      const place = after.side.moved.place(lowered);
      return place.file === path && head.start <= place.start && place.end <= head.end;
    });
    for (const mutant of mutants) {
      const { what } = mutant;
      const title = titleOf(what);
      if (title === null) continue;
      const way = found.get(what) ?? { title, scenarios: [] };
      found.set(what, way);
      way.scenarios.push(() =>
        after.scenarios.flatMap((original): ChangedScenario[] => {
          const model = mutant.apply(original.model);
          if (model === original.model) return [];
          const changed = { scenario: original.scenario, model, key: modelKey(model) };
          return [{ variant, original, changed, locator: after.locator }];
        }),
      );
    }
  }
  return [...found].map(([what, { title, scenarios }]) => ({
    title,
    key: `${text} ${what}`,
    scenarios: () => scenarios.flatMap((each) => each()),
  }));
}

const weakeningsBySide = new WeakMap<SideState, readonly Mutant[]>();

/** What the kernel composes of its primitives counts as done where it is called. */
function weakeningsOf(after: SideState, { variant }: VariantState): readonly Mutant[] {
  const had = weakeningsBySide.get(after);
  if (had !== undefined) return had;
  const { kernel } = variant.base;
  const files = [...after.side.files.values()].filter(({ path }) => path !== kernel.path);
  const names = new Set(files.flatMap(({ functions }) => functions.map(({ name }) => name)));
  const models = after.scenarios.map(({ model }) => model);
  const made = mutantsOf(models, (name) => names.has(name), WEAKENING);
  weakeningsBySide.set(after, made);
  return made;
}

/** Null for a lock that is not taken but released all the same. */
function titleOf(what: string): string | null {
  if (what === "without") return null;
  if (what.startsWith("without, and without its unlock")) return "without this line, and without its unlock";
  return `weakened (${what})`;
}

function wayOf(title: string, outcome: ChangeOutcome, explainable: Explainable): WhyWay {
  const { scenarios, broken, unfinished, unknown } = outcome;
  const serious = outcome.breaks.filter(({ told }) => isSerious(told));
  const shown = serious.length > 0 ? serious : outcome.breaks;
  return {
    title,
    breaks: shown.map((each) => breakOf(each, explainable)),
    scenarios,
    broken,
    unfinished: unfinished + unknown,
  };
}

function breakOf({ told, scenario }: BreakTold, { state, range }: Explainable): Break {
  const { variant, original } = scenario;
  const finding = findingOf(state, { variant, scenario: original, told, status: "introduced" }, []);
  return {
    finding: { ...finding, range: told.range ?? range },
    site: told.site,
    scenario: original.scenario.title,
  };
}

function lineOf(explainable: Explainable, ways: readonly WhyWay[], tried: number): WhyLine {
  const { range, text, state, acts } = explainable;
  const outcome = ways.some(isBreaking)
    ? "breaks"
    : tried === 0 || ways.some((way) => way.unfinished > 0)
      ? "incomplete"
      : "nothing";
  const line = {
    range,
    text,
    function: explainable.function,
    patch: state.index,
    acts,
    outcome,
    ways,
  } as const;
  return { ...line, summary: tried === 0 ? NOT_ALONE : summaryOf(line, state) };
}

const NOT_ALONE = "it cannot be left out by itself: other lines use what it declares or decides";

export function isBreaking({ breaks }: WhyWay): boolean {
  return breaks.some(({ finding }) => finding.severity !== "info");
}
