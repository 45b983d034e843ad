/** From a place in a file of one side to what a person can open: the document, the workspace, the base. */
import type { Place } from "../c/syntax";
import { DOCUMENT, sourceSpan, type SourceSpan, type Span } from "../text/mapped";
import type { LoweredAlone } from "./lowering";
import { UNMOVED, type Relocation } from "./relocation";
import type { Location } from "./review";
import type { Side } from "./sides";
import type { Variant } from "./variants";

export class Locator {
  constructor(
    private readonly side: Side,
    private readonly variant: Variant,
    /** Texts of workspace files and blobs by the source name that segments carry. */
    private readonly sources: ReadonlyMap<string, string>,
    private readonly moved: Relocation = side.moved,
  ) {}

  /** The same for what was lowered by itself. */
  of({ moved }: LoweredAlone): Locator {
    return new Locator(this.side, this.variant, this.sources, moved);
  }

  /** The same for places in the files as they are, not in what was lowered from them. */
  get ofFiles(): Locator {
    return new Locator(this.side, this.variant, this.sources, UNMOVED);
  }

  /** Where it stands in the document; null when the document does not show it. */
  inDocument(place: Place): Span | null {
    const span = this.resolve(place);
    return span?.source === DOCUMENT && span.end > span.start ? { start: span.start, end: span.end } : null;
  }

  /** The same, or the first macro use around it that the document shows. */
  shown(place: Place | null): Span | null {
    for (let at = place; at !== null; at = at.via) {
      const span = this.inDocument(at);
      if (span !== null) return span;
    }
    return null;
  }

  /** The same as `shown`, if the patch itself shows it, and not one that it was laid on. */
  shownByPatch(place: Place | null): Span | null {
    const span = this.ownSpan(place);
    return span === null ? null : { start: span.start, end: span.end };
  }

  /** Whether it, or the macro use that `shownByPatch` gives for it, stands on an added or removed line. */
  isChanged(place: Place): boolean {
    const origin = this.ownSpan(place)?.origin;
    return origin === "added" || origin === "removed";
  }

  private ownSpan(place: Place | null): SourceSpan | null {
    for (let at = place; at !== null; at = at.via) {
      const image = this.side.images.get(at.file);
      const span = image === undefined ? undefined : sourceSpan(image.code, this.moved.place(at));
      if (span?.source === DOCUMENT && span.end > span.start) return span;
    }
    return null;
  }

  location(place: Place): Location {
    const span = this.resolve(place);
    if (span?.source === DOCUMENT) return { kind: "document", range: { start: span.start, end: span.end } };
    if (span === undefined)
      return this.inFile(place.file, this.side.files.get(place.file)?.text ?? "", this.moved.place(place));
    const name = nameOf(span);
    const kind = span.source.startsWith("workspace:") ? "workspace" : span.source.startsWith("blob:") ? "blob" : "base";
    const text = this.sources.get(span.source) ?? this.variant.loaded.texts[name] ?? "";
    if (kind === "base") return this.inFile(name, text, span);
    // A blob is called by its id; the file that it is a state of says more.
    return { kind, path: kind === "blob" ? place.file : name, ...lines(text, span) };
  }

  /** The place and the macro uses around it, then the calls that led to it: innermost first, the place itself left out. */
  ways(place: Place | null, calls: readonly (Place | null)[]): Location[] {
    const found: Location[] = [];
    for (let at = place?.via ?? null; at !== null; at = at.via) found.push(this.location(at));
    for (const call of [...calls].reverse()) if (call !== null) found.push(this.location(call));
    return found;
  }

  /** Through the images of this patch and of those that it was laid on, to the text that somebody wrote. */
  private resolve(then: Place): SourceSpan | undefined {
    const place = this.moved.place(then);
    const image = this.side.images.get(place.file);
    let span = image === undefined ? undefined : sourceSpan(image.code, place);
    if (image === undefined && this.variant.onTopOf !== null)
      span = { ...place, source: `base:${place.file}`, origin: "base" };
    for (let under = this.variant.onTopOf; under !== null && span !== undefined; under = under.onTopOf) {
      const name = nameOf(span);
      const beneath = span.source === DOCUMENT ? null : under.images.files.find((file) => file.path === name)?.after;
      if (beneath !== null && beneath !== undefined) span = sourceSpan(beneath.code, span);
    }
    return span;
  }

  private inFile(name: string, text: string, span: Span): Location {
    const { profile } = this.variant.loaded;
    const kind = this.variant.base.tree?.paths.get(name);
    if (kind !== undefined) return { kind, path: name, ...lines(text, span) };
    if (this.variant.headers?.some((file) => file.path === name) === true)
      return { kind: "workspace", path: name, ...lines(text, span) };
    const isOurs = profile.base.includes(name) || profile.headers.includes(name) || profile.harness.includes(name);
    const path = isOurs ? `${profile.name}/${name}` : name === "kernel.h" ? "kernel/kernel.h" : name;
    return { kind: profile.harness.includes(name) ? "harness" : "base", path, ...lines(text, span) };
  }
}

/** `tdp_mmu.c` of `base:tdp_mmu.c`. */
function nameOf(span: SourceSpan): string {
  return span.source.slice(span.source.indexOf(":") + 1);
}

function lines(text: string, span: Span): { line: number; column: number; endLine: number; endColumn: number } {
  const [line, column] = lineAndColumn(text, span.start);
  const [endLine, endColumn] = lineAndColumn(text, span.end);
  return { line, column, endLine, endColumn };
}

const lineStarts = new Map<string, number[]>();
const MOST_TEXTS = 100;

function lineAndColumn(text: string, offset: number): [number, number] {
  const starts = startsOf(text);
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return [low, offset - (starts[low - 1] ?? 0) + 1];
}

/** The files of the base are asked for again and again. */
function startsOf(text: string): readonly number[] {
  const had = lineStarts.get(text);
  if (had !== undefined) return had;
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  if (lineStarts.size >= MOST_TEXTS) lineStarts.clear();
  lineStarts.set(text, starts);
  return starts;
}
