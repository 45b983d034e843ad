/** Reviews a text as the faces do, with the real parser and no workspace. */
import type { CParser } from "../../server/src/c/syntax";
import { reviewDocument } from "../../server/src/review";
import type { Review } from "../../server/src/review/review";
import { createParser } from "../../server/src/c/parser";
import path from "node:path";
import { dist } from "../support/paths";

let parser: Promise<CParser> | null = null;

export interface Given {
  readonly name?: string;
  readonly language?: "auto" | "c";
  /** Path -> text. */
  readonly workspace?: Readonly<Record<string, string>>;
  readonly lineFacts?: boolean;
}

export async function review(text: string, given: Given = {}): Promise<Review> {
  parser ??= createParser({
    runtime: path.join(dist, "web-tree-sitter.wasm"),
    grammar: path.join(dist, "tree-sitter-c.wasm"),
  });
  const { name = "test.patch", language = "auto", workspace = {}, lineFacts = false } = given;
  const stream = reviewDocument(
    { name, text, language, options: { maxStates: 2_000_000, memoryModel: "sc", lineFacts } },
    {
      parser: await parser,
      workspace: { read: (path) => Promise.resolve(workspace[path]) },
      breathe: () => Promise.resolve(true),
    },
  );
  let last: Review | null = null;
  for await (const each of stream) last = each;
  if (last === null) throw new Error("the stream of reviews was empty");
  return last;
}

/** `put-reader` of the id `0/put-reader/marked+...`. */
export function scenarioOf(id: string): string {
  return id.split("/")[1] ?? "";
}
