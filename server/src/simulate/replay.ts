/**
 * Replay tokens: an interleaving in a line that one can put into a mail.
 *
 * `lp1:` and base64url of: four bytes that tell the model (a hash of the id given), the decisions in runs of one
 * thread with the places where it did not take the first alternative, two bytes that tell damage. Blanks, line ends (soft ones of quoted-printable too) and quote marks are ignored when a token is read.
 */
import type { Decision } from "./result";

const PREFIX = "lp1:";
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/** No interleaving is longer; keeps a damaged token from asking for a large one. */
const MOST_DECISIONS = 1_000_000;

export interface Replay {
  /** Compare with `replayId`. */
  readonly id: number;
  readonly decisions: readonly Decision[];
}

/** `id` names what the decisions are about: a hash of the model, or a scenario's id. */
export function encodeReplay(id: string, decisions: readonly Decision[]): string {
  const bytes: number[] = [];
  const hash = replayId(id);
  bytes.push(hash >>> 24, (hash >>> 16) & 255, (hash >>> 8) & 255, hash & 255);
  for (let at = 0; at < decisions.length;) {
    const { thread } = decisions[at] ?? { thread: 0 };
    let end = at;
    while (end < decisions.length && decisions[end]?.thread === thread) end++;
    const run = decisions.slice(at, end);
    const choices = run.flatMap(({ alternative }, place) => (alternative === 0 ? [] : [{ place, alternative }]));
    pushNumber(bytes, thread * 2 + (choices.length > 0 ? 1 : 0));
    pushNumber(bytes, run.length);
    if (choices.length > 0) pushNumber(bytes, choices.length);
    for (const { place, alternative } of choices) {
      pushNumber(bytes, place);
      pushNumber(bytes, alternative);
    }
    at = end;
  }
  const check = checksum(bytes);
  bytes.push(check >>> 8, check & 255);
  return PREFIX + toDigits(bytes);
}

/** The replay, or what is wrong with the text. */
export function decodeReplay(token: string): Replay | { readonly problem: string } {
  const text = token.replaceAll(/=[ \t]*\r?\n/g, "").replaceAll(/[\s>|]/g, "");
  if (!text.startsWith("lp")) return { problem: `a replay token begins with ${PREFIX}` };
  if (!text.startsWith(PREFIX)) return { problem: "the replay token was made by a newer version of Lastput" };
  const bytes = fromDigits(text.slice(PREFIX.length));
  if (!bytes || bytes.length < 6)
    return { problem: "the replay token is damaged: it holds other characters, or too few" };
  const body = bytes.slice(0, -2);
  if (checksum(body) !== (bytes.at(-2) ?? 0) * 256 + (bytes.at(-1) ?? 0)) {
    return { problem: "the replay token is damaged: its checksum does not fit" };
  }
  const decisions = readRuns(body.slice(4));
  if (!decisions) return { problem: "the replay token is damaged: its steps cannot be read" };
  const [a = 0, b = 0, c = 0, d = 0] = body;
  return { id: ((a << 24) | (b << 16) | (c << 8) | d) >>> 0, decisions };
}

/** What a token keeps of an id: 32 bits of FNV-1a over its UTF-16 units. */
export function replayId(id: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < id.length; at++) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

function readRuns(bytes: readonly number[]): readonly Decision[] | null {
  const decisions: Decision[] = [];
  const reader = { bytes, at: 0 };
  while (reader.at < bytes.length) {
    const head = readNumber(reader);
    const length = readNumber(reader);
    if (head === null || length === null || decisions.length + length > MOST_DECISIONS) return null;
    const first = decisions.length;
    const thread = Math.floor(head / 2);
    for (let i = 0; i < length; i++) decisions.push({ thread, alternative: 0 });
    const choices = head % 2 === 1 ? readNumber(reader) : 0;
    if (choices === null || choices > length) return null;
    for (let i = 0; i < choices; i++) {
      const place = readNumber(reader);
      const alternative = readNumber(reader);
      if (place === null || alternative === null || place >= length) return null;
      decisions[first + place] = { thread, alternative };
    }
  }
  return decisions;
}

/** Seven bits a byte, the lowest first; the eighth says that more follow. */
function pushNumber(bytes: number[], number: number): void {
  let rest = number;
  while (rest > 127) {
    bytes.push((rest & 127) | 128);
    rest >>>= 7;
  }
  bytes.push(rest);
}

function readNumber(reader: { readonly bytes: readonly number[]; at: number }): number | null {
  let number = 0;
  for (let shift = 0; shift < 28; shift += 7) {
    const byte = reader.bytes[reader.at++];
    if (byte === undefined) return null;
    number |= (byte & 127) << shift;
    if (byte < 128) return number;
  }
  return null;
}

function checksum(bytes: readonly number[]): number {
  let check = 0xffff;
  for (const byte of bytes) {
    check ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) check = (check & 0x8000 ? (check << 1) ^ 0x1021 : check << 1) & 0xffff;
  }
  return check;
}

function toDigits(bytes: readonly number[]): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b, c] = bytes.slice(at, at + 3);
    const group = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    const digits = c !== undefined ? 4 : b !== undefined ? 3 : 2;
    for (let digit = 0; digit < digits; digit++) text += DIGITS.charAt((group >>> (18 - 6 * digit)) & 63);
  }
  return text;
}

function fromDigits(text: string): readonly number[] | null {
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at += 4) {
    const digits = text
      .slice(at, at + 4)
      .split("")
      .map((digit) => DIGITS.indexOf(digit));
    if (digits.includes(-1) || digits.length === 1) return null;
    const [a = 0, b = 0, c = 0, d = 0] = digits;
    const group = (a << 18) | (b << 12) | (c << 6) | d;
    bytes.push(group >>> 16);
    if (digits.length > 2) bytes.push((group >>> 8) & 255);
    if (digits.length > 3) bytes.push(group & 255);
  }
  return bytes;
}
