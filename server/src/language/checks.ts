/** The documents that the editor has open, each with its check. */
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { ReviewOptions, ReviewRequest } from "../review/api";
import type { Review } from "../review/review";
import { Check, type CheckListener, type Wait } from "./check";
import type { Runner } from "./runner";

export class Checks {
  private readonly checks = new Map<string, Check>();
  /** URIs of documents that the person asked for, with their language; they stay so when they are closed and opened again. */
  private readonly asked = new Map<string, string | undefined>();

  constructor(
    private readonly runner: Runner,
    private readonly options: () => ReviewOptions,
    private readonly listener: CheckListener,
  ) {}

  /** The document was opened or edited. */
  update(document: TextDocument): void {
    const known = this.checks.get(document.uri);
    if (known !== undefined) return known.changed();
    const check = new Check(document, this.runner, this.options, this.listener);
    this.checks.set(document.uri, check);
    if (this.asked.has(document.uri)) check.ask(this.asked.get(document.uri));
    else check.changed(0);
  }

  interrupt(uri: string): void {
    this.checks.get(uri)?.interrupt();
  }

  close(uri: string): void {
    this.checks.get(uri)?.close();
    this.checks.delete(uri);
  }

  /** Everything again: a setting or a workspace file is another one. */
  restart(): void {
    for (const check of this.checks.values()) check.changed();
  }

  /** False when the document is not open. */
  ask(uri: string, languageId: string | undefined): boolean {
    const check = this.checks.get(uri);
    if (check === undefined) return false;
    this.asked.set(uri, languageId);
    check.ask(languageId);
    return true;
  }

  hasFailed(uri: string): boolean {
    return this.checks.get(uri)?.hasFailed === true;
  }

  /** Undefined for a document that is not open. */
  request(uri: string): ReviewRequest | undefined {
    return this.checks.get(uri)?.request;
  }

  /** See `Check.review`; null for a document that is not open. */
  async review(uri: string, wait: Wait): Promise<Review | null> {
    return (await this.checks.get(uri)?.review(wait)) ?? null;
  }
}
