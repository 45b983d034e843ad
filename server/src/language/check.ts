/** One open document and its review: debounced, cancelled by edits, shown only while it is that of the present text. */
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { ReviewOptions, ReviewRequest } from "../review/api";
import type { Review } from "../review/review";
import { isC, isWorthReading } from "./relevance";
import type { Runner } from "./runner";

/** Milliseconds without a keystroke before a run starts. */
const DEBOUNCE = 40;
/** Milliseconds for which what was shown before the edit stays, though something is known already. */
const PATIENCE = 150;
/** A run that takes longer shows what it has so far; before that, what the last run showed stays. */
const SHOW_PARTIAL_AFTER = 1000;

export interface CheckListener {
  /** The review as it is to be shown. */
  visible(review: Review): Review;
  /** A run is under way; called for all that it yields. */
  progressed(document: TextDocument, review: Review): void;
  /** To be shown, and of the document's present version. Null when there is nothing to work on. */
  shown(document: TextDocument, review: Review | null): void;
  failed(document: TextDocument, failure: string): void;
  /** The run under way was cancelled: by an edit, by closing, by the person. */
  stopped(document: TextDocument): void;
}

/** `shown` is answered early in a long run, `complete` at its end. */
export type Wait = "shown" | "complete";

export class Check {
  private latest: Review | null = null;
  private shown: Review | null = null;
  private state: "waiting" | "running" | "ended" | "failed" = "waiting";
  private cancelRun: (() => void) | null = null;
  private timer: NodeJS.Timeout | undefined;
  private partialTimer: NodeJS.Timeout | undefined;
  private waiting: (() => void)[] = [];
  private forced = false;
  private languageId: string;

  constructor(
    private readonly document: TextDocument,
    private readonly runner: Runner,
    private readonly options: () => ReviewOptions,
    private readonly listener: CheckListener,
  ) {
    this.languageId = document.languageId;
  }

  /** The text is another one, or what it is read with. */
  changed(debounce = DEBOUNCE): void {
    this.stop();
    this.state = "waiting";
    this.latest = null;
    this.shown = null;
    this.timer = setTimeout(() => this.start(), debounce);
  }

  /** The person asked for this document: it is read whatever it looks like. */
  ask(languageId: string | undefined): void {
    const sameLanguage = languageId === undefined || languageId === this.languageId;
    // Under review already, or it has been.
    const isRead = this.forced || this.latest !== null || this.state === "running";
    this.forced = true;
    if (isRead && sameLanguage) return;
    this.languageId = languageId ?? this.languageId;
    this.changed(0);
  }

  /** The review of the present text once there is one to show; null when there is none, or the text changed while waiting. */
  async review(wait: Wait): Promise<Review | null> {
    const { version } = this.document;
    while (!this.isReady(wait)) {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
      if (this.document.version !== version) return null;
    }
    return this.shown;
  }

  /** Ends the run under way; what it found so far is shown. */
  interrupt(): void {
    if (this.state !== "running") return;
    this.stop();
    this.end(this.latest);
  }

  close(): void {
    this.stop();
    this.state = "ended";
    this.shown = null;
    this.wake();
  }

  /** What its reviews are asked with. */
  get request(): ReviewRequest {
    const language = isC(this.languageId) ? "c" : "auto";
    return { name: this.document.uri, text: this.document.getText(), language, options: this.options() };
  }

  /** The last run ended with a failure of ours. */
  get hasFailed(): boolean {
    return this.state === "failed";
  }

  private isReady(wait: Wait): boolean {
    return this.state === "ended" || this.hasFailed || (wait === "shown" && this.shown !== null);
  }

  private stop(): void {
    clearTimeout(this.timer);
    clearTimeout(this.partialTimer);
    if (this.cancelRun !== null) {
      this.cancelRun();
      this.cancelRun = null;
      this.listener.stopped(this.document);
    }
    this.wake();
  }

  private start(): void {
    const text = this.document.getText();
    if (!this.forced && !isWorthReading(this.languageId, text)) {
      this.end(null);
      return;
    }
    this.state = "running";
    this.cancelRun = this.runner.start(this.request, {
      review: (review) => this.receive(review),
      done: (failure) => this.done(failure),
    });
    this.partialTimer = setTimeout(() => this.showPartial(), SHOW_PARTIAL_AFTER);
  }

  private receive(review: Review): void {
    const late = this.latest !== null && this.latest === this.shown;
    this.latest = this.listener.visible(review);
    this.listener.progressed(this.document, review);
    // Once a run has shown something, it shows all that follows.
    if (late) this.showPartial();
  }

  private showPartial(): void {
    if (this.latest === null) {
      this.partialTimer = setTimeout(() => this.showPartial(), PATIENCE);
      return;
    }
    if (this.state === "running") this.show(this.latest);
  }

  private done(failure: string | null): void {
    this.cancelRun = null;
    clearTimeout(this.partialTimer);
    if (failure === null) {
      this.end(this.latest);
    } else {
      this.state = "failed";
      this.shown = null;
      this.listener.failed(this.document, failure);
      this.wake();
    }
  }

  private end(review: Review | null): void {
    this.state = "ended";
    this.show(review);
  }

  private show(review: Review | null): void {
    this.shown = review;
    this.listener.shown(this.document, review);
    this.wake();
  }

  private wake(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const resume of waiting) resume();
  }
}
