/**
 * The parts of a mail and where each lies. A parser from elsewhere gives contents without places; the walk along
 * the boundaries is short, so it is done here, on line numbers and without copying.
 */
import { type Fields, readHeaders } from "./envelope";
import type { Lines } from "./lines";
import type { Problems } from "./problems";
import type { SourceText } from "./source";
import { decodeBase64, decodeQuotedPrintable } from "./transfer";

/** A leaf of the mail's tree that holds text, not yet decoded. */
export interface TextPart {
  /** `body` is what the person reads as the mail, `attached` a file, `message` a mail inside the mail. */
  readonly role: "body" | "attached" | "message";
  readonly fields: Fields;
  readonly name: string | null;
  /** The mailer says that it stuffs lines (RFC 3676). */
  readonly flowed: boolean;
  /** The lines of the content. */
  readonly first: number;
  readonly end: number;
}

/** The text parts between the lines, in order. `fields` are the headers above them. */
export function textParts(lines: Lines, fields: Fields, first: number, end: number, problems: Problems): TextPart[] {
  const parts: TextPart[] = [];
  walk(lines, { fields, first, end, nesting: 0 }, parts, problems);
  return parts;
}

/** The part's text with its transfer encoding undone. */
export function decodePart(lines: Lines, part: TextPart, problems: Problems): SourceText {
  const source = lines.source.part(
    lines.start(part.first),
    part.end > part.first ? lines.start(part.end) : lines.start(part.first),
  );
  const encoding = (part.fields.get("content-transfer-encoding") ?? "").trim().toLowerCase();
  if (encoding !== "quoted-printable" && encoding !== "base64") return source;
  const span = source.span(0, source.text.length);
  const charset = knownCharset(parameter(part.fields.get("content-type"), "charset"), span, problems);
  if (encoding === "quoted-printable") return decodeQuotedPrintable(source, charset);
  const message =
    "This part of the mail is base64. It was read, but places in it are those of the encoded lines: " +
    "save the attachment or the decoded mail to see findings in plain text.";
  problems.add("text.base64", message, span);
  return decodeBase64(source, charset);
}

interface Node {
  readonly fields: Fields;
  readonly first: number;
  readonly end: number;
  readonly nesting: number;
}

const DEEPEST = 20;

function walk(lines: Lines, node: Node, parts: TextPart[], problems: Problems): void {
  const contentType = node.fields.get("content-type");
  const type = (/^[^;\s]+/.exec(contentType ?? "text/plain")?.[0] ?? "text/plain").toLowerCase();
  const boundary = parameter(contentType, "boundary");
  if (type.startsWith("multipart/") && boundary !== null) {
    if (node.nesting >= DEEPEST) {
      const message = `Parts of this mail are nested more than ${DEEPEST} deep: the inner ones were not read.`;
      problems.add("text.nesting", message, lines.source.span(lines.start(node.first), lines.end(node.end - 1)));
      return;
    }
    walkChildren(lines, node, type, boundary, parts, problems);
    return;
  }
  const role = roleOf(type, node, parts);
  if (role === null) return;
  if (role === "html") {
    const message = "Only an HTML form of this part is in the mail: it was not read. Save the mail as plain text.";
    problems.add("text.html", message, lines.source.span(lines.start(node.first), lines.end(node.end - 1)));
    return;
  }
  const flowed = parameter(contentType, "format")?.toLowerCase() === "flowed";
  parts.push({ role, fields: node.fields, name: nameOf(node.fields), flowed, first: node.first, end: node.end });
}

function walkChildren(
  lines: Lines,
  node: Node,
  type: string,
  boundary: string,
  parts: TextPart[],
  problems: Problems,
): void {
  const alternative = type === "multipart/alternative";
  const before = parts.length;
  let child = -1;
  for (let line = node.first; line <= node.end; line++) {
    const closing = line < node.end ? boundaryAt(lines, line, boundary) : "end";
    if (closing === null) continue;
    if (child >= 0) {
      const { fields, body } = readHeaders(lines, child, line);
      const inner: Node = { fields, first: body, end: line, nesting: node.nesting + 1 };
      // The other forms of the same text would only say everything twice.
      if (!alternative || parts.length === before) walk(lines, inner, parts, problems);
    }
    child = closing === "next" ? line + 1 : -1;
    if (closing === "last") break;
  }
}

function boundaryAt(lines: Lines, line: number, boundary: string): "next" | "last" | null {
  if (!lines.startsWith(line, "--") || !lines.source.text.startsWith(boundary, lines.start(line) + 2)) return null;
  const rest = lines.source.text.slice(lines.start(line) + 2 + boundary.length, lines.end(line)).trimEnd();
  if (rest === "") return "next";
  return rest === "--" ? "last" : null;
}

function roleOf(type: string, node: Node, before: readonly TextPart[]): TextPart["role"] | "html" | null {
  const name = nameOf(node.fields);
  const attached = /^attachment/i.test(node.fields.get("content-disposition") ?? "") || name !== null;
  if (type === "message/rfc822") return "message";
  if (type === "text/html") return before.length === 0 && !attached ? "html" : null;
  if (type.startsWith("text/")) {
    if (/^text\/(calendar|enriched|rtf|css|vcard)$/.test(type)) return null;
    return attached || type !== "text/plain" ? "attached" : "body";
  }
  return /^application\/(x-)?(patch|diff|mbox)/.test(type) || READABLE.test(name ?? "") ? "attached" : null;
}

const READABLE = /\.(patch|diff|mbox|eml|txt|[ch])$/i;

function nameOf(fields: Fields): string | null {
  return parameter(fields.get("content-disposition"), "filename") ?? parameter(fields.get("content-type"), "name");
}

/** The value of `name=value` or `name="value"` in a structured field. */
function parameter(field: string | undefined, name: string): string | null {
  if (field === undefined) return null;
  for (const match of field.slice(0, 4000).matchAll(/;\s*([\w*-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))/g)) {
    if (match[1]?.toLowerCase().replace(/\*\d*\*?$/, "") !== name) continue;
    const value = match[2]?.replace(/\\(.)/g, "$1") ?? match[3] ?? "";
    return value === "" ? null : value;
  }
  return null;
}

function knownCharset(charset: string | null, span: { start: number; end: number }, problems: Problems): string {
  if (charset === null) return "utf-8";
  try {
    return new TextDecoder(charset).encoding;
  } catch {
    problems.add("text.charset", `The character set "${charset.slice(0, 60)}" is not known: read as UTF-8.`, span);
    return "utf-8";
  }
}
