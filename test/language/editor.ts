/** An editor for tests: a real client of the language server protocol that keeps what the server tells it. */
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import path from "node:path";
import { PassThrough } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { MessageChannel } from "node:worker_threads";
import {
  CodeActionRequest,
  CodeLensRefreshRequest,
  CodeLensRequest,
  createProtocolConnection,
  DidChangeTextDocumentNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  ExecuteCommandRequest,
  ExitNotification,
  HoverRequest,
  InitializedNotification,
  InitializeRequest,
  LogMessageNotification,
  PublishDiagnosticsNotification,
  RegistrationRequest,
  ShowMessageNotification,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  type ClientCapabilities,
  type CodeAction,
  type CodeLens,
  type Command,
  type Diagnostic,
  type Hover,
  type InitializeParams,
  type InitializeResult,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  type Range,
} from "vscode-languageserver-protocol/node";
import { createConnection } from "vscode-languageserver/node";
import type { CParser } from "../../server/src/c/syntax";
import type { FromWorker, ToWorker, WorkerHandle } from "../../server/src/language/messages";
import type { CheckResult, StatusParams, Trace } from "../../server/src/language/protocol";
import { startServer, type ServerHost } from "../../server/src/language/server";
import { serveReviews } from "../../server/src/language/worker";
import { HERE } from "../../server/src/simulate";
import type { ReviewDocument, Workspace } from "../../server/src/review/api";
import type { AskFurther } from "../../server/src/review/why";
import { dist } from "../support/paths";

/** What a full-grown editor says of itself. */
const CAPABILITIES: ClientCapabilities = {
  general: { positionEncodings: ["utf-16"] },
  textDocument: {
    publishDiagnostics: { relatedInformation: true, versionSupport: true },
    hover: { contentFormat: ["markdown", "plaintext"] },
  },
  workspace: { codeLens: { refreshSupport: true } },
};

export class Editor {
  /** All that was published, in order. */
  readonly published: PublishDiagnosticsParams[] = [];
  readonly statuses: StatusParams[] = [];
  readonly messages: string[] = [];
  readonly logged: string[] = [];
  refreshes = 0;
  private readonly versions = new Map<string, number>();

  constructor(
    readonly connection: ProtocolConnection,
    /** Null when the server runs in this process. */
    readonly process: ChildProcess | null,
  ) {
    connection.onNotification(PublishDiagnosticsNotification.type, (params) => void this.published.push(params));
    connection.onNotification("lastput/status", (params: StatusParams) => void this.statuses.push(params));
    connection.onNotification(ShowMessageNotification.type, ({ message }) => void this.messages.push(message));
    connection.onNotification(LogMessageNotification.type, ({ message }) => void this.logged.push(message));
    connection.onRequest(CodeLensRefreshRequest.type, () => {
      this.refreshes += 1;
    });
    connection.onRequest(RegistrationRequest.type, () => undefined);
    connection.listen();
  }

  async initialize(
    initializationOptions: unknown = { tracePanel: true },
    more: Partial<InitializeParams> = {},
  ): Promise<InitializeResult> {
    // The server looks after a process that it is given, which would keep this one alive if it were its own.
    const processId = this.process === null ? null : process.pid;
    const params = { processId, rootUri: null, capabilities: CAPABILITIES, ...more };
    const result = await this.connection.sendRequest(InitializeRequest.type, { ...params, initializationOptions });
    await this.connection.sendNotification(InitializedNotification.type, {});
    return result;
  }

  async open(uri: string, text: string, languageId = "diff"): Promise<void> {
    this.versions.set(uri, 1);
    const textDocument = { uri, languageId, version: 1, text };
    await this.connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument });
  }

  /** Without a range the text replaces all of the document. */
  async change(uri: string, ...changes: { readonly text: string; readonly range?: Range }[]): Promise<void> {
    const version = (this.versions.get(uri) ?? 0) + 1;
    this.versions.set(uri, version);
    const textDocument = { uri, version };
    const contentChanges = changes.map(({ text, range }) => (range === undefined ? { text } : { text, range }));
    await this.connection.sendNotification(DidChangeTextDocumentNotification.type, { textDocument, contentChanges });
  }

  async close(uri: string): Promise<void> {
    await this.connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri } });
  }

  /** What stands in the document now: the first publication of its present version, or one that satisfies `wanted`. */
  async diagnostics(uri: string, wanted: (found: Diagnostic[]) => boolean = () => true): Promise<Diagnostic[]> {
    const version = this.versions.get(uri);
    const isIt = (params: PublishDiagnosticsParams) =>
      params.uri === uri && params.version === version && wanted(params.diagnostics);
    await this.until(() => this.published.some(isIt), `diagnostics of version ${version} of ${uri}`);
    return this.published.findLast(isIt)?.diagnostics ?? [];
  }

  async lenses(uri: string): Promise<CodeLens[] | null> {
    return this.connection.sendRequest(CodeLensRequest.type, { textDocument: { uri } });
  }

  async trace(params: unknown): Promise<Trace | null> {
    return this.connection.sendRequest<Trace | null>("lastput/trace", params);
  }

  async check(params: unknown): Promise<CheckResult> {
    return this.connection.sendRequest<CheckResult>("lastput/check", params);
  }

  async hover(uri: string, line: number, character: number): Promise<Hover | null> {
    return this.connection.sendRequest(HoverRequest.type, { textDocument: { uri }, position: { line, character } });
  }

  /** Those for a place. */
  async actions(uri: string, line: number, character = 4): Promise<CodeAction[]> {
    const at = { line, character };
    const params = { textDocument: { uri }, range: { start: at, end: at }, context: { diagnostics: [] } };
    const found = await this.connection.sendRequest(CodeActionRequest.type, params);
    return (found ?? []).filter((each): each is CodeAction => typeof each.command !== "string");
  }

  /** What a command of the server gives back. */
  async execute({ command, arguments: args = [] }: Command): Promise<unknown> {
    return this.connection.sendRequest(ExecuteCommandRequest.type, { command, arguments: args });
  }

  /** Waits until it is so; fails after some seconds. */
  async until(condition: () => boolean, what: string, milliseconds = 20_000): Promise<void> {
    const end = Date.now() + milliseconds;
    while (!condition() && Date.now() < end) await sleep(5);
    assert.ok(condition(), `waited ${milliseconds} ms for ${what}; logged: ${this.logged.join("\n")}`);
  }

  /** Ends the server as an editor does; the exit status of its process. */
  async quit(): Promise<number | null> {
    await this.connection.sendRequest(ShutdownRequest.type);
    if (this.process === null) {
      this.connection.dispose();
      return null;
    }
    const ended = exitOf(this.process);
    await this.connection.sendNotification(ExitNotification.type);
    return ended;
  }
}

/** Our server sends plain text only. */
export function messageOf(diagnostic: Diagnostic | undefined): string {
  assert.ok(typeof diagnostic?.message === "string");
  return diagnostic.message;
}

export async function exitOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode;
  return new Promise((resolve) => child.once("exit", resolve));
}

/** The built server in a process of its own. */
export function serverProcess(script = path.join(dist, "server.js"), args: readonly string[] = ["--stdio"]): Editor {
  const child = spawn(process.execPath, [script, ...args], { stdio: "pipe" });
  const editor = new Editor(
    createProtocolConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin)),
    child,
  );
  child.stderr.on("data", (data: Buffer) => editor.logged.push(data.toString()));
  return editor;
}

/** The server in this process, over the same protocol, with reviews that a test decides on. */
export function serverWith(reviewDocument: ReviewDocument, host: Partial<ServerHost> = {}): Editor {
  const toServer = new PassThrough();
  const toEditor = new PassThrough();
  const connection = createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toEditor));
  startServer(connection, {
    version: "0.0.0",
    startWorker: () => workerHere(reviewDocument),
    filesOf: () => NO_FILES,
    codePage: (code) => `file:///findings.md#${code}`,
    profileUri: (file) => `file:///profiles/${file}`,
    traceTable: (finding) => finding.steps.map(({ text }) => text).join("\n"),
    ...host,
  });
  const editor = createProtocolConnection(new StreamMessageReader(toEditor), new StreamMessageWriter(toServer));
  return new Editor(editor, null);
}

// eslint-disable-next-line require-yield
async function* noAnswers(): AsyncGenerator<never, void, void> {
  await Promise.resolve();
}

const NO_FILES: Workspace = { read: async () => undefined };

/** The worker's code in this thread, behind real message ports. */
export function workerHere(reviewDocument: ReviewDocument, askFurther: AskFurther = noAnswers): WorkerHandle {
  const { port1, port2 } = new MessageChannel();
  serveReviews(
    {
      send: (message) => port2.postMessage(message),
      listen: (receive) => port2.on("message", (message: ToWorker) => receive(message)),
    },
    { reviewDocument, askFurther },
    // Reviews that a test writes do not parse.
    Promise.resolve({} as CParser),
    HERE,
  );
  port1.unref();
  port2.unref();
  return {
    send: (message) => port1.postMessage(message),
    listen: (receive) => port1.on("message", (message: FromWorker) => receive(message)),
    onEnd: () => undefined,
    terminate: () => port1.close(),
  };
}
