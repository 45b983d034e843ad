/** The code of a series that is clean at its end, but not after each of its patches. */
export const NOT_BISECTABLE = "series.not-bisectable";

/** Several in a sentence: `2/7, 3/7 and 5/7`. */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1) ?? ""}`;
}
