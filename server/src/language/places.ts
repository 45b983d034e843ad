/** From the review's locations to those of the language server protocol. */
import type { Range } from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { Location } from "../review/review";
import type { Span } from "../text/mapped";

/** A place that an editor can open, and what to call it. */
export interface Place {
  readonly uri: string;
  readonly range: Range;
  /** `line 92`, `mmu/tdp_mmu.c:92`, `base: tdp-mmu/put.c:12` */
  readonly label: string;
}

/** Finds files that are not the document. Null when the editor has no way to open one. */
export type UriOf = (kind: "workspace" | "blob" | "base" | "harness", path: string) => string | null;

export function rangeOf(document: TextDocument, span: Span): Range {
  return { start: document.positionAt(span.start), end: document.positionAt(span.end) };
}

export function placeOf(location: Location, document: TextDocument, uriOf: UriOf): Place | null {
  if (location.kind === "document") {
    const range = rangeOf(document, location.range);
    return { uri: document.uri, range, label: `line ${range.start.line + 1}` };
  }
  const uri = location.path === "" ? null : uriOf(location.kind, location.path);
  if (uri === null) return null;
  const start = { line: location.line - 1, character: location.column - 1 };
  const end = { line: location.endLine - 1, character: location.endColumn - 1 };
  return { uri, range: { start, end }, label: labelOf(location) };
}

/** What to call a place, whether an editor can open it or not; empty for what has none, as the end of a grace period. */
export function labelOf(location: Exclude<Location, { kind: "document" }>): string {
  if (location.path === "") return "";
  const where = `${location.path}:${location.line}`;
  return location.kind === "workspace" ? where : `${location.kind}: ${where}`;
}
