/** Code lenses: each interleaving to look at, and one quiet line for each patch that has none. */
import type { CodeLens } from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { PatchReview, Review } from "../review/review";
import { groupFindings, type FindingGroup } from "./finding-groups";
import { rangeOf } from "./places";
import { acceptedWords } from "../review/baseline";
import { notApplicable } from "./summary";
import { traceCommand } from "./trace-command";

const LONGEST_STATEMENT = 120;

/** `command` opens a trace. */
export function lensesOf(review: Review, document: TextDocument, command: string): CodeLens[] {
  const groups = groupFindings(review).filter(({ finding }) => finding.steps.length > 0);
  return [
    ...traceLenses(groups, document, command),
    ...endingLenses(groups, document, command),
    ...patchLenses(review, groups, document),
    ...seriesLenses(review, document),
    ...acceptedLens(review, document),
  ];
}

function traceLenses(groups: readonly FindingGroup[], document: TextDocument, command: string): CodeLens[] {
  const said = new Set<string>();
  return groups.flatMap((group) => {
    const { code, patch, range, status } = group.finding;
    // What is not this patch's doing, or no more, is said once a patch.
    const key = `${patch} ${code} ${status}`;
    if (said.has(key) && (status === "fixed" || status === "persists")) return [];
    said.add(key);
    return [{ range: lineStart(document, range.start), command: traceCommand(group, document.uri, command) }];
  });
}

/** Over the line of a later patch that ends what an earlier one of the series brought: each code once. */
function endingLenses(groups: readonly FindingGroup[], document: TextDocument, command: string): CodeLens[] {
  const said = new Set<string>();
  return groups.flatMap((group) => {
    const { code, fixedAt, introducedBy } = group.finding;
    const key = `${fixedAt?.patch} ${code} ${introducedBy}`;
    if (fixedAt === null || said.has(key)) return [];
    said.add(key);
    const lead = `Ends what ${introducedBy ?? "an earlier patch"} brings`;
    return [
      { range: lineStart(document, fixedAt.range.start), command: traceCommand(group, document.uri, command, lead) },
    ];
  });
}

/** What holds at the end of a series stands where the series begins. */
function seriesLenses({ series, patches, stage, verdict }: Review, document: TextDocument): CodeLens[] {
  if (stage !== "complete" || verdict === "not-applicable") return [];
  return series.flatMap(({ patches: [first = -1], statement, verdict: own }) => {
    const patch = patches[first];
    if (patch === undefined || own === "not-applicable") return [];
    return [quietLens(document, patch, `the series: ${inShort(statement)}`)];
  });
}

/** That something is kept out of sight is never itself kept out of sight. */
function acceptedLens({ accepted, patches: [patch], stage }: Review, document: TextDocument): CodeLens[] {
  if (accepted === 0 || patch === undefined || stage !== "complete") return [];
  return [quietLens(document, patch, acceptedWords(accepted))];
}

/** Only when the run has ended: until then nothing can be said of a patch as a whole. */
function patchLenses(review: Review, groups: readonly FindingGroup[], document: TextDocument): CodeLens[] {
  if (review.stage !== "complete") return [];
  if (review.verdict === "not-applicable") return notApplicableLens(review, document);
  const loud = new Set(groups.filter(({ finding }) => finding.status !== "fixed").map(({ finding }) => finding.patch));
  return review.patches
    .filter(({ verdict }, index) => verdict !== "not-applicable" && !(verdict === "violated" && loud.has(index)))
    .map((patch) => quietLens(document, patch, inShort(patch.statement)));
}

/** A lens is one line of the editor; the hover of that line has the rest. */
function inShort(statement: string): string {
  if (statement.length <= LONGEST_STATEMENT) return statement;
  const end = statement.slice(0, LONGEST_STATEMENT).search(/[\s;,:]+\S*$/);
  return `${statement.slice(0, end > 0 ? end : LONGEST_STATEMENT)} …`;
}

function notApplicableLens(review: Review, document: TextDocument): CodeLens[] {
  const [patch] = review.patches;
  if (patch === undefined) return [];
  return [quietLens(document, patch, notApplicable(review))];
}

/** Without a command it is text that cannot be clicked. */
function quietLens(document: TextDocument, patch: PatchReview, statement: string): CodeLens {
  return { range: lineStart(document, patch.range.start), command: { title: `Lastput: ${statement}`, command: "" } };
}

function lineStart(document: TextDocument, offset: number): CodeLens["range"] {
  const { start } = rangeOf(document, { start: offset, end: offset });
  return { start: { ...start, character: 0 }, end: start };
}
