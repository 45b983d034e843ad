/** The mails, or commits, that the pieces of a document came in. */
import type { Patch } from "../../text/document";
import { showTheSame } from "./lines";
import { readSubject, type Subject } from "./subject";

export interface Mail {
  /** Indices of its pieces of code in the document. */
  readonly pieces: readonly number[];
  /** Its own diff, the first if there are several; null for a mail that only quotes, or shows loose code. */
  readonly main: number | null;
  readonly subject: Subject;
  readonly messageId: string | null;
  /** Whom it answers, the nearest first. */
  readonly answers: readonly string[];
  readonly date: string | null;
}

/** @param fileOf which of several files that are read as one document a piece stands in */
export function mailsOf(patches: readonly Patch[], fileOf: (patch: Patch) => number): Mail[] {
  const groups: number[][] = [];
  for (const [index, patch] of patches.entries()) {
    const last = groups.at(-1);
    const before = patches[last?.at(-1) ?? -1];
    // A mail that came twice, by the list and in copy, says nothing new where it begins again.
    const first = patches[last?.[0] ?? -1];
    const isAgain = first !== undefined && patch.messageId !== null && showTheSame(first, patch);
    if (last !== undefined && before !== undefined && !isAgain && isSameMail(before, patch, fileOf)) last.push(index);
    else groups.push([index]);
  }
  return groups.map((pieces) => mailOf(pieces, patches));
}

function isSameMail(one: Patch, other: Patch, fileOf: (patch: Patch) => number): boolean {
  return one.messageId === other.messageId && one.subject === other.subject && fileOf(one) === fileOf(other);
}

function mailOf(pieces: readonly number[], patches: readonly Patch[]): Mail {
  const first = patches[pieces[0] ?? 0];
  const { subject = null, part = null, messageId = null, inReplyTo = null, references = [], date = null } = first ?? {};
  const isDiff = (index: number): boolean =>
    patches[index]?.authorship === "author" && patches[index].files.some(({ hunks }) => hunks.length > 0);
  const nearest = [inReplyTo, ...references.toReversed()].filter((id) => id !== null);
  return {
    pieces,
    main: pieces.find(isDiff) ?? null,
    subject: readSubject(subject, part),
    messageId,
    answers: [...new Set(nearest)],
    date,
  };
}
