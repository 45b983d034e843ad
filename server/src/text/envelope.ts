/** What is said about a change above it: the headers of its mail, or of its commit. */
import { decodeWords } from "postal-mime";
import type { Lines } from "./lines";

export interface Envelope {
  readonly subject: string | null;
  readonly messageId: string | null;
  readonly inReplyTo: string | null;
  readonly references: readonly string[];
  /** `2022-03-02`. */
  readonly date: string | null;
  /** `3/7` of `[PATCH 3/7]`. */
  readonly part: string | null;
  /** A commit or a mail that git wrote: the text above its diff is a changelog, and code in it an illustration. */
  readonly commit: boolean;
}

export const NO_ENVELOPE: Envelope = {
  subject: null,
  messageId: null,
  inReplyTo: null,
  references: [],
  date: null,
  part: null,
  commit: false,
};

/** Header fields by their names in lower case; the first of a name counts. */
export type Fields = ReadonlyMap<string, string>;

export interface HeaderBlock {
  readonly fields: Fields;
  /** The first line of the block, and the first behind it and the empty line below it. */
  readonly first: number;
  readonly body: number;
}

/** The header fields from the line on, up to an empty line or one that is none; folded lines are unfolded. */
export function readHeaders(lines: Lines, first: number, end: number): HeaderBlock {
  const fields = new Map<string, string>();
  let line = first;
  while (line < end) {
    const field = FIELD.exec(lines.text(line).slice(0, LONGEST_FIELD));
    if (field === null) break;
    const values = [field[2] ?? ""];
    for (line++; line < end && isFolded(lines, line); line++) {
      if (values.length < 100) values.push(lines.text(line).slice(0, LONGEST_FIELD).trim());
    }
    const name = (field[1] ?? "").toLowerCase();
    if (!fields.has(name)) fields.set(name, values.join(" ").trim());
  }
  return { fields, first, body: line < end && lines.isBlank(line) ? line + 1 : line };
}

/** True when these fields are those of a mail and not just lines with a colon. */
export function isMail(fields: Fields): boolean {
  let known = 0;
  for (const name of KNOWN) if (fields.has(name)) known++;
  return known >= 2 && (fields.has("from") || fields.has("subject") || fields.has("received"));
}

export function mailEnvelope(fields: Fields, fromGit: boolean): Envelope {
  const subject = decodeField(fields.get("subject"));
  const references = idsOf(fields.get("references"));
  return {
    subject,
    messageId: idOf(fields.get("message-id")),
    inReplyTo: idOf(fields.get("in-reply-to")) ?? references.at(-1) ?? null,
    references,
    date: dateOf(fields.get("date")),
    part: partOf(subject),
    commit: fromGit || (subject !== null && /^(\[[^\]]*\]\s*)*\[[^\]]*\bPATCH\b/i.test(subject.slice(0, 300))),
  };
}

export function commitEnvelope(subject: string | null, date: string | null): Envelope {
  return { ...NO_ENVELOPE, subject, date, part: partOf(subject), commit: true };
}

/** The day in universal time; null for what is no date of a mail or of git. */
export function dateOf(text: string | undefined): string | null {
  const time = Date.parse((text ?? "").slice(0, 100).replace(/\s*\([^)]*\)\s*$/, ""));
  return Number.isNaN(time) ? null : new Date(time).toISOString().slice(0, 10);
}

/** `20/28` of `Re: [PATCH v3 20/28] ...`; mailing lists put brackets of their own before it. */
export function partOf(subject: string | null): string | null {
  if (subject === null) return null;
  for (const bracket of subject.slice(0, 500).matchAll(/\[([^[\]]*)\]/g)) {
    const part = /(?:^|[\s,])(\d{1,4}\/\d{1,4})(?=[\s,]|$)/.exec(bracket[1] ?? "")?.[1];
    if (part !== undefined) return part;
  }
  return null;
}

export const FIELD = /^([!-9;-~]+)[ \t]*:[ \t]*(.*)$/;
export const LONGEST_FIELD = 20_000;
const KNOWN = [
  "from",
  "to",
  "subject",
  "date",
  "message-id",
  "received",
  "return-path",
  "delivered-to",
  "mime-version",
  "content-type",
  "in-reply-to",
  "cc",
  "list-id",
  "dkim-signature",
];

/** A line that goes on with the field above it. */
export function isFolded(lines: Lines, line: number): boolean {
  return (lines.startsWith(line, " ") || lines.startsWith(line, "\t")) && !lines.isBlank(line);
}

function decodeField(value: string | undefined): string | null {
  if (value === undefined) return null;
  const text = decodeWords(value).replace(/\s+/g, " ").trim();
  return text === "" ? null : text;
}

function idOf(value: string | undefined): string | null {
  const id = value === undefined ? undefined : (/<([^<>\s]+)>/.exec(value)?.[1] ?? /^\S+@\S+/.exec(value)?.[0]);
  return id ?? null;
}

function idsOf(value: string | undefined): string[] {
  return value?.match(/<[^<>\s]+>/g)?.map((id) => id.slice(1, -1)) ?? [];
}
