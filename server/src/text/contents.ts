/** Reads a text by its shape. Attachments may again be mails, mailboxes or diffs, so this calls itself. */
import { type ArchivedMail, reportHiddenAttachments } from "./archive";
import { type Body, readBody } from "./body";
import { findCommits } from "./commits";
import type { DocumentKind, Patch } from "./document";
import { commitEnvelope, type Envelope, mailEnvelope, NO_ENVELOPE } from "./envelope";
import { type MailShape, oneMail, shapeOf } from "./kind";
import { Lines } from "./lines";
import type { MappedText } from "./mapped";
import { decodePart, type TextPart, textParts } from "./mime";
import type { Problems } from "./problems";
import { SeriesBases } from "./series-base";
import { NO_TRAILERS } from "./trailers";

export interface Contents {
  readonly kind: DocumentKind;
  readonly patches: readonly Patch[];
  /** The whole text when it is plain C. */
  readonly code: MappedText | null;
}

export function readContents(lines: Lines, problems: Problems): Contents {
  const reader = new Reader(problems);
  const contents = reader.contents(lines, NO_ENVELOPE, 0);
  return { ...contents, patches: reader.bases.complete(contents.patches) };
}

/** Mails inside mails are read up to this depth. */
const DEEPEST = 8;

class Reader {
  readonly bases = new SeriesBases();

  constructor(private readonly problems: Problems) {}

  contents(lines: Lines, around: Envelope, nesting: number): Contents {
    const shape = shapeOf(lines);
    switch (shape.kind) {
      case "c":
        return { kind: "c", patches: [], code: lines.source.code(0, lines.source.text.length, "context") };
      case "mail":
        return { kind: "mail", patches: this.mail(lines, shape, nesting), code: null };
      case "archive":
        return {
          kind: shape.mails.length > 1 ? "mbox" : "mail",
          patches: this.archive(lines, shape.mails),
          code: null,
        };
      case "mbox":
        return { kind: "mbox", patches: this.mailbox(lines, shape.starts, nesting), code: null };
      case "diff":
        return { kind: "diff", patches: this.commits(lines, around), code: null };
      case "text":
        return { kind: "mail", patches: this.plain(lines, 0, lines.count, around), code: null };
    }
  }

  private mailbox(lines: Lines, starts: readonly number[], nesting: number): Patch[] {
    return starts.flatMap((first, index) => {
      const end = starts[index + 1] ?? lines.count;
      const mail = oneMail(lines, first, end);
      return mail === null ? this.plain(lines, first, end, NO_ENVELOPE) : this.mail(lines, mail, nesting);
    });
  }

  private archive(lines: Lines, mails: readonly ArchivedMail[]): Patch[] {
    return mails.flatMap(({ headers, end }) => {
      reportHiddenAttachments(lines, headers.body, end, this.problems);
      return this.plain(lines, headers.body, end, mailEnvelope(headers.fields, false));
    });
  }

  private mail(lines: Lines, shape: MailShape, nesting: number): Patch[] {
    const { fields, body } = shape.headers;
    const envelope = mailEnvelope(fields, shape.fromGit);
    const parts = textParts(lines, fields, body, shape.end, this.problems);
    return parts.flatMap((part) => this.part(lines, part, envelope, nesting));
  }

  private part(lines: Lines, part: TextPart, envelope: Envelope, nesting: number): readonly Patch[] {
    const decoded = new Lines(decodePart(lines, part, this.problems));
    if (part.role === "body") {
      return this.body({ lines: decoded, first: 0, end: decoded.count, envelope, flowed: part.flowed });
    }
    if (nesting >= DEEPEST) {
      const message = `Mails inside mails are nested more than ${DEEPEST} deep: this one was not read.`;
      this.problems.add("text.nesting", message, lines.source.span(lines.start(part.first), lines.end(part.end - 1)));
      return [];
    }
    const { patches, code } = this.contents(decoded, envelope, nesting + 1);
    return code === null ? patches : [filePatch(code, decoded, envelope)];
  }

  private commits(lines: Lines, around: Envelope): Patch[] {
    const commits = findCommits(lines);
    const patches = this.plain(lines, 0, commits[0]?.first ?? lines.count, around);
    for (const [index, commit] of commits.entries()) {
      const end = commits[index + 1]?.first ?? lines.count;
      for (const patch of this.plain(lines, commit.first, end, commitEnvelope(commit.subject, commit.date)))
        patches.push(patch);
    }
    return patches;
  }

  private plain(lines: Lines, first: number, end: number, envelope: Envelope): Patch[] {
    return this.body({ lines, first, end, envelope, flowed: false });
  }

  private body(body: Body): Patch[] {
    const { patches, trailers } = readBody(body, this.problems);
    this.bases.note(body.envelope, trailers);
    return patches;
  }
}

/** A C file that came as an attachment is one piece of loose code. */
function filePatch(code: MappedText, lines: Lines, envelope: Envelope): Patch {
  const span = lines.source.span(0, lines.source.text.length);
  const { subject, messageId, inReplyTo, references, date, part } = envelope;
  return {
    subject,
    messageId,
    inReplyTo,
    references,
    date,
    part,
    ...NO_TRAILERS,
    authorship: "author",
    depth: 0,
    span,
    files: [],
    snippets: [{ form: "plain", code, span }],
  };
}
