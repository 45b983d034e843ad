/** The lines by which `git format-patch --base` says what a series was made on. */
import type { QuoteLevel } from "./quotes";

export interface Trailers {
  readonly baseCommit: string | null;
  /** Patch ids of what has to be applied to the base commit first, in that order. */
  readonly prerequisites: readonly string[];
}

export const NO_TRAILERS: Trailers = { baseCommit: null, prerequisites: [] };

export function readTrailers(level: QuoteLevel): Trailers {
  let baseCommit: string | null = null;
  const prerequisites: string[] = [];
  for (let line = 0; line < level.count; line++) {
    if (level.startsWith(line, "base-commit: ")) baseCommit ??= idBehind(level, line);
    else if (level.startsWith(line, "prerequisite-patch-id: ")) {
      const id = idBehind(level, line);
      if (id !== null) prerequisites.push(id);
    }
  }
  return { baseCommit, prerequisites };
}

function idBehind(level: QuoteLevel, line: number): string | null {
  return /^[a-z-]+: ([0-9a-f]{7,64})\s*$/.exec(level.text(line).slice(0, 200))?.[1] ?? null;
}
