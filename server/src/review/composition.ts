/** In which order the files of one side are looked in for a name; the first that has it wins. */
import type { CFile } from "../c/syntax";
import { wildcard } from "../model/lower/wildcard";
import type { Profile } from "../model/profile";
import type { Base } from "./bases";

/**
 * What a patch or document shows, then the base, then our headers. With a kernel tree our headers are its environment: they
 * come behind the files that are reviewed, and before those that only call them, or that a patch has beside them: of these
 * what it changes comes first and nothing else.
 *
 * @param shown the images
 * @param changed functions and macros that the patch changes
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
  const isCaller = ({ path }: CFile): boolean => callers.has(path) || !tree.paths.has(path);
  const ofTree = base.base.filter(({ path }) => tree.paths.has(path));
  const ours = base.base.filter(({ path }) => !tree.paths.has(path));
  return [
    ...shown.filter((file) => !isCaller(file)),
    ...shown.filter(isCaller).map((file) => only(file, changed)),
    ...beneath(ofTree),
    ...beneath([...base.headers, base.kernel]),
    ...[...shown.filter(isCaller), ...beneath(tree.callers)].map((file) => callersOf(file, base.profile, replaced)),
    ...beneath(ours),
  ];
}

/** The file with only those functions and macros and nothing else. */
function only(file: CFile, names: ReadonlySet<string>): CFile {
  return derived(file, `only ${[...names].sort().join()}`, () => ({
    ...NOTHING,
    functions: file.functions.filter(({ name }) => names.has(name)),
    macros: file.macros.filter(({ name }) => names.has(name)),
  }));
}

/**
 * A caller's file without those functions, and without those that a profile takes for harmless whatever they do. Of a header
 * only functions and macros are wanted: what types are like the profile says.
 */
function callersOf(file: CFile, profile: Profile, replaced: ReadonlySet<string>): CFile {
  const own = file.functions.flatMap(({ name }) => (replaced.has(name) ? [name] : []));
  return derived(file, `without ${own.join()} for ${profile.name}`, () => {
    const harmless = profile.harmless.map(wildcard);
    const isLeftOut = (name: string): boolean => replaced.has(name) || harmless.some((pattern) => pattern.test(name));
    const functions = file.functions.filter(({ name }) => !isLeftOut(name));
    return { functions, ...(file.path.endsWith(".h") ? { aggregates: [], variables: [] } : {}) };
  });
}

const NOTHING = { macros: [], aggregates: [], enumerators: [], variables: [], prototypes: [], loose: [] };

function derived(file: CFile, key: string, make: () => Partial<CFile>): CFile {
  const ofFile = made.get(file) ?? new Map<string, CFile>();
  made.set(file, ofFile);
  const next = ofFile.get(key) ?? { ...file, ...make() };
  ofFile.set(key, next);
  return next;
}

/** The same files make the same codebase. */
const made = new WeakMap<CFile, Map<string, CFile>>();
