/** What the server says of itself when an editor starts it. */
import { PositionEncodingKind, TextDocumentSyncKind, type InitializeResult } from "vscode-languageserver";
import { SHOW_REPAIRS, SHOW_TRACE, SHOW_WHY } from "./protocol";

export function initializeResult(version: string): InitializeResult {
  return {
    serverInfo: { name: "lastput", version },
    capabilities: {
      positionEncoding: PositionEncodingKind.UTF16,
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
      hoverProvider: true,
      codeActionProvider: true,
      codeLensProvider: { resolveProvider: false },
      executeCommandProvider: { commands: [SHOW_TRACE, SHOW_WHY, SHOW_REPAIRS] },
      workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
    },
  };
}
