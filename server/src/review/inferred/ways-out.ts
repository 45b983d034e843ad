/** How a function that is shown in part is left. */
import type { Place, Stmt } from "../../c/syntax";
import { walkSyntax } from "../../c/rewrite";
import type { Plan } from "./plan";

/** Whether what stands last is hidden. */
export function endsHidden(stmt: Stmt | null | undefined): boolean {
  switch (stmt?.kind) {
    case "gap":
    case "error":
      return true;
    case "block":
      return endsHidden(stmt.body[stmt.body.length - 1]);
    case "if":
      return endsHidden(stmt.then) || endsHidden(stmt.else);
    case "macro":
    case "while":
    case "for":
      return endsHidden(stmt.body);
    default:
      return false;
  }
}

/** What is asked at a way out; null where nothing is. */
export function askedAt(place: Place, plan: Plan): Stmt | null {
  const { atExit } = plan.experiment;
  if (atExit === null || plan.isSpared(place)) return null;
  return { kind: "expr", expr: plan.parse(atExit, plan.told ?? place), place };
}

export function labelsOf(body: Stmt): ReadonlySet<string> {
  const names = new Set<string>();
  walkSyntax(body, (node) => {
    if (node.kind === "label") names.add(node.name);
  });
  return names;
}

/** A jump to where nothing is shown leaves what is shown. */
export function withoutLooseJumps(stmt: Stmt, labels: ReadonlySet<string>, asked: (place: Place) => Stmt | null): Stmt {
  const leave = (place: Place): Stmt => {
    const out: Stmt = { kind: "return", value: null, place };
    const before = asked(place);
    return before === null ? out : { kind: "block", body: [before, out], place };
  };
  const go = (at: Stmt, inLoop: boolean, inSwitch: boolean): Stmt => {
    switch (at.kind) {
      case "block":
        return { ...at, body: at.body.map((each) => go(each, inLoop, inSwitch)) };
      case "if":
        return {
          ...at,
          then: go(at.then, inLoop, inSwitch),
          else: at.else === null ? null : go(at.else, inLoop, inSwitch),
        };
      case "while":
      case "dowhile":
      case "for":
      case "macro":
        return { ...at, body: go(at.body, true, inSwitch) };
      case "switch":
        return { ...at, body: go(at.body, inLoop, true) };
      case "continue":
        return inLoop ? at : leave(at.place);
      case "break":
        return inLoop || inSwitch ? at : leave(at.place);
      case "goto":
        return labels.has(at.label) ? at : leave(at.place);
      default:
        return at;
    }
  };
  return go(stmt, false, false);
}
