/** Shows in the editors the line that a step stands for. */
import { Range, Selection, TabInputText, TextEditorRevealType, Uri, ViewColumn, window, workspace } from "vscode";
import type { TraceParams, TraceRange } from "./trace";

/** Keeps the document's tab from being replaced when a step elsewhere is shown: closing it would end its review. */
export async function keepOpen(uri: Uri): Promise<void> {
  const document = await workspace.openTextDocument(uri);
  await window.showTextDocument(document, { viewColumn: columnOf(uri), preview: false, preserveFocus: true });
}

/** The document itself stays in its place; other files are shown in the same column as previews. */
export async function reveal(uri: Uri, { start, end }: TraceRange, trace: TraceParams, focus: boolean): Promise<void> {
  const range = new Range(start.line, start.character, end.line, end.character);
  const editor = await window.showTextDocument(await workspace.openTextDocument(uri), {
    viewColumn: columnOf(Uri.parse(trace.uri)),
    preview: uri.toString() !== Uri.parse(trace.uri).toString(),
    preserveFocus: !focus,
  });
  editor.selection = new Selection(range.start, range.end);
  editor.revealRange(range, TextEditorRevealType.InCenterIfOutsideViewport);
}

/** The column that has the document's tab, whether it is in front there or not. */
function columnOf(uri: Uri): ViewColumn {
  const wanted = uri.toString();
  const group = window.tabGroups.all.find(({ tabs }) =>
    tabs.some(({ input }) => input instanceof TabInputText && input.uri.toString() === wanted),
  );
  return group?.viewColumn ?? ViewColumn.One;
}
