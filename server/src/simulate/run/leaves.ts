/** How many successors a transition can have at most. */
import type { Stmt } from "../machine/micro";

export function leaves(stmts: readonly Stmt[]): number {
  let most = 0;
  for (const stmt of stmts) {
    if (stmt.kind === "rest") most = Math.max(most, 1);
    else if (stmt.kind === "if") most = Math.max(most, leaves(stmt.then), leaves(stmt.otherwise));
    else if (stmt.kind === "alternatives") {
      most = Math.max(
        most,
        stmt.of.reduce((sum, one) => sum + leaves(one), 0),
      );
    }
  }
  return most;
}
