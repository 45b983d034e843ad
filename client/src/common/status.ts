/** How far the server is with the document in front of the person, in the status bar's language item. */
import { languages, LanguageStatusSeverity, window, type Disposable } from "vscode";
import type { BaseLanguageClient } from "vscode-languageclient";
import { ALWAYS_CHECKED } from "./documents";
import { STATUS_NOTIFICATION, type StatusParams } from "./requests";

export function showStatus(client: BaseLanguageClient): Disposable[] {
  const item = languages.createLanguageStatusItem("lastput.status", ALWAYS_CHECKED);
  item.name = "Lastput";
  item.severity = LanguageStatusSeverity.Information;
  const latest = new Map<string, StatusParams>();

  function show(): void {
    const uri = window.activeTextEditor?.document.uri.toString();
    const status = uri === undefined ? undefined : latest.get(uri);
    item.busy = status !== undefined && status.stage !== "complete" && status.stage !== "stopped";
    item.text = status === undefined ? "Lastput" : `Lastput: ${progress(status)}`;
  }

  show();
  return [
    item,
    window.onDidChangeActiveTextEditor(show),
    client.onNotification(STATUS_NOTIFICATION, (status: StatusParams) => {
      latest.set(status.uri, status);
      show();
    }),
  ];
}

function progress({ stage, done, total, states }: StatusParams): string {
  const counted = `${done} of ${total} scenarios, ${states.toLocaleString("en")} states`;
  switch (stage) {
    case "syntax":
      return "reading";
    case "partial":
      return counted;
    case "stopped":
      return `stopped after ${counted}`;
    case "complete":
      return total === 0 ? "nothing to run" : counted;
  }
}
