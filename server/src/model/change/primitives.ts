/** The sisters of a primitive: what is called in the same way and does a little more. */
import type { CFile, Expr, FunctionDef, Stmt } from "../../c/syntax";
import type { Meaning, Vocabulary } from "../profile";

export class Primitives {
  private readonly all: ReadonlyMap<string, Known>;

  /** @param kernel what is composed of primitives: its functions count when they do no more than one */
  constructor(vocabulary: Vocabulary, kernel: CFile) {
    const all = new Map<string, Known>(
      Object.entries(vocabulary).map(([name, meaning]) => [name, { meaning, of: "" }]),
    );
    for (const definition of kernel.functions) {
      const called = onlyCall(definition.body);
      const meaning = called === null ? undefined : vocabulary[called];
      if (meaning !== undefined) all.set(definition.name, { meaning, of: parameters(definition) });
    }
    this.all = all;
  }

  meaning(name: string): Meaning | undefined {
    return this.all.get(name)?.meaning;
  }

  /** The shortest name that means what is wanted. */
  simplest(wanted: (meaning: Meaning) => boolean): string | null {
    const found = [...this.all].filter(([, { meaning, of }]) => of === "" && wanted(meaning)).map(([name]) => name);
    return found.sort((a, b) => a.length - b.length || (a < b ? -1 : 1))[0] ?? null;
  }

  /** The name nearest to `name` of those that are called alike and mean what is wanted. */
  sister(name: string, wanted: (meaning: Meaning) => boolean): string | null {
    const own = this.all.get(name);
    if (own === undefined) return null;
    const found = [...this.all].filter(([, { meaning, of }]) => of === own.of && wanted(meaning)).map(([each]) => each);
    found.sort((a, b) => common(b, name) - common(a, name) || a.length - b.length || (a < b ? -1 : 1));
    return found[0] ?? null;
  }
}

interface Known {
  readonly meaning: Meaning;
  /** What a composed primitive takes; empty for those of the vocabulary. */
  readonly of: string;
}

function parameters({ params }: FunctionDef): string {
  return params.map(({ type }) => `${type.base}${"*".repeat(type.pointers)}`).join(", ");
}

/** The callee of a body that is one call. */
function onlyCall(body: Stmt): string | null {
  const [only, ...others] = body.kind === "block" ? body.body : [body];
  if (only === undefined || others.length > 0) return null;
  const value: Expr | null = only.kind === "expr" ? only.expr : only.kind === "return" ? only.value : null;
  return value?.kind === "call" && value.callee.kind === "name" ? value.callee.name : null;
}

/** How many characters they begin with alike. */
function common(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return length;
}
