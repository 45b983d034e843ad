/** What the editor at the other end can do, and what it told of itself. */
import { MarkupKind, type InitializeParams } from "vscode-languageserver";
import { OPEN_REPAIRS, OPEN_TRACE, OPEN_WHY, SHOW_REPAIRS, SHOW_TRACE, SHOW_WHY } from "./protocol";

/** What of the workspace may be read: nothing, its files, or what its git repository has as well. */
export type Trust = "nothing" | "files" | "all";

export interface Editor {
  /** URIs of the workspace folders. */
  readonly folders: readonly string[];
  readonly trust: Trust;
  readonly foldersChange: boolean;
  readonly hoverKind: MarkupKind;
  readonly relatedInformation: boolean;
  readonly lensRefresh: boolean;
  readonly workDone: boolean;
  /** The command of a lens that shows a trace. */
  readonly traceCommand: string;
  /** Those that ask why a line is there, and what removes a finding. */
  readonly whyCommand: string;
  readonly repairsCommand: string;
}

/**
 * Initialization options, all optional: `trusted: false` keeps the server from reading files of the workspace, `true` lets
 * it ask the workspace's git repository as well, `tracePanel: true` says that the editor itself has a command `lastput.openTrace`, `bounds` are as in Settings.
 */
export function editorOf({ capabilities, initializationOptions, ...params }: InitializeParams): Editor {
  const options = (initializationOptions ?? {}) as { trusted?: unknown; tracePanel?: unknown };
  const folders = params.workspaceFolders?.map(({ uri }) => uri) ?? (params.rootUri ? [params.rootUri] : []);
  return {
    folders,
    trust: options.trusted === true ? "all" : options.trusted === false ? "nothing" : "files",
    foldersChange: capabilities.workspace?.workspaceFolders === true,
    hoverKind: capabilities.textDocument?.hover?.contentFormat?.[0] ?? MarkupKind.PlainText,
    relatedInformation: capabilities.textDocument?.publishDiagnostics?.relatedInformation === true,
    lensRefresh: capabilities.workspace?.codeLens?.refreshSupport === true,
    workDone: capabilities.window?.workDoneProgress === true,
    traceCommand: options.tracePanel === true ? OPEN_TRACE : SHOW_TRACE,
    whyCommand: options.tracePanel === true ? OPEN_WHY : SHOW_WHY,
    repairsCommand: options.tracePanel === true ? OPEN_REPAIRS : SHOW_REPAIRS,
  };
}
