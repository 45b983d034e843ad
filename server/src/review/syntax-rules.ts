/** What the text alone tells, without running anything. */
import { firstRead } from "../c/moved";
import type { CFile, Expr, FunctionDef } from "../c/syntax";
import type { Vocabulary } from "../model/profile";
import type { MappedText, Span } from "../text/mapped";
import { DOCUMENT, sourceSpan } from "../text/mapped";

export interface SyntaxFinding {
  readonly code: string;
  readonly message: string;
  readonly range: Span;
  readonly function: string | null;
}

/**
 * An atomic operation, or `&`, on a bit-field: a bit has no address. `bitFields` are the names of bit-fields that the base
 * or the text declares; calls inside what could not be parsed count as well.
 */
export function atomicsOnBitFields(
  file: CFile,
  code: MappedText,
  vocabulary: Vocabulary,
  bitFields: ReadonlySet<string>,
): SyntaxFinding[] {
  const found: SyntaxFinding[] = [];
  const look = (root: unknown, inFunction: string | null): void => {
    for (const call of callsIn(root)) {
      if (call.callee.kind !== "name") continue;
      const meaning = Object.hasOwn(vocabulary, call.callee.name) ? vocabulary[call.callee.name] : undefined;
      if (meaning?.does !== "rmw") continue;
      const target = call.args[meaning.on];
      const field = target === undefined ? null : bitFieldOf(target, bitFields);
      const span = field === null ? undefined : sourceSpan(code, call.place);
      if (field === null || span === undefined || span.source !== DOCUMENT) continue;
      found.push({
        code: "c.atomic-on-bit-field",
        message: `${call.callee.name}() needs an address, and "${field}" is a bit-field, which has none: this does not compile; use the whole word`,
        range: { start: span.start, end: span.end },
        function: inFunction,
      });
    }
  };
  for (const f of file.functions) if (mayHold(firstRead(f), vocabulary)) look(f.body, f.name);
  look(file.loose, null);
  return found;
}

const holds = new WeakMap<FunctionDef, boolean>();

/** Whether some call in it is an atomic operation at all. */
function mayHold(definition: FunctionDef, vocabulary: Vocabulary): boolean {
  const had = holds.get(definition);
  if (had !== undefined) return had;
  const isAtomic = ({ callee }: Call): boolean =>
    callee.kind === "name" && Object.hasOwn(vocabulary, callee.name) && vocabulary[callee.name]?.does === "rmw";
  const may = callsIn(definition.body).some(isAtomic);
  holds.set(definition, may);
  return may;
}

export function bitFieldNames(files: readonly CFile[]): Set<string> {
  const names = new Set<string>();
  const pending = files.flatMap((file) => file.aggregates.flatMap((a) => a.fields));
  while (pending.length > 0) {
    const field = pending.pop();
    if (field === undefined) break;
    if (field.bits !== null) names.add(field.name);
    if (field.members !== null) pending.push(...field.members);
  }
  return names;
}

/** `&x->role.invalid` and, as people write it in mails, `x->role.invalid`. */
function bitFieldOf(arg: Expr, bitFields: ReadonlySet<string>): string | null {
  const inner = arg.kind === "unary" && arg.op === "&" ? arg.operand : arg;
  if (inner.kind === "error")
    return inner.parts.map((part) => bitFieldOf(part, bitFields)).find((name) => name !== null) ?? null;
  return inner.kind === "member" && bitFields.has(inner.field) ? inner.field : null;
}

type Call = Extract<Expr, { kind: "call" }>;

function callsIn(root: unknown): Call[] {
  const calls: Call[] = [];
  const pending: unknown[] = [root];
  while (pending.length > 0) {
    const node = pending.pop();
    if (Array.isArray(node)) pending.push(...(node as unknown[]));
    else if (typeof node === "object" && node !== null) {
      if ((node as { kind?: unknown }).kind === "call") calls.push(node as Call);
      for (const [key, value] of Object.entries(node)) if (key !== "place" && key !== "argTexts") pending.push(value);
    }
  }
  return calls;
}
