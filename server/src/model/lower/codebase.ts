/** All C that one side of a patch consists of: the image's files over the base's, with headers and harness beneath. */
import type {
  Aggregate,
  CFile,
  CParser,
  Enumerator,
  Expr,
  Field,
  FunctionDef,
  MacroDef,
  MacroStmt,
  Place,
  Stmt,
  TypeName,
  VarDecl,
} from "../../c/syntax";
import { firstRead } from "../../c/moved";
import { wordsOf, type Words } from "../../c/words";

export interface Codebase {
  /** What a use of a macro stands for; null when the name is no macro or the use does not fit it. */
  expandExpr(name: string, use: Expr): Expr | null;
  expandStmt(use: MacroStmt): Stmt | null;
  function(name: string): FunctionDef | undefined;
  /** What the function was before, with so many parameters; callers that nobody shows were written for that. */
  olderFunction(name: string, parameters: number): FunctionDef | undefined;
  /** A function of the harness; the code under review may have another one of that name, which is what its callers mean. */
  entry(name: string): FunctionDef | undefined;
  /** Whether it is the harness that says it. */
  isOfHarness(place: Place): boolean;
  macro(name: string): MacroDef | undefined;
  aggregate(name: string): Aggregate | undefined;
  global(name: string): VarDecl | undefined;
  /** The value of an enum's constant, or what tells it; undefined for other names, null when nothing does. */
  enumerator(name: string): Enumerator["value"] | undefined;
  /** The type of `path` inside a struct or union; null when its definition is not known. */
  memberType(aggregate: string, path: string): TypeName | null;
  /** The C text that a place covers, in one line. */
  text(place: Place): string;
  /** Whether something stores to a member of that name, so that it may change while threads run. */
  isAssigned(member: string): boolean;
  /** What was looked up while the work was done: where all of it reads the same, the work would come out the same. */
  asked<T>(work: () => T): { readonly result: T; readonly asked: ReadonlySet<string> };
  /** What one of those look-ups finds. */
  found(asked: string): Found;
}

/** Definitions by their words: comments, layout and where they stand make no difference. */
export interface Found {
  readonly words: string;
  /** As many for equal words. */
  readonly definitions: readonly { readonly place: Place; readonly words: Words }[];
}

/**
 * Files that come first win: an image stands before the base that it was laid on. `stores` tells of a callee that it
 * stores to the lvalues it is given. `older` are the files that images stand in the place of.
 */
export function makeCodebase(
  files: readonly CFile[],
  harness: readonly CFile[],
  parser: CParser,
  stores: Stores,
  older: readonly CFile[] = [],
): Codebase {
  const functions = new Map<string, FunctionDef>();
  const entries = new Map(harness.flatMap((file) => file.functions.map((f) => [f.name, f])));
  const harnessPaths = new Set(harness.map(({ path }) => path));
  // A use with other arguments is of code that was written for another definition, and that may be there as well.
  const macros = new Map<string, MacroDef[]>();
  const aggregates = new Map<string, Aggregate>();
  const parts = new Map<string, Aggregate[]>();
  const globals = new Map<string, VarDecl>();
  const enumerators = new Map<string, Enumerator["value"]>();
  const texts = new Map<string, string>();
  const assignedMembers = new Set<string>();
  for (const file of [...files, ...harness]) {
    for (const f of file.functions) {
      if (functions.has(f.name)) continue;
      functions.set(f.name, f);
      for (const member of membersAssignedIn(f, stores)) assignedMembers.add(member);
    }
    for (const m of file.macros) addMacro(macros, m);
    for (const a of file.aggregates) {
      mergeAggregate(aggregates, a);
      parts.set(a.name, [...(parts.get(a.name) ?? []), a]);
    }
    for (const e of file.enumerators) if (!enumerators.has(e.name)) enumerators.set(e.name, e.value);
    for (const v of file.variables) if (!globals.has(v.name)) globals.set(v.name, v);
    if (!texts.has(file.path)) texts.set(file.path, file.text);
  }
  const before = new Map(older.flatMap((file) => file.functions.map((f) => [f.name, f])));
  for (const file of older) {
    for (const m of file.macros) if (macros.has(m.name)) addMacro(macros, m);
    if (!texts.has(file.path)) texts.set(file.path, file.text);
  }
  // A function is inlined many times, and each time its macros stand for the same.
  const exprs = new Map<Expr, Expr | null>();
  const stmts = new Map<MacroStmt, Stmt | null>();
  const shown = new WeakMap<Place, string>();
  let asked: Set<string> | null = null;
  const look = <T>(kind: Lookup, name: string, all: ReadonlyMap<string, T>): T | undefined => {
    asked?.add(`${kind} ${name}`);
    return all.get(name);
  };
  const placesOf: Record<Lookup, (name: string) => readonly (Defined | undefined)[]> = {
    function: (name) => [functions.get(name)],
    older: (name) => [before.get(name)],
    entry: (name) => [entries.get(name) ?? functions.get(name)],
    macro: (name) => macros.get(name) ?? [],
    aggregate: (name) => parts.get(name) ?? [],
    global: (name) => [globals.get(name)],
    enumerator: () => [],
    assigned: () => [],
  };
  const find = (question: string): Found => {
    const cut = question.indexOf(" ");
    const kind = question.slice(0, cut) as Lookup;
    const name = question.slice(cut + 1);
    if (kind === "enumerator") return { words: wordsOfValue(enumerators.get(name), texts), definitions: [] };
    if (kind === "assigned") return { words: String(assignedMembers.has(name)), definitions: [] };
    const definitions = placesOf[kind](name).flatMap((defined) => {
      return defined === undefined ? [] : [{ place: defined.place, words: wordsOfDefinition(defined, texts) }];
    });
    return { words: definitions.map(({ words }) => words.key).join("\0"), definitions };
  };
  const answers = new Map<string, Found>();
  const aggregateOf = (name: string): Aggregate | undefined => look("aggregate", name, aggregates);
  return {
    expandExpr: (name, use) => {
      const all = look("macro", name, macros);
      return all === undefined
        ? null
        : remember(exprs, use, () => firstOf(all, (macro) => parser.expandExpr(macro, use)));
    },
    expandStmt: (use) => {
      const all = look("macro", use.name, macros);
      return all === undefined
        ? null
        : remember(stmts, use, () => firstOf(all, (macro) => parser.expandStmt(macro, use)));
    },
    function: (name) => look("function", name, functions),
    olderFunction: (name, parameters) => {
      const found = look("older", name, before);
      return found?.params.length === parameters ? found : undefined;
    },
    entry: (name) => look("entry", name, entries) ?? functions.get(name),
    isOfHarness: (place) => harnessPaths.has(place.file),
    macro: (name) => look("macro", name, macros)?.[0],
    aggregate: aggregateOf,
    global: (name) => look("global", name, globals),
    enumerator: (name) => look("enumerator", name, enumerators),
    memberType: (aggregate, path) => memberType(aggregateOf, aggregate, path.split(".")),
    text: (place) => {
      const had = shown.get(place) ?? squeeze((texts.get(place.file) ?? "").slice(place.start, place.end));
      shown.set(place, had);
      return had;
    },
    isAssigned: (member) => {
      asked?.add(`assigned ${member}`);
      return assignedMembers.has(member);
    },
    asked: (work) => {
      const outer = asked;
      const mine = new Set<string>();
      asked = mine;
      try {
        return { result: work(), asked: mine };
      } finally {
        asked = outer;
        for (const each of mine) outer?.add(each);
      }
    },
    found: (question) => remember(answers, question, () => find(question)),
  };
}

/** Of those with as many parameters the first counts. */
function addMacro(into: Map<string, MacroDef[]>, macro: MacroDef): void {
  const had = into.get(macro.name) ?? [];
  const count = macro.params?.length;
  if (!had.some(({ params }) => params?.length === count)) into.set(macro.name, [...had, macro]);
}

function firstOf<T>(macros: readonly MacroDef[], expand: (macro: MacroDef) => T | null): T | null {
  for (const macro of macros) {
    const expanded = expand(macro);
    if (expanded !== null) return expanded;
  }
  return null;
}

type Lookup = "function" | "older" | "entry" | "macro" | "aggregate" | "global" | "enumerator" | "assigned";
type Defined = FunctionDef | MacroDef | Aggregate | VarDecl;

const wordsOfDefinitions = new WeakMap<Defined, Words>();

function wordsOfValue(value: Enumerator["value"] | undefined, texts: ReadonlyMap<string, string>): string {
  if (typeof value !== "object" || value === null) return String(value);
  return wordsOf(texts.get(value.place.file) ?? "", value.place).key;
}

function wordsOfDefinition(defined: Defined, texts: ReadonlyMap<string, string>): Words {
  const had = wordsOfDefinitions.get(defined);
  if (had !== undefined) return had;
  const words = wordsOf(texts.get(defined.place.file) ?? "", defined.place);
  wordsOfDefinitions.set(defined, words);
  return words;
}

function remember<K, V>(cache: Map<K, V>, key: K, make: () => V): V {
  const had = cache.get(key);
  if (had !== undefined) return had;
  const made = make();
  cache.set(key, made);
  return made;
}

/** A hunk that shows part of a struct adds its fields to what the base knows of that struct. */
function mergeAggregate(into: Map<string, Aggregate>, next: Aggregate): void {
  const had = into.get(next.name);
  if (had === undefined) into.set(next.name, next);
  else into.set(next.name, { ...had, fields: [...had.fields, ...next.fields] });
}

type FindAggregate = (name: string) => Aggregate | undefined;

function memberType(all: FindAggregate, aggregate: string, path: readonly string[]): TypeName | null {
  const [first, ...rest] = path;
  const found = all(aggregate);
  if (first === undefined || found === undefined) return null;
  const field = findField(found.fields, first);
  if (field === undefined) return null;
  return rest.length === 0 ? field.type : memberOfField(all, field, rest);
}

function memberOfField(all: FindAggregate, field: Field, path: readonly string[]): TypeName | null {
  if (field.members === null) return memberType(all, field.type.base, path);
  const [first, ...rest] = path;
  const inner = first === undefined ? undefined : findField(field.members, first);
  if (inner === undefined) return null;
  return rest.length === 0 ? inner.type : memberOfField(all, inner, rest);
}

/** Members of anonymous structs and unions belong to the one around them. */
function findField(fields: readonly Field[], name: string): Field | undefined {
  for (const field of fields) {
    if (field.name === name) return field;
    if (field.name === "" && field.members !== null) {
      const inner = findField(field.members, name);
      if (inner !== undefined) return inner;
    }
  }
  return undefined;
}

function squeeze(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, " ")
    .replace(/\s+/g, " ")
    .trim();
}

type Stores = (callee: string) => boolean;

const assignedIn = new WeakMap<Stores, WeakMap<FunctionDef, ReadonlySet<string>>>();

function membersAssignedIn(definition: FunctionDef, stores: Stores): ReadonlySet<string> {
  const known = assignedIn.get(stores) ?? new WeakMap<FunctionDef, ReadonlySet<string>>();
  assignedIn.set(stores, known);
  const first = firstRead(definition);
  const had = known.get(first);
  if (had !== undefined) return had;
  const members = new Set<string>();
  collectAssigned(first.body, members, stores);
  known.set(first, members);
  return members;
}

/** Walks a syntax object without caring for its shape: only assignments and calls are of interest. */
function collectAssigned(node: Stmt | Expr, into: Set<string>, stores: Stores): void {
  const pending: unknown[] = [node];
  while (pending.length > 0) {
    const next = pending.pop();
    if (Array.isArray(next)) pending.push(...(next as unknown[]));
    else if (typeof next === "object" && next !== null) {
      const record = next as Record<string, unknown>;
      if (record["kind"] === "assign") noteTarget(record["target"], into);
      if (record["kind"] === "update") noteTarget(record["operand"], into);
      if (record["kind"] === "call" && storesTo(record, stores)) {
        for (const arg of record["args"] as unknown[]) noteTarget(stripAddress(arg), into);
      }
      for (const key of Object.keys(record)) if (!SKIPPED.has(key)) pending.push(record[key]);
    }
  }
}

const SKIPPED = new Set(["place", "head", "argTexts", "kind", "type"]);

function storesTo(call: Record<string, unknown>, stores: Stores): boolean {
  const callee = call["callee"] as Record<string, unknown>;
  return callee["kind"] === "name" && stores(callee["name"] as string);
}

function stripAddress(node: unknown): unknown {
  const record = node as Record<string, unknown>;
  return record["kind"] === "unary" && record["op"] === "&" ? record["operand"] : node;
}

function noteTarget(node: unknown, into: Set<string>): void {
  const record = node as Record<string, unknown>;
  if (record["kind"] === "member") into.add(record["field"] as string);
}
