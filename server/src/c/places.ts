/** The place of what several tokens make up. */
import type { Place } from "./syntax";
import type { Token } from "./tokens";

export const NOWHERE: Place = { file: "", start: 0, end: 0, via: null };

/**
 * From the first to the last token. Where a macro's own text and its arguments are mixed, the macro's text counts: an
 * argument alone has the caller's place, what the macro makes of it has a place in the macro.
 */
export function hull(tokens: readonly Token[], first = 0, last = tokens.length - 1): Place {
  const frame = deepest(tokens, first, last);
  let { start, end } = frame;
  for (let i = first; i <= last; i++) {
    const place = tokens[i]?.place;
    if (place === undefined || !sameFrame(place, frame)) continue;
    start = Math.min(start, place.start);
    end = Math.max(end, place.end);
  }
  return { file: frame.file, start, end, via: frame.via };
}

/** The same for tokens that no macro brought, where the ends are enough. */
export function plainHull(tokens: readonly Token[], first: number, last: number): Place {
  const start = tokens[first]?.place;
  const end = tokens[last]?.place;
  if (start === undefined || end === undefined || last < first) return emptyBetween(start, end);
  return { file: start.file, start: start.start, end: end.end, via: null };
}

/** Whether both are text of the same file brought by the same invocation. */
export function sameFrame(a: Place, b: Place): boolean {
  return a.file === b.file && a.via === b.via;
}

function emptyBetween(start: Place | undefined, end: Place | undefined): Place {
  if (end !== undefined) return { ...end, start: end.end };
  return start === undefined ? NOWHERE : { ...start, end: start.start };
}

function deepest(tokens: readonly Token[], first: number, last: number): Place {
  let best: Place | undefined;
  let most = -1;
  for (let i = first; i <= last; i++) {
    const place = tokens[i]?.place;
    if (place === undefined || place.via === best?.via) continue;
    const count = depth(place);
    if (count > most) {
      best = place;
      most = count;
    }
  }
  return best ?? emptyBetween(tokens[first]?.place, tokens[last]?.place);
}

function depth(place: Place): number {
  let count = 0;
  for (let via = place.via; via !== null; via = via.via) count++;
  return count;
}
