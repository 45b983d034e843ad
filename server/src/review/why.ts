/** What one asks further about a document that was reviewed, and what one is told. */
import type { Span } from "../text/mapped";
import type { ReviewRequest, Surroundings } from "./api";
import type { Finding } from "./review";

/** Why is this line here? */
export interface WhyQuestion {
  readonly kind: "why";
  /** The line, or whatever the person selected, in the document; null asks for each line that acts. */
  readonly at: Span | null;
}

/** Which single change takes this finding away? */
export interface RepairQuestion {
  readonly kind: "repairs";
  readonly fingerprint: string;
}

export type Question = WhyQuestion | RepairQuestion;

export interface WhyAnswer {
  readonly kind: "why";
  readonly lines: readonly WhyLine[];
  /** Why there is nothing to tell; null when there is, or when it is not known yet. */
  readonly refusal: WhyRefusal | null;
  readonly stage: "review" | "partial" | "complete" | "stopped";
  /** Changes tried and to try; of the review before it, its scenarios. */
  readonly progress: { readonly done: number; readonly total: number };
}

export interface WhyRefusal {
  readonly reason: "no-code" | "removed" | "gap" | "not-run" | "does-nothing" | "no-profile";
  /** One sentence. */
  readonly message: string;
  /** Lines near it that act. */
  readonly nearest: readonly Span[];
}

/** One statement of the document, and what happens without it. */
export interface WhyLine {
  /** Its head as far as the document shows it. */
  readonly range: Span;
  /** In one line. */
  readonly text: string;
  readonly function: string;
  readonly patch: number;
  /** It does something to an object, a lock or the world outside its thread. */
  readonly acts: boolean;
  /** One sentence: `without this line: refcount_t: underflow; use-after-free. in put_root(), 9 steps`. */
  readonly summary: string;
  readonly outcome: "breaks" | "nothing" | "incomplete";
  readonly ways: readonly WhyWay[];
}

/** One way of leaving a line out, or of weakening it. */
export interface WhyWay {
  /** `without this line`, `with refcount_inc() for refcount_inc_not_zero()` */
  readonly title: string;
  /** What only happens then, the shortest first. */
  readonly breaks: readonly Break[];
  /** Scenarios on all bases to which it makes a difference and that were run; those in which something broke. */
  readonly scenarios: number;
  readonly broken: number;
  /** Of those that were run: not explored to the end. */
  readonly unfinished: number;
}

export interface Break {
  readonly finding: Finding;
  /** The function in which it happens. */
  readonly site: string | null;
  /** `load+put ∥ fast zap` */
  readonly scenario: string;
}

export interface RepairAnswer {
  readonly kind: "repairs";
  /** In the order of preference. */
  readonly repairs: readonly Repair[];
  /** Why there is nothing to try; null when there was. */
  readonly refusal: string | null;
  readonly stage: "review" | "partial" | "complete" | "stopped";
  readonly progress: { readonly done: number; readonly total: number };
}

/** A single change with which every scenario that is run is without the finding and without any new one. */
export interface Repair {
  readonly kind: "swap" | "stronger" | "under" | "deletion";
  /** `list_del_rcu(), not list_del()`, `tdp_mmu_zap_root(kvm, root, shared) before ...` */
  readonly title: string;
  /** Where it is done. */
  readonly range: Span;
  /** The lines as they are and as they would be. */
  readonly was: readonly string[];
  readonly becomes: readonly string[];
  /** Scenarios over all bases that are run with it. */
  readonly scenarios: number;
  /** It takes every other error away as well. */
  readonly removesAll: boolean;
  /** The edit of the document, where it is exact; else null. */
  readonly edits: readonly { readonly range: Span; readonly text: string }[] | null;
}

export type Answer = WhyAnswer | RepairAnswer;

/**
 * Answers that know more and more; the last one is `complete` or `stopped`. The review of the document is run first when
 * that was not done yet. Never throws for what is in the text.
 */
export type AskFurther = (
  request: ReviewRequest,
  question: Question,
  surroundings: Surroundings,
) => AsyncGenerator<Answer, void, void>;
