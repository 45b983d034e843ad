/**
 * Lastput as a library: a text in, a stream of reviews out, and reports of them.
 *
 *     const parser = await createParser({ runtime: "web-tree-sitter.wasm", grammar: "tree-sitter-c.wasm" });
 *     const surroundings = { parser, workspace: { read: async () => undefined }, breathe: async () => true };
 *     const request = { name: "a.patch", text, language: "auto", options: DEFAULT_OPTIONS } as const;
 *     for await (const review of reviewDocument(request, surroundings)) last = review;
 */
export { createParser, type ParserFiles } from "./c/parser";
export type { CParser } from "./c/syntax";
export {
  COLOURED,
  jsonReport,
  LineIndex,
  markdownReport,
  PLAIN,
  type ReadDocument,
  type Reported,
  SCHEMA_VERSION,
  type Style,
  type TextOptions,
  textReport,
  traceTable,
  type UnreadDocument,
} from "./report";
export { reviewDocument } from "./review";
export {
  DEFAULT_OPTIONS,
  type ReviewDocument,
  type ReviewOptions,
  type ReviewRequest,
  type Surroundings,
  type Workspace,
} from "./review/api";
export type * from "./review/review";
