/** The statements of a document's after image that one can ask about. */
import type { Standing } from "../model/change/standing";
import { standingsOf } from "../model/change/standing";
import type { Span } from "../text/mapped";
import type { Finished } from "./review-document";
import type { PatchState, SideState, VariantState } from "./state";
import { isActing, StepPlaces } from "./step-places";
import { concerned } from "./verdicts";

/** One statement that the document shows, as it stands in each of the bases that were run. */
export interface Explainable {
  readonly state: PatchState;
  /** Its head in the document. */
  readonly range: Span;
  /** The head in one line. */
  readonly text: string;
  readonly function: string;
  readonly acts: boolean;
  /** Some scenario runs it. */
  readonly executed: boolean;
  readonly places: readonly StandingIn[];
}

export interface StandingIn {
  readonly variant: VariantState;
  readonly after: SideState;
  /** Of the file that it stands in. */
  readonly path: string;
  readonly text: string;
  readonly standing: Standing;
}

/** In the order of the document. `acts` is only told of what ran or could run. */
export function explainables(finished: Finished): Explainable[] {
  const had = known.get(finished);
  if (had !== undefined) return had;
  const made = finished.states
    .flatMap((state) => ofPatch(state))
    .sort((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
  known.set(finished, made);
  return made;
}

const known = new WeakMap<Finished, Explainable[]>();

function ofPatch(state: PatchState): Explainable[] {
  const found = new Map<string, Explainable & { places: StandingIn[] }>();
  for (const variant of concerned(state)) {
    const { after } = variant;
    if (after === null) continue;
    for (const { path, text, standing } of shownStatements(after, state.range)) {
      const { head } = standing;
      const range = after.locator.ofFiles.inDocument({ file: path, ...head, via: null });
      if (range === null) continue;
      const key = `${range.start}:${range.end}`;
      const place: StandingIn = { variant, after, path, text, standing };
      const here = placesOf(after).within(path, head);
      const acts = here.some(({ step }) => isActing(step));
      const executed = here.some((each) => each.executed && isActing(each.step));
      const had = found.get(key);
      found.set(key, {
        state,
        range,
        text: had?.text ?? text.slice(head.start, head.end).replaceAll(/\s+/g, " ").trim(),
        function: standing.function.name,
        acts: acts || had?.acts === true,
        executed: executed || had?.executed === true,
        places: [...(had?.places ?? []), place],
      });
    }
  }
  return [...found.values()];
}

interface Shown {
  readonly path: string;
  readonly text: string;
  readonly standing: Standing;
}

/** The statements of the functions of which the document shows something. */
function shownStatements({ side, locator }: SideState, range: Span): Shown[] {
  const { ofFiles } = locator;
  return [...side.images.keys()].flatMap((path) => {
    const file = side.files.get(path);
    return (file?.functions ?? []).flatMap((definition) =>
      standingsOf(definition, file?.text ?? "")
        .filter((standing) => {
          const span = ofFiles.inDocument({ file: path, ...standing.head, via: null });
          return span !== null && range.start <= span.start && span.end <= range.end;
        })
        .map((standing) => ({ path, text: file?.text ?? "", standing })),
    );
  });
}

const stepPlaces = new WeakMap<SideState, StepPlaces>();

export function placesOf(side: SideState): StepPlaces {
  const had = stepPlaces.get(side);
  if (had !== undefined) return had;
  const made = new StepPlaces(side);
  stepPlaces.set(side, made);
  return made;
}
