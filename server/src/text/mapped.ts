/**
 * Text that remembers where each of its characters came from.
 *
 * Every stage hands text on in this form, so that a finding in the last stage still points at the exact
 * characters of the document that the person sees. All offsets and lengths are UTF-16 units.
 */

/** Where a run of characters was taken from. `gap` is text that stands for something nobody showed us. */
export type Origin = "context" | "added" | "removed" | "workspace" | "blob" | "base" | "gap";

/** `length` characters at `start` of the text are those at `sourceStart` of `source`. */
export interface Segment {
  readonly start: number;
  readonly length: number;
  /** `document` for the text that the person opened; `workspace:PATH`, `base:FILE`, `blob:ID` for others. */
  readonly source: string;
  readonly sourceStart: number;
  readonly origin: Origin;
}

/** `segments` are sorted by `start` and do not overlap; characters in none of them are our own filling. */
export interface MappedText {
  readonly text: string;
  readonly segments: readonly Segment[];
}

/** A half-open range of offsets. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A span of one source, which `review` turns into a location that a face can show. */
export interface SourceSpan extends Span {
  readonly source: string;
  readonly origin: Origin;
}

export const DOCUMENT = "document";

export function mapped(text: string, source: string, sourceStart: number, origin: Origin): MappedText {
  const segments = text.length === 0 ? [] : [{ start: 0, length: text.length, source, sourceStart, origin }];
  return { text, segments };
}

/** Text that comes from nowhere, such as the newline that joins two pieces. */
export function unmapped(text: string): MappedText {
  return { text, segments: [] };
}

export function concat(parts: readonly MappedText[]): MappedText {
  const segments: Segment[] = [];
  const texts: string[] = [];
  let at = 0;
  for (const part of parts) {
    for (const segment of part.segments) {
      append(segments, { ...segment, start: segment.start + at });
    }
    texts.push(part.text);
    at += part.text.length;
  }
  return { text: texts.join(""), segments };
}

export function slice(from: MappedText, start: number, end: number): MappedText {
  const segments: Segment[] = [];
  for (const segment of touching(from, { start, end })) {
    const first = Math.max(segment.start, start);
    const last = Math.min(segment.start + segment.length, end);
    if (first < last) {
      const sourceStart = segment.sourceStart + (first - segment.start);
      segments.push({ ...segment, start: first - start, length: last - first, sourceStart });
    }
  }
  return { text: from.text.slice(start, end), segments };
}

/** The segment that holds the offset, or the nearest one before it; undefined where nothing is before. */
export function segmentAt(text: MappedText, offset: number): Segment | undefined {
  return text.segments[startedBy(text, offset) - 1];
}

/**
 * The part of one source that the span covers: it starts where the span's first mapped character is and ends
 * behind the last mapped character of the same source. Undefined when no character of the span is mapped.
 */
export function sourceSpan(text: MappedText, span: Span): SourceSpan | undefined {
  const touched = touching(text, span);
  const first = touched[0] ?? emptySpanSegment(text, span);
  if (first === undefined) return undefined;
  const start = first.sourceStart + Math.max(0, span.start - first.start);
  let end = start;
  for (const segment of touched) {
    if (segment.source !== first.source) continue;
    end = Math.max(end, segment.sourceStart + Math.min(segment.length, span.end - segment.start));
  }
  return { source: first.source, origin: first.origin, start, end };
}

/** The segments with at least one character in the span; images have many, so they are not all looked at. */
function touching(text: MappedText, span: Span): readonly Segment[] {
  const from = Math.max(0, startedBy(text, span.start) - 1);
  const touched = text.segments.slice(from, startedBy(text, span.end - 1));
  const first = touched[0];
  return first !== undefined && first.start + first.length <= span.start ? touched.slice(1) : touched;
}

/** How many segments start at the offset or before it. */
function startedBy(text: MappedText, offset: number): number {
  let low = 0;
  let high = text.segments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const segment = text.segments[middle];
    if (segment !== undefined && segment.start <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

function emptySpanSegment(text: MappedText, span: Span): Segment | undefined {
  if (span.start !== span.end) return undefined;
  const segment = segmentAt(text, span.start);
  return segment !== undefined && segment.start + segment.length >= span.start ? segment : undefined;
}

/** Neighbours that continue each other in the same source become one segment. */
function append(segments: Segment[], next: Segment): void {
  const last = segments[segments.length - 1];
  const continues =
    last !== undefined &&
    last.source === next.source &&
    last.origin === next.origin &&
    last.start + last.length === next.start &&
    last.sourceStart + last.length === next.sourceStart;
  if (continues) segments[segments.length - 1] = { ...last, length: last.length + next.length };
  else segments.push(next);
}
