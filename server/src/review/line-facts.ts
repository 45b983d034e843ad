/** Gathers, for each shown statement, what all scenarios together tell of it. */
import type { Model, Step } from "../model/ir";
import type { Exploration } from "../simulate/result";
import { describe } from "./describe";
import type { Span } from "../text/mapped";
import type { Locator } from "./locate";
import type { LineFacts } from "./review";
import type { SideName } from "./sides";

interface Gathered {
  readonly range: { start: number; end: number };
  readonly function: string | null;
  readonly does: Set<string>;
  readonly states: Map<string, Readonly<Record<string, string>>>;
  moreStates: boolean;
  readonly meanwhile: Set<string>;
  readonly sides: Set<SideName>;
  executed: boolean;
}

interface Statement {
  readonly range: Span;
  readonly inFunction: string | null;
  readonly does: string;
}

const MOST_STATES = 12;
/** A call whose body is elsewhere may do a great deal; a hover tells the beginning. */
const MOST_DOINGS = 6;

export class LineFactsCollector {
  private readonly statements = new Map<string, Gathered>();
  /** Scenarios share the steps of their programs. */
  private readonly steps = new Map<Step, Statement | null>();

  add(model: Model, exploration: Exploration, locator: Locator, side: SideName): void {
    for (const [index, program] of model.programs.entries()) {
      for (const [at, step] of program.steps.entries()) {
        const statement = this.statementOf(step, model, locator);
        if (statement === null) continue;
        const { range, inFunction, does } = statement;
        const gathered = this.at(range, inFunction);
        if (gathered.does.size < MOST_DOINGS) gathered.does.add(does);
        gathered.sides.add(side);
        gathered.executed ||= exploration.executed[index]?.has(at) ?? false;
        const facts = exploration.facts[index]?.[at];
        if (facts === undefined) continue;
        for (const state of facts.objectStates) addState(gathered, state);
        gathered.moreStates ||= facts.more;
        for (const thread of facts.meanwhile) gathered.meanwhile.add(model.threads[thread]?.name ?? "");
      }
    }
  }

  get lines(): LineFacts[] {
    const all = [...this.statements.values()].sort(
      (a, b) => a.range.start - b.range.start || a.range.end - b.range.end,
    );
    return all.map((g) => ({
      range: g.range,
      function: g.function,
      does: [...g.does],
      states: [...g.states.values()],
      moreStates: g.moreStates,
      meanwhile: [...new Set([...g.meanwhile].map(withoutCpu))],
      side: g.sides.size === 2 ? "both" : g.sides.has("before") ? "before" : "after",
      executed: g.executed,
    }));
  }

  private statementOf(step: Step, model: Model, locator: Locator): Statement | null {
    const had = this.steps.get(step);
    if (had !== undefined) return had;
    const { range, inFunction } = shownAt(step, locator);
    const does = range === null ? null : describe(model, step.action, step.text);
    const made = range === null || does === null ? null : { range, inFunction, does };
    this.steps.set(step, made);
    return made;
  }

  private at(range: { start: number; end: number }, inFunction: string | null): Gathered {
    const key = `${range.start}:${range.end}`;
    const had = this.statements.get(key);
    if (had !== undefined) return had;
    const made: Gathered = {
      range,
      function: inFunction,
      does: new Set(),
      states: new Map(),
      moreStates: false,
      meanwhile: new Set(),
      sides: new Set(),
      executed: false,
    };
    this.statements.set(key, made);
    return made;
  }
}

/** The step itself, or the innermost call that led to it, wherever the document shows one first. */
function shownAt(step: Step, locator: Locator): { range: Span | null; inFunction: string | null } {
  const own = locator.shown(step.place);
  if (own !== null) return { range: own, inFunction: step.stack[step.stack.length - 1]?.function ?? null };
  for (let depth = step.stack.length - 1; depth > 0; depth--) {
    const range = locator.shown(step.stack[depth]?.call ?? null);
    if (range !== null) return { range, inFunction: step.stack[depth - 1]?.function ?? null };
  }
  return { range: null, inFunction: null };
}

function addState(gathered: Gathered, state: Readonly<Record<string, string>>): void {
  const key = JSON.stringify(Object.entries(state).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  if (gathered.states.has(key)) return;
  if (gathered.states.size >= MOST_STATES) gathered.moreStates = true;
  else gathered.states.set(key, state);
}

/** Which CPU it is differs from scenario to scenario; who it is does not. */
function withoutCpu(thread: string): string {
  return thread.replace(/^CPU \d+: /, "");
}
