/** What was asked and is known of a line, in its hover. */
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { RepairAnswer, WhyWay } from "../review/why";
import { breakWords, isSerious } from "../review/why-words";
import { repairDiff, repairIntroduction } from "../review/repair-told";
import type { Known } from "./answers";
import { rangeOf } from "./places";
import type { Block } from "./prose";

export function whyBlocks({ lines }: Known, document: TextDocument, line: number): Block[] {
  return lines
    .filter(({ range }) => {
      const { start, end } = rangeOf(document, range);
      return start.line <= line && line <= end.line;
    })
    .flatMap(({ ways, summary }): Block[] => {
      const told = ways.some(({ breaks }) => breaks.some(isSerious)) ? ways.map(wayWords) : [summary];
      return [
        { kind: "strong", text: "Why is this line here?" },
        { kind: "list", items: told },
      ];
    });
}

function wayWords({ title, breaks, scenarios, unfinished }: WhyWay): string {
  const first = breaks.find(isSerious);
  if (first !== undefined) return `${title}: ${breakWords(first)} (${first.scenario})`;
  const unsure = unfinished === 0 ? "" : `, ${unfinished} of them not explored to the end`;
  return `${title}: no violation in ${scenarios} scenarios${unsure}`;
}

export function repairBlocks(answer: RepairAnswer | undefined): Block[] {
  if (answer === undefined) return [];
  return [
    { kind: "paragraph", text: repairIntroduction(answer) },
    ...answer.repairs.flatMap((repair): Block[] => [
      { kind: "list", items: [repair.title] },
      { kind: "code", lines: repairDiff(repair) },
    ]),
  ];
}
