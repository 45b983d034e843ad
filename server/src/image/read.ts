/** Reads the files of a patch in the states that the git repository and the workspace have of them. */
import type { FileDiff, Patch, Problem } from "../text/document";
import type { Span } from "../text/mapped";
import { NO_HISTORY } from "./history";
import type { FileImages, ImageAssumption, ImageSources } from "./image";
import { isC, pathOf, whyUnsafe } from "./paths";
import { mentions, namesOf } from "./relevance";
import { type Revisions, revisionsOf, troubleWith } from "./revisions";
import { type Candidate, imagesFromFile, imagesOfNewFile, type Misfit, workspaceFile } from "./workspace";

export interface FilesRead {
  readonly files: FileImages[];
  /** Those that have to be made from what the diff shows. */
  readonly unread: readonly FileDiff[];
  readonly problems: Problem[];
}

export function readFiles(patch: Patch, sources: ImageSources): FilesRead {
  const history = sources.history ?? NO_HISTORY;
  const start = firstLine(patch);
  const problems: Problem[] = troubleWith(patch, history).map((trouble) => ({ ...trouble, span: start }));
  const concerned = concernedBy(patch, sources, problems);
  const read = concerned.map((diff) => ({ diff, ...readFile(diff, revisionsOf(diff, patch, history), sources) }));
  for (const one of read) problems.push(...one.problems);
  // Where one file is of another kernel, the others are as well: with the base, whose era the patch tells, they do not mix.
  const isOther = sources.base.length > 0 && read.some(({ isMisfit }) => isMisfit);
  const files = read.flatMap(({ images }) => (images === null || isOther ? [] : [images]));
  const isUnread = ({ images }: FileRead): boolean => images === null || isOther;
  const unread = read.filter(isUnread).map(({ diff }) => diff);
  if (files.length === 0) return { files, unread, problems };
  // Beside files that are read as they are, a new one is as it is shown; elsewhere the base tells what its functions were.
  const fresh = unread.flatMap((diff) => newFile(diff) ?? []);
  return { files: [...files, ...fresh], unread: unread.filter((diff) => newFile(diff) === null), problems };
}

/** C with hunks that names something of the base, if there is one. */
function concernedBy(patch: Patch, { base, document }: ImageSources, problems: Problem[]): FileDiff[] {
  const names = namesOf(base);
  return patch.files.filter((diff) => {
    const told = diff.hasText ? null : textless(diff);
    if (told !== null) problems.push({ code: "image.no-text", message: told, span: firstLine(diff) });
    if (!diff.hasText || (names.size > 0 && isC(diff) && !mentions(diff, names, document))) return false;
    if (isC(diff)) return true;
    const message = `${pathOf(diff)} is no C file: what the patch changes there is not looked at.`;
    problems.push({ code: "image.not-c", message, span: firstLine(diff) });
    return false;
  });
}

interface FileRead {
  readonly images: FileImages | null;
  /** There is such a file, and a hunk does not fit it. */
  readonly isMisfit: boolean;
  readonly problems: readonly Problem[];
}

/** From the best state of the file that the git repository or the workspace has. */
function readFile(diff: FileDiff, { found, missing }: Revisions, sources: ImageSources): FileRead {
  const paths = [...new Set([diff.oldPath, diff.newPath])].filter((path) => path !== null);
  for (const path of paths) {
    const reason = whyUnsafe(path);
    if (reason === null) continue;
    const message = `The path ${JSON.stringify(path)} is not looked for in the workspace: ${reason}.`;
    const problems = [{ code: "image.unsafe-path", message, span: firstLine(diff) }];
    return { images: null, isMisfit: false, problems };
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
    const problems = other === null ? [] : [{ code: "image.other-result", message: other, span: firstLine(diff) }];
    const why = [...missing, ...misfits.map(whyNot)];
    const assumptions = [...(why.length === 0 ? [] : [instead(why, file, diff)]), ...made.assumptions];
    return { images: { ...made, assumptions }, isMisfit: false, problems };
  }
  const problems = misfits.length === 0 ? [] : [noFit(misfits)];
  return { images: null, isMisfit: misfits.length > 0, problems };
}

/** The hunk is that of the first, which is what the patch names, or the only one. */
function noFit(misfits: readonly (Misfit & { readonly file: Candidate })[]): Problem {
  const names = misfits.map(({ file }) => (file.origin === "workspace" ? `${file.path} in the workspace` : file.name));
  const message = `This hunk does not fit ${names.join(" nor ")}, neither before nor after the patch: the file is made from what the diff shows instead.`;
  const failed = misfits[0]?.failed;
  return { code: "image.hunk-does-not-fit", message, span: failed?.headerSpan ?? failed?.span ?? null };
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

/** A problem of a whole file belongs to where it begins. */
function firstLine({ span }: FileDiff | Patch): Span {
  return { start: span.start, end: Math.min(span.end, span.start + 1) };
}
