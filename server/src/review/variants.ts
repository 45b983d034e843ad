/** On which combinations of the base's facts a patch can be laid: those that what it shows contradicts least. */
import type { History } from "../image/history";
import type { FileImages, ImageSources, PatchImages } from "../image/image";
import { buildImages } from "../image/build";
import { treeUnder } from "../image/revisions";
import type { HunkLine, Patch } from "../text/document";
import type { CFile } from "../c/syntax";
import type { CTypes } from "../model/lower/ctypes";
import type { FactRule } from "../model/profile";
import { otherHeads, tellingCalls, wrongCalls } from "./arity";
import { combinations, matches, type Base, type Bases } from "./bases";
import type { LoadedProfile } from "./builtin";
import { unlikeness } from "./likeness";
import { changesMacroOf } from "./reach";
import { treeOf, type Tree } from "./trees";

export interface Variant {
  readonly loaded: LoadedProfile;
  readonly base: Base;
  readonly images: PatchImages;
  /** Headers that stand beside the reviewed file: what they declare that nobody else does. */
  readonly headers?: readonly CFile[];
  /** In a series: the patch before this one, whose after images this one was laid on. */
  readonly onTopOf: Variant | null;
}

/** What does not compile is stronger evidence than a statement that differs, which the patch may have been written on top of. */
const UNCOMPILED = 2;

/** What images may be made from beside the built-in base. */
export type WorkspaceSources = Pick<ImageSources, "workspace" | "history">;

export const NO_WORKSPACE: WorkspaceSources = { workspace: () => undefined };

/**
 * Every combination that fits equally well is returned; none when the patch touches nothing of the profile. `earlier` are
 * the variants of the patch before it in the same series: where they fit no worse, it is laid on what they left.
 */
export function variantsOf(
  patch: Patch,
  loaded: LoadedProfile,
  bases: Bases,
  workspace: WorkspaceSources,
  document: string,
  earlier: readonly Variant[] = [],
): Variant[] {
  const all = combinations(loaded.profile, patch.date).map((facts) => bases.of(loaded, facts));
  const tree = treeOf(loaded.profile, treeUnder(patch, workspace));
  const known = [...all, ...earlier.map((variant) => stack(variant, bases))];
  const isConcerned =
    touches(patch, loaded, all, bases.ctypes) ||
    isOf(tree, patch) ||
    changesMacroOf(
      patch,
      known.flatMap(({ base, headers }) => [...base, ...headers]),
    );
  if (!isConcerned) return [];
  const inTree = tree === null ? [] : variantsInTree(patch, tree, loaded, bases, workspace, document, earlier);
  if (inTree.length > 0) return inTree;
  const library = all.flatMap((base) => base.base);
  const lay = (base: Base, from: WorkspaceSources, onTopOf: Variant | null): Variant => ({
    loaded,
    base,
    images: asLeft(buildImages(patch, { ...from, base: [...base.base, ...base.headers], library, document }), onTopOf),
    onTopOf,
  });
  const calls = tellingCalls(patch, all);
  const uncompiled = (base: Base): number => UNCOMPILED * wrongCalls(calls, base);
  const cost = (v: Variant): number => contradictions(v, all) + uncompiled(v.base);
  const laid = earlier.map((variant) => lay(stack(variant, bases), stackedSources(variant, workspace), variant));
  // What does not compile is counted at once: a base that is further away by that alone need not be tried.
  let best = patch.snippets.length > 0 ? Infinity : Math.min(Infinity, ...laid.map(cost));
  for (const base of [...all].sort((a, b) => uncompiled(a) - uncompiled(b))) {
    if (uncompiled(base) > best) break;
    const variant = lay(base, workspace, null);
    laid.push(variant);
    if (patch.snippets.length === 0) best = Math.min(best, cost(variant));
  }
  laid.sort((a, b) => all.indexOf(a.base) - all.indexOf(b.base));
  // Loose code says nothing of a base in which it finds no place.
  const placed = least(laid, ({ images }) => images.loose.length);
  const closest = least(placed, cost);
  const inSeries = closest.filter((variant) => variant.onTopOf !== null);
  // Then those that know the most of what is shown: where a hunk finds no place, nothing contradicts it either.
  const knowing = least(inSeries.length > 0 ? inSeries : closest, (v) =>
    v.images.files.reduce((sum, file) => sum - file.fit.matched, 0),
  );
  // Then those whose statements and function heads are worded as shown: a parameter more is another kernel.
  const worded = least(knowing, (v) => v.images.files.reduce((sum, file) => sum + file.fit.varied, 0));
  const names = namedIn(patch, all);
  const named = least(worded, (v) => names.filter((name) => !defines(v.base, name)).length);
  const nearest = least(named, (v) => unlike(v, bases, all));
  return worthRunning(patch.date === null ? least(nearest, ({ base }) => Number(base.isBygone)) : nearest);
}

/**
 * For a document that is one whole file of C: those whose era it is most like; none when it defines nothing of the profile.
 * A tree around it tells more.
 */
export function variantsOfFile(
  file: CFile,
  loaded: LoadedProfile,
  bases: Bases,
  images: PatchImages,
  tree: Tree | null,
): Variant[] {
  const all = combinations(loaded.profile).map((facts) => bases.of(loaded, facts));
  if (!file.functions.some((f) => all.some((base) => defines(base, f.name)))) return [];
  const made =
    tree === null ? nearest([file], all) : nearestTo(tree, loaded, bases).map((base) => bases.inTree(base, tree));
  return worthRunning(made.map((base) => ({ loaded, base, images, onTopOf: null })));
}

/** Laid on the tree itself, under the facts that the tree shows; none when a hunk does not fit the tree. */
function variantsInTree(
  patch: Patch,
  tree: Tree,
  loaded: LoadedProfile,
  bases: Bases,
  workspace: WorkspaceSources,
  document: string,
  earlier: readonly Variant[],
): Variant[] {
  const lay = (base: Base, from: WorkspaceSources, onTopOf: Variant | null): Variant => ({
    loaded,
    base,
    images: asLeft(
      buildImages(patch, { ...from, base: [...base.base, ...base.headers], library: [], document }),
      onTopOf,
    ),
    onTopOf,
  });
  const before = earlier.filter((variant) => variant.base.tree !== null);
  const laid =
    before.length > 0
      ? before.map((variant) => lay(stack(variant, bases), stackedSources(variant, workspace), variant))
      : nearestTo(tree, loaded, bases).map((base) => lay(bases.inTree(base, tree), workspace, null));
  // A new file is shown whole.
  return worthRunning(
    laid.filter(
      ({ images }) => images.files.length > 0 && images.files.every((file) => isRead(file) || file.before === null),
    ),
  );
}

/** The bases of the era that the tree is of. */
function nearestTo(tree: Tree, loaded: LoadedProfile, bases: Bases): Base[] {
  const all = combinations(loaded.profile).map((facts) => bases.of(loaded, facts));
  const files = tree.files.map(({ path, text }) => bases.parse(path, text, {}));
  return nearest(files, all);
}

/** Those that could be compiled with whole files, and then those that they are most like. */
function nearest(files: readonly CFile[], all: readonly Base[]): Base[] {
  const sum = (cost: (file: CFile) => number): number => files.reduce((total, file) => total + cost(file), 0);
  const fitting = least(all, (base) => sum((file) => otherHeads(file, base)));
  return least(fitting, (base) => sum((file) => unlikeness(file, base, all)));
}

/** What a file of the workspace shows that no hunk does. */
function unlike({ images, base }: Variant, bases: Bases, all: readonly Base[]): number {
  return images.files.reduce((sum, file) => {
    if (file.before === null || !isRead(file)) return sum;
    return sum + unlikeness(bases.parse(file.path, file.before.code.text, {}), base, all);
  }, 0);
}

/**
 * Those with the fewest flaws of their own: what they do wrong would be told of every patch that does not touch it. What
 * a release had goes before the steps between two. Of variants whose facts differ only in how the code is spelt, the first.
 */
function worthRunning(fitting: readonly Variant[]): Variant[] {
  const count = (rules: readonly FactRule[] | undefined, { base }: Variant): number =>
    (rules ?? []).filter((rule) => matches(base.facts, rule)).length;
  const sound = least(fitting, (variant) => count(variant.loaded.profile.unsound, variant));
  const variants = least(sound, (variant) => count(variant.loaded.profile.between, variant));
  const seen = new Set<string>();
  return variants.filter(({ base }) => {
    const facts = JSON.stringify(base.facts);
    const isNew = !seen.has(facts);
    seen.add(facts);
    return isNew;
  });
}

/** The base with the after images of a patch in the place of its own files. */
function stack(variant: Variant, bases: Bases): Base {
  const { base, images } = variant;
  const after = images.files.flatMap(({ after: image }) =>
    image === null ? [] : [bases.parse(image.path, image.code.text, base.defines)],
  );
  const paths = new Set(after.map((file) => file.path));
  const others = (files: readonly CFile[]): CFile[] => files.filter((file) => !paths.has(file.path));
  if (base.tree === null) return { ...base, base: [...after, ...others(base.base)], headers: others(base.headers) };
  const isCaller = ({ path }: CFile): boolean => base.tree?.callers.some((file) => file.path === path) === true;
  const callers = [...after.filter(isCaller), ...others(base.tree.callers)];
  const whole = after.filter((file) => !isCaller(file));
  return { ...base, base: [...whole, ...others(base.base)], tree: { ...base.tree, callers } };
}

/** What commits have of the other files. */
function withoutFiles(history: History, left: ReadonlyMap<string, unknown>): History {
  const others = [...history.files].filter(([key]) => !left.has(key.slice(key.indexOf(":") + 1)));
  return { ...history, files: new Map(others) };
}

/** A file that earlier patches left is as they left it, whatever the workspace has, or the commit that all were made on. */
function stackedSources(variant: Variant, from: WorkspaceSources): WorkspaceSources {
  const left = leftBy(variant);
  const { history } = from;
  return {
    ...(history === undefined ? {} : { history: withoutFiles(history, left) }),
    workspace: (path) => (left.has(path) ? left.get(path)?.after?.code.text : from.workspace(path)),
  };
}

/** Path -> the file as the last patch that touched it left it, with what it was read from at first. */
function leftBy(variant: Variant): Map<string, FileImages> {
  const left = new Map<string, FileImages>();
  for (let at: Variant | null = variant; at !== null; at = at.onTopOf) {
    const { files } = at.images;
    // Beside files that are read as they are, a new one is shown whole.
    const isLeft = files.some(isRead) ? (file: FileImages) => isRead(file) || file.before === null : isRead;
    for (const file of files) if (isLeft(file) && !left.has(file.path)) left.set(file.path, file);
  }
  return left;
}

/** What was left comes from where the first patch had it. */
function asLeft(images: PatchImages, variant: Variant | null): PatchImages {
  if (variant === null) return images;
  const left = leftBy(variant);
  const files = images.files.map((file) => {
    const from = file.source === "workspace" ? left.get(file.path) : undefined;
    return from === undefined || !isRead(from) ? file : { ...file, ...originOf(from) };
  });
  return { ...images, files };
}

function originOf({ source, revision }: FileImages): Pick<FileImages, "source" | "revision"> {
  return revision === undefined ? { source } : { source, revision };
}

function isRead({ source }: FileImages): boolean {
  return source === "workspace" || source === "blob";
}

/** A function that is not there at all is stronger evidence than any of its statements. */
const MISSING = 4;

/** Statements that the base has otherwise, and functions that the patch changes and only other combinations have. */
function contradictions(variant: Variant, all: readonly Base[]): number {
  const { files } = variant.images;
  const missing = files
    .flatMap((file) => file.changed)
    .filter(({ name, before }) => before && !defines(variant.base, name) && all.some((base) => defines(base, name)));
  return files.reduce((sum, file) => sum + file.fit.contradicted, MISSING * missing.length);
}

function least<T>(items: readonly T[], cost: (item: T) => number): T[] {
  const costs = items.map(cost);
  const best = Math.min(...costs);
  return items.filter((_, index) => costs[index] === best);
}

/** A patch concerns a profile when its code names something that only that lifecycle has. */
function touches(patch: Patch, loaded: LoadedProfile, bases: readonly Base[], ctypes: CTypes): boolean {
  const words = new Set([...wordsOf(patch), ...sectionsOf(patch)]);
  const telling = new Set<string>();
  for (const object of loaded.profile.objects) {
    if (object.single) continue;
    for (const base of bases) for (const name of countsOf(base, object.type, ctypes)) telling.add(name);
  }
  for (const list of loaded.profile.lists)
    telling.add(list.head.slice(Math.max(list.head.lastIndexOf("."), list.head.lastIndexOf(":")) + 1));
  for (const base of bases) for (const file of base.base) for (const f of file.functions) telling.add(f.name);
  return [...telling].some((name) => words.has(name));
}

/** It changes a file of the tree that is there for nothing else. */
function isOf(tree: Tree | null, patch: Patch): boolean {
  const own = new Set(tree?.files.flatMap(({ path, replaces }) => (replaces === undefined ? [] : [path])));
  return patch.files.some(({ oldPath, newPath }) => own.has(oldPath ?? newPath ?? ""));
}

/** Names of the members of a type that count its references. */
function countsOf(base: Base, type: string, ctypes: CTypes): string[] {
  const aggregates = [...base.headers, ...base.base].flatMap((file) => file.aggregates);
  const fields = aggregates.filter((a) => a.name === type).flatMap((a) => a.fields);
  return fields.filter((f) => ctypes.field(f.type) === "refcount").map((f) => f.name);
}

/**
 * Functions and macros that only some combinations have and that the hunks name, in code or comment, without defining
 * them: a patch that speaks of a worker was not written for a kernel that has none.
 */
function namedIn(patch: Patch, bases: readonly Base[]): string[] {
  const words = wordsOf(patch);
  const own = definedBy(patch);
  const names = new Set(bases.flatMap((base) => [...definedNames(base)]));
  return [...names].filter((name) => words.has(name) && !own.has(name) && !bases.every((base) => defines(base, name)));
}

function defines(base: Base, name: string): boolean {
  return definedNames(base).has(name);
}

const cache = new WeakMap<Base, ReadonlySet<string>>();

function definedNames(base: Base): ReadonlySet<string> {
  const had = cache.get(base);
  if (had !== undefined) return had;
  const names = new Set(base.base.flatMap((file) => [...file.functions, ...file.macros].map((each) => each.name)));
  cache.set(base, names);
  return names;
}

function wordsOf(patch: Patch): Set<string> {
  const words = new Set<string>();
  const add = (text: string): void => {
    for (const word of text.matchAll(/[A-Za-z_]\w*/g)) words.add(word[0]);
  };
  for (const file of patch.files) for (const hunk of file.hunks) for (const line of hunk.lines) add(line.code.text);
  for (const snippet of patch.snippets) add(snippet.code.text);
  return words;
}

/** The heads of the functions in which hunks change more than comments. */
function sectionsOf(patch: Patch): string[] {
  const hunks = patch.files.flatMap((file) => file.hunks).filter((hunk) => hunk.lines.some(changesCode));
  return hunks.flatMap(({ section }) => section?.match(/[A-Za-z_]\w*(?=\()/g) ?? []);
}

function changesCode({ kind, code }: HunkLine): boolean {
  return kind !== "context" && !/^\s*(\*|\/\*|\/\/|$)/.test(code.text);
}

/** What stands at the first column of an added or removed line with a parenthesis behind it is defined or declared there. */
function definedBy(patch: Patch): Set<string> {
  const names = new Set<string>();
  const add = (text: string): void => {
    const match = /^(?:#\s*define\s+(\w+)|[A-Za-z_][\w\s*]*?(\w+)\s*\()/.exec(text);
    const name = match?.[1] ?? match?.[2];
    if (name !== undefined) names.add(name);
  };
  for (const file of patch.files) {
    for (const hunk of file.hunks) for (const line of hunk.lines) if (line.kind !== "context") add(line.code.text);
  }
  for (const snippet of patch.snippets) for (const line of snippet.code.text.split("\n")) add(line);
  return names;
}
