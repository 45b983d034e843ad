/** A document told in a few lines, for tests to compare and for people to read. */
import type { Document, FileDiff, Hunk, Patch, Snippet } from "../../server/src/text/document";
import type { Span } from "../../server/src/text/mapped";

/** Line numbers are those of the document, 1-based; code lines are shown with `|` where they begin. */
export function outline(document: Document): string {
  const place = lineNumbers(document.text);
  const lines: string[] = [`kind ${document.kind}`];
  if (document.code !== null) lines.push(`code ${document.code.text.length} characters`);
  for (const patch of document.patches) lines.push(...ofPatch(patch, place));
  for (const { code, span } of document.problems)
    lines.push(`problem ${code}${span === null ? "" : ` ${place(span)}`}`);
  return `${lines.join("\n")}\n`;
}

type Place = (span: Span) => string;

function ofPatch(patch: Patch, place: Place): string[] {
  const from = patch.authorship === "author" ? "author" : `quoted ${patch.depth}`;
  const lines = [`patch ${place(patch.span)} ${from}`];
  if (patch.subject !== null) lines.push(`  subject ${patch.subject}`);
  if (patch.part !== null) lines.push(`  part ${patch.part}`);
  if (patch.messageId !== null) lines.push(`  message ${patch.messageId}`);
  if (patch.inReplyTo !== null) lines.push(`  reply to ${patch.inReplyTo}`);
  if (patch.baseCommit !== null) lines.push(`  base ${patch.baseCommit}`);
  for (const id of patch.prerequisites) lines.push(`  prerequisite ${id}`);
  for (const snippet of patch.snippets) lines.push(...ofSnippet(snippet, place));
  for (const file of patch.files) lines.push(...ofFile(file, place));
  return lines;
}

function ofSnippet(snippet: Snippet, place: Place): string[] {
  const lines = snippet.code.text.replace(/\n$/, "").split("\n");
  return [`  snippet ${snippet.form} ${place(snippet.span)}`, ...lines.map((line) => `    |${line}`)];
}

function ofFile(file: FileDiff, place: Place): string[] {
  const names = file.oldPath === file.newPath ? `${file.oldPath}` : `${file.oldPath} => ${file.newPath}`;
  const blobs = file.oldBlob === null && file.newBlob === null ? "" : ` blobs ${file.oldBlob} ${file.newBlob}`;
  const lines = [
    `  file ${place(file.span)} ${names}${blobs}${file.hasText ? "" : " without text"}${file.changes.map((change) => ` ${change}`).join("")}`,
  ];
  return lines.concat(...file.hunks.map((hunk) => ofHunk(hunk, place)));
}

const MARKER = { context: " ", added: "+", removed: "-" };

function ofHunk(hunk: Hunk, place: Place): string[] {
  const section = hunk.section === null ? "" : ` ${hunk.section}`;
  const lines = [`    hunk ${place(hunk.span)} -${hunk.oldStart} +${hunk.newStart}${section}`];
  for (const line of hunk.lines) {
    lines.push(`      ${MARKER[line.kind]}|${line.code.text}${line.noNewline ? " (no newline)" : ""}`);
  }
  return lines;
}

function lineNumbers(text: string): Place {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  const line = (offset: number): number => {
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return ({ start, end }) => (line(start) === line(end) ? `${line(start)}` : `${line(start)}-${line(end)}`);
}
