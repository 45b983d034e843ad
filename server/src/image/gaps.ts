/**
 * Makes functions out of hunks alone, where nothing is known but what they show: a head, `...` for what is hidden, and
 * as many braces as make it a whole.
 */
import { concat, mapped, type MappedText, unmapped } from "../text/mapped";
import { endsHead } from "./align";
import type { Container } from "./base";
import type { ImageAssumption } from "./image";
import type { Leftover } from "./lay";
import { closedTextOf, type Segment, withoutTornEdges } from "./segments";
import type { Unit } from "./units";

type SideName = "before" | "after";

/** Null when nothing of the function stands on that side. */
export function functionWithGaps({ name, segments, container }: Leftover, side: SideName): MappedText | null {
  const trimmed = segments
    .map((segment) => (endsHead(segment[side].units) ? segment : withoutTornEdges(segment)))
    .filter((segment) => segment.from < segment.to);
  const first = trimmed[0];
  if (first === undefined) return null;
  const isGone = trimmed.every((segment) => segment[side].units.length === 0) && first.item?.fromHead === true;
  return isGone ? null : new Writer(side, name, container).write(trimmed);
}

export function gapAssumption({ name, segments }: Leftover): ImageAssumption {
  const called = name === null ? "A function whose name is not shown" : name.includes(" ") ? name : `${name}()`;
  const hunk = segments[0]?.reading.hunk;
  return {
    kind: "gap",
    text: `${called} is known only as far as the diff shows it; what is hidden is taken for unknown code.`,
    span: hunk?.headerSpan ?? hunk?.lines[0]?.span ?? null,
    function: name === null || name.includes(" ") ? null : name,
  };
}

const GAP = unmapped("\t...\n");

class Writer {
  private readonly parts: MappedText[] = [];
  /** Open braces so far. */
  private depth = 0;

  private readonly isAggregate: boolean;

  constructor(
    private readonly side: SideName,
    private readonly name: string | null,
    private readonly known: Container | null,
  ) {
    this.isAggregate = name?.includes(" ") === true;
  }

  write(segments: readonly Segment[]): MappedText {
    for (const [i, segment] of segments.entries()) {
      if (i === 0) this.begin(segment);
      else this.gap();
      this.segment(segment);
    }
    const last = segments[segments.length - 1];
    if (this.depth > 0) {
      if (last?.item?.toEnd !== true) this.gap();
      this.parts.push(unmapped(this.closer.repeat(this.depth)));
    }
    return concat(this.parts);
  }

  private get closer(): string {
    return this.isAggregate ? "};\n" : "}\n";
  }

  /** In a struct nothing can stand for what is hidden. */
  private gap(): void {
    if (!this.isAggregate) this.parts.push(GAP);
  }

  /** The head, unless the first segment shows it. */
  private begin(segment: Segment): void {
    const { units } = segment[this.side];
    const [first] = units;
    if (first?.kind === "head" && segment.item?.fromHead === true) return;
    const { section } = segment.reading.hunk;
    if (first?.cutAtStart === true && endsHead(units) && section !== null && !this.isAggregate) {
      // The section shows the beginning of the head, the hunk its end.
      this.parts.push(unmapped(`${section}\n`));
      return;
    }
    const showsBrace = first?.kind === "open" && endsHead(units);
    this.parts.push(this.head(segment), unmapped(showsBrace ? "\n" : "\n{\n"));
    if (!showsBrace) this.gap();
    this.depth = showsBrace ? 0 : 1;
  }

  /** That of the base, which has all parameters, or what the section shows of it. */
  private head({ reading: { around, hunk } }: Segment): MappedText {
    if (this.isAggregate) return unmapped(this.name ?? "");
    const unit = this.known?.units[0];
    if (this.known !== null && unit?.kind === "head") {
      const { text, path } = this.known.file;
      return mapped(text.slice(unit.start, unit.end), `base:${path}`, unit.start, "base");
    }
    return unmapped(wholeHead(around === this.name ? hunk.section : null, this.name));
  }

  private segment(segment: Segment): void {
    const { units } = segment[this.side];
    const { lowest, net } = shapeOf(units);
    const isWhole = units[0]?.kind === "head" && segment.item?.fromHead === true;
    const isHead = this.depth === 0;
    if (!isWhole && !isHead) {
      const wanted = segment.item?.toEnd === true ? -net : Math.max(this.depth, 1 - lowest);
      const isSwitch = hasOrphanCase(units);
      for (; this.depth < wanted; this.depth++)
        this.parts.push(unmapped(this.isAggregate ? "struct {\n" : "if (...) {\n"));
      for (; this.depth > wanted && this.depth > 1; this.depth--) this.parts.push(unmapped(this.closer));
      if (isSwitch) {
        this.parts.push(unmapped("switch (...) {\n"));
        this.depth++;
      }
      if (units[0]?.kind === "else") this.parts.push(unmapped("if (...)\n"), GAP);
    }
    this.parts.push(closedTextOf(segment, this.side));
    this.depth = Math.max(0, this.depth + net);
    const last = units[units.length - 1];
    // Only the head is shown, its brace is not.
    if (last?.kind === "head" || (isWhole && units.length === 1)) {
      this.parts.push(unmapped(last?.cutAtEnd === true && !last.key.endsWith(")") ? "...)\n{\n" : "{\n"));
      this.depth = 1;
    }
  }
}

/** How deep below its beginning the code gets, and where it ends, in braces. */
function shapeOf(units: readonly Unit[]): { lowest: number; net: number } {
  let depth = 0;
  let lowest = 0;
  for (const unit of units) {
    if (unit.kind === "open") depth++;
    if (unit.kind === "close") depth--;
    lowest = Math.min(lowest, depth);
  }
  return { lowest, net: depth };
}

/** A `case` on the outermost level: its `switch` is hidden. */
function hasOrphanCase(units: readonly Unit[]): boolean {
  let depth = 0;
  for (const unit of units) {
    if (unit.kind === "open") depth++;
    if (unit.kind === "close") depth--;
    if (depth < 0) return false;
    if (unit.kind === "case" && depth === 0) return true;
  }
  return false;
}

/** What git prints behind `@@` breaks off after 80 characters, or at the end of its line. */
function wholeHead(section: string | null, name: string | null): string {
  const head = section === null ? "" : section.replace(/\s*\{.*$/, "");
  const open = head.indexOf("(");
  if (open < 0) return `void ${name ?? "unknown_function"}(void)`;
  let depth = 0;
  let lastComma = open;
  for (let i = open; i < head.length; i++) {
    if (head[i] === "(") depth++;
    if (head[i] === ")" && --depth === 0) return head.slice(0, i + 1);
    if (head[i] === "," && depth === 1) lastComma = i;
  }
  return lastComma === open ? `${head.slice(0, open)}(void)` : `${head.slice(0, lastComma)})`;
}
