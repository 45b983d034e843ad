/** Makes the images of a patch: for each file from the best that there is to make them from. */
import type { CFile } from "../c/syntax";
import type { Authorship, FileDiff, Patch } from "../text/document";
import { concat, type MappedText, unmapped } from "../text/mapped";
import { netDepth } from "./align";
import { BaseIndex } from "./base";
import { changedFunctions } from "./changed";
import { sumOfFits } from "./fit";
import { filledFunction, withFilledGaps } from "./fill";
import { functionWithGaps, gapAssumption } from "./gaps";
import type { FileImages, Image, ImageAssumption, ImageSources, PatchImages } from "./image";
import { itemsOf } from "./items";
import { type LaidFile, type LaidPatch, layPatch, type Leftover } from "./lay";
import { isC, pathOf } from "./paths";
import { imagesOfLoose } from "./placed";
import { readFiles } from "./read";
import { renderLaid } from "./render";
import { closedTextOf, isChanged, type Segment } from "./segments";
import { diffOf, readSnippet, type ReadSnippet } from "./snippets";
import { cutIntoUnits } from "./units";

/** Never throws for what is in the patch. */
export function buildImages(patch: Patch, sources: ImageSources): PatchImages {
  const { files, unread, problems } = readFiles(patch, sources);
  const base = new BaseIndex(sources.base);
  const filled: ImageAssumption[] = [];
  const library = [...sources.base, ...sources.library];
  const snippets = patch.snippets.map(readSnippet);
  const proposals = new Map(
    (["plain", "added"] as const).flatMap((form) => {
      const proposed = proposedBy(
        snippets.filter(({ snippet }) => snippet.form === form),
        patch,
        library,
        filled,
      );
      return proposed === null ? [] : [[proposed, form] as const];
    }),
  );
  const diffs = unread.map((diff) => withFilledGaps(diff, library, filled));
  const laid = layPatch([...diffs, ...proposals.keys()], base, proposals);
  const made = joined(laid.files.map(imagesOfLaid), imagesOfHunks(laid));
  files.push(...made.map((images) => withAssumptions(images, filled)));
  const loose: { code: MappedText; authorship: Authorship }[] = [];
  for (const lines of snippets.flatMap((snippet) => snippet.loose)) {
    const images = imagesOfLoose(lines, base);
    // A file has one pair of images: what a diff changes is worth more than what is proposed in words around it.
    if (images !== null && !files.some(({ path }) => path === images.path)) files.push(images);
    else
      loose.push({ code: concat(lines.flatMap((line) => [line.code, unmapped("\n")])), authorship: patch.authorship });
  }
  return { files, problems, loose };
}

/** Whole functions shown outside of the diff, as a diff that adds them. What the diff itself brings is left to it. */
function proposedBy(
  snippets: readonly ReadSnippet[],
  patch: Patch,
  library: readonly CFile[],
  filled: ImageAssumption[],
): FileDiff | null {
  const declared = snippets.flatMap((snippet) => snippet.declared);
  if (declared.length === 0) return null;
  const known = new Set(patch.files.filter(isC).flatMap(namesAddedBy));
  const pieces = declared
    .filter(({ name }) => !known.has(name))
    .map(({ name, isFunction, lines }) => {
      const whole = isFunction ? filledFunction(name, lines, library) : null;
      if (whole !== null) filled.push(whole.assumption);
      return whole?.lines ?? lines;
    });
  return pieces.length === 0 ? null : diffOf(patch, pieces);
}

function namesAddedBy(diff: FileDiff): string[] {
  return diff.hunks.flatMap((hunk) => {
    const { units } = cutIntoUnits(hunk.lines.map((line) => (line.kind === "added" ? line.code.text : "")).join("\n"));
    return itemsOf(units, null).flatMap(({ name, fromHead, toEnd }) =>
      fromHead && toEnd && name !== null ? [name] : [],
    );
  });
}

/** What was filled is said once, with the images that hold the function. */
function withAssumptions(images: FileImages, filled: readonly ImageAssumption[]): FileImages {
  const own = filled.filter((assumption) =>
    images.changed.some(({ name, after }) => after && name === assumption.function),
  );
  return own.length === 0 ? images : { ...images, assumptions: [...images.assumptions, ...own] };
}

function imagesOfLaid(laid: LaidFile): FileImages {
  const { before, after } = renderLaid(laid);
  const { path } = laid.file;
  return {
    path,
    source: "base",
    before: { path, code: before },
    after: { path, code: after },
    changed: changedFunctions(before, after, (offset) => laid.file.isFunctionStart(offset)),
    fit: sumOfFits(laid.fits),
    assumptions: laid.assumptions,
  };
}

/** What the base knows nothing of: one pair of images for each path. */
function imagesOfHunks({ leftovers, strangers }: LaidPatch): FileImages[] {
  const unknown = new Map<string, Unknown>();
  const of = (diff: FileDiff): Unknown => {
    const path = pathOf(diff);
    const known = unknown.get(path) ?? { diff, leftovers: [], strangers: [] };
    unknown.set(path, known);
    return known;
  };
  for (const leftover of leftovers) of(leftover.diff).leftovers.push(leftover);
  for (const { diff, segments } of strangers) of(diff).strangers.push(segments);
  return [...unknown].flatMap(([path, own]) => {
    const isActing = own.leftovers.length > 0 || own.strangers.flat().some(isChanged);
    if (!isActing) return [];
    const { oldPath, newPath } = own.diff;
    const isNew = oldPath === null && newPath !== null;
    const isDeleted = newPath === null && oldPath !== null;
    const before = isNew ? null : imageOf(path, own, "before");
    const after = isDeleted ? null : imageOf(path, own, "after");
    const changed = changedFunctions(before?.code ?? null, after?.code ?? null);
    const fit = sumOfFits(own.leftovers.map((one) => one.fit));
    return [
      { path, source: "hunks" as const, before, after, changed, fit, assumptions: own.leftovers.map(gapAssumption) },
    ];
  });
}

/** A file has one pair of images: where the base's is called like the patch's, what the base does not know joins it. */
function joined(laid: readonly FileImages[], hunks: readonly FileImages[]): FileImages[] {
  const same = (a: FileImages) => (b: FileImages) => a.path === b.path;
  const both = laid.map((images) => {
    const more = hunks.find(same(images));
    return more === undefined ? images : joinedWith(images, more);
  });
  return [...both, ...hunks.filter((images) => !laid.some(same(images)))];
}

function joinedWith(images: FileImages, more: FileImages): FileImages {
  const join = (a: Image | null, b: Image | null): Image | null =>
    a === null || b === null ? (a ?? b) : { path: a.path, code: concat([a.code, unmapped("\n"), b.code]) };
  return {
    ...images,
    before: join(images.before, more.before),
    after: join(images.after, more.after),
    changed: [...images.changed, ...more.changed],
    fit: sumOfFits([images.fit, more.fit]),
    assumptions: [...images.assumptions, ...more.assumptions],
  };
}

interface Unknown {
  /** The first of that path. */
  readonly diff: FileDiff;
  readonly leftovers: Leftover[];
  /** What follows each other in a hunk. */
  readonly strangers: (readonly Segment[])[];
}

function imageOf(path: string, { leftovers, strangers }: Unknown, side: "before" | "after"): Image {
  const parts: MappedText[] = strangers.flatMap((group) => {
    // A new function that breaks off with the hunk still has to end.
    const open = netDepth(group.flatMap((segment) => segment[side].units));
    return [
      ...group.map((segment) => closedTextOf(segment, side)),
      unmapped(open > 0 ? `\t...\n${"}\n".repeat(open)}` : ""),
    ];
  });
  for (const leftover of leftovers) {
    const text = functionWithGaps(leftover, side);
    if (text !== null) parts.push(unmapped("\n"), text);
  }
  return { path, code: concat(parts) };
}
