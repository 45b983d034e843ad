/** The commands that ask further: why lines are there, and which single change removes a finding. */
import { commands, Range, Selection, Uri, window, workspace } from "vscode";
import type { BaseLanguageClient } from "vscode-languageclient";
import type { TracePanel } from "./panel";
import { REPAIRS_REQUEST, WHY_REQUEST, type RepairsResult, type WhyParams, type WhyResult } from "./requests";
import type { TraceParams, TraceRange } from "./trace";

/** Without parameters, as from the palette, it is asked of the line that the cursor is in. */
export async function openWhy(client: BaseLanguageClient, panel: TracePanel, given?: WhyParams): Promise<void> {
  const params = given ?? ofCursor();
  if (params === null) {
    await window.showInformationMessage("Lastput: put the cursor into a line of a patch first.");
    return;
  }
  // The server shows how far it is, with a button that cancels.
  const result = await client.sendRequest<WhyResult | null>(WHY_REQUEST, params);
  const [only, ...others] = result?.lines ?? [];
  if (result === null) return;
  if (only === undefined) {
    await window.showInformationMessage(`Lastput: ${result.message}`);
  } else if (others.length === 0) {
    if (only.fingerprint !== null) await panel.open({ uri: params.uri, fingerprint: only.fingerprint });
    else await showHover(params.uri, only.range);
  }
  // Of several lines each has a lens now.
}

export async function openRepairs(client: BaseLanguageClient, params: TraceParams): Promise<void> {
  const result = await client.sendRequest<RepairsResult | null>(REPAIRS_REQUEST, params);
  if (result === null) return;
  if (result.repairs.length === 0) await window.showInformationMessage(`Lastput: ${result.message}`);
  else await showHover(params.uri, result.range);
}

function ofCursor(): WhyParams | null {
  const editor = window.activeTextEditor;
  if (editor === undefined) return null;
  const { document, selection } = editor;
  const start = { line: selection.start.line, character: 0 };
  return { uri: document.uri.toString(), range: { start, end: { line: selection.end.line + 1, character: 0 } } };
}

/** The answer stands in the hover of what was asked about. */
async function showHover(uri: string, { start }: TraceRange): Promise<void> {
  const document = await workspace.openTextDocument(Uri.parse(uri));
  const shown = window.visibleTextEditors.find((editor) => editor.document === document);
  const editor = await window.showTextDocument(document, shown?.viewColumn);
  const at = new Range(start.line, start.character, start.line, start.character);
  editor.selection = new Selection(at.start, at.end);
  editor.revealRange(at);
  await commands.executeCommand("editor.action.showHover");
}
