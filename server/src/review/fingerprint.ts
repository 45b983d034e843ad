/** A name for a finding that stays the same when lines move. */

/** 16 hexadecimal digits; not for security. (FNV-1a, twice 32 bits with different seeds.) */
export function fingerprint(parts: readonly string[]): string {
  const text = parts.join("\u0000");
  return hash(text, 0x811c9dc5) + hash(text, 0x01000193);
}

function hash(text: string, seed: number): string {
  let value = seed;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return value.toString(16).padStart(8, "0");
}
