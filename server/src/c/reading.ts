/** Reads single pieces of C (an item of a file, statements, an expression) with tree-sitter. */
import type { Language, Parser } from "web-tree-sitter";
import { markMacroArguments } from "./arguments";
import { Conversion } from "./conversion";
import { convertAggregates } from "./convert-aggregates";
import { convertEnumerators } from "./convert-enumerators";
import { convertPrototypes, convertVariables } from "./convert-declarations";
import { convertExpr } from "./convert-expressions";
import { convertFunction } from "./convert-functions";
import { convertStatement, convertStatements } from "./convert-statements";
import { spellFields } from "./fields";
import { withReadableFields } from "./fields-salvage";
import { cleanDeclaration, cleanHead } from "./heads";
import type { Item } from "./items";
import { hull } from "./places";
import type { Problems } from "./problems";
import { holeStatements, holeUnreadable, type Reader } from "./salvage";
import { markStatements } from "./statements";
import type { Aggregate, Enumerator, CFile, Expr, FunctionDef, Stmt, VarDecl } from "./syntax";
import { before, behind, type Token } from "./tokens";
import { child, namedChildren, isReadable, treeOf, type Node } from "./tree";
import { markCasts, markTypeArguments } from "./types";

export interface CollectedFile {
  readonly functions: FunctionDef[];
  readonly prototypes: CFile["prototypes"][number][];
  readonly aggregates: Aggregate[];
  readonly enumerators: Enumerator[];
  readonly variables: VarDecl[];
  readonly loose: Stmt[];
}

/** So many tokens may be read a second time, beside four times those of the text. */
const SPARE_TOKENS = 100_000;

export class Reading implements Reader {
  /** How many tokens may still be read to find out what can be read; without an end to it garbage takes minutes. */
  private patience: number;

  /** `tokens` is about the number of tokens that there are to read. */
  constructor(
    private readonly parser: Parser,
    private readonly language: Language,
    readonly problems: Problems,
    tokens = 0,
  ) {
    this.patience = SPARE_TOKENS + 4 * tokens;
  }

  item(item: Item, into: CollectedFile): void {
    if (item.kind === "function") this.function(item, into);
    else if (item.kind === "declaration") this.declaration(item.tokens, into);
    else into.loose.push(...this.statements(item.tokens));
  }

  /** The tokens as statements; what cannot be read is in error statements. */
  statements(tokens: readonly Token[]): Stmt[] {
    const body = marked(tokens);
    const frame = wrapped(body);
    if (frame === null) return [];
    const { node, all } = this.readWithHoles(frame.head, body, frame.tail);
    const read = node === null ? null : bodyOf(node);
    if (read === null) return [{ kind: "error", parts: [], place: hull(tokens) }];
    return convertStatements(this.conversion(all), read.children);
  }

  get isTired(): boolean {
    return this.patience < 0;
  }

  reads(statements: readonly Token[]): boolean {
    this.patience -= statements.length;
    const frame = this.isTired ? null : wrapped(statements);
    return frame !== null && isReadable(this.parser, [...frame.head, ...statements, ...frame.tail]);
  }

  expression(tokens: readonly Token[]): Expr | null {
    const first = tokens[0];
    const last = tokens[tokens.length - 1];
    if (first === undefined || last === undefined) return null;
    this.patience -= tokens.length;
    if (this.isTired) return null;
    const inner = marked([before(first, "("), ...tokens, behind(last, ")"), behind(last, ";")]);
    const frame = wrapped(inner);
    if (frame === null) return null;
    const all = [...frame.head, ...inner, ...frame.tail];
    const tree = this.tree(all, true);
    const statement = tree === null ? undefined : namedChildren(bodyOf(tree) ?? tree)[0];
    const expr = statement === undefined ? undefined : namedChildren(statement)[0];
    return expr?.type === "parenthesized_expression" ? convertExpr(this.conversion(all), expr) : null;
  }

  private function(item: Item, into: CollectedFile): void {
    const head = cleanHead(item.tokens.slice(0, item.body));
    const open = item.tokens.slice(item.body, item.body + 1);
    const close = item.tokens.slice(-1);
    const body = marked(item.tokens.slice(item.body + 1, -1));
    const { node, all } = this.readWithHoles([...head, ...open], body, close);
    const definition = node === null ? undefined : namedChildren(node).find((n) => n.type === "function_definition");
    const made = definition === undefined ? null : convertFunction(this.conversion(all), definition);
    if (made !== null) {
      into.functions.push({ ...made, place: hull(item.tokens) });
      return;
    }
    this.problems.add(
      "c.unreadable",
      "The head of this function could not be read; its statements are read as a snippet.",
      hull(item.tokens, 0, item.body),
    );
    into.loose.push(...this.statements(item.tokens.slice(item.body + 1, -1)));
  }

  /** `body` between `head` and `tail`, with holes for what cannot be read. */
  private readWithHoles(
    head: readonly Token[],
    body: readonly Token[],
    tail: readonly Token[],
  ): { node: Node | null; all: Token[] } {
    const all = [...head, ...body, ...tail];
    const node = this.tree(all, true);
    if (node !== null) return { node, all };
    let holed: Token[] = holeUnreadable(body, this, this.problems);
    let tree = this.tree([...head, ...holed, ...tail], true);
    if (tree === null) {
      holed = holeStatements(holed, this, this.problems);
      tree = this.tree([...head, ...holed, ...tail]);
    }
    return { node: tree, all: [...head, ...holed, ...tail] };
  }

  private declaration(tokens: readonly Token[], into: CollectedFile): void {
    const last = tokens[tokens.length - 1];
    if (last === undefined) return;
    const closed = last.shown === ";" ? tokens : [...tokens, behind(last, ";")];
    const spelled = this.readableDeclaration(markTypeArguments(spellFields(closed)));
    const tree = this.tree(spelled);
    const c = this.conversion(spelled);
    for (const node of tree === null ? [] : namedChildren(tree)) {
      into.aggregates.push(...convertAggregates(c, node));
      into.enumerators.push(...convertEnumerators(c, node));
      if (node.type !== "declaration") continue;
      into.prototypes.push(...convertPrototypes(c, node));
      into.variables.push(...convertVariables(c, node));
    }
  }

  /** The tokens as they are, or without the attributes or members that cannot be read. */
  private readableDeclaration(tokens: readonly Token[]): readonly Token[] {
    const reads = (some: readonly Token[]): boolean => {
      this.patience -= some.length;
      return !this.isTired && isReadable(this.parser, some);
    };
    if (isReadable(this.parser, tokens)) return tokens;
    const cleaned = cleanDeclaration(tokens);
    if (reads(cleaned)) return cleaned;
    const partial = withReadableFields(tokens, reads, this.problems);
    if (partial !== null && reads(partial)) return partial;
    this.problems.add("c.unreadable", "This declaration could not be read as C.", hull(tokens));
    return tokens;
  }

  private conversion(tokens: readonly Token[]): Conversion {
    return new Conversion(tokens, this.problems, convertStatement);
  }

  private tree(tokens: readonly Token[], onlyReadable = false): Node | null {
    return treeOf(this.parser, this.language, tokens, onlyReadable);
  }
}

/** Statements as tree-sitter can read them. */
function marked(statements: readonly Token[]): Token[] {
  return markStatements(markTypeArguments(markCasts(markMacroArguments(statements))));
}

/** What makes statements a function. */
function wrapped(statements: readonly Token[]): { head: Token[]; tail: Token[] } | null {
  const first = statements[0];
  const last = statements[statements.length - 1];
  if (first === undefined || last === undefined) return null;
  const head = ["void", "lastput_wrapper", "(", "void", ")", "{"].map((shown) => before(first, shown));
  return { head, tail: [behind(last, "}")] };
}

function bodyOf(tree: Node): Node | null {
  const definition = namedChildren(tree).find((n) => n.type === "function_definition");
  return definition === undefined ? null : child(definition, "body");
}
