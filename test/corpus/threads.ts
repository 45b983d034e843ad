/** Which mails of a folder belong together: what a patch was written on top of, and what a reply answers. */
import type { Entry } from "./index-file";

export interface Mail {
  readonly entry: Entry;
  readonly text: string;
  readonly messageId: string | null;
  readonly inReplyTo: string | null;
  /** Of a patch that is one of several: they answer the same cover letter. */
  readonly part: { readonly series: string; readonly number: number } | null;
}

export function readMail(entry: Entry, text: string): Mail {
  const inReplyTo = header(text, "in-reply-to");
  const part = isReply(entry) ? null : /\[[^\]]*?\b0*(\d+)\/0*(\d+)\]/.exec(entry.subject);
  const isPart = part !== null && inReplyTo !== null;
  return {
    entry,
    text,
    messageId: header(text, "message-id"),
    inReplyTo,
    part: isPart ? { series: `${inReplyTo} ${part[2]}`, number: Number(part[1]) } : null,
  };
}

/** The patches that this mail is better read behind, oldest first; none for most. */
export function behind(mail: Mail, all: readonly Mail[]): Mail[] {
  if (mail.part === null) return isReply(mail.entry) ? answered(mail, all) : [];
  const { series, number } = mail.part;
  return all
    .filter((each) => each.part?.series === series && each.part.number > 0 && each.part.number < number)
    .toSorted((a, b) => (a.part?.number ?? 0) - (b.part?.number ?? 0));
}

/** The patch at the head of the thread; replies between are passed by. */
function answered(mail: Mail, all: readonly Mail[]): Mail[] {
  const seen = new Set([mail]);
  for (let at: Mail | undefined = mail; ;) {
    const wanted: string | null = at.inReplyTo;
    at = wanted === null ? undefined : all.find((each) => each.messageId === wanted && !seen.has(each));
    if (at === undefined) return [];
    if (!isReply(at.entry)) return [at];
    seen.add(at);
  }
}

/** An mbox of them, in that order, and the line (from 1) with which the text of the last begins. */
export function together(mails: readonly Mail[]): { readonly text: string; readonly lastLine: number } {
  let text = "";
  let lastLine = 1;
  for (const mail of mails) {
    const head = "From corpus Thu Jan  1 00:00:00 1970\n";
    lastLine = text.split("\n").length + 1;
    text += `${head}${mail.text.replaceAll(/^From /gm, ">From ").trimEnd()}\n\n`;
  }
  return { text, lastLine };
}

function isReply(entry: Entry): boolean {
  return /^re:/i.test(entry.subject);
}

function header(text: string, name: string): string | null {
  const end = text.search(/\n\r?\n/);
  const head = end === -1 ? text : text.slice(0, end);
  return new RegExp(`^${name}:\\s*<([^>]*)>`, "im").exec(head)?.[1] ?? null;
}
