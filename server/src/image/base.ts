/** The built-in base, made ready for laying hunks over it: its functions and other named things, cut into units. */
import type { CFile, Expr, FunctionDef, Stmt } from "../c/syntax";
import type { Span } from "../text/mapped";
import { isPlain } from "./likeness";
import { cutIntoUnits, type Unit } from "./units";

/** A function, struct or union of the base. */
export interface Container {
  readonly name: string;
  readonly file: BaseFile;
  readonly span: Span;
  readonly units: readonly Unit[];
  /** Indices of units that are the base's own instruments: no patch shows them, and none takes them away. */
  readonly own: ReadonlySet<number>;
  /** Preprocessor lines in it and what they exclude: they leave the image when hunks are laid over the function. */
  readonly holes: readonly Span[];
}

/** Something on one logical line outside of functions: `#define NAME`, a prototype, a variable. */
export interface BaseLine {
  readonly file: BaseFile;
  readonly span: Span;
  readonly unit: Unit;
}

export class BaseIndex {
  readonly files: readonly BaseFile[];
  private readonly containers = new Map<string, Container[]>();
  private readonly lines = new Map<string, BaseLine[]>();
  private readonly byKey = new Map<string, Set<Container>>();

  constructor(files: readonly CFile[]) {
    this.files = files.map(fileOf);
    for (const file of this.files) {
      for (const container of file.containers) this.add(container);
      for (const [name, line] of file.lines) push(this.lines, name, line);
    }
  }

  /** By name; where several files have one, that of the file called like `path`. */
  container(name: string, path: string | null): Container | undefined {
    return nearest(this.containers.get(name), path);
  }

  line(name: string, path: string | null): BaseLine | undefined {
    return nearest(this.lines.get(name), path);
  }

  /** The lines of a macro that read like these, where a hunk shows a macro only in part. */
  macroLines(shown: readonly string[]): (Span & { readonly file: BaseFile }) | undefined {
    const wanted = shown.map(withoutLayout);
    for (const [name, lines] of this.lines) {
      if (!name.startsWith("#define ")) continue;
      for (const { file, unit } of lines) {
        for (let line = unit.line; line + wanted.length - 1 <= unit.lastLine; line++) {
          if (!wanted.every((text, i) => text === withoutLayout(file.lineText(line + i)))) continue;
          return { file, start: file.lineStart(line), end: file.lineStart(line + wanted.length) };
        }
      }
    }
    return undefined;
  }

  /** The containers that share most of these units, best first. */
  alike(units: readonly Unit[], most: number): Container[] {
    const counts = new Map<Container, number>();
    for (const unit of units) {
      if (isPlain(unit)) continue;
      for (const container of this.byKey.get(unit.key) ?? []) counts.set(container, (counts.get(container) ?? 0) + 1);
    }
    const sorted = [...counts].toSorted((a, b) => b[1] - a[1]);
    return sorted.slice(0, most).map(([container]) => container);
  }

  private add(container: Container): void {
    push(this.containers, container.name, container);
    for (const unit of container.units) {
      if (isPlain(unit)) continue;
      const known = this.byKey.get(unit.key);
      if (known === undefined) this.byKey.set(unit.key, new Set([container]));
      else known.add(container);
    }
  }
}

function fileOf(file: CFile): BaseFile {
  const known = read.get(file) ?? new BaseFile(file);
  read.set(file, known);
  return known;
}

/** Combinations of facts share files, and patches share bases. */
const read = new WeakMap<CFile, BaseFile>();

export class BaseFile {
  readonly path: string;
  readonly text: string;
  readonly lineStarts: readonly number[];
  /** 0-based lines that hold code, excluded branches and preprocessor lines included. */
  readonly codeLines: ReadonlySet<number>;
  readonly containers: readonly Container[];
  readonly lines: readonly [string, BaseLine][];
  private readonly units: readonly Unit[];

  constructor(private readonly file: CFile) {
    this.path = file.path;
    this.text = file.text;
    this.lineStarts = startsOfLines(file.text);
    const cut = cutIntoUnits(file.text, { from: 0, to: file.text.length, isActive: () => true });
    this.codeLines = cut.codeLines;
    this.units = cut.units;
    this.containers = [...this.readContainers()];
    this.lines = [...this.readLines()];
  }

  /** 0-based line of an offset. */
  lineAt(offset: number): number {
    let low = 0;
    let high = this.lineStarts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.lineStarts[middle] ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  lineStart(line: number): number {
    return this.lineStarts[line] ?? this.text.length;
  }

  /** Without its line end. */
  lineText(line: number): string {
    return this.text.slice(this.lineStart(line), this.lineStart(line + 1)).replace(/\r?\n$/, "");
  }

  /** Whether a function that is compiled begins on the line of the offset. */
  isFunctionStart(offset: number): boolean {
    const line = this.lineAt(offset);
    return this.file.functions.some(({ place }) => this.lineAt(place.start) === line);
  }

  private *readContainers(): Generator<Container> {
    for (const definition of this.file.functions) {
      if (definition.place.via === null) yield this.container(definition.name, definition.place, definition);
    }
    for (const { name, place } of this.file.aggregates) {
      const semicolon = /^\s*[\w\s]*;/.exec(this.text.slice(place.end, place.end + 200))?.[0].length ?? 0;
      yield this.container(name, { start: place.start, end: place.end + semicolon }, null);
    }
  }

  private *readLines(): Generator<[string, BaseLine]> {
    const things = [
      ...this.file.macros.map(({ name, place }) => ({ name: `#define ${name}`, place })),
      ...this.file.prototypes.map(({ name, place }) => ({ name, place })),
      ...this.file.variables.map(({ name, place }) => ({ name, place })),
    ];
    for (const { name, place } of things) {
      const unit = place.via === null ? this.unitAt(place.start) : undefined;
      if (unit !== undefined) yield [name, { file: this, span: { start: unit.start, end: unit.end }, unit }];
    }
  }

  private unitAt(offset: number): Unit | undefined {
    let low = 0;
    let high = this.units.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.units[middle]?.start ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    const unit = this.units[low - 1];
    return unit !== undefined && unit.end > offset ? unit : undefined;
  }

  private container(name: string, span: Span, definition: FunctionDef | null): Container {
    const holes = definition === null ? [] : holesOf(definition, this.text);
    const isActive = (offset: number): boolean => !holes.some((hole) => hole.start <= offset && offset < hole.end);
    const { units } = cutIntoUnits(this.text, { from: span.start, to: span.end, isActive });
    return { name, file: this, span: { start: span.start, end: span.end }, units, own: ownUnits(units), holes };
  }
}

/** With it begin all names that our profiles give to what the kernel does not have. */
const OWN_PREFIX = "lastput_";

export function isOwn(unit: Unit): boolean {
  return unit.words.some((word) => word.startsWith(OWN_PREFIX));
}

/** Statements with names of our own, and heads that govern nothing but such a statement. */
function ownUnits(units: readonly Unit[]): Set<number> {
  const own = new Set<number>();
  for (let i = units.length - 1; i >= 0; i--) {
    const unit = units[i];
    if (unit === undefined) continue;
    if (isOwn(unit) || ((unit.kind === "control" || unit.kind === "else") && own.has(i + 1))) own.add(i);
  }
  return own;
}

function nearest<T extends { readonly file: BaseFile }>(
  found: readonly T[] | undefined,
  path: string | null,
): T | undefined {
  if (found === undefined || path === null || found.length === 1) return found?.[0];
  const name = baseName(path);
  return found.find(({ file }) => baseName(file.path) === name) ?? found[0];
}

function withoutLayout(line: string): string {
  return line
    .replace(/\\\s*$/, "")
    .replaceAll(/\s+/g, " ")
    .trim();
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

function startsOfLines(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** What lies between the statements of the tree: comments and blanks, and what the preprocessor took out. */
function holesOf(definition: FunctionDef, text: string): Span[] {
  if (!/^[ \t]*#/m.test(text.slice(definition.place.start, definition.place.end))) return [];
  const holes: Span[] = [];
  collectHoles(definition.body, text, holes);
  return holes.flatMap((hole) => linesWithCode(hole, text));
}

function collectHoles(stmt: Stmt, text: string, holes: Span[]): void {
  switch (stmt.kind) {
    case "block": {
      let from = stmt.place.start + 1;
      for (const child of stmt.body) {
        if (child.place.via !== null) continue;
        if (child.place.start > from) holes.push({ start: from, end: child.place.start });
        from = Math.max(from, child.place.end);
        collectHoles(child, text, holes);
      }
      if (stmt.place.end - 1 > from) holes.push({ start: from, end: stmt.place.end - 1 });
      return;
    }
    case "if":
      collectHoles(stmt.then, text, holes);
      if (stmt.else === null) return;
      collectHoles(stmt.else, text, holes);
      return holesAroundElse(stmt.then.place.end, stmt.else.place.start, text, holes);
    case "while":
    case "dowhile":
    case "for":
    case "macro":
    case "switch":
      return collectHoles(stmt.body, text, holes);
    case "expr":
      return collectInExpr(stmt.expr, text, holes);
    default:
  }
}

function collectInExpr(expr: Expr, text: string, holes: Span[]): void {
  if (expr.kind === "block") collectHoles(expr.body, text, holes);
}

function holesAroundElse(start: number, end: number, text: string, holes: Span[]): void {
  const at = text.slice(start, end).lastIndexOf("else");
  if (at < 0) return;
  holes.push({ start, end: start + at }, { start: start + at + 4, end });
}

/** The whole lines of a hole that hold more than comment; blank lines and comments stay as they are. */
function linesWithCode(hole: Span, text: string): Span[] {
  const { units } = cutIntoUnits(text, { from: hole.start, to: hole.end, isActive: () => true });
  const first = units[0];
  const last = units[units.length - 1];
  if (first === undefined || last === undefined) return [];
  const start = text.lastIndexOf("\n", first.start - 1) + 1;
  const newline = text.indexOf("\n", last.end);
  const end = newline < 0 ? text.length : newline + 1;
  return [{ start: Math.max(start, hole.start), end: Math.min(end, Math.max(hole.end, last.end)) }];
}
