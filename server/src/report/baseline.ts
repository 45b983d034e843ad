/** What is said of a baseline at the end of a report. */
import type { Accepted } from "../review/baseline";
import { oneLine, plural } from "./visible";

export interface BaselineTold {
  /** As the person typed it. */
  readonly path: string;
  /** Entries whose function was looked at, and that are not found in it any more. */
  readonly stale: readonly Accepted[];
  /** Entries about code that was not looked at. */
  readonly elsewhere: readonly Accepted[];
}

/** Nothing when every entry is still needed. */
export function baselineLines({ path, stale, elsewhere }: BaselineTold): string[] {
  const file = oneLine(path);
  const named = stale.map(({ fingerprint, code, function: name }) => {
    return `  ${oneLine(fingerprint)}  ${oneLine(code)}${name === null ? "" : ` in ${oneLine(name)}()`}`;
  });
  const match = stale.length === 1 ? "matches" : "match";
  return [
    ...(stale.length === 0
      ? []
      : [`${file}: ${plural(stale.length, "entry", "entries")} ${match} nothing any more:`, ...named]),
    ...(elsewhere.length === 0
      ? []
      : [`${file}: ${plural(elsewhere.length, "entry", "entries")} about what was not checked here`]),
  ];
}

export function baselineJson({ path, stale, elsewhere }: BaselineTold) {
  const entry = ({ fingerprint, code, function: name, message }: Accepted) => ({
    fingerprint,
    code,
    function: name,
    message,
  });
  return { path, stale: stale.map(entry), elsewhere: elsewhere.map(entry) };
}
