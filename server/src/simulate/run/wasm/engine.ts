/** WebAssembly as far as we use it: the types that come with Node leave it out. */

export interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

export interface Table {
  grow(by: number, value: unknown): number;
  set(at: number, value: unknown): void;
}

export type Exported = (...given: number[]) => number;

interface Engine {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (
    module: object,
    imports: { readonly env: Readonly<Record<string, unknown>> },
  ) => { readonly exports: Readonly<Record<string, unknown>> };
  readonly Memory: new (of: { readonly initial: number }) => Memory;
  readonly Table: new (of: { readonly element: "anyfunc"; readonly initial: number }) => Table;
}

/**
 * Null where there is none, or where compiling is forbidden: a Content-Security-Policy without 'wasm-unsafe-eval' makes
 * even the empty module an error.
 */
export const engine: Engine | null = find();

function find(): Engine | null {
  const found = (globalThis as { readonly WebAssembly?: Engine }).WebAssembly;
  if (!found) return null;
  try {
    void new found.Module(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]));
    return found;
  } catch {
    return null;
  }
}
