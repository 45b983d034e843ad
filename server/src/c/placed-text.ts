/** Between tokens and text whose characters know their places. */
import type { Place, PlacedText } from "./syntax";
import type { Problems } from "./problems";
import { lex } from "./lex";
import type { Token } from "./tokens";

type Run = PlacedText["runs"][number];

/** The tokens as text: together where the file has them together, else with one blank between. */
export function placedText(tokens: readonly Token[]): PlacedText {
  const runs: Run[] = [];
  let text = "";
  let last: Place | null = null;
  for (const token of tokens) {
    if (token.text === "") continue;
    if (last !== null && !touch(last, token.place)) text += " ";
    runs.push({ start: text.length, length: token.text.length, place: token.place });
    text += token.text;
    last = token.place;
  }
  return { text, runs };
}

export function tokensOf(text: PlacedText, problems: Problems): Token[] {
  return lex(
    { text: text.text, problems, place: (start, end) => placeIn(text, start, end) },
    0,
    text.text.length,
    true,
  );
}

/** The place of the characters; those of one run have a place of their own where the run is spelled as in its file. */
function placeIn(text: PlacedText, start: number, end: number): Place {
  const run = runAt(text.runs, start);
  if (run === undefined) return { file: "", start: 0, end: 0, via: null };
  const { place } = run;
  if (place.end - place.start !== run.length) return place;
  const offset = place.start + (start - run.start);
  return { file: place.file, start: offset, end: Math.min(place.end, offset + (end - start)), via: place.via };
}

/** The last run that starts at `at` or before. */
function runAt(runs: readonly Run[], at: number): Run | undefined {
  let low = 0;
  let high = runs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((runs[middle]?.start ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return runs[low - 1];
}

function touch(a: Place, b: Place): boolean {
  return a.file === b.file && a.via === b.via && a.end === b.start;
}
