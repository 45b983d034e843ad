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
  const letters = new Letters(out, (bytes) => decoder.decode(bytes));
  let at = 0;
  while (at < text.length) {
    const equals = text.indexOf("=", at);
    if (equals !== at) {
      letters.flush();
      const end = equals < 0 ? text.length : equals;
      putLiteral(out, text, at, end);
      at = end;
      continue;
    }
    const soft = softBreak(text, at);
    const byte = soft > 0 ? -1 : parseHex(text, at + 1);
    if (byte >= 0) letters.add(byte, at);
    else if (soft === 0) {
      letters.flush();
      out.put("=", at, at + 1);
    }
    // A letter of several bytes may be cut by a soft line break, so that one flushes nothing.
    at += soft > 0 ? soft : byte >= 0 ? ESCAPE : 1;
  }
  letters.flush();
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

const ESCAPE = 3;
const MOST_BYTES = 1024;
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

/** Bytes that were escaped one after another, until the letters they make up are known. */
class Letters {
  private bytes: number[] = [];
  private places: number[] = [];

  constructor(
    private readonly out: Output,
    private readonly decode: (bytes: Uint8Array) => string,
  ) {}

  add(byte: number, place: number): void {
    if (this.bytes.length > 0 && (byte < 0x80 || this.bytes.length >= MOST_BYTES)) this.flush();
    this.bytes.push(byte);
    this.places.push(place);
    if (byte < 0x80) this.flush();
  }

  flush(): void {
    if (this.bytes.length === 0) return;
    const text = this.decode(Uint8Array.from(this.bytes));
    const letters = Array.from(text);
    const widths = letters.map((letter) => this.widthOf(letter, letters.length));
    const fits = widths.reduce((sum, width) => sum + width, 0) === this.bytes.length;
    if (fits) {
      let byte = 0;
      for (const [index, letter] of letters.entries()) {
        const width = widths[index] ?? 1;
        this.out.put(letter, this.places[byte] ?? 0, (this.places[byte + width - 1] ?? 0) + ESCAPE);
        byte += width;
      }
    } else this.out.put(text, this.places[0] ?? 0, (this.places[this.places.length - 1] ?? 0) + ESCAPE);
    this.bytes = [];
    this.places = [];
  }

  /** How many bytes the letter has: in a one-byte character set one, else those of UTF-8. */
  private widthOf(letter: string, count: number): number {
    if (count === this.bytes.length) return 1;
    const point = letter.codePointAt(0) ?? 0;
    return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
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
