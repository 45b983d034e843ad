/** The code of a series that is clean at its end, but not after each of its patches. */
export const NOT_BISECTABLE = "series.not-bisectable";

/** Several in a sentence: `2/7, 3/7 and 5/7`. */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1) ?? ""}`;
}

/** Parts of a series, those that follow each other as `3/28 to 7/28`. */
export function inRuns(parts: readonly string[]): string {
  const runs: string[][] = [];
  for (const part of parts) {
    const last = runs.at(-1);
    if (last !== undefined && Number.parseInt(part) === Number.parseInt(last.at(-1) ?? "") + 1) last.push(part);
    else runs.push([part]);
  }
  return listed(runs.flatMap((run) => (run.length > 2 ? [`${run[0] ?? ""} to ${run.at(-1) ?? ""}`] : run)));
}
