/** What a hover on the first line of a patch tells: all that its lens has no room for. */
import type { PatchReview, Review } from "../review/review";
import type { Block } from "./prose";

/** More than that nobody reads in a hover; the command line lists all. */
const MOST_ASSUMPTIONS = 12;

export function patchBlocks(review: Review, patch: PatchReview): Block[] {
  if (patch.verdict === "not-applicable" || review.stage !== "complete") return [];
  return [
    { kind: "strong", text: patch.subject ?? "This patch" },
    { kind: "paragraph", text: `Result: ${patch.statement}` },
    ...(patch.beforeStatement === null ? [] : [paragraph(`Before it: ${patch.beforeStatement}`)]),
    ...(patch.base === null ? [] : [paragraph(`Base: ${patch.base}`)]),
    ...assumptionBlocks(review, patch),
  ];
}

/** Those of the patch, and those of no place. */
function assumptionBlocks({ assumptions }: Review, { range }: PatchReview): Block[] {
  const here = assumptions.filter((each) => {
    return each.range === null || (each.range.start < range.end && range.start < each.range.end);
  });
  if (here.length === 0) return [];
  const left = here.length - MOST_ASSUMPTIONS;
  const items = here.slice(0, MOST_ASSUMPTIONS).map(({ text }) => text);
  if (left > 0) items.push(`and ${left} more, which lastput check lists`);
  return [paragraph("Assumed:"), { kind: "list", items }];
}

function paragraph(text: string): Block {
  return { kind: "paragraph", text };
}
