/** Runs tree-sitter and copies its tree into plain objects, so that nothing of WebAssembly's memory is kept. */
import type { Language, Parser, Tree, TreeCursor } from "web-tree-sitter";
import { render } from "./render";
import type { Token } from "./tokens";

export interface Node {
  readonly type: string;
  readonly named: boolean;
  readonly field: string | null;
  /** Its tokens; `last` is less than `first` for what tree-sitter thinks is missing. */
  readonly first: number;
  readonly last: number;
  readonly missing: boolean;
  /** Whether there is an error in it. */
  broken: boolean;
  readonly children: Node[];
}

/** Calls of tree-sitter's progress callback for each kilobyte; healthy C needs about five. */
const STEPS_PER_KILOBYTE = 50;
const STEPS_AT_LEAST = 200;

/**
 * Null when tree-sitter needs far more steps than C takes (the count does not depend on the machine's speed), and,
 * with `onlyReadable`, when it finds an error.
 */
export function treeOf(
  parser: Parser,
  language: Language,
  tokens: readonly Token[],
  onlyReadable = false,
): Node | null {
  const { text, tokenAt } = render(tokens);
  const tree = parsed(parser, text);
  if (tree === null) return null;
  if (onlyReadable && tree.rootNode.hasError) {
    tree.delete();
    return null;
  }
  const cursor = tree.walk();
  try {
    return copy(cursor, language, tokenAt);
  } finally {
    cursor.delete();
    tree.delete();
  }
}

/** Whether tree-sitter finds no error. */
export function isReadable(parser: Parser, tokens: readonly Token[]): boolean {
  const tree = parsed(parser, render(tokens).text);
  const readable = tree !== null && !tree.rootNode.hasError;
  tree?.delete();
  return readable;
}

function parsed(parser: Parser, text: string): Tree | null {
  let steps = Math.ceil((text.length / 1024) * STEPS_PER_KILOBYTE) + STEPS_AT_LEAST;
  const tree = parser.parse(text, null, { progressCallback: () => --steps < 0 });
  if (tree === null) parser.reset();
  return tree;
}

function copy(cursor: TreeCursor, language: Language, tokenAt: Int32Array): Node {
  const root = nodeAt(cursor, language, tokenAt);
  const path = [root];
  for (;;) {
    if (cursor.gotoFirstChild()) {
      const child = nodeAt(cursor, language, tokenAt);
      path[path.length - 1]?.children.push(child);
      path.push(child);
      continue;
    }
    for (;;) {
      const done = path.pop();
      const parent = path[path.length - 1];
      if (parent === undefined) return root;
      if (done?.broken === true) parent.broken = true;
      if (cursor.gotoNextSibling()) {
        const child = nodeAt(cursor, language, tokenAt);
        parent.children.push(child);
        path.push(child);
        break;
      }
      cursor.gotoParent();
    }
  }
}

const ERROR_ID = 65535;

function nodeAt(cursor: TreeCursor, language: Language, tokenAt: Int32Array): Node {
  const id = cursor.nodeTypeId;
  const start = cursor.startIndex;
  const end = cursor.endIndex;
  const first = tokenAt[start] ?? 0;
  const field = cursor.currentFieldId;
  const missing = start === end && cursor.nodeIsMissing;
  return {
    type: id === ERROR_ID ? "ERROR" : (language.types[id] ?? ""),
    named: language.nodeTypeIsNamed(id),
    field: field === 0 ? null : (language.fields[field] ?? null),
    first: start === end ? first + 1 : first,
    last: end > start ? (tokenAt[end - 1] ?? 0) : first,
    missing,
    broken: missing || id === ERROR_ID,
    children: [],
  };
}

export function child(node: Node, field: string): Node | null {
  return node.children.find((c) => c.field === field) ?? null;
}

export function namedChildren(node: Node): Node[] {
  return node.children.filter((c) => c.named && c.type !== "comment");
}
