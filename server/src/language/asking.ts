/** Answers why lines are there and what removes a finding, remembers it for hovers and lenses, and tells it in a message. */
import {
  ErrorCodes,
  MessageType,
  ResponseError,
  ShowMessageNotification,
  type CancellationToken,
  type Connection,
} from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { Finding } from "../review/review";
import { repairDiff, repairIntroduction } from "../review/repair-told";
import type { Answer, Question, WhyAnswer } from "../review/why";
import { findingsIn, tellingBreak, type Answers } from "./answers";
import type { Checks } from "./checks";
import { rangeOf } from "./places";
import type { RepairsResult, TraceParams, WhyParams, WhyResult } from "./protocol";
import type { Questions } from "./questions";

export class Asking {
  constructor(
    private readonly connection: Connection,
    private readonly checks: Checks,
    private readonly questions: Questions,
    private readonly answers: Answers,
    private readonly documentOf: (uri: string) => TextDocument | undefined,
    /** What is known of the document is more now. */
    private readonly learnt: (document: TextDocument) => void,
  ) {}

  /** Null when it was cancelled, or the text changed. */
  async why({ uri, range }: WhyParams, token: CancellationToken): Promise<WhyResult | null> {
    const document = this.open(uri);
    // What is known until then is shown again when it ends, and would take the answer's place.
    await this.checks.review(uri, "complete");
    const at =
      range === undefined ? null : { start: document.offsetAt(range.start), end: document.offsetAt(range.end) };
    const answer = await this.ask(document, { kind: "why", at }, null, token);
    if (answer?.kind !== "why") return null;
    const lines = answer.lines.map((line) => ({
      range: rangeOf(document, line.range),
      summary: line.summary,
      fingerprint: tellingBreak(line)?.fingerprint ?? null,
    }));
    return { message: messageOf(answer, document), lines };
  }

  async repairs({ uri, fingerprint }: TraceParams, token: CancellationToken): Promise<RepairsResult | null> {
    const document = this.open(uri);
    const review = await this.checks.review(uri, "complete");
    const finding = review?.findings.find((each) => each.fingerprint === fingerprint);
    if (finding === undefined) return null;
    const answer = await this.ask(document, { kind: "repairs", fingerprint }, fingerprint, token);
    if (answer?.kind !== "repairs") return null;
    const repairs = answer.repairs.map((repair) => ({ title: repair.title, diff: repairDiff(repair) }));
    return { message: repairIntroduction(answer), range: rangeOf(document, finding.range), repairs };
  }

  /** For editors without commands of their own: what comes out goes to where they show messages. */
  async showWhy(
    params: WhyParams,
    token: CancellationToken,
    table: (finding: Finding) => string,
  ): Promise<string | null> {
    const result = await this.why(params, token);
    if (result === null) return null;
    const fingerprints = new Set(result.lines.map(({ fingerprint }) => fingerprint));
    const findings = findingsIn(this.answers.of(params.uri)).filter((each) => fingerprints.has(each.fingerprint));
    // One interleaving can be read in a message; those of many lines cannot.
    const tables = result.lines.length === 1 ? findings.slice(0, 1).map(table) : [];
    return this.show([result.message, ...tables].join("\n\n"));
  }

  async showRepairs(params: TraceParams, token: CancellationToken): Promise<string | null> {
    const result = await this.repairs(params, token);
    if (result === null) return null;
    const each = result.repairs.map(({ title, diff }) => [`- ${title}`, ...diff].join("\n"));
    return this.show([result.message, ...each].join("\n\n"));
  }

  /** The document is another one, or closed. */
  forget(uri: string): void {
    this.questions.cancel(uri);
    this.answers.forget(uri);
  }

  private async ask(
    document: TextDocument,
    question: Question,
    fingerprint: string | null,
    token: CancellationToken,
  ): Promise<Answer | null> {
    const { uri, version } = document;
    const request = this.checks.request(uri);
    if (request === undefined) return null;
    const answer = await this.questions.ask(request, question, token);
    if (answer === null || this.documentOf(uri)?.version !== version) return null;
    this.answers.add(uri, answer, fingerprint);
    this.learnt(document);
    return answer;
  }

  /** @throws ResponseError */
  private open(uri: string): TextDocument {
    const document = this.documentOf(uri);
    if (document !== undefined) return document;
    throw new ResponseError(ErrorCodes.InvalidParams, `${uri} is not open, so nothing can be asked about it.`);
  }

  private show(message: string): string {
    void this.connection.sendNotification(ShowMessageNotification.type, { type: MessageType.Info, message });
    return message;
  }
}

function messageOf({ refusal, lines }: WhyAnswer, document: TextDocument): string {
  const numberOf = (offset: number): number => document.positionAt(offset).line + 1;
  if (refusal !== null) {
    const near = refusal.nearest.map(({ start }) => numberOf(start)).join(", ");
    return `${refusal.message}${near === "" ? "" : `; lines near it that act: ${near}`}`;
  }
  const [only] = lines;
  if (lines.length === 1 && only !== undefined) return `Line ${numberOf(only.range.start)}: ${only.summary}`;
  return lines.map(({ range, summary }) => `Line ${numberOf(range.start)}: ${summary}`).join("\n");
}
