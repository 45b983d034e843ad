/** Questions as code actions, for editors without lenses and for the keyboard; and what is known as an edit. */
import { CodeActionKind, type CodeAction, type Range } from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { Finding, Review } from "../review/review";
import type { Repair } from "../review/why";
import type { Known } from "./answers";
import { groupFindings } from "./finding-groups";
import { rangeOf } from "./places";
import type { TraceParams, WhyParams } from "./protocol";
import { isAskable } from "./why-lenses";

export interface QuestionCommands {
  readonly why: string;
  readonly repairs: string;
}

export function questionActions(
  review: Review,
  document: TextDocument,
  range: Range,
  known: Known,
  commands: QuestionCommands,
): CodeAction[] {
  if (review.stage !== "complete") return [];
  return [
    ...whyAction(review, document, range, commands.why),
    ...repairActions(review, document, range, known, commands.repairs),
  ];
}

function whyAction(review: Review, document: TextDocument, { start, end }: Range, command: string): CodeAction[] {
  const acting = review.lines.filter(isAskable).map((facts) => rangeOf(document, facts.range));
  if (!acting.some((each) => each.start.line <= end.line && start.line <= each.end.line)) return [];
  const lines: Range = {
    start: { line: start.line, character: 0 },
    end: { line: end.line + 1, character: 0 },
  };
  const params: WhyParams = { uri: document.uri, range: lines };
  const title = start.line === end.line ? "Why is this line here?" : "Why are these lines here?";
  return [{ title: `Lastput: ${title}`, command: { title, command, arguments: [params] } }];
}

function repairActions(
  review: Review,
  document: TextDocument,
  range: Range,
  known: Known,
  command: string,
): CodeAction[] {
  const start = document.offsetAt(range.start);
  const end = document.offsetAt(range.end);
  const here = groupFindings(review)
    .map(({ finding }) => finding)
    .filter((each) => each.range.start <= end && start <= each.range.end && isWorthRepairing(each));
  return here.flatMap((finding) => {
    const answer = known.repairs.get(finding.fingerprint);
    if (answer !== undefined) return answer.repairs.flatMap((repair) => editAction(repair, document));
    const params: TraceParams = { uri: document.uri, fingerprint: finding.fingerprint };
    const title = `Which single change removes this (${finding.code})?`;
    return [{ title: `Lastput: ${title}`, command: { title, command, arguments: [params] } }];
  });
}

function isWorthRepairing({ severity, status, steps }: Finding): boolean {
  return severity !== "info" && status !== "fixed" && steps.length > 0;
}

/** Only where the edit leaves a patch that still applies; the hover shows the others. */
function editAction({ title, edits, scenarios }: Repair, document: TextDocument): CodeAction[] {
  if (edits === null) return [];
  const changes = edits.map(({ range, text }) => ({ range: rangeOf(document, range), newText: text }));
  const words = `Lastput: ${title} (removes it in the ${scenarios} scenarios that are run)`;
  return [{ title: words, kind: CodeActionKind.QuickFix, edit: { changes: { [document.uri]: changes } } }];
}
