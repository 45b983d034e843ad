/** Random edits of a C file, rendered as git would render them. */
import { type Arbitrary, array, constantFrom, integer, nat, record } from "fast-check";

export interface Edited {
  readonly before: string;
  readonly after: string;
  readonly diff: string;
}

/** What happens at one place: `remove` lines go, `add` come in their place. */
interface Change {
  readonly line: number;
  readonly remove: number;
  readonly add: readonly string[];
}

/** Edits that keep the braces balanced, with at least so many and at most 3 lines of context. */
export function edits(text: string, path: string, leastContext = 0): Arbitrary<Edited> {
  const lines = text.replace(/\n$/, "").split("\n");
  const change = record({
    line: nat(lines.length - 1),
    kind: constantFrom("remove", "insert", "replace", "wrap", "function", "comment"),
    salt: nat(9),
  })
    .map(({ line, kind, salt }) => changeAt(lines, line, kind, salt))
    .filter((one): one is Change => one !== null);
  return record({
    changes: array(change, { minLength: 1, maxLength: 4 }),
    context: integer({ min: leastContext, max: 3 }),
  }).map(({ changes, context }) => render(lines, disjoint(changes), context, path));
}

function changeAt(lines: readonly string[], line: number, kind: string, salt: number): Change | null {
  const text = lines[line] ?? "";
  const isOfMacro = text.endsWith("\\") || (lines[line - 1] ?? "").endsWith("\\");
  if (isOfMacro) return null;
  const isStatement = /^\t.*;$/.test(text) && !/[{}]/.test(text);
  const isInside = text.startsWith("\t");
  const indent = /^\t*/.exec(text)?.[0] ?? "";
  const call = `${indent}probe_${salt}(root);`;
  if (kind === "remove" && (isStatement || text === "")) return { line, remove: 1, add: [] };
  if (kind === "insert" && isInside && !text.endsWith(")")) return { line: line + 1, remove: 0, add: [call] };
  if (kind === "replace" && isStatement) return { line, remove: 1, add: [call, `${indent}probe_again();`] };
  if (kind === "wrap" && isStatement)
    return { line, remove: 1, add: [`${indent}if (probe_${salt}()) {`, `\t${text}`, `${indent}}`] };
  if (kind === "function" && text === "}") {
    return {
      line: line + 1,
      remove: 0,
      add: ["", `static void fresh_${salt}_${line}(struct kvm *kvm)`, "{", `\tprobe_${salt}(kvm);`, "}"],
    };
  }
  if (kind === "comment" && isInside)
    return { line, remove: 0, add: [`${indent}/*`, `${indent} * Note ${salt}.`, `${indent} */`] };
  return null;
}

function disjoint(changes: readonly Change[]): Change[] {
  const sorted = changes.toSorted((a, b) => a.line - b.line);
  return sorted.filter((one, i) => i === 0 || one.line > (sorted[i - 1]?.line ?? 0) + 1);
}

function render(lines: readonly string[], changes: readonly Change[], context: number, path: string): Edited {
  const after: string[] = [];
  const diff = [`diff --git a/${path} b/${path}`, `--- a/${path}`, `+++ b/${path}`];
  let at = 0;
  let shift = 0;
  for (let i = 0; i < changes.length;) {
    // Changes whose contexts touch share a hunk.
    let last = i;
    const end = (k: number): number => (changes[k]?.line ?? 0) + (changes[k]?.remove ?? 0);
    while (last + 1 < changes.length && (changes[last + 1]?.line ?? 0) - end(last) <= 2 * context) last++;
    const from = Math.max(0, (changes[i]?.line ?? 0) - context);
    const to = Math.min(lines.length, end(last) + context);
    const body: string[] = [];
    let added = 0;
    let line = from;
    for (const change of changes.slice(i, last + 1)) {
      body.push(...lines.slice(line, change.line).map((text) => ` ${text}`));
      body.push(...lines.slice(change.line, change.line + change.remove).map((text) => `-${text}`));
      body.push(...change.add.map((text) => `+${text}`));
      added += change.add.length - change.remove;
      line = change.line + change.remove;
    }
    body.push(...lines.slice(line, to).map((text) => ` ${text}`));
    const oldCount = to - from;
    const newCount = oldCount + added;
    const start = (count: number, first: number): number => (count === 0 ? first : first + 1);
    const section = lines.slice(0, from).findLast((text) => /^[A-Za-z_$]/.test(text) && !/^\w+:/.test(text));
    const range = `-${start(oldCount, from)},${oldCount} +${start(newCount, from + shift)},${newCount}`;
    diff.push(`@@ ${range} @@${section === undefined ? "" : ` ${section.slice(0, 80)}`}`, ...body);
    shift += added;
    i = last + 1;
  }
  for (const change of changes) {
    after.push(...lines.slice(at, change.line), ...change.add);
    at = change.line + change.remove;
  }
  after.push(...lines.slice(at));
  return { before: `${lines.join("\n")}\n`, after: `${after.join("\n")}\n`, diff: `${diff.join("\n")}\n` };
}
