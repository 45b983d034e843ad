/** Why nothing can be said of a line. */
import type { Span } from "../text/mapped";
import { explainables } from "./explainable";
import type { Finished } from "./review-document";
import type { PatchState } from "./state";
import type { WhyRefusal } from "./why";

/** So many lines are named instead. */
const MOST_NEAREST = 3;

export function refusalFor(finished: Finished, at: Span | null): WhyRefusal {
  const [reason, message] = at === null ? nothingActs(finished) : whyNot(finished, at);
  return { reason, message, nearest: at === null ? [] : nearestTo(finished, at) };
}

type Why = readonly [WhyRefusal["reason"], string];

function nothingActs({ states }: Finished): Why {
  if (states.length === 0) return ["no-code", "no kernel C was found in it"];
  if (states.every(({ variants }) => variants.length === 0)) return NO_PROFILE;
  return ["does-nothing", "no line of its after image acts on anything that a scenario runs"];
}

const NO_PROFILE: Why = ["no-profile", "nothing here touches a lifecycle that a profile knows"];

function whyNot(finished: Finished, at: Span): Why {
  const state = patchAt(finished, at);
  if (state === null) return ["no-code", "this line belongs to no patch and no C code"];
  if (state.variants.length === 0) return NO_PROFILE;
  const hunkLine = state.patch?.files
    .flatMap(({ hunks }) => hunks.flatMap(({ lines }) => lines))
    .find(({ span }) => span.start < at.end && at.start <= span.end);
  if (hunkLine?.kind === "removed") {
    return ["removed", "the patch removes this line, so it is not in the code after it"];
  }
  const shown = finished.preparing.document.text.slice(at.start, at.end);
  if (/^[\s>+]*(\.\.\.|…|\[\.\.\.\])\s*$/.test(shown)) {
    return ["gap", "this stands for lines that the document does not show"];
  }
  const here = explainables(finished).filter(({ range }) => range.start < at.end && at.start < range.end);
  if (here.some(({ acts, executed }) => acts && !executed)) return ["not-run", "no scenario runs this line"];
  if (here.length === 0) return ["does-nothing", "this line is no statement of a function that is run"];
  return ["does-nothing", "this line acts on nothing, and there is nothing in it that could be left out"];
}

function patchAt({ states }: Finished, at: Span): PatchState | null {
  return states.find(({ range }) => range.start < at.end && at.start < range.end) ?? null;
}

function nearestTo(finished: Finished, at: Span): Span[] {
  const distance = ({ start, end }: Span): number => Math.max(at.start - end, start - at.end, 0);
  return explainables(finished)
    .filter(({ acts, executed }) => acts && executed)
    .map(({ range }) => range)
    .sort((a, b) => distance(a) - distance(b))
    .slice(0, MOST_NEAREST)
    .sort((a, b) => a.start - b.start);
}
