/** From a document to what has to be run: patches, variants, sides, models. Nothing is explored here. */
import type { CFile } from "../c/syntax";
import type { PatchImages } from "../image/image";
import type { TreeText } from "../image/revisions";
import { ProfileMisfit } from "../model/misfit";
import type { Vocabulary } from "../model/profile";
import type { Document, Patch } from "../text/document";
import type { MappedText, Span } from "../text/mapped";
import type { ReviewOptions } from "./api";
import { combinations, type Bases } from "./bases";
import type { LoadedProfile } from "./builtin";
import { configure, type Configuring } from "./configurations";
import { CoverageCount } from "./coverage";
import { LineFactsCollector } from "./line-facts";
import { Locator } from "./locate";
import { underMemoryModels } from "./memory-models";
import { ALONE, isPassedOver } from "./series/placement";
import type { Plan } from "./series/plan";
import { withReached } from "./reach";
import { modelsOf, sideOf, type Side, type SideName } from "./sides";
import { MISFIT, type PatchState, type SideState, type VariantState } from "./state";
import { atomicsOnBitFields, bitFieldNames } from "./syntax-rules";
import { pathInTree, treeOf } from "./trees";
import { uncalledIn } from "./uncalled";
import type { LocalHeaders } from "./local-headers";
import { isInside } from "./inside";
import { variantsOf, variantsOfFile, type WorkspaceSources, type Variant } from "./variants";

export interface Preparing {
  readonly document: Document;
  readonly plan: Plan;
  readonly name: string;
  readonly profiles: readonly LoadedProfile[];
  readonly bases: Bases;
  readonly workspace: WorkspaceSources;
  /** Texts of the workspace files and blobs that were read, by the source name that segments carry. */
  readonly sources: ReadonlyMap<string, string>;
  /** What a document that is C itself includes beside it. */
  readonly headers: LocalHeaders;
  readonly options: ReviewOptions;
}

/** What the text alone tells of each patch. */
export function readPatches(preparing: Preparing): PatchState[] {
  const { document } = preparing;
  if (document.kind === "c" && document.code !== null) {
    const range = { start: 0, end: document.text.length };
    const state = emptyState(preparing, 0, null, range, "author");
    for (const { name, start, end } of preparing.headers.outside) tellUnsafePath(state, name, { start, end });
    return [withSyntax(preparing, state, [document.code])];
  }
  return document.patches.map((patch, index) => {
    const state = emptyState(preparing, index, patch, patch.span, patch.authorship);
    tellUnsafePaths(state, patch);
    return isPassedOver(state.placement) ? state : withSyntax(preparing, state, codeOf(patch));
  });
}

/**
 * Lays the patch on the bases that it fits and lowers both sides; the state has no variants when no profile applies.
 * False when `breathe` asked to stop in between.
 */
export async function prepare(
  preparing: Preparing,
  state: PatchState,
  states: readonly PatchState[],
  breathe: () => Promise<boolean>,
): Promise<boolean> {
  const beneath = beneathOf(state, states);
  const { role, of } = state.placement;
  const replaced = role === "instead" && of !== null ? [states[of]] : quotedBefore(state, states);
  for (const loaded of isPassedOver(state.placement) ? [] : preparing.profiles) {
    for (const facts of combinations(loaded.profile, state.patch?.date)) {
      preparing.bases.of(loaded, facts);
      if (!(await breathe())) return false;
    }
    const answered = replaced.flatMap((each) => (each === undefined ? [] : variantsIn(each, loaded)));
    const left = answered.length > 0 ? answered.flatMap(({ onTopOf }) => onTopOf ?? []) : leftBy(beneath, loaded);
    const variants = whereAnswered(variantsFor(preparing, state, loaded, left), answered);
    state.isConcerned ||= variants.length > 0;
    for (const variant of variants) {
      for (const { code, message, span } of variant.images.problems) addProblem(state, code, message, span);
      if (variant.images.files.length === 0) continue;
      const lowered = lower(preparing, state, variant);
      if (lowered !== null) state.variants.push(lowered);
      if (!(await breathe())) return false;
    }
    if (state.variants.length > 0) break;
  }
  const configured: Configuring = {
    bases: preparing.bases,
    lower: (variant, alone) => lower(preparing, state, variant, alone),
  };
  if (!(await configure(state, configured, breathe))) return false;
  state.isPrepared = true;
  return true;
}

/** A fresh start on the built-in base, with a word on why. */
export function withoutWorkspace(preparing: Preparing, state: PatchState): PatchState {
  const fresh = emptyState(preparing, state.index, state.patch, state.range, state.origin);
  fresh.syntax.push(...state.syntax);
  const message =
    "The workspace's file does not behave with the profile's callers even before the patch, so it is of another era or does more than is modelled; the patch was laid on the built-in base instead.";
  addProblem(fresh, "image.workspace-not-run", message, { start: state.range.start, end: state.range.start });
  return fresh;
}

function addProblem(state: PatchState, code: string, message: string, range: Span | null): void {
  const isKnown = state.problems.some(
    (p) => p.code === code && p.range?.start === range?.start && p.message === message,
  );
  if (!isKnown) state.problems.push({ code, message, range });
}

/** The patches that it is laid on, the nearest first. */
function beneathOf({ placement }: PatchState, states: readonly PatchState[]): PatchState[] {
  const found: PatchState[] = [];
  for (let at = placement.onto; at !== null;) {
    const state = states[at];
    if (state === undefined) break;
    found.push(state);
    at = state.placement.onto;
  }
  return found;
}

/**
 * What a reply quotes before its own sketch: the two are about the same code. A sketch alone shows so little that it seems
 * to fit any base.
 */
function quotedBefore({ index, patch }: PatchState, states: readonly PatchState[]): PatchState[] {
  if (patch === null || patch.depth > 0 || patch.files.length > 0 || patch.messageId === null) return [];
  return states
    .slice(0, index)
    .filter((each) => each.patch?.messageId === patch.messageId && each.patch.depth > 0 && each.variants.length > 0);
}

/** What the last of them that concerns the profile left. */
function leftBy(beneath: readonly PatchState[], loaded: LoadedProfile): Variant[] {
  const left = beneath.map((state) => variantsIn(state, loaded));
  return left.find((variants) => variants.length > 0) ?? [];
}

function variantsIn({ variants }: PatchState, loaded: LoadedProfile): Variant[] {
  return variants.map(({ variant }) => variant).filter((variant) => variant.loaded === loaded);
}

/** An alternative is about the code that the patch which it answers is about: on no other base, if it fits any of those. */
function whereAnswered(variants: readonly Variant[], answered: readonly Variant[]): readonly Variant[] {
  const keyOf = ({ base, onTopOf }: Variant): string => JSON.stringify([base.facts, onTopOf !== null]);
  const keys = new Set(answered.map(keyOf));
  const common = variants.filter((variant) => keys.has(keyOf(variant)));
  return common.length > 0 ? common : variants;
}

function variantsFor(
  preparing: Preparing,
  state: PatchState,
  loaded: LoadedProfile,
  earlier: readonly Variant[],
): Variant[] {
  if (state.patch !== null) {
    const { bases, workspace, document } = preparing;
    const variants = variantsOf(state.patch, loaded, bases, workspace, document.text, earlier);
    return variants.map((variant) => withReached(variant, bases));
  }
  const { code } = preparing.document;
  if (code === null) return [];
  const checkedOut = (path: string): TreeText | undefined => {
    const text = preparing.workspace.workspace(path);
    return text === undefined ? undefined : { text, kind: "workspace" };
  };
  const tree = treeOf(loaded.profile, checkedOut);
  // A file of the tree takes its place there.
  const path = (tree === null ? null : pathInTree(tree, preparing.name)) ?? preparing.name;
  const file = preparing.bases.parse(path, code.text, {});
  const variants = variantsOfFile(file, loaded, preparing.bases, wholeFile(path, code, file), tree);
  // A tree is read as far as the profile asks for it.
  if (tree !== null || preparing.headers.texts.size === 0) return variants;
  const headers = [...preparing.headers.texts].map(([name, text]) => preparing.bases.parse(name, text, {}));
  return variants.map((variant) => ({ ...variant, headers }));
}

/** Plain C has an after and no before. */
function wholeFile(path: string, code: MappedText, file: CFile): PatchImages {
  const changed = file.functions.map((f) => ({ name: f.name, before: false, after: true }));
  const fit = { shown: 0, matched: 0, varied: 0, contradicted: 0, contradictions: [] };
  const after = { path, code };
  return {
    files: [{ path, source: "hunks", before: null, after, changed, fit, assumptions: [] }],
    problems: [],
    loose: [],
  };
}

/**
 * Null when the profile makes no sense of what the patch declares, which is told as a problem. With the name of a function
 * nothing is told, and of the changed functions only that one is expected to run.
 */
function lower(
  preparing: Preparing,
  state: PatchState,
  variant: Variant,
  only: string | null = null,
): VariantState | null {
  const isQuiet = only !== null;
  const { scale, memoryModel } = preparing.options;
  const build = (name: SideName): SideState | null => {
    const side = sideOf(variant, name, preparing.bases, (changed) => only === null || only === changed);
    if (side === null) return null;
    const locator = new Locator(side, variant, preparing.sources);
    if (!isQuiet) tellUnread(state, side, locator);
    if (!isQuiet && name === "after") state.coverage.expect(side, locator, uncalledIn(side, variant));
    const scenarios = underMemoryModels(modelsOf(side, variant, scale), memoryModel).map((each) => ({
      ...each,
      explored: null,
      told: [],
      races: null,
    }));
    return { side, locator, scenarios };
  };
  try {
    return { variant, before: build("before"), after: build("after") };
  } catch (error) {
    if (!(error instanceof ProfileMisfit)) throw error;
    if (!isQuiet) addProblem(state, MISFIT, error.message, null);
    return null;
  }
}

function tellUnsafePaths(state: PatchState, patch: Patch): void {
  for (const { oldPath, newPath, span } of patch.files) {
    for (const path of [oldPath, newPath]) {
      if (path === null || isInside(path)) continue;
      tellUnsafePath(state, path, { start: span.start, end: span.start });
    }
  }
}

function tellUnsafePath(state: PatchState, path: string, range: Span): void {
  const message = `The path ${JSON.stringify(path)} leads outside the workspace; no such file was opened.`;
  addProblem(state, "image.unsafe-path", message, range);
}

/** C that could not be read, where the document shows it; that a hunk begins or ends in the middle is no news. */
function tellUnread(state: PatchState, side: Side, locator: Locator): void {
  for (const path of side.images.keys()) {
    for (const { code, message, place } of side.files.get(path)?.problems ?? []) {
      const range = NO_NEWS.has(code) ? null : locator.ofFiles.shown(place);
      if (range !== null) addProblem(state, code, message, range);
    }
  }
}

const NO_NEWS = new Set(["c.fragment", "c.unopened-comment", "c.unclosed-comment"]);

function emptyState(
  preparing: Preparing,
  index: number,
  patch: Patch | null,
  range: PatchState["range"],
  origin: PatchState["origin"],
): PatchState {
  const { text } = preparing.document;
  const lineStart = (offset: number): number => text.lastIndexOf("\n", offset - 1) + 1;
  return {
    index,
    patch,
    placement: preparing.plan.placements[index] ?? ALONE,
    range,
    origin,
    syntax: [],
    variants: [],
    configured: [],
    notConfigured: [],
    isPrepared: false,
    isConcerned: false,
    coverage: new CoverageCount(lineStart),
    lines: new LineFactsCollector(),
    mutations: new Map(),
    endMutations: new Map(),
    undecided: null,
    problems: [],
  };
}

function withSyntax(preparing: Preparing, state: PatchState, codes: readonly MappedText[]): PatchState {
  const { bases, profiles } = preparing;
  const headers = profiles.flatMap((loaded) => {
    const facts = combinations(loaded.profile)[0];
    return facts === undefined ? [] : [...bases.of(loaded, facts).headers];
  });
  for (const code of codes) {
    if (!namesAtomic(code.text, bases.kernel.vocabulary)) continue;
    // A document of C is parsed under its own name, and only once.
    const file = bases.parse(state.patch === null ? preparing.name : "shown.c", code.text, {});
    const names = bitFieldNames([...headers, file]);
    for (const finding of atomicsOnBitFields(file, code, bases.kernel.vocabulary, names)) {
      if (!state.syntax.some((had) => had.range.start === finding.range.start)) state.syntax.push(finding);
    }
  }
  return state;
}

/** Most hunks name no atomic operation at all and need no parse for this. */
function namesAtomic(text: string, vocabulary: Vocabulary): boolean {
  for (const [word] of text.matchAll(/[A-Za-z_]\w*/g)) {
    if (Object.hasOwn(vocabulary, word) && vocabulary[word]?.does === "rmw") return true;
  }
  return false;
}

/** What the after side shows: the hunks without their removed lines, and the loose code. */
function codeOf(patch: Patch): MappedText[] {
  const codes = patch.snippets.map((snippet) => snippet.code);
  for (const file of patch.files) {
    for (const hunk of file.hunks)
      codes.push(joinLines(hunk.lines.filter((l) => l.kind !== "removed").map((l) => l.code)));
  }
  return codes;
}

function joinLines(lines: readonly MappedText[]): MappedText {
  const segments: MappedText["segments"][number][] = [];
  let at = 0;
  for (const line of lines) {
    for (const segment of line.segments) segments.push({ ...segment, start: segment.start + at });
    at += line.text.length + 1;
  }
  return { text: lines.map((line) => `${line.text}\n`).join(""), segments };
}
