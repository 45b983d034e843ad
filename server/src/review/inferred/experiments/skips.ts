/** Objects that are on their way out, and those who now leave them alone. */
import type { Stmt } from "../../../c/syntax";
import { toC, walkSyntax } from "../../../c/rewrite";
import type { Evidence } from "../evidence";
import { OBJECT, PASSED } from "../plan";
import { ANYWHERE, wayThrough } from "../way";
import { aloneWith, type Propose } from "./experiment";

/** A condition on the object is added under which it is passed by: what it has is going then. */
export const skipped: Propose = (evidence) => {
  const { story, subject, both } = evidence;
  if (!story.isFix || !story.isLife) return null;
  const check = addedCheck(evidence);
  if (check === null) return null;
  const way = wayThrough(check.place, subject.focus, "after", both);
  if (way.marks.before === null) return null;
  return {
    ...aloneWith(evidence),
    id: "skipped",
    trustsMessage: true,
    title: `${subject.focus} ∥ its end`,
    environment: `where ${check.told} holds, another CPU takes ${subject.variable} down`,
    harness: `void lastput_end(T *x)
{
	if (${PASSED})
		kfree(x);
}
`,
    others: [{ entry: "lastput_end", name: "CPU 1: end" }],
    way: { ...ANYWHERE, ...way, pinned: new Map([...way.pinned, [check.name, true]]) },
    atWay: `${PASSED} = 1`,
    lookup: OBJECT,
    isLast: true,
  };
};

interface Check {
  readonly place: Stmt["place"];
  readonly name: string;
  readonly told: string;
}

/** `if (is_going(x)) continue;` */
function addedCheck({ both: { after }, subject }: Evidence): Check | null {
  const fn = after.functions.get(subject.focus);
  let found: Check | null = null;
  if (fn === undefined) return null;
  walkSyntax(fn.body, (node) => {
    if (found !== null || node.kind !== "if" || node.else !== null || !leaves(node.then)) return;
    if (!after.isChanged(node.place) || !after.isChanged(node.then.place)) return;
    const name = after.nameOf(node.place);
    let isOurs = false;
    walkSyntax(node.test, (each) => {
      if (each.kind === "call")
        isOurs ||= each.args.some((arg) => arg.kind === "name" && arg.name === subject.variable);
      if (each.kind === "member") isOurs ||= each.object.kind === "name" && each.object.name === subject.variable;
    });
    if (isOurs && name !== null) found = { place: node.place, name, told: toC(node.test) };
  });
  return found;
}

function leaves(stmt: Stmt): boolean {
  if (stmt.kind === "block") {
    const last = stmt.body[stmt.body.length - 1];
    return last !== undefined && leaves(last);
  }
  return stmt.kind === "continue" || stmt.kind === "break" || stmt.kind === "goto" || stmt.kind === "return";
}
