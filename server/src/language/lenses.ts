/** Code lenses: each interleaving to look at, and one quiet line for each patch that has none. */
import type { CodeLens } from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { PatchReview, Review } from "../review/review";
import { groupFindings, stepCount, type FindingGroup } from "./finding-groups";
import { rangeOf } from "./places";
import type { TraceParams } from "./protocol";
import { notApplicable } from "./summary";

/** `command` opens a trace; its one argument are TraceParams. */
export function lensesOf(review: Review, document: TextDocument, command: string): CodeLens[] {
  const groups = groupFindings(review).filter(({ finding }) => finding.steps.length > 0);
  return [...traceLenses(groups, document, command), ...patchLenses(review, groups, document)];
}

/** `lifetime.use-after-free` -> `use-after-free`; where the last part says little, the first one is added. */
export function shortName(code: string): string {
  const [first = "", ...rest] = code.split(".");
  const last = rest.join(".");
  if (last === "") return first;
  return ["lock", "list", "zap", "race"].includes(first) ? `${first} ${last.replaceAll("-", " ")}` : last;
}

const LEADS = {
  introduced: "Simulate this interleaving",
  present: "Simulate this interleaving",
  persists: "Before this patch and after it",
  fixed: "Fixed here",
};

function traceLenses(groups: readonly FindingGroup[], document: TextDocument, command: string): CodeLens[] {
  const said = new Set<string>();
  return groups.flatMap(({ finding, title }) => {
    const { code, patch, range, fingerprint, status } = finding;
    // What is not this patch's doing, or no more, is said once a patch.
    const key = `${patch} ${code} ${status}`;
    if (said.has(key) && (status === "fixed" || status === "persists")) return [];
    said.add(key);
    const what = `${shortName(code)} in ${stepCount(finding)}`;
    const text = [LEADS[status], ...(title === null ? [] : [title]), what].join(": ");
    const params: TraceParams = { uri: document.uri, fingerprint };
    return [{ range: lineStart(document, range.start), command: { title: text, command, arguments: [params] } }];
  });
}

/** Only when the run has ended: until then nothing can be said of a patch as a whole. */
function patchLenses(review: Review, groups: readonly FindingGroup[], document: TextDocument): CodeLens[] {
  if (review.stage !== "complete") return [];
  if (review.verdict === "not-applicable") return notApplicableLens(review, document);
  const loud = new Set(groups.filter(({ finding }) => finding.status !== "fixed").map(({ finding }) => finding.patch));
  return review.patches
    .filter(({ verdict }, index) => verdict !== "not-applicable" && (!loud.has(index) || verdict === "depends"))
    .map((patch) => quietLens(document, patch, patch.statement));
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
