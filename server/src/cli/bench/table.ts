/** What a part of the bench measured, and how that stands to what was aimed at. */

export interface Row {
  readonly what: string;
  readonly measured: number;
  readonly target: number;
  /** `at most`: a time, bytes; `at least`: how many times faster. */
  readonly aim: "at most" | "at least";
  readonly unit: string;
  /** Number of measurements, what lies around the middle. */
  readonly note: string;
}

/** Above 1 the target is met that many times over. */
export function ratioOf({ measured, target, aim }: Row): number {
  return aim === "at most" ? target / measured : measured / target;
}

export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map((_, column) => (column === 0 ? "---" : "---:")), ...rows];
  return `${lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}\n`;
}

/** The rows with a target, one line each. */
export function targetTable(rows: readonly Row[]): string {
  const head = ["", "measured", "target", "ratio", ""];
  return markdownTable(
    head,
    rows.map((row) => [
      row.what,
      `${shown(row.measured)} ${row.unit}`,
      `${row.aim} ${shown(row.target)} ${row.unit}`,
      `${ratioOf(row).toFixed(2)}${ratioOf(row) >= 1 ? "" : " (missed)"}`,
      row.note,
    ]),
  );
}

/** Three digits where that many matter. */
export function shown(number: number): string {
  if (number >= 100) return Math.round(number).toLocaleString("en-US");
  return number.toFixed(number >= 10 ? 1 : 2);
}

export function median(numbers: readonly number[]): number {
  return quantile(numbers, 0.5);
}

/** The smallest number that at least that share of all are not above. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
