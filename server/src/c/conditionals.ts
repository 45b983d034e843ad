/**
 * Decides `#if` and `#ifdef`, takes out the branches not taken and all preprocessor lines, and collects the macros of
 * the branches that are taken.
 *
 * What `Defines` and the file leave open is decided by a policy: a kernel option is on, a name that the file itself
 * defines later is not defined yet (so header guards and default values work), any other name is defined. An option
 * that `Defines` gives as "n" is off, and so is its module. When no branch holds but the last one is an `#error`, the first
 * one is taken.
 */
import type { CFile, Defines, MacroDef, Place } from "./syntax";
import { conditionHolds, type ConditionNames } from "./condition";
import { lex } from "./lex";
import { macroOf } from "./macros";
import { Problems } from "./problems";
import type { Token } from "./tokens";

export interface Preprocessed {
  /** Without preprocessor lines and without what they exclude. */
  readonly tokens: readonly Token[];
  readonly macros: readonly MacroDef[];
  readonly conditional: CFile["conditional"];
}

export function preprocess(tokens: readonly Token[], defines: Defines, problems: Problems): Preprocessed {
  if (!tokens.some((t) => t.kind === "directive")) return { tokens, macros: [], conditional: [] };
  return new Preprocessor(tokens, defines, problems).run();
}

interface Line {
  readonly word: string;
  /** The tokens behind the word. */
  readonly rest: readonly Token[];
  readonly place: Place;
}

/** `#if` with its `#elif`s, `#else` and `#endif`: indices of tokens. */
interface Group {
  readonly branches: number[];
}

const NEVER_DEFINED = new Set([
  "__ASSEMBLY__",
  "__ASSEMBLER__",
  "__cplusplus",
  "__GENKSYMS__",
  "__CHECKER__",
  "BUILD_VDSO",
]);

class Preprocessor implements ConditionNames {
  private readonly lines = new Map<number, Line>();
  private readonly groups = new Map<number, Group>();
  /** Names that some `#define` of the file defines, in whatever branch. */
  private readonly definedSomewhere = new Set<string>();
  private readonly current = new Map<string, readonly Token[]>();
  private readonly undefined = new Set<string>();
  private readonly macros: MacroDef[] = [];
  private readonly kept: Token[] = [];
  private readonly conditional: CFile["conditional"][number][] = [];
  /** Options as they are tried to be, before those that are given. */
  private tried: Defines = {};

  constructor(
    private readonly tokens: readonly Token[],
    private readonly defines: Defines,
    private readonly problems: Problems,
  ) {}

  run(): Preprocessed {
    this.readLines();
    const active: { group: Group; taken: number }[] = [];
    for (let i = 0; i < this.tokens.length; i++) {
      const token = this.tokens[i];
      const line = this.lines.get(i);
      const top = active[active.length - 1];
      if (line === undefined) {
        if (token !== undefined) this.kept.push(token);
      } else if (/^if(n?def)?$/.test(line.word)) {
        const group = this.groups.get(i) ?? { branches: [i] };
        const taken = this.choose(group);
        this.noteOthers(group, taken);
        active.push({ group, taken });
        i = taken < 0 ? this.endOf(group) - 1 : taken;
      } else if (line.word === "endif") {
        active.pop();
      } else if (/^el(se|if)/.test(line.word)) {
        // We come here from the end of the branch taken, or of a branch whose start the text does not show.
        i = this.endOf(top?.group ?? this.groups.get(i) ?? { branches: [i] }) - 1;
      } else this.other(line);
    }
    return { tokens: this.kept, macros: this.macros, conditional: this.conditional };
  }

  /** Which kernel options would have to be otherwise for another branch to be taken: as few as there need be. */
  private noteOthers(group: Group, taken: number): void {
    const words = new Set(group.branches.flatMap((i) => this.lines.get(i)?.rest ?? []).map(({ text }) => text));
    const named = [...words].filter((word) => word.startsWith("CONFIG_"));
    const options = named.filter((word) => !word.endsWith(MODULE) || !words.has(word.slice(0, -MODULE.length)));
    if (options.length === 0 || options.length > MOST_OPTIONS) return;
    const ways = new Set([taken]);
    const others: Defines[] = [];
    for (const some of subsets(options)) {
      const flipped = Object.fromEntries(some.map((option) => [option, this.isDefined(option) ? "n" : "y"]));
      this.tried = flipped;
      const way = this.choose(group);
      this.tried = {};
      if (ways.has(way)) continue;
      ways.add(way);
      if (way < 0 || !this.isError(way + 1)) others.push(flipped);
    }
    const { place } = this.tokens[group.branches[0] ?? 0] ?? {};
    const end = this.tokens[this.endOf(group)]?.place.end;
    if (place !== undefined && end !== undefined && others.length > 0)
      this.conditional.push({ place: { ...place, end }, others });
  }

  private readLines(): void {
    const open: Group[] = [];
    for (const [i, token] of this.tokens.entries()) {
      if (token.kind !== "directive") continue;
      const line = this.readLine(token);
      this.lines.set(i, line);
      if (line.word === "define" && line.rest[0] !== undefined) this.definedSomewhere.add(line.rest[0].text);
      if (/^if(n?def)?$/.test(line.word)) {
        const group = { branches: [i] };
        open.push(group);
        this.groups.set(i, group);
      } else if (/^el(se|if)/.test(line.word)) {
        if (open.length === 0) open.push({ branches: [] });
        const group = open[open.length - 1];
        group?.branches.push(i);
        if (group !== undefined) this.groups.set(i, group);
      } else if (line.word === "endif") open.pop()?.branches.push(i);
    }
  }

  private readLine(token: Token): Line {
    const { place } = token;
    const input = {
      text: token.text,
      problems: this.problems,
      place: (start: number, end: number) => ({ ...place, start: place.start + start, end: place.start + end }),
    };
    const [word, ...rest] = lex(input, 1, token.text.length, true);
    return { word: word?.text ?? "", rest, place };
  }

  /** The token index of the branch to take, -1 for none. */
  private choose(group: Group): number {
    const branches = group.branches.filter((i) => this.lines.get(i)?.word !== "endif");
    for (const i of branches) {
      const line = this.lines.get(i);
      if (line === undefined) continue;
      if (line.word === "else") return this.isError(i + 1) ? (branches[0] ?? i) : i;
      if (this.holds(line)) return i;
    }
    return -1;
  }

  private holds(line: Line): boolean {
    const name = line.rest[0]?.text ?? "";
    if (line.word === "ifdef" || line.word === "elifdef") return this.isDefined(name);
    if (line.word === "ifndef" || line.word === "elifndef") return !this.isDefined(name);
    return conditionHolds(line.rest, this);
  }

  private isError(i: number): boolean {
    return this.lines.get(i)?.word === "error";
  }

  /** The index of the group's `#endif`, or the end of the text. */
  private endOf(group: Group): number {
    const last = group.branches[group.branches.length - 1] ?? 0;
    return this.lines.get(last)?.word === "endif" ? last : this.tokens.length;
  }

  private other(line: Line): void {
    const name = line.rest[0]?.text ?? "";
    if (line.word === "undef") {
      this.current.delete(name);
      this.undefined.add(name);
    }
    if (line.word !== "define") return;
    const macro = macroOf(line.rest, line.place);
    if (macro === null) {
      this.problems.add(
        "c.bad-define",
        "This #define has no name or an unreadable parameter list; it is left out.",
        line.place,
      );
      return;
    }
    this.macros.push(macro);
    this.undefined.delete(name);
    this.current.set(name, macro.params === null ? line.rest.slice(1) : []);
  }

  isDefined(name: string): boolean {
    const given = this.given(name);
    if (given !== undefined) return !(name.startsWith("CONFIG_") && given === "n");
    if (this.current.has(name)) return true;
    if (this.undefined.has(name) || this.definedSomewhere.has(name)) return false;
    return !NEVER_DEFINED.has(name);
  }

  private given(name: string): string | undefined {
    for (const defines of [this.tried, this.defines]) {
      if (Object.hasOwn(defines, name)) return defines[name];
      const option = name.endsWith(MODULE) ? name.slice(0, -MODULE.length) : "";
      if (Object.hasOwn(defines, option) && defines[option] === "n") return "n";
    }
    return undefined;
  }

  valueOf(name: string): readonly Token[] | null {
    const given = this.given(name);
    if (given !== undefined) {
      if (name.startsWith("CONFIG_") && (given === "n" || given === "y" || given === "m"))
        return given === "n" ? ZERO : [];
      const place = (): Place => ({ file: "", start: 0, end: 0, via: null });
      return lex({ text: given, problems: new Problems(), place }, 0, given.length, true);
    }
    const value = this.current.get(name);
    if (value !== undefined) return value;
    return this.isDefined(name) ? null : ZERO;
  }
}

const MODULE = "_MODULE";
/** So many in one group are tried together. */
const MOST_OPTIONS = 4;

/** All that are not empty, the smaller first. */
function subsets(options: readonly string[]): string[][] {
  let all: string[][] = [[]];
  for (const option of options) all = [...all, ...all.map((some) => [...some, option])];
  return all.filter((some) => some.length > 0).sort((a, b) => a.length - b.length);
}

const ZERO = lex(
  { text: "0", problems: new Problems(), place: () => ({ file: "", start: 0, end: 0, via: null }) },
  0,
  1,
  true,
);
