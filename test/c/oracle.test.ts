/**
 * The WebAssembly grammar against the native one: the same text gives the same nodes. The text is what our passes
 * hand to tree-sitter, so this tells too that those passes leave nothing that only one of the two can read.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import test from "node:test";
import { Language, Parser, type TreeCursor } from "web-tree-sitter";
import { preprocess } from "../../server/src/c/conditionals";
import { digestible } from "../../server/src/c/digest";
import { lex } from "../../server/src/c/lex";
import { Problems } from "../../server/src/c/problems";
import { render } from "../../server/src/c/render";
import { needs } from "../support/needs";
import { fixtures, root } from "../support/paths";
import { GRAMMAR, parser, wasm } from "./support";

interface NativeCursor {
  readonly nodeType: string;
  readonly startIndex: number;
  readonly endIndex: number;
  gotoFirstChild(): boolean;
  gotoNextSibling(): boolean;
  gotoParent(): boolean;
}

interface NativeParser {
  setLanguage(language: unknown): void;
  parse(text: string, old?: null, options?: { bufferSize: number }): { walk(): NativeCursor };
}

test("the native grammar reads the fixtures as the WebAssembly one does", async (t) => {
  if (!needs(t, "native-tree-sitter")) return;
  const load = createRequire(path.join(root, "package.json"));
  const native = new (load("tree-sitter") as new () => NativeParser)();
  native.setLanguage(load("tree-sitter-c"));
  await parser();
  const web = new Parser().setLanguage(await Language.load(wasm(GRAMMAR)));
  const folder = path.join(fixtures, "c");
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".c"))) {
    const text = shown(readFileSync(path.join(folder, name), "utf8"));
    const tree = web.parse(text);
    assert.ok(tree !== null);
    const nodes = outline(tree.walk());
    assert.ok(nodes.length > 20, name);
    assert.deepEqual(outline(native.parse(text, null, { bufferSize: 4 * text.length + 1024 }).walk()), nodes, name);
    tree.delete();
  }
});

function shown(text: string): string {
  const problems = new Problems();
  const place = (start: number, end: number) => ({ file: "", start, end, via: null });
  return render(digestible(preprocess(lex({ text, problems, place }), {}, problems).tokens, problems)).text;
}

function outline(cursor: TreeCursor | NativeCursor): string[] {
  const lines: string[] = [];
  for (;;) {
    lines.push(`${cursor.nodeType} ${cursor.startIndex} ${cursor.endIndex}`);
    if (cursor.gotoFirstChild()) continue;
    while (!cursor.gotoNextSibling()) if (!cursor.gotoParent()) return lines;
  }
}
