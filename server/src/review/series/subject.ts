/** What the subject of a patch says of its place in a series. */

export interface Subject {
  /** `Re: ...`, and what mail programs of other languages write. */
  readonly isReply: boolean;
  /** 2 of `[PATCH v2 3/7]`; 1 where none is said. */
  readonly version: number;
  /** 3 and 7 of `3/7`; null where none is said. A cover letter is number 0. */
  readonly part: { readonly number: number; readonly of: number } | null;
  /** Without brackets and `Re:`, in lower case: what stays from one version to the next. */
  readonly title: string;
}

/** @param part `3/7` as the text stage read it, which is the same for a mail and for the replies to it */
export function readSubject(subject: string | null, part: string | null): Subject {
  const text = (subject ?? "").slice(0, LONGEST);
  const lead = LEAD.exec(text)?.[0] ?? "";
  const number = /^(\d{1,4})\/(\d{1,4})$/.exec(part ?? "");
  return {
    isReply: REPLY.test(lead),
    version: Number(/\[[^\]]*?(?:[\s,[]|PATCH)v(\d{1,3})\b[^\]]*\]/i.exec(lead)?.[1] ?? 1),
    part: number === null ? null : { number: Number(number[1]), of: Number(number[2]) },
    title: text.slice(lead.length).toLowerCase().replaceAll(/\s+/g, " ").trim(),
  };
}

const LONGEST = 1000;
/** Brackets, those of mailing lists too, and marks of a reply, in any order. */
const LEAD = /^(?:\s*(?:\[[^\]]*\]|(?:re|aw|antw|sv|vs|fwd?|wg)(?:\[\d+\])?:))*\s*/i;
const REPLY = /(?:^|[\s\]])(?:re|aw|antw|sv|vs)(?:\[\d+\])?:/i;
