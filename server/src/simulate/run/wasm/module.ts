/**
 * Writes WebAssembly modules. All values are 32-bit integers.
 * Format: WebAssembly Core Specification 1.0, chapter 5, and bulk memory operations.
 */
import { Bytes } from "./bytes";
import type { Code } from "./code";

/** How many numbers a function takes, and whether it gives one. */
export interface Signature {
  readonly takes: number;
  readonly gives: 0 | 1;
}

export class ModuleWriter {
  private readonly signatures: Signature[] = [];
  private readonly imports = new Bytes();
  private readonly exports = new Bytes();
  private readonly elements = new Bytes();
  private readonly bodies = new Bytes(1 << 14);
  private readonly types: number[] = [];
  private readonly globals: number[] = [];
  private importCount = 0;
  private importedFunctions = 0;
  private exportCount = 0;
  private elementCount = 0;

  /** Imports come before functions of our own. @returns the function's number */
  importFunction(name: string, signature: Signature): number {
    this.import(name, 0);
    this.imports.unsigned(this.typeOf(signature));
    return this.importedFunctions++;
  }

  importMemory(): void {
    this.import("memory", 2);
    this.imports.byte(0);
    this.imports.unsigned(1);
  }

  importTable(): void {
    this.import("table", 1);
    this.imports.byte(0x70);
    this.imports.byte(0);
    this.imports.unsigned(0);
  }

  /** One that can be changed from both sides. @returns its number */
  exportGlobal(name: string, initial = 0): number {
    const number = this.globals.push(initial) - 1;
    this.export(name, 3, number);
    return number;
  }

  exportFunction(name: string, number: number): void {
    this.export(name, 0, number);
  }

  /** The number that the next function gets. */
  get nextFunction(): number {
    return this.importedFunctions + this.types.length;
  }

  typeOf({ takes, gives }: Signature): number {
    const known = this.signatures.findIndex((one) => one.takes === takes && one.gives === gives);
    return known >= 0 ? known : this.signatures.push({ takes, gives }) - 1;
  }

  /** Takes the code away. @returns the function's number */
  add(signature: Signature, code: Code): number {
    const number = this.nextFunction;
    this.types.push(this.typeOf(signature));
    const locals = new Bytes(8);
    const own = code.localCount - signature.takes;
    locals.unsigned(own > 0 ? 1 : 0);
    if (own > 0) {
      locals.unsigned(own);
      locals.byte(0x7f);
    }
    this.bodies.unsigned(locals.length + code.head.length + code.bytes.length + 1);
    this.bodies.append(locals);
    this.bodies.append(code.head);
    this.bodies.append(code.bytes);
    this.bodies.byte(0x0b);
    code.release();
    return number;
  }

  /** Puts functions into the table, one behind the other. */
  place(at: number, functions: readonly number[]): void {
    const { elements } = this;
    this.elementCount++;
    elements.byte(0);
    elements.byte(0x41);
    elements.signed(at);
    elements.byte(0x0b);
    elements.unsigned(functions.length);
    for (const one of functions) elements.unsigned(one);
  }

  finish(): Uint8Array<ArrayBuffer> {
    const out = new Bytes(this.bodies.length + 1024);
    for (const byte of [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]) out.byte(byte);
    section(out, 1, this.signatures.length, this.typeBytes());
    section(out, 2, this.importCount, this.imports);
    section(out, 3, this.types.length, numbers(this.types));
    section(out, 6, this.globals.length, this.globalBytes());
    section(out, 7, this.exportCount, this.exports);
    section(out, 9, this.elementCount, this.elements);
    section(out, 10, this.types.length, this.bodies);
    return out.view();
  }

  private import(name: string, kind: number): void {
    this.importCount++;
    this.imports.name("env");
    this.imports.name(name);
    this.imports.byte(kind);
  }

  private export(name: string, kind: number, number: number): void {
    this.exportCount++;
    this.exports.name(name);
    this.exports.byte(kind);
    this.exports.unsigned(number);
  }

  private typeBytes(): Bytes {
    const bytes = new Bytes();
    for (const { takes, gives } of this.signatures) {
      bytes.byte(0x60);
      bytes.unsigned(takes);
      for (let i = 0; i < takes; i++) bytes.byte(0x7f);
      bytes.unsigned(gives);
      if (gives === 1) bytes.byte(0x7f);
    }
    return bytes;
  }

  private globalBytes(): Bytes {
    const bytes = new Bytes();
    for (const initial of this.globals) {
      for (const byte of [0x7f, 1, 0x41]) bytes.byte(byte);
      bytes.signed(initial);
      bytes.byte(0x0b);
    }
    return bytes;
  }
}

function section(out: Bytes, id: number, count: number, body: Bytes): void {
  if (count === 0) return;
  const head = numbers([count]);
  out.byte(id);
  out.unsigned(head.length + body.length);
  out.append(head);
  out.append(body);
}

function numbers(all: readonly number[]): Bytes {
  const bytes = new Bytes(8);
  for (const one of all) bytes.unsigned(one);
  return bytes;
}
