/** What was asked about documents and is known by now; an edit makes all of it a thing of the past. */
import type { Finding } from "../review/review";
import type { Answer, RepairAnswer, WhyLine } from "../review/why";

/** Of one document as it is. */
export interface Known {
  readonly lines: readonly WhyLine[];
  readonly repairs: ReadonlyMap<string, RepairAnswer>;
}

export const NOTHING_KNOWN: Known = { lines: [], repairs: new Map() };

export class Answers {
  private readonly documents = new Map<string, { lines: WhyLine[]; repairs: Map<string, RepairAnswer> }>();

  of(uri: string): Known {
    return this.documents.get(uri) ?? NOTHING_KNOWN;
  }

  /** @param fingerprint of the finding that it is about, for repairs */
  add(uri: string, answer: Answer, fingerprint: string | null): void {
    const known = this.documents.get(uri) ?? { lines: [], repairs: new Map<string, RepairAnswer>() };
    this.documents.set(uri, known);
    if (answer.kind === "repairs") {
      if (fingerprint !== null && answer.stage === "complete") known.repairs.set(fingerprint, answer);
      return;
    }
    for (const line of answer.lines) {
      known.lines = [...known.lines.filter(({ range }) => range.start !== line.range.start), line];
    }
  }

  forget(uri: string): void {
    this.documents.delete(uri);
  }

  clear(): void {
    this.documents.clear();
  }
}

/** What happens without a line, as findings whose interleavings can be shown: each says that it is not of the code as it is. */
export function findingsIn({ lines }: Known): Finding[] {
  return lines.flatMap(({ ways, text }) =>
    ways.flatMap(({ title, breaks }) =>
      breaks.map(({ finding }) => ({
        ...finding,
        message: `${title} (${text.replace(/;$/, "")}): ${finding.message}`,
      })),
    ),
  );
}

/** The interleaving that tells most of what a line is there for; null when nothing breaks without it. */
export function tellingBreak({ ways }: WhyLine): Finding | null {
  const serious = ways.flatMap(({ breaks }) => breaks).find(({ finding }) => finding.severity !== "info");
  return serious?.finding ?? null;
}
