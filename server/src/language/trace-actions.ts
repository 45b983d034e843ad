/** The interleavings at a squiggle as actions: for editors without lenses, and for the keyboard. */
import type { CodeAction, Range } from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { Review } from "../review/review";
import { groupFindings } from "./finding-groups";
import { traceCommand } from "./trace-command";

export function actionsOf(review: Review, document: TextDocument, range: Range, command: string): CodeAction[] {
  const start = document.offsetAt(range.start);
  const end = document.offsetAt(range.end);
  return groupFindings(review)
    .filter(({ finding }) => finding.steps.length > 0 && finding.range.start <= end && start <= finding.range.end)
    .map((group) => traceCommand(group, document.uri, command))
    .map((opens) => ({ title: opens.title, command: opens }));
}
