/** Changes of a mapped text: what stays keeps its places. */
import { concat, segmentAt, slice, type MappedText, type Span } from "./mapped";

/** `with` takes the place of the span. */
export interface Edit extends Span {
  readonly with: MappedText;
}

/** Edits may come in any order; they must not overlap. */
export function edited(from: MappedText, edits: readonly Edit[]): MappedText {
  const parts: MappedText[] = [];
  let at = 0;
  for (const edit of [...edits].sort((a, b) => a.start - b.start || a.end - b.end)) {
    parts.push(slice(from, at, edit.start), edit.with);
    at = edit.end;
  }
  return concat([...parts, slice(from, at, from.text.length)]);
}

/** New text that stands where other text did: a finding in it points there. */
export function inPlaceOf(from: MappedText, { start, end }: Span, text: string): MappedText {
  const segment = segmentAt(from, start);
  const left = segment === undefined ? 0 : segment.start + segment.length - start;
  const length = Math.min(text.length, end - start, left);
  if (segment === undefined || length <= 0) return { text, segments: [] };
  const sourceStart = segment.sourceStart + start - segment.start;
  return { text, segments: [{ ...segment, start: 0, length, sourceStart }] };
}
