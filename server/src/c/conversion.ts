/** What all conversions from tree-sitter's nodes to syntax objects share. */
import type { Expr, Place, Stmt } from "./syntax";
import { hull, plainHull } from "./places";
import type { Problems } from "./problems";
import type { Token } from "./tokens";
import type { Node } from "./tree";

/** Deeper nodes than these are left out: the stages behind walk through the result by recursion. */
const MOST_DEPTH = 300;

export class Conversion {
  private depth = 0;
  /** No macro brought any of the tokens. */
  private readonly plain: boolean;

  constructor(
    readonly tokens: readonly Token[],
    readonly problems: Problems,
    /** For the statements inside expressions, GNU's `({ })`. */
    readonly statement: (c: Conversion, node: Node) => Stmt,
  ) {
    this.plain = tokens.every((t) => t.place.via === null);
  }

  place(node: Node): Place {
    return this.range(node.first, node.last);
  }

  range(first: number, last: number): Place {
    return this.plain ? plainHull(this.tokens, first, last) : hull(this.tokens, first, last);
  }

  token(node: Node): Token | undefined {
    return this.tokens[node.first];
  }

  text(node: Node): string {
    return this.tokens[node.first]?.text ?? "";
  }

  /** What `convert` makes of the node, or `tooDeep` where it is nested deeper than anything downstream could walk. */
  guarded<T extends Expr | Stmt>(node: Node, convert: () => T, tooDeep: (place: Place) => T): T {
    if (this.depth >= MOST_DEPTH) {
      const place = this.place(node);
      this.problems.add("c.too-deep", `This is nested deeper than ${MOST_DEPTH} levels; it is left out.`, place);
      return tooDeep(place);
    }
    this.depth++;
    try {
      return convert();
    } finally {
      this.depth--;
    }
  }
}
