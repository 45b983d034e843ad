/** What people say of mutants that survive. A reason holds for the code that it was given for, and for no other. */
import type { Outcome } from "./outcome";
import type { Subject } from "./subject";
import type { Mutant } from "../../model/mutate";

export interface Reason {
  readonly profile: string;
  /** The mutant's id. */
  readonly mutant: string;
  readonly reason: string;
  /** What it changes, where the profile says that this is not checked: one of its `notChecked`. */
  readonly notChecked?: string;
  /** Hashes of the IR of all forms of the code that it was given for: see `Subject.hashOf`. */
  readonly ir: readonly string[];
}

/** Keeps track of which reasons are of use. */
export class Reasons {
  private readonly used = new Set<string>();

  constructor(private readonly all: readonly Reason[]) {}

  /** An open survivor with a reason for this very code is settled; everything else is as it was. */
  settle(subject: Subject, mutant: Mutant, outcome: Outcome): Outcome {
    if (outcome.kind !== "open") return outcome;
    const hash = subject.hashOf(mutant);
    const found = this.all.find(
      (one) => one.profile === subject.profile && one.mutant === mutant.id && one.ir.includes(hash),
    );
    if (found === undefined) return outcome;
    this.used.add(keyOf(found, hash));
    return { kind: "reason", reason: found.reason, isChecked: found.notChecked === undefined };
  }

  /** Hashes for which no mutant survived any more: the code has changed, or the mutant is noticed now. */
  get stale(): readonly { readonly mutant: string; readonly hash: string }[] {
    return this.all.flatMap((one) =>
      one.ir.filter((hash) => !this.used.has(keyOf(one, hash))).map((hash) => ({ mutant: one.mutant, hash })),
    );
  }
}

function keyOf({ profile, mutant }: Reason, hash: string): string {
  return `${profile} ${mutant} ${hash}`;
}
