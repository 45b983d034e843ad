/** Undoes quoted-printable and base64 and keeps track of where each character was written. */
import { type Run, SourceText } from "./source";

/**
 * Characters that stand for themselves keep their exact places. An escape such as `=3D`, and the several escapes
 * that make up one letter, lie where their first `=` is.
 */
export function decodeQuotedPrintable(from: SourceText, charset: string): SourceText {
  const { text } = from;
  const out = new Output(from);
  const decoder = new TextDecoder(charset);
  let bytes: number[] = [];
  let escapesFrom = 0;
  let at = 0;
  const flush = (): void => {
    if (bytes.length > 0) out.put(decoder.decode(Uint8Array.from(bytes)), escapesFrom, at);
    bytes = [];
  };
  while (at < text.length) {
    const equals = text.indexOf("=", at);
    if (equals !== at) {
      flush();
      const end = equals < 0 ? text.length : equals;
      putLiteral(out, text, at, end);
      at = end;
      continue;
    }
    const soft = softBreak(text, at);
    if (soft > 0) {
      // A letter of several bytes may be cut by the line break.
      at += soft;
      continue;
    }
    const byte = parseHex(text, at + 1);
    if (byte < 0) {
      flush();
      out.put("=", at, at + 1);
      at += 1;
      continue;
    }
    if (bytes.length > 0 && (byte < 0x80 || bytes.length >= LONGEST_LETTERS)) flush();
    if (bytes.length === 0) escapesFrom = at;
    bytes.push(byte);
    at += 3;
    if (byte < 0x80) flush();
  }
  flush();
  return out.done();
}

/** Each run of characters lies in the encoded line that holds it, at about the place where it was written. */
export function decodeBase64(from: SourceText, charset: string): SourceText {
  const { text } = from;
  const out = new Output(from);
  const decoder = new TextDecoder(charset);
  let bits = 0;
  let held = 0;
  let at = 0;
  while (at < text.length) {
    const newline = text.indexOf("\n", at);
    const end = Math.min(newline < 0 ? text.length : newline, at + LONGEST_BASE64);
    const bytes = new Uint8Array(((end - at + 4) * 3) >> 2);
    let count = 0;
    for (let character = at; character < end; character++) {
      const value = BASE64[text.charCodeAt(character)] ?? -1;
      if (value < 0) continue;
      bits = ((bits << 6) | value) & 0xffffff;
      held += 6;
      if (held < 8) continue;
      held -= 8;
      bytes[count++] = (bits >> held) & 0xff;
    }
    out.put(decoder.decode(bytes.subarray(0, count), { stream: true }), at, end);
    at = end === newline ? end + 1 : end;
  }
  out.put(decoder.decode(), text.length, text.length);
  return out.done();
}

const LONGEST_LETTERS = 1024;
const LONGEST_BASE64 = 1024;

/** Collects the decoded text and its runs. */
class Output {
  private readonly pieces: string[] = [];
  private readonly runs: Run[] = [];
  private length = 0;

  constructor(private readonly from: SourceText) {}

  /** `text` was written as the characters from `start` to `end` of the encoded source. */
  put(text: string, start: number, end: number): void {
    if (text === "") return;
    const span = this.from.span(start, end);
    this.pieces.push(text);
    this.runs.push({ start: this.length, length: text.length, docStart: span.start, docLength: span.end - span.start });
    this.length += text.length;
  }

  done(): SourceText {
    return new SourceText(this.pieces.join(""), this.runs);
  }
}

/** Blanks at the end of an encoded line are not part of the text: transport may have put them there. */
function putLiteral(out: Output, text: string, start: number, end: number): void {
  let from = start;
  let blanks = start;
  for (let at = start; at < end; at++) {
    const character = text.charCodeAt(at);
    if (character === 0x0a) {
      if (blanks < at) {
        out.put(text.slice(from, blanks), from, blanks);
        from = at;
      }
      blanks = at + 1;
    } else if (!isBlank(character)) blanks = at + 1;
  }
  out.put(text.slice(from, end), from, end);
}

/** The length of `=` at the end of a line together with its line end; 0 where it is none. */
function softBreak(text: string, at: number): number {
  let end = at + 1;
  while (end < text.length && end < at + 80 && isBlank(text.charCodeAt(end))) end++;
  if (end >= text.length) return end - at;
  return text.charCodeAt(end) === 0x0a ? end + 1 - at : 0;
}

function isBlank(character: number): boolean {
  return character === 0x20 || character === 0x09 || character === 0x0d;
}

function parseHex(text: string, at: number): number {
  const high = HEX.indexOf(text.charAt(at).toUpperCase());
  const low = HEX.indexOf(text.charAt(at + 1).toUpperCase());
  return at + 1 < text.length && high >= 0 && low >= 0 ? high * 16 + low : -1;
}

const HEX = "0123456789ABCDEF";
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE64 = Int8Array.from({ length: 128 }, (_, code) => ALPHABET.indexOf(String.fromCharCode(code)));
