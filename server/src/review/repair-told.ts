/** Repairs in words that every face uses: offered as what they are, and never as a certainty. */
import type { Repair, RepairAnswer } from "./why";

export function repairIntroduction({ repairs, progress, refusal, stage }: RepairAnswer): string {
  const [first] = repairs;
  if (refusal !== null) return `No change was tried: ${refusal}.`;
  const stopped = stage === "complete" ? "" : " It was stopped before all were tried.";
  if (first === undefined) {
    const tried = plural(progress.done, "single change");
    return `None of the ${tried} that were tried removes it without bringing something else.${stopped}`;
  }
  const one = repairs.length === 1 ? "This single change removes" : "Each of these single changes removes";
  return `${one} it in all ${plural(first.scenarios, "scenario")} that are run, and brings nothing new there; it says nothing about the rest of the kernel.${stopped}`;
}

/** Without the lines that stay as they are at both ends. */
export function repairDiff({ was, becomes }: Repair): string[] {
  let same = 0;
  while (same < Math.min(was.length, becomes.length) && was[same] === becomes[same]) same++;
  let end = 0;
  const most = Math.min(was.length, becomes.length) - same;
  while (end < most && was[was.length - 1 - end] === becomes[becomes.length - 1 - end]) end++;
  const shown = (lines: readonly string[], sign: string): string[] =>
    lines.slice(same, lines.length - end).map((line) => `${sign}${withoutTabs(line)}`);
  return [...shown(was, "-"), ...shown(becomes, "+")];
}

/** So that it survives being quoted. */
function withoutTabs(line: string): string {
  const indent = /^\t*/.exec(line)?.[0].length ?? 0;
  return "        ".repeat(indent) + line.slice(indent);
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
