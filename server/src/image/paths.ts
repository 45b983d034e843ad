/** Paths in a patch are what somebody else wrote: only such as lead into the workspace are asked for. */
import type { FileDiff } from "../text/document";

/** Null when the path is safe, else why it is not. */
export function whyUnsafe(path: string): string | null {
  if (path.includes("\0")) return "it has a NUL character in it";
  if (/^[/\\]/.test(path)) return "it is absolute";
  if (/^[A-Za-z]:/.test(path)) return "it names a drive";
  if (path.startsWith("~")) return "it begins with ~";
  if (path.split(/[/\\]/).includes("..")) return "it leads out of the workspace";
  return path === "" ? "it is empty" : null;
}

/** Files whose name says that they are C; one without a name may be. */
export function isC({ oldPath, newPath }: FileDiff): boolean {
  const path = newPath ?? oldPath;
  return path === null || /\.(c|h|cc|inc)$/i.test(path);
}

/** What images call the file; of a path that leads elsewhere only the last part. */
export function pathOf({ oldPath, newPath }: FileDiff): string {
  const path = newPath ?? oldPath ?? "unnamed.c";
  return whyUnsafe(path) === null ? path : (/[^/\\:~\0]+$/.exec(path)?.[0] ?? "unnamed.c");
}
