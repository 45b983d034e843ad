/** Shows in the editors the line that a step stands for. */
import { Range, Selection, TextEditorRevealType, Uri, ViewColumn, window, workspace } from "vscode";
import type { TraceLocation, TraceParams } from "./trace";

/** Keeps the document's tab from being replaced when a step elsewhere is shown: closing it would end its review. */
export async function keepOpen(uri: Uri): Promise<void> {
  const document = await workspace.openTextDocument(uri);
  await window.showTextDocument(document, { viewColumn: columnOf(uri), preview: false, preserveFocus: true });
}

/** The document itself stays in its place; other files are shown in the same column as previews. */
export async function reveal(location: TraceLocation, trace: TraceParams, focus: boolean): Promise<void> {
  const uri = Uri.parse(location.uri);
  const { start, end } = location.range;
  const range = new Range(start.line, start.character, end.line, end.character);
  const editor = await window.showTextDocument(await workspace.openTextDocument(uri), {
    viewColumn: columnOf(Uri.parse(trace.uri)),
    preview: location.uri !== trace.uri,
    preserveFocus: !focus,
  });
  editor.selection = new Selection(range.start, range.end);
  editor.revealRange(range, TextEditorRevealType.InCenterIfOutsideViewport);
}

function columnOf(uri: Uri): ViewColumn {
  const wanted = uri.toString();
  for (const editor of window.visibleTextEditors) {
    if (editor.document.uri.toString() === wanted && editor.viewColumn !== undefined) return editor.viewColumn;
  }
  return ViewColumn.One;
}
