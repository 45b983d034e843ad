/** The C parser with the WebAssembly files that lie beside the bundle. */
import path from "node:path";
import { createParser } from "../c/parser";
import type { CParser } from "../c/syntax";

/** Fails when the files are missing or damaged; the message names them. */
export async function nodeParser(): Promise<CParser> {
  const runtime = path.join(__dirname, "web-tree-sitter.wasm");
  const grammar = path.join(__dirname, "tree-sitter-c.wasm");
  try {
    return await createParser({ runtime, grammar });
  } catch (error) {
    throw new Error(`The C parser cannot be loaded from ${runtime} and ${grammar}; build or install again.`, {
      cause: error,
    });
  }
}
