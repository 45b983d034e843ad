/** Makes the images of a patch: for each file from the best that there is to make them from. */
import type { CFile } from "../c/syntax";
import type { Authorship, FileDiff, Patch, Problem } from "../text/document";
import { concat, type MappedText, type Span, unmapped } from "../text/mapped";
import { netDepth } from "./align";
import { BaseIndex } from "./base";
import { changedFunctions } from "./changed";
import { sumOfFits } from "./fit";
import { filledFunction, withFilledGaps } from "./fill";
import { functionWithGaps, gapAssumption } from "./gaps";
import type { FileImages, Image, ImageAssumption, ImageSources, PatchImages } from "./image";
import { NO_HISTORY } from "./history";
import { itemsOf } from "./items";
import { type LaidFile, type LaidPatch, layPatch, type Leftover } from "./lay";
import { isC, whyUnsafe } from "./paths";
import { imagesOfLoose } from "./placed";
import { mentions, namesOf } from "./relevance";
import { renderLaid } from "./render";
import { type Revisions, revisionsOf, troubleWith } from "./revisions";
import { closedTextOf, isChanged, type Segment } from "./segments";
import { diffOf, readSnippet, type ReadSnippet } from "./snippets";
import { cutIntoUnits } from "./units";
import { type Candidate, imagesFromFile, imagesOfNewFile, type Misfit, workspaceFile } from "./workspace";

/** Never throws for what is in the patch. */
export function buildImages(patch: Patch, sources: ImageSources): PatchImages {
  const problems: Problem[] = [];
  const files: FileImages[] = [];
  const rest: FileDiff[] = [];
  const names = namesOf(sources.base);
  const history = sources.history ?? NO_HISTORY;
  for (const trouble of troubleWith(patch, history)) problems.push({ ...trouble, span: firstLine(patch) });
  for (const diff of patch.files) {
    if (!diff.hasText) {
      const message = textless(diff);
      if (message !== null) problems.push({ code: "image.no-text", message, span: firstLine(diff) });
      continue;
    }
    if (names.size > 0 && isC(diff) && !mentions(diff, names, sources.document)) continue;
    if (!isC(diff)) {
      const message = `${pathOf(diff)} is no C file: what the patch changes there is not looked at.`;
      problems.push({ code: "image.not-c", message, span: firstLine(diff) });
      continue;
    }
    const images = fromWorkspace(diff, revisionsOf(diff, patch, history), sources, problems);
    if (images === null) rest.push(diff);
    else files.push(images);
  }
  // Beside files that are read as they are, a new one is as it is shown; elsewhere the base tells what its functions were.
  const fresh = files.length > 0 ? rest.flatMap((diff) => newFile(diff) ?? []) : [];
  files.push(...fresh);
  const unread = fresh.length > 0 ? rest.filter((diff) => newFile(diff) === null) : rest;
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

/** Null when the file was there before, or is not all shown. */
function newFile(diff: FileDiff): FileImages | null {
  const isWhole = diff.hunks.every(({ lines }) => lines.every(({ kind }) => kind === "added"));
  return diff.oldPath === null && diff.newPath !== null && isWhole ? imagesOfNewFile(diff, diff.newPath) : null;
}

/** What a file of a diff without hunks does to C; null when nothing is to be said. */
function textless(diff: FileDiff): string | null {
  if (!isC(diff) || (diff.oldPath === null && diff.newPath === null)) return null;
  const { changes } = diff;
  if (changes.includes("binary")) return `The change of ${pathOf(diff)} is shown as a binary one: it is not looked at.`;
  if (changes.includes("rename"))
    return `${diff.oldPath} is only renamed, to ${diff.newPath}: there is nothing to run.`;
  if (changes.includes("copy")) return `${diff.newPath} is only a copy of ${diff.oldPath}: there is nothing to run.`;
  return changes.includes("mode") ? `Only the mode of ${pathOf(diff)} changes: there is nothing to run.` : null;
}

/** From the best state of the file that the git repository or the workspace has. */
function fromWorkspace(
  diff: FileDiff,
  { found, missing }: Revisions,
  sources: ImageSources,
  problems: Problem[],
): FileImages | null {
  const paths = [...new Set([diff.oldPath, diff.newPath])].filter((path) => path !== null);
  for (const path of paths) {
    const reason = whyUnsafe(path);
    if (reason === null) continue;
    const message = `The path ${JSON.stringify(path)} is not looked for in the workspace: ${reason}.`;
    problems.push({ code: "image.unsafe-path", message, span: firstLine(diff) });
    return null;
  }
  const checkedOut = paths.flatMap((path) => {
    const text = sources.workspace(path);
    return text === undefined ? [] : [workspaceFile(path, text)];
  });
  const misfits: (Misfit & { readonly file: Candidate })[] = [];
  for (const file of [...found, ...checkedOut]) {
    const made = imagesFromFile(diff, file);
    if ("failed" in made) {
      misfits.push({ ...made, file });
      continue;
    }
    const other = file.side === "before" ? otherResult(made, found) : null;
    if (other !== null) problems.push({ code: "image.other-result", message: other, span: firstLine(diff) });
    const why = [...missing, ...misfits.map(whyNot)];
    return why.length === 0 ? made : { ...made, assumptions: [instead(why, file, diff), ...made.assumptions] };
  }
  const [first] = misfits;
  if (first !== undefined) {
    const names = misfits.map(({ file }) =>
      file.origin === "workspace" ? `${file.path} in the workspace` : file.name,
    );
    const message = `This hunk does not fit ${names.join(" nor ")}, neither before nor after the patch: the file is made from what the diff shows instead.`;
    problems.push({ code: "image.hunk-does-not-fit", message, span: first.failed.headerSpan ?? first.failed.span });
  }
  return null;
}

/** The blob of the result is there and is not what the hunks make of the blob that they were made on. */
function otherResult({ after }: FileImages, found: readonly Candidate[]): string | null {
  const result = found.find(({ side }) => side === "after");
  if (result === undefined || result.text === (after?.code.text ?? "")) return null;
  return `What the hunks make of the file is not ${result.name}, which the index line names as the result: the diff was edited after it was made.`;
}

function whyNot({ file }: { readonly file: Candidate }): string {
  return `the hunks do not fit ${file.name}`;
}

/** Said of a file that is not read from the best that the patch names. */
function instead(why: readonly string[], { origin, name }: Candidate, diff: FileDiff): ImageAssumption {
  const what = origin === "workspace" ? `the checked-out ${name}` : `${pathOf(diff)} of ${name}`;
  const reason = why.join(", and ");
  const text = `${reason.charAt(0).toUpperCase()}${reason.slice(1)}: ${what} was read instead.`;
  return { kind: "revision", text, span: firstLine(diff), function: null };
}

/** What images call the file; of a path that leads elsewhere only the last part. */
function pathOf(diff: FileDiff): string {
  const path = diff.newPath ?? diff.oldPath ?? "unnamed.c";
  return whyUnsafe(path) === null ? path : (/[^/\\:~\0]+$/.exec(path)?.[0] ?? "unnamed.c");
}

/** A problem of a whole file belongs to where it begins. */
function firstLine({ span }: FileDiff | Patch): Span {
  return { start: span.start, end: Math.min(span.end, span.start + 1) };
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
