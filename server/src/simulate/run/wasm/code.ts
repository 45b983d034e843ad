/** The body of a function in WebAssembly: a stack machine with numbered locals and blocks to break out of. */
import { Bytes } from "./bytes";

/** Operators that take their operands from the stack. */
export const enum I32 {
  Eqz = 0x45,
  Eq = 0x46,
  Ne = 0x47,
  LtU = 0x49,
  GtU = 0x4b,
  LeU = 0x4d,
  GeU = 0x4f,
  Add = 0x6a,
  Sub = 0x6b,
  Mul = 0x6c,
  And = 0x71,
  Or = 0x72,
  Xor = 0x73,
  Shl = 0x74,
  ShrU = 0x76,
  Select = 0x1b,
  Unreachable = 0x00,
}

/** A block, loop or `if` that is open: breaks name it. */
export type Label = number;

const NO_VALUE = 0x40;
const VALUE = 0x7f;

/** Functions are written one after the other: the next one takes the buffers of the last. */
const spare: Bytes[] = [];

export class Code {
  /** Runs first; outside of all blocks. */
  readonly head = spare.pop() ?? new Bytes();
  bytes = spare.pop() ?? new Bytes();
  localCount: number;
  private depth = 0;

  /** The first locals are what the function takes. */
  constructor(takes: number) {
    this.localCount = takes;
  }

  /** A new one. It is 0 at first. */
  local(): number {
    return this.localCount++;
  }

  /** It was copied and is needed no more. */
  release(): void {
    for (const bytes of [this.head, this.bytes]) {
      bytes.length = 0;
      spare.push(bytes);
    }
  }

  /** What is written now goes to the head. It must leave the stack as it was. */
  inHead(write: () => void): void {
    const { bytes } = this;
    this.bytes = this.head;
    write();
    this.bytes = bytes;
  }

  get(local: number): this {
    return this.with(0x20, local);
  }

  set(local: number): this {
    return this.with(0x21, local);
  }

  /** Sets it and leaves the value. */
  tee(local: number): this {
    return this.with(0x22, local);
  }

  getGlobal(global: number): this {
    return this.with(0x23, global);
  }

  setGlobal(global: number): this {
    return this.with(0x24, global);
  }

  constant(value: number): this {
    this.bytes.byte(0x41);
    this.bytes.signed(value);
    return this;
  }

  op(op: I32): this {
    this.bytes.byte(op);
    return this;
  }

  /** The word at an address of the stack plus that many bytes. */
  load(offset = 0): this {
    return this.access(0x28, 2, offset);
  }

  store(offset = 0): this {
    return this.access(0x36, 2, offset);
  }

  loadByte(offset = 0): this {
    return this.access(0x2d, 0, offset);
  }

  storeByte(offset = 0): this {
    return this.access(0x3a, 0, offset);
  }

  call(target: number): this {
    return this.with(0x10, target);
  }

  /** Calls what stands in the table at the number on the stack. */
  callTable(type: number): this {
    this.with(0x11, type);
    this.bytes.byte(0);
    return this;
  }

  block(inside: (end: Label) => void): this {
    return this.nested(0x02, NO_VALUE, inside);
  }

  /** A break to its label starts it again. */
  loop(inside: (again: Label) => void): this {
    return this.nested(0x03, NO_VALUE, inside);
  }

  /** Takes the test from the stack. */
  if(then: () => void, otherwise: (() => void) | null = null): this {
    return this.fork(NO_VALUE, then, otherwise);
  }

  /** Both leave a value. */
  choose(then: () => void, otherwise: () => void): this {
    return this.fork(VALUE, then, otherwise);
  }

  break(label: Label): this {
    return this.with(0x0c, this.depth - label);
  }

  breakIf(label: Label): this {
    return this.with(0x0d, this.depth - label);
  }

  return(): this {
    this.bytes.byte(0x0f);
    return this;
  }

  drop(): this {
    this.bytes.byte(0x1a);
    return this;
  }

  /** Takes pages from the stack and leaves how many there were before, or -1. */
  growMemory(): this {
    return this.with(0x40, 0);
  }

  memorySize(): this {
    return this.with(0x3f, 0);
  }

  /** Takes to, from and length. */
  copyMemory(): this {
    for (const byte of [0xfc, 10, 0, 0]) this.bytes.byte(byte);
    return this;
  }

  /** Takes to, value and length. */
  fillMemory(): this {
    for (const byte of [0xfc, 11, 0]) this.bytes.byte(byte);
    return this;
  }

  private with(op: number, operand: number): this {
    this.bytes.byte(op);
    this.bytes.unsigned(operand);
    return this;
  }

  private access(op: number, align: number, offset: number): this {
    this.bytes.byte(op);
    this.bytes.byte(align);
    this.bytes.unsigned(offset);
    return this;
  }

  private nested(op: number, type: number, inside: (label: Label) => void): this {
    this.bytes.byte(op);
    this.bytes.byte(type);
    inside(++this.depth);
    this.depth--;
    this.bytes.byte(0x0b);
    return this;
  }

  private fork(type: number, then: () => void, otherwise: (() => void) | null): this {
    return this.nested(0x04, type, () => {
      then();
      if (!otherwise) return;
      this.bytes.byte(0x05);
      otherwise();
    });
  }
}
