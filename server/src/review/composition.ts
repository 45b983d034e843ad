/** In which order the files of one side are looked in for a name; the first that has it wins. */
import type { CFile } from "../c/syntax";
import type { Base } from "./bases";

/**
 * What a patch or document shows, then the base, then our headers. With a kernel tree our headers are its environment: they
 * come behind the files that are reviewed, and before those that only call them.
 *
 * @param shown the images
 * @param changed functions that the patch changes
 * @param replaced functions of the tree's callers that ours stand in for, unless the patch changes them
 */
export function codeOf(
  base: Base,
  shown: readonly CFile[],
  changed: ReadonlySet<string>,
  replaced: ReadonlySet<string>,
): CFile[] {
  const paths = new Set(shown.map(({ path }) => path));
  const beneath = (files: readonly CFile[]): CFile[] => files.filter(({ path }) => !paths.has(path));
  const { tree } = base;
  if (tree === null) return [...shown, ...beneath([...base.base, ...base.headers, base.kernel])];
  const callers = new Set(tree.callers.map(({ path }) => path));
  const isCaller = ({ path }: CFile): boolean => callers.has(path);
  const ofTree = base.base.filter(({ path }) => tree.paths.has(path));
  const ours = base.base.filter(({ path }) => !tree.paths.has(path));
  return [
    ...shown.filter((file) => !isCaller(file)),
    ...shown.filter(isCaller).map((file) => withFunctions(file, ONLY, changed)),
    ...beneath(ofTree),
    ...beneath([...base.headers, base.kernel]),
    ...[...shown.filter(isCaller), ...beneath(tree.callers)].map((file) => withFunctions(file, ALL_BUT, replaced)),
    ...beneath(ours),
  ];
}

const ONLY = true;
const ALL_BUT = false;

/** The file with only those functions and nothing else, or with all else and without them. */
function withFunctions(file: CFile, only: boolean, names: ReadonlySet<string>): CFile {
  const own = file.functions.flatMap(({ name }) => (names.has(name) ? [name] : []));
  if (own.length === 0 && !only) return file;
  const ofFile = made.get(file) ?? new Map<string, CFile>();
  made.set(file, ofFile);
  const key = JSON.stringify([only, own]);
  const had = ofFile.get(key);
  if (had !== undefined) return had;
  const functions = file.functions.filter(({ name }) => names.has(name) === only);
  const nothingElse = only
    ? { macros: [], aggregates: [], enumerators: [], variables: [], prototypes: [], loose: [] }
    : {};
  const next = { ...file, ...nothingElse, functions };
  ofFile.set(key, next);
  return next;
}

/** The same files make the same codebase. */
const made = new WeakMap<CFile, Map<string, CFile>>();
