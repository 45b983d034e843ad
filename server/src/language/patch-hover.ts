/** What a hover on the first line of a patch tells: all that its lens has no room for. */
import type { PatchReview, Review } from "../review/review";
import type { Block } from "./prose";

/** More than that nobody reads in a hover; the command line lists all. */
const MOST_ASSUMPTIONS = 12;

export function patchBlocks(review: Review, patch: PatchReview): Block[] {
  if (patch.verdict === "not-applicable" || review.stage !== "complete") return [];
  const place = placeIn(review, patch);
  return [
    { kind: "strong", text: patch.subject ?? "This patch" },
    ...(place === null ? [] : [paragraph(place)]),
    { kind: "paragraph", text: `Result: ${patch.statement}` },
    ...seriesBlocks(review, patch),
    ...(patch.beforeStatement === null ? [] : [paragraph(`Before it: ${patch.beforeStatement}`)]),
    ...(patch.base === null ? [] : [paragraph(`Base: ${patch.base}`)]),
    ...assumptionBlocks(review, patch),
  ];
}

/** What holds at the end, where the series begins. */
function seriesBlocks({ series, patches }: Review, patch: PatchReview): Block[] {
  const own = series.find((each) => patches[each.patches[0] ?? -1] === patch);
  return own === undefined ? [] : [paragraph(`The series of ${own.patches.length} patches: ${own.statement}`)];
}

/** Where it was laid, if that is not simply the code as it is. */
function placeIn({ patches }: Review, { placement: { role, of, onto } }: PatchReview): string | null {
  const nameOf = (index: number | null): string => {
    const about = index === null ? undefined : patches[index];
    return about?.placement.label ?? about?.subject ?? "the patch that it answers";
  };
  if (role === "instead") return `An alternative, laid instead of ${nameOf(of)}.`;
  return onto === null ? null : `Laid on top of ${nameOf(onto)}.`;
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
