/** A workspace in which a series is applied already, as it was before the series: who checks what he committed has that. */
import { applyHunks, linesOf, SIDES } from "../../image/apply";
import { imagesFromFile, workspaceFile, type Candidate } from "../../image/workspace";
import type { FileDiff, Patch } from "../../text/document";
import type { Preparing } from "../prepare";
import { labelOf } from "./placement";
import type { Plan } from "./plan";

/** The same with the files of the workspace from which the patches of a series were taken back, where that is possible. */
export function rewound(preparing: Preparing): Preparing {
  const { document, plan, workspace, sources } = preparing;
  const texts = new Map<string, string>();
  const problems: Plan["problems"][number][] = [];
  for (const members of plan.series) {
    for (const [path, diffs] of diffsByPath(members, document.patches)) {
      const text = workspace.workspace(path);
      if (diffs.length < 2 || text === undefined || texts.has(path)) continue;
      const found = takenBack(
        path,
        text,
        diffs.map(({ diff }) => diff),
      );
      if (found === null) continue;
      texts.set(path, found.text);
      const last = diffs[found.count - 1];
      const start = document.patches[members[0] ?? -1]?.span.start ?? 0;
      const message = `${path} in the workspace is as ${labelOf(plan.placements, last?.index ?? -1)} leaves it: the patches were taken back, and its lines are counted as they were before.`;
      problems.push({ code: "series.applied-already", message, range: { start, end: start } });
    }
  }
  if (texts.size === 0) return preparing;
  return {
    ...preparing,
    plan: { ...plan, problems: [...plan.problems, ...problems] },
    workspace: { ...workspace, workspace: (path) => texts.get(path) ?? workspace.workspace(path) },
    sources: new Map([...sources, ...[...texts].map(([path, text]) => [`workspace:${path}`, text] as const)]),
  };
}

interface PlacedDiff {
  /** Of the patch. */
  readonly index: number;
  readonly diff: FileDiff;
}

/** Only of files that keep their names throughout. */
function diffsByPath(members: readonly number[], patches: readonly Patch[]): Map<string, PlacedDiff[]> {
  const found = new Map<string, PlacedDiff[]>();
  const moved = new Set<string | null>();
  for (const index of members) {
    for (const diff of patches[index]?.files ?? []) {
      const { oldPath, newPath, hunks } = diff;
      if (oldPath !== newPath) moved.add(oldPath).add(newPath);
      if (newPath === null || hunks.length === 0) continue;
      const known = found.get(newPath) ?? [];
      found.set(newPath, known);
      known.push({ index, diff });
    }
  }
  for (const path of moved) if (path !== null) found.delete(path);
  return found;
}

/** Null when the text is the one that the first patch was made on, or none that any of them leaves. */
function takenBack(path: string, text: string, diffs: readonly FileDiff[]): { text: string; count: number } | null {
  if (isBefore(path, text, diffs)) return null;
  for (let count = diffs.length; count > 0; count--) {
    let at: string | null = text;
    for (const diff of diffs.slice(0, count).toReversed()) at = at === null ? null : apply(path, at, diff, "after");
    // The others have to fit what is left, or it was not this one that was the last.
    if (at !== null && isBefore(path, at, diffs)) return { text: at, count };
  }
  return null;
}

function isBefore(path: string, text: string, diffs: readonly FileDiff[]): boolean {
  let at: string | null = text;
  for (const diff of diffs) at = at === null ? null : apply(path, at, diff, "before");
  return at !== null;
}

/** The text on the other side of the diff; null when it does not fit, or fits better the other way round. */
function apply(path: string, text: string, diff: FileDiff, side: "before" | "after"): string | null {
  const sides = side === "before" ? SIDES : SIDES.toReversed();
  if (applyHunks(linesOf(text), diff.hunks, sides).found !== side) return null;
  const candidate: Candidate = { ...workspaceFile(path, text), side };
  const images = imagesFromFile(diff, candidate);
  if ("failed" in images) return null;
  return images[side === "before" ? "after" : "before"]?.code.text ?? null;
}
