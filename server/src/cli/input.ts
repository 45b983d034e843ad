/** Reading what the person names: files of any encoding, and standard input. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { addAbortSignal, type Readable } from "node:stream";
import type { ReadDocument, UnreadDocument } from "../report";
import type { ReviewProblem } from "../review/review";

export interface Input {
  readonly path: string;
  readonly text: string;
  /** Where it is made of several files. */
  readonly files?: ReadDocument["files"] & {};
  /** Of the bytes; of the text where it is made of several files. */
  readonly sha256: string;
  /** What is to be said of its encoding. */
  readonly problems: readonly ReviewProblem[];
}

/** More does not fit into one string of JavaScript together with what is made of it. */
export const MOST_BYTES = 256 * 1024 * 1024;

/** Never throws for what is on the disk. Null when the signal came first. */
export async function readInput(path: string, signal: AbortSignal): Promise<Input | UnreadDocument | null> {
  try {
    if (path !== "-" && (await stat(path)).isDirectory()) {
      return unread(path, "io.directory", "this is a directory; name the files in it");
    }
    const bytes = await readAll(path === "-" ? process.stdin : createReadStream(path), signal);
    if (bytes === null) return unread(path, "io.too-large", `more than ${MOST_BYTES >> 20} MB; split it`);
    return decode(path, bytes);
  } catch (error) {
    if (signal.aborted) return null;
    return unread(path, ...reason(error));
  }
}

/** Null when there is more than can be read. */
async function readAll(stream: Readable, signal: AbortSignal): Promise<Buffer | null> {
  addAbortSignal(signal, stream);
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MOST_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** UTF-8, or UTF-16 where a byte order mark says so, as some shells write what they redirect. */
function decode(path: string, bytes: Buffer): Input {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const encoding = encodingOf(bytes);
  const text = new TextDecoder(encoding).decode(bytes);
  const replaced = text.indexOf("\ufffd");
  const problems = replaced >= 0 && !isValid(bytes, encoding) ? [notDecoded(encoding, replaced)] : [];
  return { path, text, sha256, problems };
}

function encodingOf(bytes: Buffer): "utf-8" | "utf-16le" | "utf-16be" {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  return bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : "utf-8";
}

/** A text may hold a replacement character of its own. */
function isValid(bytes: Buffer, encoding: string): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

function notDecoded(encoding: string, first: number): ReviewProblem {
  const message = `from here on some bytes are not ${encoding.toUpperCase()}; each counts as one unknown character`;
  return { code: "io.encoding", message, range: { start: first, end: first + 1 } };
}

function unread(path: string, code: string, message: string): UnreadDocument {
  return { path, review: null, code, message };
}

function reason(error: unknown): [code: string, message: string] {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const known = REASONS[code];
  if (known !== undefined) return known;
  return ["io.failed", `cannot be read: ${error instanceof Error ? error.message : String(error)}`];
}

const REASONS: Readonly<Record<string, [string, string]>> = {
  ENOENT: ["io.not-found", "there is no such file"],
  ENOTDIR: ["io.not-found", "there is no such file"],
  EACCES: ["io.not-allowed", "you may not read this file"],
  EPERM: ["io.not-allowed", "you may not read this file"],
};
