/** Single changes that take a finding away, under the finding. */
import { repairDiff as diffOf, repairIntroduction } from "../review/repair-told";
import type { Repair, RepairAnswer } from "../review/why";
import type { LineIndex } from "./lines";
import { oneLine } from "./visible";
import { wrapSentence } from "./wrap";

export { repairIntroduction };

/** Fit to be shown: what is written in code may hold anything. */
export function repairDiff(repair: Repair): string[] {
  return diffOf(repair).map((line) => {
    const indent = /^[-+] */.exec(line)?.[0] ?? "";
    return indent + oneLine(line.slice(indent.length));
  });
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
