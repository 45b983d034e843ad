/** Single changes that take a finding away: offered as what they are, and never as a certainty. */
import type { Repair, RepairAnswer } from "../review/why";
import type { LineIndex } from "./lines";
import { oneLine, plural } from "./visible";
import { wrapSentence } from "./wrap";

export function repairIntroduction({ repairs, progress, refusal, stage }: RepairAnswer): string {
  const [first] = repairs;
  if (refusal !== null) return `No change was tried: ${refusal}.`;
  const stopped = stage === "complete" ? "" : " It was stopped before all were tried.";
  if (first === undefined) {
    const tried = plural(progress.done, "single change", "single changes");
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
    lines.slice(same, lines.length - end).map((line) => `${sign}${expanded(line)}`);
  return [...shown(was, "-"), ...shown(becomes, "+")];
}

/** With blanks for tabs, so that it survives being quoted. */
function expanded(line: string): string {
  const indent = /^\t*/.exec(line)?.[0].length ?? 0;
  return "        ".repeat(indent) + oneLine(line.slice(indent));
}

export function repairLines(answer: RepairAnswer | undefined, width: number): string[] {
  if (answer === undefined) return [];
  const changes = answer.repairs.flatMap((repair) => {
    const rest = repair.removesAll ? "" : " (other errors stay)";
    const title = wrapSentence(`    - ${oneLine(repair.title)}${rest}`, width, 6);
    return [...title, ...repairDiff(repair).map((line) => `        ${line}`)];
  });
  return ["", ...wrapSentence(`    ${repairIntroduction(answer)}`, width, 4), ...changes];
}

/** As in the schema. */
export function repairJson({ kind, title, range, was, becomes, scenarios, removesAll }: Repair, lines: LineIndex) {
  return { kind, title, range: lines.range(range), was, becomes, scenarios, removesAll };
}
