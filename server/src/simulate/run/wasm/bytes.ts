/** Bytes that grow, with the number formats of WebAssembly's binary form. */
export class Bytes {
  length = 0;
  private buffer: Uint8Array;

  constructor(size = 256) {
    this.buffer = new Uint8Array(size);
  }

  byte(value: number): void {
    if (this.length === this.buffer.length) this.grow(1);
    this.buffer[this.length++] = value;
  }

  /** LEB128 of an unsigned number of 32 bits. */
  unsigned(value: number): void {
    let rest = value >>> 0;
    while (rest > 0x7f) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.byte(rest);
  }

  /** LEB128 of a signed number of 32 bits. */
  signed(value: number): void {
    let rest = value | 0;
    for (;;) {
      const low = rest & 0x7f;
      rest >>= 7;
      if ((rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)) return this.byte(low);
      this.byte(low | 0x80);
    }
  }

  /** ASCII, with its length in front. */
  name(text: string): void {
    this.unsigned(text.length);
    for (let at = 0; at < text.length; at++) this.byte(text.charCodeAt(at));
  }

  append(other: Bytes): void {
    if (this.length + other.length > this.buffer.length) this.grow(other.length);
    this.buffer.set(other.view(), this.length);
    this.length += other.length;
  }

  /** Valid until more is written. */
  view(): Uint8Array<ArrayBuffer> {
    return this.buffer.subarray(0, this.length) as Uint8Array<ArrayBuffer>;
  }

  private grow(by: number): void {
    const larger = new Uint8Array(Math.max(this.length + by, 2 * this.buffer.length));
    larger.set(this.view());
    this.buffer = larger;
  }
}
