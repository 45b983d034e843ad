/** What a report is written from. */
import type { DocumentFile } from "./lines";
import type { Review } from "../review/review";
import type { RepairAnswer } from "../review/why";

/** One document that was checked, or that could not be. */
export type Reported = ReadDocument | UnreadDocument;

export interface ReadDocument {
  /** As the person typed it, or `-`. */
  readonly path: string;
  readonly text: string;
  /** Where it is made of several files: each with its bytes' digest. */
  readonly files?: readonly (DocumentFile & { readonly sha256: string })[];
  /** Of the file's bytes, in lower case hexadecimal digits: what `sha256sum` prints. */
  readonly sha256: string;
  readonly review: Review;
  /** By the fingerprint of the finding, where single changes that remove it were looked for. */
  readonly repairs?: ReadonlyMap<string, RepairAnswer>;
}

export interface UnreadDocument {
  readonly path: string;
  readonly review: null;
  /** `io.*` when the file could not be read, `internal.*` when Lastput itself failed on it. */
  readonly code: string;
  readonly message: string;
}

export interface Tool {
  readonly name: string;
  readonly version: string;
}
