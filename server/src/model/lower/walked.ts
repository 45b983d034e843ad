/** Which statements the lowering came to, and whether anything leads there. */
import type { Place, Stmt } from "../../c/syntax";

export class Walked {
  private readonly reached = new Map<string, Place>();
  private readonly unreached = new Map<string, Place>();

  add(stmt: Stmt, isReachable: boolean): void {
    const into = isReachable ? this.reached : this.unreached;
    for (const place of placesOf(stmt)) if (place !== null && place.via === null) into.set(keyOf(place), place);
  }

  /** Those that were met each time with nothing that leads there. */
  neverRun(): Place[] {
    return [...this.unreached].flatMap(([key, place]) => (this.reached.has(key) ? [] : [place]));
  }
}

/** Its own, or of what governs others that of its head. */
function placesOf(stmt: Stmt): (Place | null)[] {
  switch (stmt.kind) {
    case "if":
    case "while":
    case "dowhile":
    case "switch":
      return [stmt.test.place];
    case "for":
      return [stmt.test?.place ?? null, stmt.step?.place ?? null];
    case "macro":
      return [stmt.head];
    case "decl":
      return stmt.vars.map(({ place }) => place);
    default:
      return [stmt.place];
  }
}

function keyOf({ file, start, end }: Place): string {
  return `${file}:${start}:${end}`;
}
