/**
 * Lays the hunks of a patch under the built-in base: finds for every part of every hunk its place in the base, and
 * tells which parts the base has no place for.
 */
import type { FileDiff, Snippet } from "../text/document";
import type { BaseFile, BaseIndex, BaseLine, Container } from "./base";
import { type Placed, placeIn } from "./containers";
import { mergeFields } from "./fields";
import { fitOf, NO_FIT } from "./fit";
import type { Fit, ImageAssumption } from "./image";
import { itemsOf } from "./items";
import { isCounted, liken } from "./likeness";
import { guessesOf, hiddenLines } from "./hidden";
import { fitOfReplaced, isAdded, isNextTo, lineByNumber, outside, samePath, unclosed } from "./outside";
import { isChanged, type Segment, segmentsOf, withoutTornEdges } from "./segments";
import type { Span } from "../text/mapped";
import type { Unit } from "./units";

/** Everything that a patch puts into one file of the base. */
export interface LaidFile {
  readonly file: BaseFile;
  readonly runs: Run[];
  /** What leaves the base's text because it is excluded code, or because the patch brings its own. */
  readonly cuts: { readonly span: Span; readonly side: "before" | "after" | "both" }[];
  readonly fits: Fit[];
  readonly assumptions: ImageAssumption[];
}

/** Neighbouring segments of one hunk that together take the place of a piece of the base; never empty. */
export type Run = readonly RunMember[];

export interface RunMember {
  readonly segment: Segment;
  readonly placed: Placed;
}

export interface Leftover {
  readonly diff: FileDiff;
  /** Of one function, in order. */
  readonly name: string | null;
  readonly segments: readonly Segment[];
  /** What the base has under that name. */
  readonly container: Container | null;
  /** All is contradicted where the base has one. */
  readonly fit: Fit;
}

export interface LaidPatch {
  readonly files: readonly LaidFile[];
  /** Changed functions that the base does not have, or that do not fit it. */
  readonly leftovers: readonly Leftover[];
  /** New and unknown things outside of functions of files of which the base knows nothing. */
  readonly strangers: readonly { readonly diff: FileDiff; readonly segments: readonly Segment[] }[];
}

/**
 * `proposals` are made of loose code. Plain code shows how it shall be, and says nothing about how it was; lines with a
 * `+` say that there was no such thing.
 */
export function layPatch(
  diffs: readonly FileDiff[],
  base: BaseIndex,
  proposals: ReadonlyMap<FileDiff, Snippet["form"]> = new Map(),
): LaidPatch {
  return new Layer(base, proposals).lay(diffs);
}

interface Part {
  readonly diff: FileDiff;
  segment: Segment;
  placed: Placed | null;
  /** Stands outside of functions and is complete: goes where its neighbours in the hunk go. */
  readonly isFloat: boolean;
}

class Layer {
  private readonly files = new Map<BaseFile, LaidFile>();
  private readonly leftovers: Leftover[] = [];
  private readonly strangers: { diff: FileDiff; segments: Segment[] }[] = [];
  private readonly touched = new Set<Container>();
  /** Lines of the base that were given to a part; a patch that shows one twice gets it once. */
  private readonly takenLines = new Set<BaseLine>();
  private readonly applied = new Set<FileDiff>();

  constructor(
    private readonly base: BaseIndex,
    private readonly proposals: ReadonlyMap<FileDiff, Snippet["form"]>,
  ) {}

  lay(diffs: readonly FileDiff[]): LaidPatch {
    const hunks = diffs.flatMap((diff) =>
      diff.hunks.map((hunk) => segmentsOf(hunk).map((segment) => this.part(diff, segment))),
    );
    this.placeBodies(hunks.flat());
    for (const parts of hunks) this.placeLines(parts);
    for (const parts of hunks) this.makeRuns(parts);
    return { files: [...this.files.values()], leftovers: this.leftovers, strangers: this.strangers };
  }

  private part(diff: FileDiff, segment: Segment): Part {
    const { item } = segment;
    // What is torn off and has no place in the base is no C by itself.
    const isWhole = item === null || (item.fromHead && item.toEnd && !item.isTorn);
    const isKnown =
      item?.kind === "body" &&
      item.name !== null &&
      this.base.container(item.name, diff.newPath ?? diff.oldPath) !== undefined;
    return { diff, segment, placed: null, isFloat: isWhole && !isKnown };
  }

  private fileOf(file: BaseFile): LaidFile {
    const known = this.files.get(file);
    if (known !== undefined) return known;
    const fresh: LaidFile = { file, runs: [], cuts: [], fits: [], assumptions: [] };
    this.files.set(file, fresh);
    return fresh;
  }

  private placeBodies(parts: readonly Part[]): void {
    const known = new Map<Container, Part[]>();
    const unknown = new Map<string, Part[]>();
    for (const part of parts) {
      if (part.isFloat || part.segment.item?.kind === "line") continue;
      const container = this.containerOf(part);
      if (container === undefined) add(unknown, `${part.diff.newPath ?? ""} ${part.segment.item?.name ?? ""}`, part);
      else add(known, container, part);
    }
    for (const [container, own] of known) {
      if (!this.placeBody(container, own)) add(unknown, `${own[0]?.diff.newPath ?? ""} ${container.name}`, ...own);
    }
    for (const own of unknown.values()) {
      const [first] = own;
      if (first === undefined || !own.some((part) => isChanged(part.segment))) continue;
      const segments = own.map((part) => part.segment);
      const name = first.segment.item?.name ?? this.containerOf(first)?.name ?? null;
      const container =
        name === null ? null : (this.base.container(name, first.diff.newPath ?? first.diff.oldPath) ?? null);
      const fit = container === null ? NO_FIT : fitOfMisfit(container.name, segments);
      this.leftovers.push({ diff: first.diff, name, segments, container, fit });
    }
  }

  /** By the name of the function; where the hunk tells none, by the statements it shows. */
  private containerOf({ diff, segment }: Part): Container | undefined {
    const name = segment.item?.name ?? null;
    if (name !== null) return this.base.container(name, diff.newPath ?? diff.oldPath);
    for (const container of this.base.alike(segment.before.units, 3)) {
      const places = placeIn(container, [segment]);
      if (places !== null && places.fit.matched >= 2 && places.fit.matched * 2 > places.fit.shown) return container;
    }
    return undefined;
  }

  private placeBody(container: Container, parts: readonly Part[]): boolean {
    const segments = parts.map((part) => part.segment);
    const found = placeIn(container, segments);
    if (container.name.includes(" ") && (found === null || found.drops)) return this.mergeBody(container, parts);
    if (found === null) {
      // Context that is torn off in the middle of a statement can be done without.
      const trimmed = parts.map((part) => ({ ...part, segment: withoutTornEdges(part.segment) }));
      const rest = trimmed.filter(({ segment }) => segment.from < segment.to);
      if (!trimmed.some((part, i) => part.segment !== parts[i]?.segment)) return false;
      if (rest.length > 0 && !this.placeBody(container, rest)) return false;
      for (const [i, part] of parts.entries()) {
        part.segment = trimmed[i]?.segment ?? part.segment;
        part.placed = trimmed[i]?.placed ?? null;
      }
      return true;
    }
    const file = this.fileOf(container.file);
    for (const [i, part] of parts.entries()) part.placed = found.places[i] ?? null;
    this.touched.add(container);
    file.fits.push(found.fit);
    for (const span of container.holes) file.cuts.push({ span, side: "both" });
    file.assumptions.push(
      ...hiddenLines(container, segments, found.places),
      ...guessesOf(container, segments, found.places),
    );
    if (found.found === "after") {
      for (const { diff } of parts) this.applied.add(diff);
      const text = `${container.name}() is in the base as the patch leaves it: what it was before is made by taking the patch back.`;
      file.assumptions.push({
        kind: "applied-already",
        text,
        span: parts[0]?.segment.reading.hunk.span ?? null,
        function: container.name,
      });
    }
    return true;
  }

  private mergeBody(container: Container, parts: readonly Part[]): boolean {
    const segments = parts.map((part) => part.segment);
    const { added, at, removed } = mergeFields(container, segments);
    const file = this.fileOf(container.file);
    const placed = outside(container.file, at, at);
    if (added.length > 0) file.runs.push(added.map((segment) => ({ segment, placed })));
    for (const span of removed) file.cuts.push({ span, side: "after" });
    this.touched.add(container);
    return true;
  }

  /** Macros, prototypes and variables that were there before the patch. */
  private placeLines(parts: readonly Part[]): void {
    for (const part of parts) {
      const { item, before } = part.segment;
      const unit = before.units[0];
      if (item?.kind !== "line" || unit === undefined) continue;
      if (item.isTorn) {
        this.placeTornMacro(part);
        continue;
      }
      const line = item.name === null ? undefined : this.base.line(item.name, part.diff.newPath ?? part.diff.oldPath);
      if (line === undefined || this.takenLines.has(line)) continue;
      const likened = liken(unit, line.unit, { first: false, last: false });
      if (likened.likeness === "none") continue;
      const { file, span } = line;
      const start = file.lineStart(file.lineAt(span.start));
      const end = file.lineStart(file.lineAt(span.end) + 1);
      part.placed = outside(file, start, end);
      const laid = { from: 0, to: 1, score: 0, pairs: [{ shown: 0, base: 0, likened }] };
      this.fileOf(file).fits.push(fitOf([unit], [line.unit], laid));
      this.takenLines.add(line);
    }
  }

  private placeTornMacro(part: Part): void {
    const { reading, from, to } = part.segment;
    const shown = reading.before.lines.filter((line) => line >= from && line < to);
    const found = this.base.macroLines(shown.map((line) => reading.hunk.lines[line]?.code.text ?? ""));
    if (found === undefined) return;
    part.placed = outside(found.file, found.start, found.end);
    this.fileOf(found.file).fits.push({ ...NO_FIT, shown: 1, matched: 1 });
  }

  private makeRuns(parts: readonly Part[]): void {
    this.placeFloats(parts);
    let last: { placed: Placed; members: RunMember[] } | null = null;
    for (const { segment, placed } of parts) {
      if (placed === null) {
        last = null;
        continue;
      }
      const member = { segment, placed };
      if (last !== null && placed.file === last.placed.file && isNextTo(placed, last.placed.end))
        last.members.push(member);
      else this.fileOf(placed.file).runs.push((last = { placed, members: [member] }).members);
      last.placed = placed;
    }
  }

  /** What stands between functions goes next to the neighbour in the hunk that has a place. */
  private placeFloats(parts: readonly Part[]): void {
    for (let first = 0; first < parts.length; first++) {
      let end = first;
      while (parts[end]?.isFloat === true && parts[end]?.placed === null) end++;
      if (end === first) continue;
      const group = parts.slice(first, end);
      const segments = group.map((part) => part.segment);
      const [head] = group;
      const position = this.positionOf(parts, first, end);
      if (position === null && head !== undefined) {
        this.strangers.push({ diff: head.diff, segments });
      } else if (position !== null && head !== undefined) {
        const place = outside(position.file, position.start, position.start);
        for (const part of group) part.placed = place;
        const last = group[group.length - 1];
        const units = (side: "before" | "after"): Unit[] => segments.flatMap((segment) => segment[side].units);
        const braces = { before: unclosed(units("before")), after: unclosed(units("after")) };
        if (last !== undefined) last.placed = { ...place, end: position.end, braces };
        this.replaceKnown(head.diff, segments);
      }
      first = end;
    }
  }

  private positionOf(parts: readonly Part[], index: number, last: number): (Span & { file: BaseFile }) | null {
    const at = (file: BaseFile, start: number): Span & { file: BaseFile } => ({ file, start, end: start });
    const behind = parts[last]?.placed;
    if (behind?.startsOutside === true) return at(behind.file, behind.start);
    const ahead = parts[index - 1]?.placed;
    if (ahead?.endsOutside === true) return at(ahead.file, ahead.end);
    const part = parts[index];
    if (part === undefined) return null;
    const { diff, segment } = part;
    const path = diff.newPath ?? diff.oldPath;
    const around = segment.reading.around;
    const container = around === null ? undefined : this.base.container(around, path);
    const fresh = parts.slice(index, last).flatMap(({ segment: { after } }) => itemsOf(after.units, null));
    const known = fresh.map(({ kind, name }) =>
      kind === "body" && name !== null ? this.base.container(name, path) : undefined,
    );
    const placed = parts.find((other) => other.placed !== null)?.placed;
    const named = this.base.files.find((one) => samePath(one.path, path));
    const own = known.find((one) => one !== undefined)?.file;
    // What is proposed beside a diff belongs where the diff belongs.
    const [first] = this.proposals.has(diff) ? this.files.keys() : [];
    const file = placed?.file ?? container?.file ?? named ?? own ?? first;
    if (file === undefined) return null;
    const to = parts[last - 1]?.segment.to ?? segment.to;
    const byNumber = lineByNumber({ ...segment, to }, file);
    if (byNumber !== null) return { file, ...byNumber };
    if (container !== undefined) return at(file, file.lineStart(file.lineAt(container.span.end) + 1));
    return at(file, file.text.length);
  }

  /** A function or macro that is new in the patch although the base has it: after the patch only the new one stands. */
  private replaceKnown(diff: FileDiff, segments: readonly Segment[]): void {
    const shown = segments.flatMap((segment) =>
      segment.after.units.map((unit) => ({ unit, isAdded: isAdded(segment, unit) })),
    );
    const units = shown.map(({ unit }) => unit);
    for (const item of itemsOf(units, null)) {
      if (item.name === null || !item.fromHead || !item.toEnd) continue;
      const members = shown.slice(item.first, item.last);
      if (!members.some((member) => member.isAdded)) continue;
      const own = units.slice(item.first, item.last);
      const container = item.kind === "body" ? this.base.container(item.name, diff.newPath) : undefined;
      const line = item.name.startsWith("#define ") ? this.base.line(item.name, diff.newPath) : undefined;
      const known = container ?? line;
      if (known === undefined || (container !== undefined && this.touched.has(container))) continue;
      if (line !== undefined && this.takenLines.has(line)) continue;
      const file = this.fileOf(known.file);
      const side = this.applied.has(diff) ? "both" : "after";
      const start = known.file.lineStart(known.file.lineAt(known.span.start));
      const end = known.file.lineStart(known.file.lineAt(known.span.end) + 1);
      file.cuts.push({ span: { start, end }, side });
      const old = container?.units ?? line?.unit;
      if (side === "after" && this.proposals.get(diff) !== "plain")
        file.fits.push(fitOfReplaced(item.name, own, old === undefined ? [] : [old].flat()));
    }
  }
}

/** A function that the base has, but not so that what is shown could be laid over it. */
function fitOfMisfit(name: string, segments: readonly Segment[]): Fit {
  const shown = segments.flatMap((segment) => segment.before.units.filter(isCounted)).length;
  return { ...NO_FIT, shown, contradicted: shown, contradictions: [`${name} is another in the base`] };
}

function add<K, V>(map: Map<K, V[]>, key: K, ...values: V[]): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [...values]);
  else list.push(...values);
}
