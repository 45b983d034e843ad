/** The C stage: text in, plain syntax objects out. Made for kernel C as it stands in patches and mails. */
import { Language, Parser } from "web-tree-sitter";
import { classMacros } from "./classes";
import { preprocess } from "./conditionals";
import { digestible } from "./digest";
import { expandExpr, expandStmt } from "./expand";
import { emptyFile, ItemMemory } from "./item-memory";
import { itemsOf } from "./items";
import { lex } from "./lex";
import { Problems } from "./problems";
import { Reading } from "./reading";
import type { CFile, CParser, Defines, Place } from "./syntax";

/** Where the two WebAssembly files are, or their bytes. */
export interface ParserFiles {
  /** `web-tree-sitter.wasm`. */
  readonly runtime: string | Uint8Array;
  /** `tree-sitter-c.wasm`. */
  readonly grammar: string | Uint8Array;
}

/** Fails only when a WebAssembly file cannot be loaded. */
export async function createParser(files: ParserFiles): Promise<CParser> {
  const { runtime } = files;
  // A copy, because a Uint8Array may be a view of a pool.
  await Parser.init(
    typeof runtime === "string" ? { locateFile: () => runtime } : { wasmBinary: new Uint8Array(runtime).buffer },
  );
  const language = await Language.load(files.grammar);
  const parser = new Parser();
  parser.setLanguage(language);
  const memory = new ItemMemory();
  return {
    parse: (path, text, defines) => parse({ parser, language, memory }, path, text, defines),
    expandExpr: (macro, use) => expandExpr(new Reading(parser, language, new Problems()), macro, use),
    expandStmt: (macro, use) => expandStmt(new Reading(parser, language, new Problems()), macro, use),
  };
}

/** The largest C file that is read, in UTF-16 units; the kernel's own are far smaller but for generated headers. */
const MOST_TEXT = 2_000_000;

interface Tools {
  readonly parser: Parser;
  readonly language: Language;
  readonly memory: ItemMemory;
}

function parse({ parser, language, memory }: Tools, path: string, text: string, defines: Defines): CFile {
  const problems = new Problems();
  const place = (start: number, end: number): Place => ({ file: path, start, end, via: null });
  const readable = text.length > MOST_TEXT ? text.slice(0, MOST_TEXT) : text;
  if (text.length > MOST_TEXT) {
    const message = `This text is too long to be read as C; what follows the first ${MOST_TEXT} characters is left out.`;
    problems.add("c.too-large", message, place(MOST_TEXT, text.length));
  }
  const { tokens, macros, conditional } = preprocess(lex({ text: readable, problems, place }), defines, problems);
  const balanced = digestible(tokens, problems);
  const reading = new Reading(parser, language, problems, balanced.length);
  const collected = emptyFile();
  for (const item of itemsOf(balanced, problems)) {
    memory.read(item, text, collected, problems, (into) => reading.item(item, into));
  }
  const sorted = problems.list.toSorted((a, b) => a.place.start - b.place.start);
  return { path, text, macros: [...macros, ...classMacros(tokens)], problems: sorted, conditional, ...collected };
}
