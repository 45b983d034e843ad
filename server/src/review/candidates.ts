/** Single changes near a finding that might take it away, each as it is to be made in every base. */
import type { Stmt } from "../c/syntax";
import type { Change } from "../model/change/change";
import { Primitives } from "../model/change/primitives";
import { removalsOf } from "../model/change/removals";
import { strongerOf, type Knowledge } from "../model/change/stronger";
import { swapsIn, type Roles } from "../model/change/swaps";
import type { Span } from "../text/mapped";
import { explainables, placesOf, type Explainable, type StandingIn } from "./explainable";
import type { Finished } from "./review-document";
import type { PatchState, SideState, VariantState } from "./state";
import { isActing } from "./step-places";

export interface Candidate {
  readonly kind: "swap" | "stronger" | "under" | "deletion";
  readonly title: string;
  /** What it touches, in the document. */
  readonly range: Span;
  readonly in: ReadonlyMap<VariantState, CandidateIn>;
}

export interface CandidateIn {
  readonly path: string;
  readonly text: string;
  readonly change: Change;
}

/** Preferred ones first: nothing is lost in a swap, and a deletion is the last that one would think of. */
const PREFERRED: readonly Candidate["kind"][] = ["swap", "stronger", "under", "deletion"];

/** @param functions in which something may be changed */
export function candidatesNear(finished: Finished, state: PatchState, functions: ReadonlySet<string>): Candidate[] {
  const near = explainables(finished).filter((each) => each.state === state && functions.has(each.function));
  const found = new Map<string, Candidate & { in: Map<VariantState, CandidateIn> }>();
  for (const explainable of near) {
    for (const place of explainable.places) {
      for (const { kind, change } of changesAt(finished, explainable, place)) {
        const range = shownRange(place, change);
        if (range === null) continue;
        const key = `${kind} ${range.start}:${range.end} ${change.title}`;
        const had = found.get(key) ?? { kind, title: change.title, range, in: new Map<VariantState, CandidateIn>() };
        found.set(key, had);
        had.in.set(place.variant, { path: place.path, text: place.text, change });
      }
    }
  }
  return [...found.values()].sort(
    (a, b) => PREFERRED.indexOf(a.kind) - PREFERRED.indexOf(b.kind) || a.range.start - b.range.start,
  );
}

interface Made {
  readonly kind: Candidate["kind"];
  readonly change: Change;
}

function changesAt(finished: Finished, { acts, executed }: Explainable, place: StandingIn): Made[] {
  const { standing, text, after } = place;
  const { statement, block, index } = standing;
  // Each block once: when its first statement comes by.
  const first = block.findIndex((each) => isShown(after, place.path, each));
  const swaps = index === first ? swapsIn(block, text, rolesIn(place)) : [];
  const made: Made[] = swaps.map((change) => ({ kind: change.kind, change }));
  for (const change of strongerOf(standing, text, knowledgeOf(finished, place)))
    made.push({ kind: "stronger", change });
  // What was there before has its reason, and without a test or a loop a good deal more is gone than a line.
  const isNew = statement.kind === "expr" && after.locator.ofFiles.isChanged({ ...statement.place, via: null });
  const [removal] = acts && executed && isNew ? removalsOf(standing, text) : [];
  if (removal !== undefined) {
    made.push({ kind: "deletion", change: { ...removal, title: `without ${standingText(place)}` } });
  }
  return made;
}

function standingText({ standing, text }: StandingIn): string {
  return text.slice(standing.head.start, standing.head.end).replaceAll(/\s+/g, " ").trim();
}

function isShown(after: SideState, file: string, { place }: Stmt): boolean {
  return place.file === file && after.locator.ofFiles.inDocument({ ...place, via: null }) !== null;
}

/** Only what the document shows can be suggested. Null when part of it is elsewhere. */
function shownRange({ after, path }: StandingIn, { edits }: Change): Span | null {
  const { ofFiles } = after.locator;
  const spans = edits.map(({ start, end }) => [
    ofFiles.inDocument({ file: path, start, end: start + 1, via: null }),
    ofFiles.inDocument({ file: path, start: end - 1, end, via: null }),
  ]);
  const ends = spans.flat();
  const shown = ends.filter((span) => span !== null);
  if (shown.length < ends.length || shown.length === 0) return null;
  return { start: Math.min(...shown.map(({ start }) => start)), end: Math.max(...shown.map(({ end }) => end)) };
}

function rolesIn({ after, path }: StandingIn): Roles {
  const places = placesOf(after);
  return {
    acts: ({ place }) => places.within(path, place).some(({ step, executed }) => executed && isActing(step)),
    lock: (statement) => {
      if (statement.kind !== "expr") return null;
      for (const { step, isOwn } of places.within(path, statement.place)) {
        const { action } = step;
        if (!isOwn) continue;
        if (action.kind === "lock" && (action.op === "acquire" || action.op === "release")) {
          return { lock: `lock ${action.lock}`, op: action.op };
        }
        if (action.kind === "rcu" && action.op === "lock") return { lock: "rcu", op: "acquire" };
        if (action.kind === "rcu" && action.op === "unlock") return { lock: "rcu", op: "release" };
      }
      return null;
    },
  };
}

const primitives = new WeakMap<VariantState, Primitives>();

function knowledgeOf({ bases }: Finished, { after, variant, path, standing }: StandingIn): Knowledge {
  const known = primitives.get(variant) ?? new Primitives(bases.kernel.vocabulary, variant.variant.base.kernel);
  primitives.set(variant, known);
  const model = after.scenarios[0]?.model;
  return {
    primitives: known,
    rcuHeads: ({ place }) => {
      const freed = placesOf(after)
        .within(path, place)
        .flatMap(({ step, isOwn }) => (isOwn && step.action.kind === "free" ? [step.action.type] : []));
      const types = new Set([...new Set(freed)].map((type) => model?.types[type]?.name));
      const aggregates = [...after.side.files.values()].flatMap((file) => file.aggregates);
      const members = aggregates.filter(({ name }) => types.has(name)).flatMap(({ fields }) => fields);
      return [...new Set(members.filter(({ type }) => bases.ctypes.field(type) === "rcu").map(({ name }) => name))];
    },
    isInLoop: ({ place }) => isInLoop(standing.function.body, place),
  };
}

function isInLoop(around: Stmt, place: Span, inside = false): boolean {
  if (around.place.start > place.start || around.place.end < place.end) return false;
  if (around.place.start === place.start && around.place.end === place.end) return inside;
  switch (around.kind) {
    case "block":
      return around.body.some((each) => isInLoop(each, place, inside));
    case "if":
      return isInLoop(around.then, place, inside) || (around.else !== null && isInLoop(around.else, place, inside));
    case "while":
    case "dowhile":
    case "for":
    case "macro":
      return isInLoop(around.body, place, true);
    case "switch":
      return isInLoop(around.body, place, inside);
    default:
      return false;
  }
}
