/**
 * A litmus test as herd and the kernel's tools/memory-model write it: `C NAME`, a comment, an initial state in braces,
 * processes `P0(int *x) { ... }`, and a clause about the end.
 */
import { readClause, type Clause } from "./condition";
import { LitmusProblem } from "./problem";

export interface LitmusText {
  readonly name: string;
  /** What the comment's `Result:` says, `Never` say; null when it says nothing. By the kernel's own model. */
  readonly expected: string | null;
  /** Variable -> its first value: a number, or the variable to which it points. */
  readonly initial: ReadonlyMap<string, number | string>;
  readonly processes: readonly Process[];
  readonly clause: Clause;
}

export interface Process {
  readonly number: number;
  readonly params: readonly { readonly name: string; readonly type: string; readonly pointers: number }[];
  /** Between the braces. */
  readonly body: string;
}

/** @throws LitmusProblem */
export function readLitmusText(text: string): LitmusText {
  const [, name] = /^\s*C\s+(\S+)/.exec(text) ?? [];
  if (name === undefined) throw new LitmusProblem('it does not begin with "C NAME": only litmus tests in C are read');
  const expected = /^\s*\*\s*Result:\s*(\w+)/m.exec(text)?.[1] ?? null;
  const bare = text.slice(text.indexOf(name) + name.length).replace(/\/\/[^\n]*|\/\*[\s\S]*?\*\//g, " ");
  const [head = "", init] = /^(?:[^({]|\((?!\*)|\(\*[\s\S]*?\*\))*\{([^}]*)\}/.exec(bare) ?? [];
  if (init === undefined) throw new LitmusProblem("it has no initial state in braces");
  const processes: Process[] = [];
  let at = head.length;
  for (;;) {
    // In C `(*` is no comment, so those of the test's own language are looked for between the processes only.
    const head = /^(?:\s|\(\*[\s\S]*?\*\))*(?:static\s+)?(?:void\s+)?P(\d+)\s*\(([^)]*)\)\s*\{/.exec(bare.slice(at));
    if (!head) break;
    const start = at + head[0].length;
    const end = endOfBody(bare, start);
    processes.push({ number: Number(head[1]), params: paramsOf(head[2] ?? ""), body: bare.slice(start, end) });
    at = end + 1;
  }
  if (processes.length === 0) throw new LitmusProblem("it has no process P0");
  const rest = bare
    .slice(at)
    .replace(/\(\*[\s\S]*?\*\)/g, " ")
    .replace(/^\s*(?:locations|filter)\s*\[[^\]]*\]/, "");
  return { name, expected, initial: initialOf(init), processes, clause: readClause(rest) };
}

function endOfBody(text: string, start: number): number {
  let depth = 1;
  for (let at = start; at < text.length; at++) {
    if (text[at] === "{") depth++;
    else if (text[at] === "}" && --depth === 0) return at;
  }
  throw new LitmusProblem("the braces of a process are not closed");
}

function paramsOf(text: string): Process["params"] {
  return text
    .split(",")
    .filter((one) => one.trim() !== "")
    .map((one) => {
      const [, type = "", stars = "", name = ""] =
        /^\s*(?:volatile\s+)?([\w\s]*?\w)\s*(\*+)\s*(\w+)\s*$/.exec(one) ?? [];
      if (name === "") throw new LitmusProblem(`"${one.trim()}" is no pointer to a shared variable`);
      return { name, type, pointers: stars.length };
    });
}

function initialOf(text: string): ReadonlyMap<string, number | string> {
  const initial = new Map<string, number | string>();
  for (const one of text.split(";").map((part) => part.trim())) {
    if (one === "") continue;
    const [, name, value] = /^(?:[\w\s]*?[\w*]\s*[\s*])?(\w+)\s*(?:=\s*&?\s*(\w+))?$/.exec(one) ?? [];
    if (name === undefined) throw new LitmusProblem(`the initial state "${one}" cannot be read`);
    if (value !== undefined) initial.set(name, /^\d/.test(value) ? Number(value) : value);
  }
  return initial;
}
