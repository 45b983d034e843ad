/**
 * Mails as the pages of web archives print them, which is what a person copies out of a browser. Archives put
 * menus on top, shorten addresses, pad the values, set bullets in front of fields and leave fields out.
 */
import { FIELD, type HeaderBlock, isFolded, LONGEST_FIELD } from "./envelope";
import type { Lines } from "./lines";
import type { Problems } from "./problems";

export interface ArchivedMail {
  readonly headers: HeaderBlock;
  /** The first line behind the mail. */
  readonly end: number;
}

/** The mails of the page; none when nothing in the first `within` lines looks like the head of a mail. */
export function findArchived(lines: Lines, within: number): ArchivedMail[] {
  const thread = threadStarts(lines);
  if (thread.length > 0) {
    return thread.map((first, index) => {
      const end = thread[index + 1] ?? lines.count;
      return { headers: withThreadSubject(lines, thread[index - 1] ?? 0, readFields(lines, first, end)), end };
    });
  }
  for (let line = 0; line < Math.min(within, MOST_CHROME); line++) {
    if (!ARCHIVE_FIELD.test(lines.text(line).slice(0, 80))) continue;
    const headers = readFields(lines, line, lines.count);
    const { fields } = headers;
    if (fields.has("from") && (fields.has("subject") || fields.has("date"))) return [{ headers, end: lines.count }];
    line = Math.max(line, headers.body - 1);
  }
  return [];
}

/** Says which attachments the page names but does not show. */
export function reportHiddenAttachments(lines: Lines, first: number, end: number, problems: Problems): void {
  for (let line = first; line < end; line++) {
    if (!lines.startsWith(line, "View attachment ") && !lines.startsWith(line, "Download attachment ")) continue;
    const match = /^\w+ attachment "([^"]+)" of type "([^"]+)"/.exec(lines.text(line).slice(0, 500));
    if (match === null) continue;
    const message =
      `The mail has an attachment ${match[1] ?? ""} (${match[2] ?? ""}) that this page of an archive does not show: ` +
      "what is in it was not read. Save it and check it as well.";
    problems.add("text.attachment-not-shown", message, lines.source.span(lines.start(line), lines.end(line)));
  }
}

const ARCHIVE_FIELD =
  /^[ \t]*(?:[•*·-][ \t]*)?(From|Date|To|Cc|Subject|Message-ID|In-Reply-To|References|List|Newsgroups)[ \t]*:[ \t]+(.*)$/i;
const MOST_CHROME = 150;

function readFields(lines: Lines, first: number, end: number): HeaderBlock {
  const fields = new Map<string, string>();
  let line = first;
  let name = "";
  for (; line < end && !lines.isBlank(line); line++) {
    const text = lines.text(line).slice(0, LONGEST_FIELD);
    const field = ARCHIVE_FIELD.exec(text);
    if (field !== null) {
      name = (field[1] ?? "").toLowerCase();
      if (!fields.has(name)) fields.set(name, (field[2] ?? "").trim());
      else name = "";
    } else if (isFolded(lines, line)) {
      const value = fields.get(name);
      if (value !== undefined && value.length < LONGEST_FIELD) fields.set(name, `${value} ${text.trim()}`);
    } else if (!FIELD.test(text)) break;
  }
  return { fields, first, body: line };
}

/** public-inbox shows a whole thread on one page: `From: NAME @ DATE UTC (permalink / raw)` begins each mail. */
function threadStarts(lines: Lines): number[] {
  const starts: number[] = [];
  for (let line = 0; line < lines.count; line++) {
    if (!lines.startsWith(line, "From: ")) continue;
    if (/^From: .* @ \d{4}-\d\d-\d\d +\d+:\d\d UTC \(permalink/.test(lines.text(line).slice(0, 300))) starts.push(line);
  }
  return starts;
}

/** On such a page the subject stands above the mail, behind `* ` and a list of who answered whom. */
function withThreadSubject(lines: Lines, floor: number, headers: HeaderBlock): HeaderBlock {
  for (let line = headers.first - 1; line >= Math.max(floor, headers.first - MOST_CHROME); line--) {
    if (!lines.startsWith(line, "* ")) continue;
    const fields = new Map([...headers.fields, ["subject", lines.text(line).slice(2, 1000).trim()]]);
    return { ...headers, fields };
  }
  return headers;
}
