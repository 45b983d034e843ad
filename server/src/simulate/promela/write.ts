/**
 * A model as Promela: SPIN then goes through exactly the states that the explorer goes through.
 *
 * Each transition is one `d_step` from one control state to another, so that the control state is the thread's `pc`.
 * What the explorer does not store is no part of SPIN's state either: temporaries are `hidden`, findings leave no trace,
 * and where a path ends in a finding the transition leads back to the state that it began in.
 */
import type { Model } from "../../model/ir";
import { compile, type CompileOptions, type Compiled, type CompiledThread, type Rest } from "../machine/compile";
import type { Finding } from "../machine/machine";
import { inline } from "./inline";
import { comment, identifier } from "./names";
import { optionsOf, type Option } from "./options";
import { printActs, printExpr, type Printing } from "./print";
import { reductions } from "../reduce/reductions";
import { Scope } from "./scope";
import { treeOf, type Marked, type Tree } from "./tree";

export interface PromelaText {
  readonly text: string;
  /** By the number that `found` is given; texts compiled by `spin -DCOLLECT` print it. */
  readonly findings: readonly Finding[];
  /** By the number that `mark` is given; none in a text for a person. */
  readonly marks: readonly Mark[];
}

export type Mark =
  | { readonly kind: "step"; readonly thread: number; readonly step: number }
  | { readonly kind: "note"; readonly note: number };

/** @param title tells what model it is */
export function writePromela(model: Model, options: CompileOptions, title: string): PromelaText {
  return new Writer(compile(model, options), options, false).write(title);
}

/**
 * For a program that reads what the verifier prints. Each finding is told once, `found N`, and its trail written; so are
 * each step that ran and each note, `mark N`. A deadlock is the finding behind the last.
 */
export function writeWatched(compiled: Compiled, options: WatchedOptions, title: string): PromelaText {
  return new Writer(compiled, options, true, !options.hidesNothing).write(title);
}

export interface WatchedOptions extends CompileOptions {
  /** SPIN on several cores has no `hidden` variables: temporaries are then 0 wherever a thread rests. */
  readonly hidesNothing: boolean;
}

/** Numbers from here on are marks. */
const MARKS = 1_000_000;

class Writer {
  private readonly scope: Scope;
  private readonly codes = new Set<string>();
  private readonly marks = new Map<string, { readonly mark: Mark; readonly number: number }>();
  private readonly processes: readonly Process[];
  private readonly printing: Printing = {
    nameOf: (variable) => this.scope.nameOf(variable),
    found: (finding) => this.found(finding),
  };

  constructor(
    private readonly compiled: Compiled,
    options: CompileOptions,
    private readonly isWatched: boolean,
    private readonly hides = true,
  ) {
    this.scope = new Scope(compiled, !reductions(options.reduce).has("dead-locals"), hides);
    this.processes = compiled.threads.map((thread, index) => {
      const { name } = compiled.model.threads[index] ?? { name: "" };
      return {
        thread,
        index,
        title: name,
        name: this.scope.names.fresh(`T${index}_`, name),
        places: this.reach(thread),
      };
    });
  }

  write(title: string): PromelaText {
    const body = [...this.processes.flatMap((process) => this.process(process)), ...this.final()];
    if (this.isWatched) body.push(...this.stuck());
    const told = this.isWatched ? this.toldToProgram() : this.told();
    const head = [
      `/*\n * ${comment(title)}\n${this.isWatched ? " */" : HOW_TO_RUN}`,
      ...told,
      ...this.scope.declarations(null),
    ];
    // A copy: deadlocks are added to them when they are looked at.
    const findings = [...this.compiled.machine.findings];
    return {
      text: `${[...head, ...body].join("\n")}\n`,
      findings,
      marks: [...this.marks.values()].map(({ mark }) => mark),
    };
  }

  /** From where it begins; places that nothing leads to are left out. */
  private reach(thread: CompiledThread): Process["places"] {
    const places = new Map<number, readonly Option[]>();
    const open = [thread.pc.initial];
    for (let pc = open.shift(); pc !== undefined; pc = open.shift()) {
      if (places.has(pc)) continue;
      const stmts = thread.transition(pc);
      const options =
        stmts.length === 0
          ? []
          : optionsOf(
              this.tree(
                treeOf(
                  stmts,
                  this.scope.sight(thread, this.isWatched ? (stmt) => this.markOf(thread, stmt) : undefined),
                ),
              ),
            );
      places.set(pc, options);
      for (const { to } of options) if (to !== null) open.push(to);
    }
    return places;
  }

  private tree(tree: Tree): Tree {
    return inline(tree, (variable) => this.scope.isTemporary(variable));
  }

  private process({ thread, index, title, name, places }: Process): string[] {
    return [
      `\n/* ${comment(title)} */`,
      `active proctype ${name}() {`,
      ...this.scope.declarations(index).map((line) => `  ${line}`),
      ...[...places].flatMap(([pc, options]) => [
        `\n  /* ${comment(stepAt(thread, pc))} */`,
        `${label(thread, pc)}:`,
        ...(options.length === 0
          ? ["  false"]
          : ["  if", ...options.flatMap((option) => this.option(thread, pc, option)), "  fi;"]),
      ]),
      "}",
    ];
  }

  private option(thread: CompiledThread, pc: number, { guard, acts: given, to }: Option): string[] {
    const acts = this.hides ? given : [...given, ...this.scope.resets(given)];
    const target = label(thread, to ?? pc);
    // Of a self-loop that is written `true` pan says that it cannot be meant.
    const always = to === null || to === pc ? "_pid >= 0" : "true";
    const test = guard.op === "const" ? always : printExpr(guard, this.printing);
    if (acts.length === 0) return [`  :: ${test} -> goto ${target}`];
    return [`  :: d_step { ${test} ->`, ...printActs(acts, this.printing, "       "), `     }; goto ${target}`];
  }

  private final(): string[] {
    const { acts } = this.tree(treeOf(this.compiled.final, this.scope.sight(null)));
    if (acts.length === 0) return [];
    const ended = this.processes.map(({ thread, name, places }) => {
      const there = [...places.keys()].filter((pc) => thread.atRest[pc] === "ended" || thread.atRest[pc] === "idle");
      return there.length === 0 ? "false" : `(${there.map((pc) => `${name}@${label(thread, pc)}`).join(" || ")})`;
    });
    return [
      "\n/* All threads have ended or wait for work, and nothing can happen any more. */",
      "active proctype Final() {",
      "end_final:",
      "  if",
      // A d_step may not look at where other processes are.
      `  :: atomic { timeout && ${ended.join(" && ")} ->`,
      "       d_step {",
      ...printActs(acts, this.printing, "         "),
      "       };",
      "       goto end_final",
      "     }",
      "  fi;",
      "}",
    ];
  }

  /** Nobody can move though somebody has not ended, and nobody waits for a choice that is not taken. */
  private stuck(): string[] {
    const at = (is: (rest: Rest) => boolean): string[] =>
      this.processes.map(({ thread, name, places }) => {
        const there = [...places.keys()].filter((pc) => is(thread.atRest[pc] ?? "busy"));
        return there.length === 0 ? "false" : `(${there.map((pc) => `${name}@${label(thread, pc)}`).join(" || ")})`;
      });
    const isOver = at((rest) => rest !== "busy").join(" && ");
    const isAbandoned = at((rest) => rest === "abandoned").join(" || ");
    return [
      "\nactive proctype Stuck() {",
      "end_stuck:",
      "  if",
      `  :: atomic { timeout && !(${isOver}) && !(${isAbandoned}) ->`,
      `       found(deadlock, ${this.compiled.machine.findings.length});`,
      "       goto end_stuck",
      "     }",
      "  fi;",
      "}",
    ];
  }

  private markOf(thread: CompiledThread, stmt: Marked): number | null {
    const at = stmt.kind === "begin" ? thread.places.stepOf(stmt.pc) : undefined;
    if (stmt.kind === "begin" && at === undefined) return null;
    const mark: Mark =
      stmt.kind === "note"
        ? { kind: "note", note: stmt.note }
        : { kind: "step", thread: this.compiled.threads.indexOf(thread), step: at?.step ?? 0 };
    const key = JSON.stringify(mark);
    const known = this.marks.get(key) ?? { mark, number: this.marks.size };
    this.marks.set(key, known);
    return MARKS + known.number;
  }

  private toldToProgram(): string[] {
    const { findings } = this.compiled.machine;
    const once = (flag: string, what: string): string => `c_code { if (!${flag}[n]) { ${flag}[n] = 1; ${what} } }`;
    return [
      `c_decl { static char was_told[${findings.length + 1}]; static char was_marked[${this.marks.size + 1}]; }`,
      `#define found(code, n) ${once("was_told", 'printf("found %d\\n", n); putrail();')}`,
      `#define mark(n) ${once("was_marked", 'printf("mark %d\\n", n);')}`,
    ];
  }

  private found(finding: number): string {
    if (finding >= MARKS) return `mark(${finding - MARKS})`;
    const { code, message } = this.compiled.machine.findings[finding] ?? { code: "", message: "" };
    this.codes.add(identifier(code));
    return `found(${identifier(code)}, ${finding}) /* ${comment(message)} */`;
  }

  private told(): string[] {
    if (this.codes.size === 0) return [];
    return [
      "#ifdef COLLECT",
      `c_decl { static char was_told[${this.compiled.machine.findings.length}]; }`,
      `#define found(code, n) c_code { if (!was_told[n]) { was_told[n] = 1; printf("found %d\\n", n); } }`,
      "#else",
      "/* Only so that a failed assertion tells the code. */",
      ...[...this.codes].sort().map((code) => `hidden byte ${code} = 1;`),
      "#define found(code, n) assert(!code)",
      "#endif",
    ];
  }
}

interface Process {
  readonly thread: CompiledThread;
  readonly index: number;
  readonly title: string;
  readonly name: string;
  /** What can happen at each value of `pc` that can be reached. */
  readonly places: ReadonlyMap<number, readonly Option[]>;
}

/** Where a thread may stay for good, SPIN wants a label that begins with `end`. */
function label(thread: CompiledThread, pc: number): string {
  return thread.atRest[pc] === "busy" ? `L${pc}` : `end_L${pc}`;
}

function stepAt(thread: CompiledThread, pc: number): string {
  const at = thread.places.stepOf(thread.rests[pc] ?? 0);
  const step = at ? thread.program.steps[at.step] : undefined;
  if (!at || !step) return "ended";
  const inside = step.stack.at(-1)?.function;
  return `${inside === undefined ? "" : `${inside}: `}${at.waits ? "waits in " : ""}${step.text}`;
}

const HOW_TO_RUN = ` *
 *   spin -o1 -o2 -o3 -a FILE && gcc -O2 -w -fwrapv -DNOREDUCE -DSAFETY -o pan pan.c && ./pan -m1000000
 *
 * An assertion that fails is a finding, named by its code; an invalid end state is a deadlock. The interleaving is
 * shown by spin -t -p FILE. With spin -DCOLLECT the search goes on behind findings, each is printed once as
 * "found N", and ./pan -c0 stores as many states as the explorer does without its reductions.
 */`;
