/**
 * Functions that a patch changes without touching them: through a macro that they use. A macro that walks a list is in
 * every reader, so a line of it is one of theirs.
 */
import type { CFile } from "../c/syntax";
import type { FileImages } from "../image/image";
import type { HunkLine, Patch } from "../text/document";
import type { Bases } from "./bases";
import type { SideName } from "./sides";
import type { Variant } from "./variants";

/** The variant with those functions among the changed ones: in their own file where the patch has it, else in the macro's. */
export function withReached(variant: Variant, bases: Bases): Variant {
  const sides = [reachedIn(variant, "before", bases), reachedIn(variant, "after", bases)] as const;
  const [before, after] = sides;
  if (before.size === 0 && after.size === 0) return variant;
  const own = new Set(variant.images.files.flatMap((file) => file.changed.map(({ name }) => name)));
  const names = [...new Set([...before.keys(), ...after.keys()])].filter((name) => !own.has(name));
  const files = variant.images.files.map((file): FileImages => {
    const here = names.filter((name) => (after.get(name) ?? before.get(name)) === file.path);
    const reached = here.map((name) => ({ name, before: before.has(name), after: after.has(name) }));
    return reached.length === 0 ? file : { ...file, changed: [...file.changed, ...reached] };
  });
  return { ...variant, images: { ...variant.images, files } };
}

/** Name of a function -> the file of the patch that it is told with. */
function reachedIn({ images, base }: Variant, side: SideName, bases: Bases): Map<string, string> {
  const shown = images.files.flatMap((file) => {
    const image = file[side];
    return image === null ? [] : [bases.parse(image.path, image.code.text, base.defines)];
  });
  const own = new Set(shown.map(({ path }) => path));
  const all = [...shown, ...[...base.base, ...base.headers].filter(({ path }) => !own.has(path))];
  const homes = changedMacros(images.files, shown, side);
  if (homes.size > 0) throughOthers(homes, all);
  const reached = new Map<string, string>();
  for (const file of homes.size > 0 ? all : []) {
    for (const { name, place } of file.functions) {
      const through = wordsOf(file.text.slice(place.start, place.end)).find((word) => homes.has(word));
      if (through !== undefined && !reached.has(name)) {
        reached.set(name, own.has(file.path) ? file.path : (homes.get(through) ?? file.path));
      }
    }
  }
  return reached;
}

/** Whether it changes a macro that these files define, by the lines of its hunks alone. */
export function changesMacroOf(patch: Patch, files: readonly CFile[]): boolean {
  const changed = new Set(patch.files.flatMap(({ hunks }) => hunks.flatMap(({ lines }) => macrosChangedIn(lines))));
  return changed.size > 0 && files.some(({ macros }) => macros.some(({ name }) => changed.has(name)));
}

function macrosChangedIn(lines: readonly HunkLine[]): string[] {
  const changed: string[] = [];
  let current: string | null = null;
  for (const { kind, code } of lines) {
    current = /^\s*#\s*define\s+(\w+)/.exec(code.text)?.[1] ?? current;
    if (current !== null && kind !== "context") changed.push(current);
    if (!/\\\s*$/.test(code.text)) current = null;
  }
  return changed;
}

/** Name of a macro with an added or removed character in its definition -> its file. */
export function changedMacros(
  files: readonly FileImages[],
  shown: readonly CFile[],
  side: SideName,
): Map<string, string> {
  const origin = side === "before" ? "removed" : "added";
  const homes = new Map<string, string>();
  for (const { path, macros } of shown) {
    const { segments } = files.find((file) => file.path === path)?.[side]?.code ?? { segments: [] };
    const changes = segments.filter((segment) => segment.origin === origin);
    for (const { name, place } of changes.length === 0 ? [] : macros) {
      const isChanged = changes.some(({ start, length }) => start < place.end && start + length > place.start);
      if (isChanged) homes.set(name, path);
    }
  }
  return homes;
}

/** Adds the macros that use one of them, and so on. */
function throughOthers(homes: Map<string, string>, files: readonly CFile[]): void {
  const others = files.flatMap(({ macros }) => macros.map(({ name, body }) => ({ name, uses: wordsOf(body.text) })));
  for (let before = -1; before < homes.size;) {
    before = homes.size;
    for (const { name, uses } of others) {
      const home = homes.has(name) ? undefined : uses.map((word) => homes.get(word)).find((each) => each !== undefined);
      if (home !== undefined) homes.set(name, home);
    }
  }
}

/** Comments name what they speak of. */
function wordsOf(code: string): string[] {
  return code.replaceAll(/\/\*[^]*?\*\/|\/\/.*/g, " ").match(/[A-Za-z_]\w*/g) ?? [];
}
