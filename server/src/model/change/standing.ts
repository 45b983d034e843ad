/** Where each statement of a function stands: its head, and what is around it. */
import type { FunctionDef, Stmt } from "../../c/syntax";
import type { Span } from "../../text/mapped";

export interface Standing {
  readonly statement: Stmt;
  /** The statement without the statements that it governs: `if (...)`, `for (...)`, or all of it. */
  readonly head: Span;
  readonly function: FunctionDef;
  /** The statements of the block that it stands in, itself among them; alone when it stands behind an `if` without braces. */
  readonly block: readonly Stmt[];
  readonly index: number;
}

/** All statements of the function that its own text has, outer ones first; what a macro brought is none of them. `text` is that of the file. */
export function standingsOf(definition: FunctionDef, text: string): Standing[] {
  const found: Standing[] = [];
  const visit = (statement: Stmt, block: readonly Stmt[], index: number): void => {
    if (statement.place.via !== null || statement.place.file !== definition.place.file) return;
    const inner = governed(statement);
    if (statement.kind !== "block") {
      const { start } = statement.place;
      const before = Math.min(statement.place.end, ...inner.map((each) => each.place.start));
      const end = start + text.slice(start, before).trimEnd().length;
      found.push({ statement, head: { start, end }, function: definition, block, index });
    }
    for (const each of inner) {
      const body = each.kind === "block" ? each.body : [each];
      for (const [at, own] of body.entries()) visit(own, body, at);
    }
  };
  const body = definition.body.kind === "block" ? definition.body.body : [definition.body];
  for (const [index, statement] of body.entries()) visit(statement, body, index);
  return found;
}

/** The statements inside of a statement; a block inside a block counts as one. */
function governed(statement: Stmt): readonly Stmt[] {
  switch (statement.kind) {
    case "block":
      return [statement];
    case "if":
      return statement.else === null ? [statement.then] : [statement.then, statement.else];
    case "while":
    case "dowhile":
    case "for":
    case "macro":
    case "switch":
      return [statement.body];
    default:
      return [];
  }
}
